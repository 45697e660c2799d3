"""Rules that every page keeps, seen in what the server really answers."""

from collections.abc import Iterator
from html.parser import HTMLParser

import pytest

from clients.models import Client, Engagement, SponsorContact
from coachops.practices.models import Membership
from coachops.tenancy.scope import scope, system_scope
from scheduling.models import Session
from tests.contracts.addresses import addresses
from tests.contracts.visitor import ANONYMOUS, Answer, Visitor, rows_written
from tests.contracts.world import HARBOUR, World

POLICY = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self' data:",
    "font-src": "'self'",
    "connect-src": "'self'",
    "form-action": "'self'",
    "base-uri": "'none'",
    "frame-ancestors": "'none'",
}
# Reading writes down who read, and that the session is alive: nothing else.
WRITTEN_BY_READING = {"clients_contentread", "django_session"}
READERS = ("alice", "bob", "vera", "carol", "sam", ANONYMOUS)
CACHED = {"theme", "practice_logo", "feed"}


def _answers(name: str, world: World) -> Iterator[tuple[str, Answer]]:
    visitor = Visitor(world, name, watch=rows_written)
    for address in addresses():
        if name in address.may:
            yield address.name, visitor.get(address.at(HARBOUR, world.things[HARBOUR]))


@pytest.mark.parametrize("name", READERS)
def test_pages_keep_the_rules(name: str, world: World) -> None:
    wrong = [
        f"{page}: {finding}"
        for page, answer in _answers(name, world)
        for finding in _findings(page, answer)
    ]
    assert not wrong, "\n".join(wrong)


def _findings(page: str, answer: Answer) -> Iterator[str]:
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
        finder = InlineFinder()
        finder.feed(answer.text)
        yield from finder.found


def _writes(answer: Answer) -> Iterator[str]:
    written = {table for table, rows in answer.after.items() if rows != answer.before.get(table)}
    if not written <= WRITTEN_BY_READING:
        yield f"reading wrote into {sorted(written - WRITTEN_BY_READING)}"


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


def test_inline_parts_are_found() -> None:
    finder = InlineFinder()
    finder.feed('<style></style><p style="a" onclick="b"><script>1</script><a href="javascript:x">')
    assert finder.found == [
        "inline <style>",
        "<p style>",
        "<p onclick>",
        "inline <script>",
        "<a href> runs a script",
    ]


# ---- one id of the other practice in a form ---------------------------------------------------

FIELDS = ("client", "coach", "contact", "engagement", "offering", "organisation", "session")


@pytest.mark.parametrize("name", ["bob", "carol"])
def test_forms_do_not_take_ids_of_the_other_practice(name: str, world: World) -> None:
    """Every form is sent everything it might ask for, by id of Lagoon; nothing is written there."""
    foreign = {field: str(world.things["lagoon"][_thing(field)]) for field in FIELDS}
    foreign |= {"practice": str(world.cast.other_practice.pk), "roles": "owner"}
    visitor = Visitor(world, name, watch=lambda: _rows_of_lagoon(world))
    wrong = [
        f"{address.name}: {answer}"
        for address in addresses()
        if name in address.may and address.is_for_members
        for answer in [visitor.post(address.at(HARBOUR, world.things[HARBOUR]), foreign)]
        if answer.status >= 500 or answer.after != answer.before
    ]
    assert not wrong, "\n".join(wrong)
    assert visitor.leaks == set()


def _thing(field: str) -> str:
    return "member" if field == "coach" else field


def _rows_of_lagoon(world: World) -> dict[str, int]:
    with scope(system_scope(world.cast.other_practice.pk)):
        return {
            model.__name__: model.objects.filter(practice=world.cast.other_practice).count()
            for model in (Client, Engagement, Session, SponsorContact, Membership)
        }
