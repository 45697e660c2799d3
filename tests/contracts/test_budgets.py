"""What the pages that are opened most may ask the database, whoever is in the practice."""

from collections.abc import Iterator
from datetime import datetime
from uuid import UUID

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

MOST = 12
HOT = {
    "Today": ("bob", "/coach/harbour/"),
    "client": ("bob", "/coach/harbour/clients/{client}/"),
    "session": ("bob", "/coach/harbour/sessions/{held}/"),
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
    assert len(few) <= MOST, f"{len(few)} statements\n{few}"
    assert few.twice == []
    add_crowd(anew, 49)
    with_crowd, many = opened(browser, path)
    assert len(many) <= len(few), f"{len(few)} before, {len(many)} with fifty clients\n{many}"
    assert many.twice == []
    assert len(with_crowd.content) < 3 * len(response.content) + 60_000


# ---- lists: one literal number, with one row and with three ------------------------------------

LISTS = {
    "clients": ("bob", "/coach/harbour/clients/", 11),
    "members": ("alice", "/coach/harbour/members/", 5),
    "sponsors": ("bob", "/coach/harbour/sponsors/", 6),
    "offerings": ("bob", "/coach/harbour/offerings/", 4),
    "reports": ("bob", "/coach/harbour/reports/", 6),
    "goals": ("carol", "/portal/harbour/goals/", 8),
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
    now = timezone.now()
    cast = world.cast
    if page in {"clients", "reports", "sponsor home"}:
        add_crowd(world, 2)
        return
    with as_member(cast.bob.membership) if page != "members" else scope(cast.alice.scope()):
        for each in (1, 2):
            _one_more(world, page, each, now)


def _one_more(world: World, page: str, each: int, now: datetime) -> None:
    cast, things = world.cast, world.things[HARBOUR]
    bob, carol = cast.bob.membership, cast.carol.membership
    engagement = _engagement(things["engagement"])
    match page:
        case "members":
            email = f"new{each}@harbour.example"
            ensure_membership(
                email=email, name="New", audience=Audience.STAFF, roles=[Role.COACH], now=now
            )
        case "sponsors":
            add_organisation(name=f"Company {each}", now=now)
        case "offerings":
            create_offering(
                coach=bob,
                name=f"Talk {each}",
                kind=Offering.Kind.INDIVIDUAL,
                bookers=Offering.Bookers.CLIENTS,
                now=now,
            )
        case "goals":
            with as_member(carol):
                add_goal(engagement=engagement, text=f"Goal {each}", target=8, by=carol, now=now)
        case "actions":
            add_action(
                engagement=engagement,
                text=f"Promise {each}",
                owner=ActionItem.Owner.CLIENT,
                due_on=None,
                by=bob,
                now=now,
            )
        case "journal":
            with as_member(carol):
                write_reflection(client=cast.carol_client, text=f"Entry {each}", by=carol, now=now)
        case "sessions":
            make_session(cast.carol_client, engagement, bob, days=10 + each, number=each + 3)
        case "summaries":
            session = make_session(cast.carol_client, engagement, bob, days=-each, number=each)
            share_summary(session=session, text=f"Kept {each}", version=0, by=bob, now=now)


def _engagement(pk: UUID) -> Engagement:
    return Engagement.objects.get(pk=pk)
