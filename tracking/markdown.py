"""Markdown in, sanitised HTML out. The parser makes no HTML pass, the sanitiser would stop it."""

from html import unescape

import nh3
from django.utils.html import strip_tags
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import Truncator
from markdown_it import MarkdownIt

HEADING = "h4"
TAGS = {
    "a", "blockquote", "br", "code", "em", HEADING, "hr", "li", "ol", "p", "pre", "strong", "ul",
}  # fmt: skip
SCHEMES = {"http", "https", "mailto"}

_parser = MarkdownIt("commonmark", {"html": False, "breaks": True}).disable("image")


def render_markdown(text: str) -> SafeString:
    """Safe HTML. Headings of any level become one level that fits below a page's own."""
    tokens = _parser.parse(text)
    for token in tokens:
        if token.type in {"heading_open", "heading_close"}:
            token.tag = HEADING
    html = _parser.renderer.render(tokens, _parser.options, {})
    clean = nh3.clean(
        html,
        tags=TAGS,
        attributes={"a": {"href"}},
        url_schemes=SCHEMES,
        link_rel="nofollow noopener noreferrer",
    )
    return mark_safe(clean)  # noqa: S308 -- nh3 has cleaned it one line above


def excerpt(text: str, length: int) -> str:
    """The beginning of a Markdown text in plain words, at most `length` characters.

    It ends after a whole word, unless a single word is longer than half of it.
    """
    plain = " ".join(unescape(strip_tags(render_markdown(text[: length * 4]))).split())
    short = Truncator(plain).chars(length)
    whole = short.rpartition(" ")[0]
    return short if len(plain) <= length or len(whole) * 2 < length else f"{whole}…"
