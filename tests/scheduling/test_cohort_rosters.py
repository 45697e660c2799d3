"""Who is on a cohort's roster, who may open it, and what many people on many dates cost."""

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from uuid import uuid4

import pytest
from django.db import transaction
from django.test import Client as Browser

from clients.models import Client, CoachAssignment
from clients.services.assignments import assign_coach, end_assignment
from clients.services.clients import archive_client
from coachops.audit.models import AuditEvent
from coachops.outbox.engine import drain
from coachops.practices.services.members import end_membership
from coachops.tenancy.scope import scope
from programs.services.ledger import open_account
from scheduling.models import Cohort, CohortMember, Offering, Seat, Session
from scheduling.policies import CancelledBy
from scheduling.policies.groups import GroupRefusal, GroupRefused
from scheduling.queries.guest_groups import move_place_page
from scheduling.queries.own_groups import groups_of_client, own_group_page
from scheduling.services.archiving import archive_with_dates
from scheduling.services.cohorts import (
    CohortPlan,
    add_date,
    join_cohort,
    leave_cohort,
    plan_cohort,
)
from scheduling.services.groups import Group
from scheduling.services.guest_seats import move_seat
from scheduling.services.seats import settle_seat
from scheduling.services.series import Run
from tests.cast import Cast, Person, practice_day
from tests.contracts.counting import counted
from tests.scheduling.conftest import NOW
from tests.scheduling.groups_world import MONDAY_FIVE, Circle, build_circle

WEEK = timedelta(days=7)
COACH, PORTAL = "/coach/harbour/", "/portal/harbour/"

type Visit = Callable[[Person], Browser]


@pytest.fixture
def circle(cast: Cast) -> Circle:
    return build_circle(cast, people=9, make_ups=1)


def _plan(
    circle: Circle, *roster: Client, dates: int = 3, first=MONDAY_FIVE, **group: object
) -> Cohort:
    starts = [first + WEEK * number for number in range(dates)]
    with scope(circle.cast.bob.scope()):
        return plan_cohort(
            offering=circle.offering,
            plan=CohortPlan("Spring cohort", Run("weekly", starts), Group(capacity=9, **group)),
            roster=roster,
            booking_key=uuid4(),
            now=NOW,
        )


def _dates(circle: Circle, cohort: Cohort) -> list[Session]:
    with scope(circle.cast.bob.scope()):
        rows = Session.objects.filter(series_id=cohort.series_id)
        return list(rows.select_related("offering", "coach").order_by("starts_at"))


def _roster(circle: Circle) -> list[str]:
    with scope(circle.cast.bob.scope()):
        members = CohortMember.objects.current().order_by("client__name")
        return [member.client.first_name for member in members.select_related("client")]


def _added(circle: Circle, cohort: Cohort, *, key=None) -> tuple[list[str], list[str]]:
    """Who has a place on one more date, and who could not have one."""
    with scope(circle.cast.bob.scope()):
        added = add_date(
            cohort=cohort,
            starts_at=MONDAY_FIVE + WEEK * 10,
            topic="",
            booking_key=uuid4(),
            now=NOW,
        )
    names = [name[:8] for name in circle.names(added.session)]
    return names, [f"{refused.who} {refused.reason}" for refused in added.without]


# ---- who is on it -------------------------------------------------------------------------------
def test_whoever_is_archived_is_on_no_roster(circle: Circle) -> None:
    cohort = _plan(circle, *circle.crowd[:3])
    with scope(circle.cast.bob.scope()):
        seats = Seat.objects.filter(client=circle.crowd[0]).values_list("pk", flat=True)
        archive_with_dates(client=circle.crowd[0], named=list(seats), now=NOW)
        assert not seats.exclude(state=Seat.State.CANCELLED).exists()
        assert AuditEvent.objects.filter(event="cohort.left", subject_id=cohort.pk).count() == 1
    assert _roster(circle) == ["Person01", "Person02"]
    assert _added(circle, cohort) == (["Person 0"] * 2, [])


