"""Everybody locks in one order, so whoever has the first of several gets the rest of them.

Coaches and rooms, then cohorts, then sessions, then people, then engagements: each in order of ids.
"""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import timedelta
from functools import partial
from time import monotonic
from uuid import UUID, uuid4

import pytest
from django.db import connection, transaction

from clients.models import Client, Engagement
from coachops.practices.services.members import end_membership
from coachops.tenancy.scope import scope
from programs.services.ledger import open_account
from scheduling.models import Cohort, Seat, Session
from scheduling.policies import CancelledBy
from scheduling.policies.groups import GroupRefused
from scheduling.services.archiving import archive_with_dates
from scheduling.services.changes import move_session
from scheduling.services.cohorts import CohortPlan, join_cohort, plan_cohort
from scheduling.services.engagements import change_engagement
from scheduling.services.groups import Group
from scheduling.services.seats import join_group, leave_group
from scheduling.services.second_coaches import step_back
from scheduling.services.series import Run
from tests.cast import build_cast
from tests.scheduling.conftest import NOW
from tests.scheduling.groups_world import MONDAY_FIVE, Circle, build_circle
from tests.scheduling.test_together import lead_with

WEEK = timedelta(days=7)
PATIENCE = 20
"""Seconds until a test gives up waiting for somebody to wait."""

_WAITING = """
SELECT count(*) FROM pg_stat_activity
WHERE datname = current_database() AND wait_event_type = 'Lock'
"""

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def circle() -> Circle:
    with transaction.atomic():
        return build_circle(build_cast(), people=4, capacity=2)


def _begin(pool: ThreadPoolExecutor, circle: Circle, act: Callable[[], object]) -> Future[object]:
    """Somebody else does it now, as far as they get; with what they got or why they did not."""

    def run() -> object:
        try:
            with scope(circle.cast.bob.scope()):
                return act()
        except GroupRefused as refused:
            return refused
        finally:
            connection.close()

    return pool.submit(run)


def _until_waiting(count: int) -> None:
    """Until so many wait for a lock that somebody else has."""
    deadline = monotonic() + PATIENCE
    with connection.cursor() as cursor:
        while monotonic() < deadline:
            cursor.execute("SELECT pg_stat_clear_snapshot()")
            cursor.execute(_WAITING)
            if cursor.fetchone()[0] >= count:
                return
    pytest.fail("nobody waits")


def _gets_the_rest[T](
    circle: Circle, rows: Callable[[], list[T]], act: Callable[[], object]
) -> object:
    """Lock the first row, have somebody do what needs all of them, and lock the others at once."""
    with ThreadPoolExecutor(1) as pool:
        with scope(circle.cast.bob.scope()), transaction.atomic():
            first, *others = sorted(rows(), key=lambda row: row.pk)
            _lock(first)
            done = _begin(pool, circle, act)
            _until_waiting(1)
            for other in others:
                _lock(other)
        return done.result(timeout=PATIENCE)


def _lock(row: object) -> None:
    """As bookings do. Raises OperationalError where somebody has it."""
    rows = type(row).objects.select_for_update(of=("self",), no_key=True, nowait=True)
    rows.get(pk=row.pk)


def _engaged(circle: Circle, *clients: Client) -> list[Engagement]:
    """With ids in this order."""
    with scope(circle.cast.bob.scope()), transaction.atomic():
        engagements = [
            Engagement.objects.create(
                id=UUID(int=number),
                client=client,
                coach=circle.cast.bob.membership,
                title="Circle",
                payer=Engagement.Payer.SELF,
                starts_on=NOW.date(),
                ends_on=NOW.date() + 20 * WEEK,
            )
            for number, client in enumerate(clients, start=1)
        ]
        for engagement in engagements:
            open_account(engagement=engagement, sessions=10, now=NOW)
    return engagements


