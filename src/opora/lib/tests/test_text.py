import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from opora.lib.text import clean_text, codec_of, text_of

RUSSIAN = "Здравствуйте! Принтер на третьем этаже снова не печатает, пожалуйста, помогите."
WESTERN = "Bonjour, l'imprimante du deuxième étage ne fonctionne plus, à bientôt."
JAPANESE = "プリンターが動きません。よろしくお願いします。"


@pytest.mark.parametrize(
    "charset", ["utf-8", "windows-1251", "koi8-r", "cp866", "iso-8859-5", "mac-cyrillic"]
)
def test_russian_is_read_by_its_label(charset: str) -> None:
    assert text_of(RUSSIAN.encode(charset), charset) == RUSSIAN


@pytest.mark.parametrize("charset", ["utf-8", "windows-1251", "koi8-r", "cp866", "iso-8859-5"])
@pytest.mark.parametrize(
    "label", [None, "", "us-ascii", "iso-8859-1", "unknown-8bit", "x-nonsense"]
)
def test_russian_is_read_without_a_label_or_by_one_that_tells_nothing(
    charset: str, label: str | None
) -> None:
    assert text_of(RUSSIAN.encode(charset), label) == RUSSIAN


@pytest.mark.parametrize("label", ["windows-1251", "koi8-r", "iso-8859-1"])
def test_utf8_is_known_whatever_it_says_it_is(label: str) -> None:
    assert text_of(RUSSIAN.encode(), label) == RUSSIAN


@pytest.mark.parametrize(
    ("label", "codec"),
    [
        ("gb2312", "gb18030"),
        ("latin-1", "cp1252"),
        ("ISO-8859-1", "cp1252"),
        (" 'UTF8' ", "utf-8"),
        ("Windows-1251", "cp1251"),
        ("win-1251", "cp1251"),
        ("x-sjis", "cp932"),
        ("base64", None),
        ("idna", None),
        ("nonsense", None),
        ("", None),
        (None, None),
    ],
)
def test_labels_are_read_as_browsers_read_them(label: str | None, codec: str | None) -> None:
    assert codec_of(label) == codec


@pytest.mark.parametrize("label", ["iso-8859-1", "windows-1252", None])
def test_accents_are_western(label: str | None) -> None:
    assert text_of(WESTERN.encode("cp1252"), label) == WESTERN


@pytest.mark.parametrize("charset", ["iso-2022-jp", "shift_jis", "euc-jp", "utf-8"])
def test_japanese_is_read_by_its_label(charset: str) -> None:
    assert text_of(JAPANESE.encode(charset), charset) == JAPANESE


def test_japanese_in_seven_bits_needs_no_label() -> None:
    assert text_of(JAPANESE.encode("iso-2022-jp"), "us-ascii") == JAPANESE


@pytest.mark.parametrize("charset", ["utf-8-sig", "utf-16"])
def test_a_byte_order_mark_says_more_than_any_label(charset: str) -> None:
    assert text_of(RUSSIAN.encode(charset), "koi8-r") == RUSSIAN


def test_what_stands_beside_helps() -> None:
    assert text_of("Счёт".encode("cp1251"), None, "windows-1251") == "Счёт"


def test_utf8_cut_in_the_middle_of_a_letter_stays_utf8() -> None:
    read = text_of(RUSSIAN.encode()[:61], "utf-8")
    assert read[:20] == RUSSIAN[:20]
    assert read.count("\ufffd") <= 1


@given(st.binary(max_size=200), st.sampled_from([None, "utf-8", "koi8-r", "utf-7", "x", "utf-16"]))
def test_any_bytes_become_text_that_a_database_and_json_take(
    data: bytes, label: str | None
) -> None:
    read = text_of(data, label)
    assert "\x00" not in read
    json.dumps(read).encode()
    read.encode()


@given(st.text())
def test_utf8_is_what_it_was(text: str) -> None:
    read = text_of(text.encode("utf-8", "replace"), "utf-8")
    assert read == text.removeprefix("\ufeff").replace("\x00", "")


def test_half_characters_and_nul_are_taken_out() -> None:
    assert clean_text("a\x00b\ud800c") == "ab\ufffdc"
