"""What the pages that are opened most may ask the database, whoever is in the practice."""

from collections.abc import Iterator
from datetime import datetime

import pytest
from django.db import transaction
from django.test import Client as Browser
from django.utils import timezone

from clients.models import Engagement
from clients.services.sponsors import add_organisation
from coachops.practices.roles import Audience, Role
from coachops.practices.services.members import ensure_membership
from coachops.tenancy.scope import scope
from scheduling.models import Offering
from scheduling.services.offerings import create_offering
from tests.contracts.counting import opened
from tests.contracts.crowd import add_crowd
from tests.contracts.world import HARBOUR, World, as_member
from tests.tracking.factories import make_session
from tracking.models import ActionItem
from tracking.services.actions import add_action
from tracking.services.goals import add_goal
from tracking.services.reflections import write_reflection
from tracking.services.summaries import share_summary

MOST = 13
# The whole arc of an engagement on one page, and all before a session: as much as any page may ask.
MOST_OF_ALL = {"client": 15, "prep": 15}
HOT = {
    "Today": ("bob", "/coach/harbour/"),
    "client": ("bob", "/coach/harbour/clients/{client}/"),
    "prep": ("bob", "/coach/harbour/sessions/{held}/prep/"),
    "timeline": ("bob", "/coach/harbour/clients/{client}/timeline/"),
    "board": ("alice", "/coach/harbour/onboarding/"),
    "health": ("bob", "/coach/harbour/health/"),
    "enquiries": ("bob", "/coach/harbour/enquiries/"),
    "session": ("bob", "/coach/harbour/sessions/{held}/"),
    "three-way": ("bob", "/coach/harbour/sessions/{three_way}/"),
    "portal": ("carol", "/portal/harbour/"),
    "coachee": ("sam", "/sponsor/harbour/coachees/{engagement}/"),
}


@pytest.fixture
def anew(world: World) -> Iterator[World]:
    """The world, to change: undone after the test."""
    with transaction.atomic():
        yield world
        transaction.set_rollback(True)


def _browser(world: World, name: str) -> Browser:
    browser = Browser()
    browser.force_login(world.people[name].user)
    return browser


@pytest.mark.parametrize("page", HOT)
def test_hot_page_asks_little_and_nothing_twice(page: str, anew: World) -> None:
    name, address = HOT[page]
    browser, path = _browser(anew, name), address.format(**anew.things[HARBOUR])
    response, few = opened(browser, path)
    most = MOST_OF_ALL.get(page, MOST)
    assert len(few) <= most, f"{len(few)} statements\n{few}"
    assert few.twice == []
    add_crowd(anew, 49)
    with_crowd, many = opened(browser, path)
    assert len(many) <= len(few), f"{len(few)} before, {len(many)} with fifty clients\n{many}"
    assert many.twice == []
    assert len(with_crowd.content) < 3 * len(response.content) + 60_000


# ---- lists: one literal number, with one row and with three ------------------------------------

LISTS = {
    "clients": ("bob", "/coach/harbour/clients/", 12),
    "members": ("alice", "/coach/harbour/members/", 5),
    "sponsors": ("bob", "/coach/harbour/sponsors/", 6),
    "offerings": ("bob", "/coach/harbour/offerings/", 4),
    "reports": ("bob", "/coach/harbour/reports/", 6),
    "goals": ("carol", "/portal/harbour/goals/", 7),
    "actions": ("carol", "/portal/harbour/actions/", 6),
    "journal": ("carol", "/portal/harbour/journal/", 7),
    "sessions": ("carol", "/portal/harbour/sessions/", 5),
    "summaries": ("carol", "/portal/harbour/summaries/", 7),
    "sponsor home": ("sam", "/sponsor/harbour/", 11),
}


@pytest.mark.parametrize("page", LISTS)
def test_list_asks_the_same_for_one_row_and_for_three(page: str, anew: World) -> None:
    name, path, number = LISTS[page]
    browser = _browser(anew, name)
    opened(browser, path)  # who looked is written once an hour
    before, one = opened(browser, path)
    _two_more(anew, page)
    after, three = opened(browser, path)
    assert after.content != before.content, "the rows are on the page"
    assert (len(one), len(three)) == (number, number), f"{three}"


def _two_more(world: World, page: str) -> None:
    """Two more rows on that page."""
    if page in {"clients", "reports", "sponsor home"}:
        add_crowd(world, 2)
        return
    make, name = MAKERS[page]
    maker = Maker(world, timezone.now())
    with as_member(world.people[name].membership):
        make(maker, 1)
        make(maker, 2)


class Maker:
    """Adds one row to a list of Carol's, or of her practice."""

    def __init__(self, world: World, now: datetime) -> None:
        self._now = now
        self._bob, self._carol = world.cast.bob.membership, world.cast.carol.membership
        self._client = world.cast.carol_client
        with scope(world.cast.bob.scope()):
            self._run = Engagement.objects.get(pk=world.things[HARBOUR]["engagement"])

    def member(self, each: int) -> None:
        ensure_membership(
            email=f"new{each}@harbour.example",
            name="New",
            audience=Audience.STAFF,
            roles=[Role.COACH],
            now=self._now,
        )

    def sponsor(self, each: int) -> None:
        add_organisation(name=f"Company {each}", now=self._now)

    def offering(self, each: int) -> None:
        create_offering(
            coach=self._bob,
            name=f"Talk {each}",
            kind=Offering.Kind.INDIVIDUAL,
            bookers=Offering.Bookers.CLIENTS,
            now=self._now,
        )

    def goal(self, each: int) -> None:
        add_goal(engagement=self._run, text=f"Goal {each}", target=8, by=self._carol, now=self._now)

    def action(self, each: int) -> None:
        add_action(
            engagement=self._run,
            text=f"Promise {each}",
            owner=ActionItem.Owner.CLIENT,
            due_on=None,
            by=self._bob,
            now=self._now,
        )

    def entry(self, each: int) -> None:
        write_reflection(client=self._client, text=f"Entry {each}", by=self._carol, now=self._now)

    def session(self, each: int) -> None:
        make_session(self._client, self._run, self._bob, days=10 + each, number=each + 3)

    def summary(self, each: int) -> None:
        session = make_session(self._client, self._run, self._bob, days=-each, number=each)
        share_summary(session=session, text=f"Kept {each}", version=0, by=self._bob, now=self._now)


MAKERS = {
    "members": (Maker.member, "alice"),
    "sponsors": (Maker.sponsor, "bob"),
    "offerings": (Maker.offering, "bob"),
    "goals": (Maker.goal, "carol"),
    "actions": (Maker.action, "bob"),
    "journal": (Maker.entry, "carol"),
    "sessions": (Maker.session, "bob"),
    "summaries": (Maker.summary, "bob"),
}
