"""Reads what a page says about who may read its parts."""

from collections.abc import Iterable
from html.parser import HTMLParser

_VOID = {
    "area",
    "base",
    "br",
    "col",
    "embed",
    "hr",
    "img",
    "input",
    "link",
    "meta",
    "source",
    "wbr",
}


class AudienceReader(HTMLParser):
    """For each of some words on a page, the `data-audience` of the closest element around them."""

    def __init__(self, words: Iterable[str]) -> None:
        super().__init__()
        self._words = tuple(words)
        self._open: list[tuple[str, str]] = [("", "")]
        self.found: set[tuple[str, str]] = set()

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        audience = dict(attributes).get("data-audience") or self._open[-1][1]
        for _, value in attributes:
            self._note(value or "", audience)
        if tag not in _VOID:
            self._open.append((tag, audience))

    def handle_startendtag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        audience = dict(attributes).get("data-audience") or self._open[-1][1]
        for _, value in attributes:
            self._note(value or "", audience)

    def handle_endtag(self, tag: str) -> None:
        """An end tag closes what was opened last by that name, and all that was forgotten in it."""
        if any(tag == opened for opened, _ in self._open):
            while self._open.pop()[0] != tag:
                pass

    def handle_data(self, data: str) -> None:
        self._note(data, self._open[-1][1])

    def _note(self, text: str, audience: str) -> None:
        self.found |= {(words, audience) for words in self._words if words in text}
