"""What is typed as Markdown is read as HTML that does nothing."""

import pytest

from tracking.markdown import excerpt, render_markdown

HARMFUL = [
    "<script>alert(1)</script>",
    '<img src=x onerror="alert(1)">',
    "[x](javascript:alert(1))",
    "[x](data:text/html;base64,PHNjcmlwdD4=)",
    "<a href='javascript:alert(1)'>x</a>",
    "![x](https://tracker.example/pixel.gif)",
    "<svg onload=alert(1)>",
    '[x](https://a.example "onmouseover=alert(1)")',
    "<style>body{display:none}</style>",
    "<iframe src=https://evil.example></iframe>",
    "[x](vbscript:x)",
    "`<script>alert(1)</script>`",
]


@pytest.mark.parametrize("text", HARMFUL)
def test_nothing_harmful_survives(text: str) -> None:
    html = render_markdown(text).lower()
    for bad in ("<script", "<img", "<svg", "<style", "<iframe", 'href="javascript', 'href="data'):
        assert bad not in html
    assert "<a href" not in html or 'href="https://' in html


def test_emphasis_lists_and_single_line_breaks_are_shown() -> None:
    html = render_markdown("**bold**\nnext\n\n- one\n- two")
    assert "<strong>bold</strong><br>" in html
    assert "<li>one</li>" in html


def test_headings_fit_below_the_heading_of_the_page() -> None:
    assert render_markdown("# Big") == "<h4>Big</h4>\n"


def test_excerpt_is_plain_words() -> None:
    assert excerpt("# Hi\n\n**you** & <b>me</b>", 100) == "Hi you & <b>me</b>"


def test_excerpt_ends_after_a_whole_word() -> None:
    assert excerpt("Who could have decided this without you?", 25) == "Who could have decided…"
    assert excerpt("Donaudampfschifffahrtsgesellschaft", 10) == "Donaudamp…"
