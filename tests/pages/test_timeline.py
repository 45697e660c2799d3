"""One timeline of everything: told to each reader as far as they may know, page by page."""

import re
from html import unescape

import pytest
from django.test import Client as Browser
from django.utils import timezone

from clients.models import Client, ContentRead
from clients.queries.safes import safe_of
from coachops.pages.queries.timeline import SOURCES, Place, Wanted, timeline_of
from coachops.tenancy.scope import scope
from coachops.web.timeline import Strand
from tests.contracts.world import World

CONTENT = ("carols-shared-summary", "carols-shared-reflection", "carols-action-item")


def _address(furnished: World, tail: str = "") -> str:
    return f"/coach/harbour/clients/{furnished.things['harbour']['client']}/timeline/{tail}"


def _whole(browser: Browser, address: str) -> str:
    """Every page of it, one after the other."""
    pages, more = [], address
    while more:
        pages.append(browser.get(more).content.decode())
        earlier = re.search(r'rel="next"\s+href="([^"]+)"', pages[-1])
        more = earlier and f"{address.partition('?')[0]}{unescape(earlier[1])}"
    return "".join(pages)


def test_coach_finds_everything_with_who_may_see_it(furnished: World, visit) -> None:
    page = _whole(visit(furnished.people["bob"]), _address(furnished))
    for words in (*CONTENT, "carols-private-note", "carols-later-wording", "carols-run"):
        assert words in page
    note = re.search(r'data-audience="([^"]+)"(?:(?!<li).)*carols-private-note', page, re.DOTALL)
    assert note is not None
    assert note[1] == "coach"
    assert "carols-private-reflection" not in page
    assert "carols-draft" not in page


@pytest.mark.parametrize("name", ["alice", "vera"])
def test_organisers_read_dates_and_states_alone(furnished: World, visit, name: str) -> None:
    page = _whole(visit(furnished.people[name]), _address(furnished))
    for words in ("Session 1", "Carol answered: Asked", "Carol prepared for", "Invited to the"):
        assert words in page
    assert "carols-" not in page.replace("carols-run", "")


@pytest.mark.parametrize("name", ["olga", "ines", "carol", "sam", "mallory"])
def test_nobody_else_finds_it(furnished: World, visit, name: str) -> None:
    assert visit(furnished.people[name]).get(_address(furnished)).status_code == 404


def test_who_read_it_is_written_down(furnished: World, visit) -> None:
    bob = furnished.people["bob"]
    visit(bob).get(_address(furnished))
    with scope(bob.scope()):
        reads = ContentRead.objects.filter(reader=bob.membership, kind="client profile")
        assert reads.count() == 1


@pytest.mark.parametrize(
    ("narrowed", "shown", "hidden"),
    [
        ("?strand=actions", "carols-action-item", "carols-shared-summary"),
        ("?strand=notes", "carols-shared-summary", "carols-action-item"),
        ("?until=1999-01-01", "Nothing of this kind", "carols-action-item"),
        ("?since=2899-01-01", "Nothing of this kind", "carols-action-item"),
    ],
)
def test_reader_narrows_it(furnished: World, visit, narrowed: str, shown: str, hidden: str) -> None:
    answer = visit(furnished.people["bob"]).get(_address(furnished, narrowed))
    page = answer.content.decode()
    assert answer.status_code == 200
    assert (shown in page, hidden in page) == (True, False)


def test_nonsense_narrows_nothing(furnished: World, visit) -> None:
    bob = visit(furnished.people["bob"])
    nonsense = "?strand=nonsense&engagement=x&since=x&until=0&before=x-y-z"
    pages = [bob.get(_address(furnished, tail)) for tail in ("", nonsense)]
    whole, same = [page.context["timeline"].entries for page in pages]
    assert whole == same


def test_pages_follow_each_other_without_gap_or_repetition(furnished: World) -> None:
    bob, now = furnished.people["bob"], timezone.now()
    with scope(bob.scope()):
        client = Client.objects.get(pk=furnished.things["harbour"]["client"])
        safe = safe_of(client.pk)
        whole = timeline_of(
            client, safe, Wanted(), now=now, practice_slug="harbour", limit=200
        ).entries
        pieces, before = [], Place()
        while True:
            page = timeline_of(
                client, safe, Wanted(before=before), now=now, practice_slug="harbour", limit=3
            )
            pieces += page.entries
            if not page.earlier:
                break
            before = Place.read(page.earlier)
    assert [each.told for each in pieces] == [each.told for each in whole]
    assert [each.at for each in whole] == sorted((each.at for each in whole), reverse=True)


def test_every_source_is_led_by_the_practice_and_its_client() -> None:
    for source in SOURCES:
        assert "practice_id = %(practice)s" in source.statement
        assert "client_id = %(client)s" in source.statement
        assert source.statement.count("%(client)s") == 1
    assert {each.strand for each in SOURCES} == set(Strand)
