"""What users can set and start is documented; links between documents lead somewhere."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.apps import apps

import opora.cli
from opora.cli import COMMANDS
from opora.lib import environment

ROOT = Path(__file__).parent.parent
DOCS = ROOT / "docs"
LINK = re.compile(r"(?<!!)\[[^\]]*\]\(([^)\s]+)\)")
HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)
GUIDES = [DOCS / "administrator.md", DOCS / "administrator.ru.md"]


def documents() -> Iterator[Path]:
    yield from ROOT.glob("*.md")
    yield from DOCS.rglob("*.md")


def anchors_of(document: Path) -> set[str]:
    """As GitHub and GitLab name headings."""
    titles = HEADING.findall(document.read_text(encoding="utf-8"))
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


def dead_links_of(document: Path) -> Iterator[str]:
    for link in LINK.findall(document.read_text(encoding="utf-8")):
        name, _, anchor = link.partition("#")
        if "://" in name:
            continue
        target = (document.parent / name).resolve() if name else document
        if not target.exists() or (anchor and anchor not in anchors_of(target)):
            yield link


@pytest.mark.parametrize("guide", GUIDES, ids=lambda guide: guide.name)
def test_every_setting_has_its_row(guide: Path) -> None:
    text = guide.read_text(encoding="utf-8")
    missing = {name for name in environment.NAMES | {"DATABASE_URL"} if f"| `{name}` |" not in text}
    assert missing == set()


@pytest.mark.parametrize("guide", GUIDES, ids=lambda guide: guide.name)
def test_every_command_has_its_row(guide: Path) -> None:
    rows = [row for row in guide.read_text(encoding="utf-8").splitlines() if row.startswith("| `")]
    told = {command for row in rows for command in re.findall(r"`opora ([a-z]+)", row)}
    assert {name for name, _summary in COMMANDS} - told == set()


@pytest.mark.parametrize("guide", GUIDES, ids=lambda guide: guide.name)
def test_every_exit_code_has_its_row(guide: Path) -> None:
    codes = re.findall(r"^\| (\d+) \|", opora.cli.__doc__ or "", re.MULTILINE)
    text = guide.read_text(encoding="utf-8")
    assert [code for code in codes if f"\n| {code} |" not in text] == []
    assert len(codes) > 5


def test_no_command_is_promised_that_is_not_there() -> None:
    known = {name for name, _summary in COMMANDS}
    said = {
        f"{document.name}: opora {word}"
        for document in documents()
        for word in re.findall(r"(?:bin/|`)opora ([a-z]+)", document.read_text(encoding="utf-8"))
        if word not in known
    }
    assert said == set()


def test_every_app_is_in_the_architecture() -> None:
    text = (DOCS / "architecture.md").read_text(encoding="utf-8")
    ours = [app.name.removeprefix("opora.") for app in apps.get_app_configs()]
    names = [name for name in ours if (ROOT / "src" / "opora" / name.replace(".", "/")).is_dir()]
    assert [name for name in names if f"| `{name}` |" not in text] == []
    assert len(names) > 5


def test_every_path_that_the_architecture_names_is_there() -> None:
    text = (DOCS / "architecture.md").read_text(encoding="utf-8")
    paths = re.findall(r"`([a-z][a-z_/]+(?:/|\.py))[`:]", text)
    roots = [ROOT, ROOT / "src/opora", ROOT / "src/opora/channels/email"]
    roots += [ROOT / "src/opora/channels/email/listener", ROOT / "src/opora/intake/sieve"]
    assert [path for path in paths if not any((root / path).exists() for root in roots)] == []
    assert len(paths) > 20


def test_links_between_documents_lead_somewhere() -> None:
    dead = [
        f"{document.name}: {link}" for document in documents() for link in dead_links_of(document)
    ]
    assert dead == []


def test_every_document_for_users_is_there_in_both_languages() -> None:
    for name in ("README", "docs/user", "docs/administrator", "docs/install"):
        english, russian = (ROOT / f"{name}{end}" for end in (".md", ".ru.md"))
        assert len(HEADING.findall(english.read_text(encoding="utf-8"))) == len(
            HEADING.findall(russian.read_text(encoding="utf-8"))
        )
