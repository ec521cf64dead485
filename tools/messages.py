"""The words of Opora in other languages, without GNU gettext, which a fresh machine lacks.

    python tools/messages.py update     bring src/opora/locale/*/LC_MESSAGES/django.po up to date
    python tools/messages.py compile    write the .mo files that Django reads
    python tools/messages.py check      1, naming each, if anything is untranslated or wrong

English is the source and needs no file. A reworded sentence keeps its old translation marked
`fuzzy`: such a one is not shown to people before somebody has looked at it and removed the mark.
"""

import io
import re
import sys
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

PACKAGE = Path(__file__).parent.parent / "src" / "opora"
LOCALE = PACKAGE / "locale"
LANGUAGES = ("ru",)
WITHOUT_WORDS = {"tests", "migrations", "static", "locale"}
# Which arguments are the words: of npgettext the first is the context, then one and many.
KEYWORDS = {
    f"{name}{lazy}": arguments
    for name, arguments in {
        "gettext": None,
        "ngettext": (1, 2),
        "pgettext": ((1, "c"), 2),
        "npgettext": ((1, "c"), 2, 3),
    }.items()
    for lazy in ("", "_lazy")
} | {"_": None, "_now": None, "gettext_noop": None}
PLACEHOLDER = re.compile(r"%\(\w+\)[a-z]|%[a-z]\b|\{\w*\}")
HEADER = r"""# {language}: see tools/messages.py.
msgid ""
msgstr ""
"Language: {code}\n"
"MIME-Version: 1.0\n"
"Content-Type: text/plain; charset=utf-8\n"
"Content-Transfer-Encoding: 8bit\n"
"Plural-Forms: {plurals}\n"

"""


def main(words: list[str]) -> int:
    acts = {"update": update, "compile": compile_all, "check": check}
    if len(words) != 1 or words[0] not in acts:
        sys.exit(__doc__)
    return acts[words[0]]()


def update() -> int:
    """New words come in empty, gone ones leave; no dates and lines, so merges stay quiet."""
    template = words_of_the_code()
    for language in LANGUAGES:
        catalog = translations(language)
        catalog.update(template)
        body = io.BytesIO()
        write_po(
            body,
            catalog,
            width=100,
            omit_header=True,
            sort_output=True,
            ignore_obsolete=True,
            include_lineno=False,
        )
        header = HEADER.format(
            code=language, language=catalog.locale.english_name, plurals=catalog.plural_forms
        )
        file = po_file(language)
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(header.encode() + body.getvalue())
    return 0


def compile_all() -> int:
    for language in LANGUAGES:
        file = po_file(language).with_suffix(".mo")
        built = io.BytesIO()
        write_mo(built, translations(language))
        if not file.exists() or file.read_bytes() != built.getvalue():
            new = file.with_suffix(".new")
            new.write_bytes(built.getvalue())
            new.replace(file)
    return 0


def check() -> int:
    template = words_of_the_code()
    found = [
        f"{po_file(language).relative_to(PACKAGE.parent.parent)}: {fault}"
        for language in LANGUAGES
        for fault in faults(template, translations(language))
    ]
    sys.stderr.write("".join(f"{line}\n" for line in found))
    return 1 if found else 0


def faults(template: Catalog, catalog: Catalog) -> Iterator[str]:
    """One sentence for each message of the code, or of the catalog, that is not in order."""
    for message in _messages(template):
        ours = catalog.get(message.id, message.context)
        name = repr(_first(message))
        if ours is None:
            yield f"{name} is missing: run `update`"
        elif ours.fuzzy:
            yield f"{name} is fuzzy: look at it, then remove the mark"
        else:
            yield from (
                f"{name} {fault}" for fault in _faults_of(message, _texts(ours.string), catalog)
            )
    for message in _messages(catalog):
        if template.get(message.id, message.context) is None:
            yield f"{_first(message)!r} is obsolete: run `update`"


def _faults_of(message: Message, forms: tuple[str, ...], catalog: Catalog) -> Iterator[str]:
    wanted = catalog.num_plurals if message.pluralizable else 1
    if len(forms) != wanted or not all(forms):
        yield "is empty" if wanted == 1 else f"lacks some of its {wanted} plural forms"
        return
    # Of the plural: the Russian form for one is also that for 21, and must show the number.
    source = set(PLACEHOLDER.findall(_last(message)))
    for form in forms:
        if set(PLACEHOLDER.findall(form)) != source:
            yield f"has other placeholders than {form!r}"


def words_of_the_code() -> Catalog:
    catalog = Catalog(charset="utf-8")
    for path in _sources():
        text = path.read_text(encoding="utf-8")
        where = str(path.relative_to(PACKAGE.parent.parent))
        if path.suffix == ".html":
            text = _as_python(text, where)
        found = extract("python", io.BytesIO(text.encode()), KEYWORDS, ("Translators:",))
        for _line, words, comments, context in found:
            catalog.add(words, locations=[(where, 0)], auto_comments=comments, context=context)
    return catalog


def translations(language: str) -> Catalog:
    """As they stand in the .po file; empty when there is none yet."""
    try:
        with po_file(language).open("rb") as file:
            return read_po(file, locale=language)
    except FileNotFoundError:
        return Catalog(locale=language)


def po_file(language: str) -> Path:
    return LOCALE / language / "LC_MESSAGES" / "django.po"


def _sources() -> list[Path]:
    found = (path for suffix in ("py", "html") for path in PACKAGE.rglob(f"*.{suffix}"))
    return sorted(p for p in found if not WITHOUT_WORDS & set(p.relative_to(PACKAGE).parts))


def _as_python(template: str, where: str) -> str:
    """Django's rendering of a template as calls, one a line, without the indentation of HTML."""
    lines = templatize(template, origin=where).splitlines()
    return "\n".join(line.lstrip() for line in lines) + "\n"


def _messages(catalog: Catalog) -> Iterator[Message]:
    return (message for message in catalog if message.id)


def _first(message: Message) -> str:
    return _texts(message.id)[0]


def _last(message: Message) -> str:
    return _texts(message.id)[-1]


def _texts(said: object) -> tuple[str, ...]:
    """Babel keeps one text as it is and several, one and many, as a sequence."""
    return tuple(map(str, said)) if isinstance(said, tuple | list) else (str(said or ""),)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