def test_whoever_goes_to_another_coach_leaves_the_roster_and_keeps_planned_places(
    circle: Circle,
) -> None:
    cast, cohort = circle.cast, _plan(circle, *circle.crowd[:2])
    goes, alice = circle.crowd[0], cast.alice.membership
    with scope(cast.alice.scope()), transaction.atomic():
        assign_coach(client=goes, coach=cast.olga.membership, by=alice, now=NOW)
        end_assignment(client=goes, coach=cast.bob.membership, by=alice, now=NOW)
    drain(now=NOW)
    assert _roster(circle) == ["Person01"]
    assert len(circle.names(_dates(circle, cohort)[0])) == 2
    assert _added(circle, cohort) == (["Person 0"], [])


def test_one_more_date_is_planned_without_whoever_cannot_take_part(
    circle: Circle, visit: Visit
) -> None:
    cohort = _plan(circle, *circle.crowd[:4])
    archived, moved = circle.crowd[:2]
    with scope(circle.cast.bob.scope()):
        archive_client(client=archived, now=NOW)
        theirs = CoachAssignment.objects.filter(client=moved)
        theirs.update(ended_on=practice_day() - timedelta(days=1))
    bob, address = visit(circle.cast.bob), f"{COACH}cohorts/{cohort.pk}/"
    date = {"day": "2027-01-11", "at": "17:30", "booking_key": str(uuid4())}
    page = bob.post(f"{address}dates/new/", date, follow=True).content.decode()
    assert "No place for Person00." in page
    assert "No place for Person01. Person01 is not coached by" in page
    assert len(circle.names(_dates(circle, cohort)[-1])) == 2
    assert bob.post(f"{address}remove/{moved.pk}/").status_code == 302
    assert _roster(circle) == ["Person00", "Person02", "Person03"]


def test_whose_account_is_empty_is_left_out_of_one_more_date_alone(circle: Circle) -> None:
    cast = circle.cast
    with scope(cast.bob.scope()):
        open_account(engagement=cast.carol_engagement, sessions=3, now=NOW)
    cohort = _plan(circle, cast.carol_client, draws_on_ledger=True)
    assert _added(circle, cohort) == ([], ["Carol none_left"])
    with scope(cast.bob.scope()):
        assert Seat.objects.filter(engagement=cast.carol_engagement).count() == 3


# ---- what it costs ------------------------------------------------------------------------------
def _cost_of(circle: Circle, act: Callable[[], object]) -> int:
    with scope(circle.cast.bob.scope()), counted() as statements:
        act()
    return len(statements)


def test_many_people_ask_the_database_no_more_than_few(circle: Circle) -> None:
    evenings = {2: MONDAY_FIVE, 9: MONDAY_FIVE + timedelta(hours=2)}
    few, many = (
        _cost_of(circle, partial(_plan, circle, *circle.crowd[:people], first=first))
        for people, first in evenings.items()
    )
    assert many <= few


def test_joining_and_leaving_ask_little_more_for_many_dates(circle: Circle) -> None:
    late = MONDAY_FIVE + timedelta(hours=2)
    short = _plan(circle, *circle.crowd[:2], dates=2)
    long = _plan(circle, *circle.crowd[:2], dates=12, first=late)
    joins = [
        _cost_of(circle, partial(join_cohort, cohort=cohort, client=circle.crowd[4], now=NOW))
        for cohort in (short, long)
    ]
    assert joins[0] == joins[1]
    leave = partial(leave_cohort, client=circle.crowd[4], left_by=CancelledBy.CLIENT, now=NOW)
    leaves = [_cost_of(circle, partial(leave, cohort=cohort)) for cohort in (short, long)]
    assert leaves[1] - leaves[0] == 10, "one for each date, about its reminders"


# ---- who may come in ----------------------------------------------------------------------------
def _can_join(circle: Circle, session: Session, client: Client, now=NOW) -> tuple[bool, bool]:
    """By their page, and by the list."""
    with scope(circle.cast.bob.scope()):
        listed = {line.id for line in groups_of_client(client, now) if not line.mine}
        return own_group_page(session, client, now).can_join, session.pk in listed


