import pytest
from hypothesis import given
from hypothesis import strategies as st

from opora.lib.markup import html_of, text_of_markup


def test_every_line_break_is_kept() -> None:
    assert html_of("one\ntwo\n\nthree") == "<p>one<br>\ntwo</p>\n<p>three</p>"


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("**bold** and *slanted*", "<strong>bold</strong> and <em>slanted</em>"),
        ("~~gone~~", "<s>gone</s>"),
        ("`rm -rf`", "<code>rm -rf</code>"),
        ("- a\n- b", "<li>a</li>"),
        ("> quoted", "<blockquote>"),
        ("3. three", '<ol start="3">'),
        ("1 < 2 & 3", "1 &lt; 2 &amp; 3"),
    ],
)
def test_light_markup_is_understood(text: str, html: str) -> None:
    assert html in html_of(text)


def test_a_link_opens_nothing_behind_our_back() -> None:
    html = html_of("[here](https://example.org/?a=1&b=2)")
    assert html == (
        '<p><a href="https://example.org/?a=1&amp;b=2" rel="noopener noreferrer">here</a></p>'
    )


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "[x](javascript:alert(1))",
        "[x](data:text/html,<script>alert(1)</script>)",
        "![x](https://spy.example/pixel.png)",
        "<a href='javascript:alert(1)'>x</a>",
        "<style>*{display:none}</style>",
    ],
)
def test_nothing_runs_and_nothing_is_fetched(text: str) -> None:
    html = html_of(text).lower()
    for danger in ("<script", "<img", "<style", 'href="javascript', 'href="data'):
        assert danger not in html


@given(st.text(max_size=200))
def test_any_text_is_harmless(text: str) -> None:
    html = html_of(text).lower()
    assert "<script" not in html
    assert "<img" not in html


def test_the_plain_part_is_as_typed() -> None:
    assert text_of_markup("\n**bold**  \n\n- a\n ") == "**bold**\n\n- a"
