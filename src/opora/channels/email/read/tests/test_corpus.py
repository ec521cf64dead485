"""Each oddity that was met: `tests/mail/NNNN-oddity.eml`, and what is to be read in it.

The `.json` beside it names fields of Letter; `text_has` and `text_lacks` (also html, reply_text)
are lists of words. A mail bug adds a pair.
"""

import json
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest

from opora.channels.email.read.letter import letter_of
from opora.intake.types import Attachment, Letter

CORPUS = Path(__file__).parents[6] / "tests" / "mail"
LETTERS = sorted(CORPUS.glob("*.eml"))


def test_the_corpus_is_whole() -> None:
    assert len(LETTERS) >= 30
    assert {path.stem for path in LETTERS} == {path.stem for path in CORPUS.glob("*.json")}


@pytest.mark.parametrize("path", LETTERS, ids=lambda path: path.stem)
def test_a_letter_of_the_corpus_is_read_as_written_beside_it(path: Path) -> None:
    expected = json.loads(path.with_suffix(".json").read_text())
    letter = letter_of(path.read_bytes())
    seen = {key: value_of(letter, key, wanted) for key, wanted in expected.items()}
    assert seen == expected


def value_of(letter: Letter, key: str, wanted: Any) -> Any:
    name, _, question = key.rpartition("_")
    if question == "has":
        return [word for word in wanted if word in getattr(letter, name)]
    if question == "lacks":
        return [word for word in wanted if word not in getattr(letter, name)]
    if key == "attachments":
        return attachments(letter.attachments, wanted)
    return plain(getattr(letter, key))


def attachments(files: tuple[Attachment, ...], wanted: list[dict[str, Any]]) -> list[Any]:
    """Of each file the fields that are asked for; of one too many, all."""
    rows = [
        {f.name: getattr(file, f.name) for f in fields(file)} | {"size": len(file.content)}
        for file in files
    ]
    asked = [*wanted, *(dict.fromkeys(row) for row in rows[len(wanted) :])]
    return [{key: row[key] for key in keys} for row, keys in zip(rows, asked, strict=False)]


def plain(value: Any) -> Any:
    """As JSON tells it."""
    if isinstance(value, tuple):
        return [vars(item) if hasattr(item, "__dict__") else item for item in value]
    return value.isoformat() if hasattr(value, "isoformat") else value
