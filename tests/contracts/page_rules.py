"""Rules that every page keeps, seen in what the server really answers."""

import re
from collections.abc import Iterator
from html.parser import HTMLParser

from tests.contracts.visitor import Answer

POLICY = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self' data:",
    "font-src": "'self'",
    "media-src": "'self' blob:",
    "connect-src": "'self'",
    "form-action": "'self'",
    "base-uri": "'none'",
    "frame-ancestors": "'none'",
}
# Reading writes down who read, and that the session is alive: nothing else.
WRITTEN_BY_READING = {"clients_contentread", "django_session"}
CACHED = {"theme", "mail_style", "practice_logo", "feed"}
_TAG = re.compile(r"""<[a-zA-Z](?:[^>"']|"[^"]*"|'[^']*')*>""")
_TAG_BEGINS = re.compile("<[a-zA-Z]")
_harmless: set[str] = set()


def broken_rules(page: str, answer: Answer) -> Iterator[str]:
    """What is wrong with an answer to GET; `watch` of the visitor is `rows_written`."""
    yield from _caching(page, answer)
    yield from _policy(answer)
    yield from _inline(answer)
    yield from _writes(answer)


def _caching(page: str, answer: Answer) -> Iterator[str]:
    if page not in CACHED and answer.headers.get("Cache-Control") != "no-store":
        yield f"Cache-Control is {answer.headers.get('Cache-Control')}"


def _policy(answer: Answer) -> Iterator[str]:
    header = answer.headers.get("Content-Security-Policy", "")
    parts = (part.strip().partition(" ") for part in header.split(";") if part.strip())
    policy = {name: sources for name, _, sources in parts}
    if answer.is_page and policy != POLICY:
        yield f"policy is {header}"
    if answer.headers.get("X-Content-Type-Options") != "nosniff":
        yield "content may be sniffed"


def _inline(answer: Answer) -> Iterator[str]:
    if answer.is_page:
        yield from inline_parts(answer.text)


def _writes(answer: Answer) -> Iterator[str]:
    written = {table for table, rows in answer.after.items() if rows != answer.before.get(table)}
    if not written <= WRITTEN_BY_READING:
        yield f"reading wrote into {sorted(written - WRITTEN_BY_READING)}"


def inline_parts(page: str) -> list[str]:
    """Scripts, styles and handlers in the page itself. Pages have most tags in common, and each
    tag is looked at once.
    """
    tags = _TAG.findall(page)
    finder = InlineFinder()
    if len(tags) != len(_TAG_BEGINS.findall(page)):
        finder.feed(page)  # something else looks like a tag
        return finder.found
    for tag in set(tags) - _harmless:
        before = len(finder.found)
        finder.feed(tag)
        finder.reset()
        if len(finder.found) == before:
            _harmless.add(tag)
    return finder.found


class InlineFinder(HTMLParser):
    """Finds scripts, styles and handlers that stand in the page itself."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        named = dict(attributes)
        if tag == "style" or (tag == "script" and "src" not in named):
            self.found.append(f"inline <{tag}>")
        self.found += [
            f"<{tag} {name}>"
            for name in named
            if name == "style" or name.startswith(("on", "hx-on"))
        ]
        self.found += [
            f"<{tag} {name}> runs a script"
            for name, value in attributes
            if (value or "").strip().lower().startswith("javascript:")
        ]
