"""Markdown of documents: headings keep their levels, nothing else than text comes through."""

import nh3
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt

_TAGS = {"blockquote", "br", "em", "h2", "h3", "hr", "li", "ol", "p", "strong", "ul"}
_LOWEST = 3
_parser = MarkdownIt("commonmark", {"html": False, "breaks": True}).disable(["image", "link"])


def render_document(text: str) -> SafeString:
    """Safe HTML without links; a document's own title is above its headings, so `#` becomes h2."""
    tokens = _parser.parse(text)
    for token in tokens:
        if token.type in {"heading_open", "heading_close"}:
            token.tag = f"h{min(max(int(token.tag[1]), 2), _LOWEST)}"
    html = _parser.renderer.render(tokens, _parser.options, {})
    return mark_safe(nh3.clean(html, tags=_TAGS, attributes={}))  # noqa: S308 -- nh3 cleans it
