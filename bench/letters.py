"""Believable letters in a maildir: every fifth with 50 kB attached."""

import base64
import random
from email.message import EmailMessage
from pathlib import Path

WORDS = [
    "принтер",
    "не",
    "печатает",
    "касса",
    "зависла",
    "сервер",
    "недоступен",
    "почта",
    "обновление",
    "пароль",
    "сотрудник",
    "отчёт",
    "the",
    "printer",
    "does",
    "not",
    "print",
    "since",
    "this",
    "morning",
    "please",
    "help",
    "with",
    "mail",
    "server",
    "update",
    "report",
]


def a_letter(number: int, run: str) -> bytes:
    chance = random.Random(f"{run} {number}")  # noqa: S311  the same letters in every run
    letter = EmailMessage()
    letter["From"] = f"Client {number} <client{number}@firm{number % 400}.example>"
    letter["To"] = "support@demo.example"
    letter["Subject"] = " ".join(chance.choices(WORDS, k=6))
    letter["Message-ID"] = f"<{run}-{number}@firm.example>"
    letter["Date"] = "Wed, 25 Nov 2026 10:00:00 +0300"
    letter.set_content("\n".join(" ".join(chance.choices(WORDS, k=12)) for _ in range(12)))
    if number % 5 == 0:
        letter.add_attachment(
            base64.b64encode(chance.randbytes(37_000)),
            maintype="application",
            subtype="octet-stream",
            filename=f"log-{number}.bin",
        )
    return letter.as_bytes()


def maildir(folder: Path, count: int, run: str) -> Path:
    new = folder / "new"
    new.mkdir(parents=True)
    for number in range(count):
        (new / f"{number:06}.opora").write_bytes(a_letter(number, run))
    return folder