def _cohort(circle: Circle, *roster: Client, weeks: int = 2, draws: bool = False) -> Cohort:
    with scope(circle.cast.bob.scope()):
        return plan_cohort(
            offering=circle.offering,
            plan=CohortPlan(
                "Spring",
                Run("weekly", [MONDAY_FIVE + number * WEEK for number in range(1, weeks + 1)]),
                Group(capacity=2, draws_on_ledger=draws),
            ),
            roster=roster,
            booking_key=uuid4(),
            now=NOW,
        )


def test_archiving_somebody_whose_place_others_want_lets_them_join_elsewhere(
    circle: Circle,
) -> None:
    """Both need the engagement of whoever waits in both sessions, and the archived person."""
    leaver, waiter, other, third = circle.crowd
    engagements = _engaged(circle, waiter, leaver, other, third)
    theirs = circle.schedule(leaver, other, draws_on_ledger=True)
    elsewhere = circle.schedule(other, third, at=MONDAY_FIVE + WEEK, draws_on_ledger=True)
    circle.join(theirs, waiter)
    circle.join(elsewhere, waiter)
    with scope(circle.cast.bob.scope()), transaction.atomic():
        named = [Seat.objects.get(session=theirs, client=leaver).pk]
    archive = partial(archive_with_dates, client=leaver, named=named, now=NOW)
    join = partial(join_group, session=elsewhere, client=leaver, now=NOW)
    with ThreadPoolExecutor(2) as pool:
        with scope(circle.cast.bob.scope()), transaction.atomic():
            _lock(engagements[0])
            archived = _begin(pool, circle, archive)
            _until_waiting(1)
            joined = _begin(pool, circle, join)
            _until_waiting(2)
        assert isinstance(joined.result(timeout=PATIENCE), GroupRefused)
        archived.result(timeout=PATIENCE)
    assert circle.names(theirs) == [other.name, waiter.name]


def test_joining_a_cohort_takes_the_engagements_of_all_its_dates_at_once(circle: Circle) -> None:
    comer, waiter, one, two = circle.crowd
    engagements = _engaged(circle, waiter, comer, one, two)
    cohort = _cohort(circle, one, two, draws=True)
    with scope(circle.cast.bob.scope()), transaction.atomic():
        _first, second = Session.objects.filter(series=cohort.series_id).order_by("starts_at")
    circle.invite(second, waiter)
    with scope(circle.cast.bob.scope()):
        leave_group(seat=circle.invite(second, comer), left_by=CancelledBy.COACH, now=NOW)
    seats = _gets_the_rest(
        circle,
        lambda: engagements[:2],
        partial(join_cohort, cohort=cohort, client=comer, now=NOW),
    )
    assert [seat.state for seat in seats] == ["waiting", "waiting"]


def test_ending_an_engagement_takes_it_in_line_with_those_of_who_waits(circle: Circle) -> None:
    leaver, waiter, one, _two = circle.crowd
    engagements = _engaged(circle, leaver, waiter, one)
    session = circle.schedule(leaver, one, draws_on_ledger=True)
    circle.join(session, waiter)
    _gets_the_rest(
        circle,
        lambda: engagements[:2],
        partial(
            change_engagement,
            engagement=engagements[0],
            change="complete",
            cancel=(),
            keep=(),
            now=NOW,
        ),
    )
    assert circle.names(session) == [one.name, waiter.name]


def test_whoever_no_longer_leads_too_lets_go_of_all_sessions_in_their_order(
    circle: Circle,
) -> None:
    """Whichever begins first."""
    bob, olga = circle.cast.bob, circle.cast.olga
    lead_with(circle.cast, circle.offering, olga)
    cohort = _cohort(circle)
    with scope(bob.scope()), transaction.atomic():
        first = Session.objects.filter(series=cohort.series_id).order_by("pk")[0]
        move_session(session=first, starts_at=MONDAY_FIVE + 9 * WEEK, now=NOW)
    with scope(circle.cast.alice.scope()):
        end_membership(membership=olga.membership, now=NOW)
    rows = Session.objects.filter
    left = _gets_the_rest(
        circle,
        lambda: list(rows(series=cohort.series_id)),
        partial(step_back, coach=olga.membership, now=NOW),
    )
    assert left == 2