def test_a_closed_cohort_is_open_for_as_many_make_ups_as_there_are(circle: Circle) -> None:
    outsider, cohort = circle.crowd[4], _plan(circle, *circle.crowd[:2])
    first, second, third = _dates(circle, cohort)
    missed = circle.schedule(outsider, at=MONDAY_FIVE - timedelta(days=4))
    with pytest.raises(GroupRefused) as refused:
        circle.join(first, outsider)
    assert refused.value.reason == GroupRefusal.NOT_OPEN
    now = MONDAY_FIVE - timedelta(days=3)
    with scope(circle.cast.bob.scope()):
        settle_seat(seat=Seat.objects.get(session=missed), outcome="no_show", reason="", now=now)
    assert _can_join(circle, first, outsider, now) == (True, True)
    seat = circle.join(first, outsider, now)
    assert _can_join(circle, second, outsider, now) == (False, False)
    with pytest.raises(GroupRefused):
        circle.join(second, outsider, now)
    with scope(circle.cast.bob.scope()):
        seat = Seat.objects.select_related("session__offering", "session__coach", "client").get(
            pk=seat.pk
        )
        assert [date.id for date in move_place_page(seat, now).dates] == [second.pk, third.pk]
        assert move_seat(seat=seat, to=third, now=now).makes_up_for.session_id == missed.pk


def test_a_member_of_a_secret_cohort_comes_back_to_a_date_they_gave_up(
    circle: Circle, visit: Visit
) -> None:
    cohort = _plan(circle, circle.cast.carol_client, circle.crowd[0])
    with scope(circle.cast.bob.scope()):
        Offering.objects.update(bookers=Offering.Bookers.SECRET)
    carol, first = visit(circle.cast.carol), _dates(circle, cohort)[0]
    carol.post(f"{PORTAL}groups/{first.pk}/leave/")
    assert str(first.pk) in carol.get(f"{PORTAL}cohorts/{cohort.pk}/").content.decode()
    assert carol.get(f"{PORTAL}groups/{first.pk}/").status_code == 200
    carol.post(f"{PORTAL}groups/{first.pk}/join/")
    assert "Carol Harbour" in circle.names(first)
    assert not _can_join(circle, first, circle.crowd[5])[1]


def test_cohorts_of_a_coach_who_left_stay_with_the_owner(circle: Circle, visit: Visit) -> None:
    cast, cohort = circle.cast, _plan(circle, *circle.crowd[:2])
    with scope(cast.alice.scope()), transaction.atomic():
        end_membership(membership=cast.bob.membership, now=NOW)
    alice, address = visit(cast.alice), f"{COACH}cohorts/{cohort.pk}/"
    assert "Spring cohort" in alice.get(f"{COACH}groups/").content.decode()
    assert "Person 01 Secretname" in alice.get(address).content.decode()
    assert visit(cast.olga).get(address).status_code == 404
    assert alice.post(f"{address}cancel/").status_code == 302
    assert {each.state for each in _dates(circle, cohort)} == {"cancelled"}


def test_whoever_works_here_and_takes_part_on_one_date_comes_by_the_clients_door(
    circle: Circle, visit: Visit
) -> None:
    cast, cohort = circle.cast, _plan(circle, *circle.crowd[:2])
    address = f"{COACH}cohorts/{cohort.pk}/"
    assert visit(cast.vera).get(address).status_code == 200
    circle.invite(_dates(circle, cohort)[1], circle.crowd[3])
    with scope(cast.bob.scope()):
        Seat.objects.filter(client=circle.crowd[3]).update(email="VERA@harbour.example")
    vera = visit(cast.vera)
    assert vera.get(address).status_code == 404
    assert "Spring cohort" not in vera.get(f"{COACH}groups/").content.decode()


def test_what_was_typed_stays_when_it_is_refused(circle: Circle, visit: Visit) -> None:
    cohort = _plan(circle, *circle.crowd[:3])
    bob, address = visit(circle.cast.bob), f"{COACH}cohorts/{cohort.pk}/"
    past = {"day": "2020-01-06", "at": "17:30", "topic": "Feedback", "booking_key": str(uuid4())}
    refused = bob.post(f"{address}dates/new/", past)
    assert refused.status_code == 409
    page = refused.content.decode()
    assert "Choose a time that is still to come." in page
    assert 'value="Feedback"' in page
    refused = bob.post(f"{address}change/", {"name": "Autumn", "capacity": "2"})
    assert refused.status_code == 409
    page = refused.content.decode()
    assert "There are more people than places." in page
    assert 'value="Autumn"' in page
