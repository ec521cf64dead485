from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class Finding:
    level: Literal["ok", "warning", "wrong"]
    subject: str
    text: str  # what is, and what to do

    def __str__(self) -> str:
        return f"{self.level:8}{self.subject}: {' '.join(self.text.split())}"


def ok(subject: str, text: str) -> Finding:
    return Finding("ok", subject, text)


def warning(subject: str, text: str) -> Finding:
    return Finding("warning", subject, text)


def wrong(subject: str, text: str) -> Finding:
    return Finding("wrong", subject, text)
