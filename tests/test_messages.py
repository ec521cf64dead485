"""The words of people: all translated, in their right forms, and never Russian inside the code."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from django.template.loader import render_to_string
from django.utils.translation import override

from opora.desk import letters
from opora.desk.models import Ticket
from opora.desk.types import Said
from opora.doors.models import Door
from opora.outbox import rules
from opora.people.models import Group, Person
from opora.workspace.templatetags.arrivals import HELD_FOR
from tools import messages

Words = str | tuple[str, ...]

ROOT = Path(__file__).parent.parent
CYRILLIC = re.compile(r"[А-Яа-яЁё]")
# Tables of the Russian language itself: what people write, not what we say.
LINGUISTIC = {
    "src/opora/channels/email/read/automatic.py",  # subjects of automatic replies
    "src/opora/channels/email/read/prose.py",  # how mail servers say that a letter came back
    "src/opora/channels/email/read/quotes.py",  # how mail programs begin a quotation
    "src/opora/cli/doctor/database.py",  # does this database know Russian?
    "src/opora/desk/rules.py",  # thanks, and prefixes of subjects
    "src/opora/lib/text.py",  # how often letters come, to guess a charset
}


@pytest.fixture(scope="module", autouse=True)
def _compiled() -> None:
    messages.compile_all()


def catalog(*entries: tuple[Words, Words | None], flags: tuple[str, ...] = ()) -> Catalog:
    made = Catalog(locale="ru")
    for words, translation in entries:
        made.add(words, translation, flags=flags)
    return made


def code_of(*folders: str) -> Iterator[tuple[str, ast.Module]]:
    for folder in folders:
        for path in (ROOT / folder).rglob("*.py"):
            if not {"tests", "migrations"} & set(path.parts):
                yield str(path.relative_to(ROOT)), ast.parse(path.read_text(encoding="utf-8"))


def literals_of(tree: ast.Module) -> Iterator[str]:
    """Texts of the code without its docstrings, which may give examples."""
    nodes = list(ast.walk(tree))
    docs = {id(node.value) for node in nodes if isinstance(node, ast.Expr)}
    for node in nodes:
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docs:
            yield node.value


def test_every_word_is_translated() -> None:
    template = messages.words_of_the_code()
    assert [*messages.faults(template, messages.translations("ru"))] == []


@pytest.mark.parametrize(
    ("code", "russian", "fault"),
    [
        (("Take", None), [], "'Take' is missing"),
        (("Take", None), [("Take", "")], "'Take' is empty"),
        (("%(n)s left", None), [("%(n)s left", "осталось")], "has other placeholders"),
        ((("%(n)s day", "%(n)s days"), None), [(("%(n)s day", "%(n)s days"), ("", "", ""))], "3"),
        (
            (("one day", "%(n)s days"), None),
            [(("one day", "%(n)s days"), ("один день", "%(n)s дня", "%(n)s дней"))],
            "has other placeholders than 'один день'",  # it is shown for 21, too
        ),
    ],
)
def test_the_eye_for_translations_is_sharp(
    code: tuple[Words, None], russian: list[tuple[Words, Words]], fault: str
) -> None:
    found = [*messages.faults(catalog(code), catalog(*russian))]
    assert len(found) == 1
    assert fault in found[0]


def test_a_guessed_and_a_forgotten_translation_are_named() -> None:
    template = catalog(("Take", None))
    ours = catalog(("Take", "Взять"), ("Gone", "Ушло"), flags=("fuzzy",))
    assert [*messages.faults(template, ours)] == [
        "'Take' is fuzzy: look at it, then remove the mark",
        "'Gone' is obsolete: run `update`",
    ]


@pytest.mark.parametrize(
    ("count", "words"),
    [
        (1, "1 обращение ждёт человека"),
        (2, "2 обращения ждут человека"),
        (5, "5 обращений ждут человека"),
        (11, "11 обращений ждут человека"),
        (21, "21 обращение ждёт человека"),
    ],
)
def test_the_page_counts_as_russians_count(count: int, words: str) -> None:
    with override("ru"):
        page = render_to_string("workspace/parts/rail_journal.html", {"waiting_arrivals": count})
    assert words in page


def test_a_receipt_in_russian_has_no_english_left() -> None:
    ticket = Ticket(
        id=24817,
        subject="Касса не печатает",
        language="ru",
        requester=Person(email="alice@example.org"),
        door=Door(address="support@demo.example", sender_name="Поддержка"),
        group=Group(name="Кассы"),
    )
    said = letters.receipt(ticket, Said(text="Не печатает")).text
    assert "открыли заявку №\N{NO-BREAK SPACE}24817" in said
    assert "группа «Кассы»" in said
    assert not re.search(r"[A-Za-z]", said)


def test_no_russian_stands_in_the_code() -> None:
    found = [
        f"{name}: {literal}"
        for name, tree in code_of("src/opora")
        if name not in LINGUISTIC and "/demo/" not in name and not name.endswith("/demo.py")
        for literal in literals_of(tree)
        if CYRILLIC.search(literal)
    ]
    assert found == []


def test_no_russian_stands_in_templates_and_scripts() -> None:
    pages = (ROOT / "src" / "opora").rglob("*.html")
    scripts = (
        path
        for path in (ROOT / "frontend").rglob("*.ts")
        if "node_modules" not in path.parts and not path.name.endswith(".test.ts")
    )
    found = [str(p) for p in (*pages, *scripts) if CYRILLIC.search(p.read_text(encoding="utf-8"))]
    assert found == []


def test_no_words_hide_in_an_f_string_where_extraction_is_blind() -> None:
    hidden = {
        f"{name}:{call.lineno}"
        for name, tree in code_of("src/opora")
        for node in ast.walk(tree)
        if isinstance(node, ast.JoinedStr)
        for call in ast.walk(node)
        if isinstance(call, ast.Call)
        and isinstance(call.func, ast.Name)
        and call.func.id in messages.KEYWORDS
    }
    assert hidden == set()


def test_no_words_hide_behind_a_name_that_extraction_does_not_know() -> None:
    names = {
        f"{name}: {alias.asname or alias.name}"
        for name, tree in code_of("src/opora")
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module == "django.utils.translation"
        for alias in node.names
        if re.match(r"n?p?gettext", alias.name)
        and (alias.asname or alias.name) not in messages.KEYWORDS
    }
    assert names == set()


def test_every_reason_to_hold_a_letter_has_words_for_the_reader() -> None:
    reasons = {value for name, value in vars(rules).items() if name.startswith("HELD_")}
    assert reasons == set(HELD_FOR)
