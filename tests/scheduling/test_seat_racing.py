"""Many people, few places: exactly that many are booked, everybody else waits in turn."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import timedelta
from functools import partial
from threading import Barrier
from uuid import uuid4

import pytest
from django.db import connection, transaction

from clients.models import Client, Engagement
from coachops.tenancy.scope import Scope, scope
from programs.services.ledger import open_account
from scheduling.models import Offering, Seat, Session
from scheduling.policies import CancelledBy
from scheduling.policies.groups import GroupRefused
from scheduling.services.archiving import StillComing, archive_with_dates
from scheduling.services.booking import BookerClient, BookerGuest, book_session
from scheduling.services.cohorts import CohortPlan, join_cohort, plan_cohort
from scheduling.services.groups import Group
from scheduling.services.guest_seats import book_seat_as_guest
from scheduling.services.guests import Guest
from scheduling.services.seats import join_group, leave_group
from scheduling.services.series import DateTaken, Run, book_series
from scheduling.services.times import SlotTaken
from tests.cast import build_cast
from tests.scheduling.conftest import NOW, TUESDAY_TEN, build_desk
from tests.scheduling.groups_world import MONDAY_FIVE, Circle, build_circle

RACERS, PLACES, ROUNDS = 20, 5, 3
WEEK = timedelta(days=7)

pytestmark = pytest.mark.django_db(transaction=True)


def _race[T](acts: list[Callable[[], T]], as_whom: Scope) -> list[T]:
    """All at once, each with a connection of its own."""
    gate = Barrier(len(acts))

    def run(act: Callable[[], T]) -> T:
        gate.wait()
        try:
            with scope(as_whom):
                return act()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


def _circle() -> Circle:
    with transaction.atomic():
        return build_circle(build_cast(), people=RACERS, capacity=PLACES)


def _join(session: Session, client: Client) -> Seat:
    return join_group(session=session, client=client, now=NOW)


def _leave(seat: Seat) -> Seat:
    return leave_group(seat=seat, left_by=CancelledBy.CLIENT, now=NOW)


def _archive(client: Client) -> None:
    archive_with_dates(client=client, named=(), now=NOW)


def _unless_refused(act: Callable[..., object], *values: object) -> None:
    with suppress(GroupRefused, StillComing, SlotTaken):
        act(*values)


def test_twenty_people_race_for_five_places() -> None:
    circle = _circle()
    bob = circle.cast.bob.scope()
    for number in range(ROUNDS):
        session = circle.schedule(at=MONDAY_FIVE + number * WEEK)
        seats = _race([partial(_join, session, client) for client in circle.crowd], bob)
        booked = [seat.pk for seat in seats if seat.state == "booked"]
        assert (len(booked), circle.reload(session).taken) == (PLACES, PLACES)
        with scope(bob), transaction.atomic():
            waiting = list(Seat.objects.waiting().filter(session=session))
            assert len({seat.asked_at for seat in waiting}) == RACERS - PLACES
            first = waiting[0].pk
            leave_group(seat=Seat.objects.get(pk=booked[0]), left_by=CancelledBy.CLIENT, now=NOW)
            assert Seat.objects.get(pk=first).state == "booked"


def test_twenty_people_race_for_five_places_on_all_dates_of_a_cohort() -> None:
    circle = _circle()
    bob = circle.cast.bob.scope()
    with scope(bob):
        cohort = plan_cohort(
            offering=circle.offering,
            plan=CohortPlan("Spring", Run("weekly", [MONDAY_FIVE, MONDAY_FIVE + WEEK]), Group()),
            roster=(),
            booking_key=uuid4(),
            now=NOW,
        )
    join = partial(join_cohort, cohort=cohort, now=NOW)
    given = _race([partial(join, client=client) for client in circle.crowd], bob)
    winners = {
        seats[0].client_id for seats in given if all(seat.state == "booked" for seat in seats)
    }
    assert len(winners) == PLACES
    with scope(bob), transaction.atomic():
        for session in Session.objects.filter(series=cohort.series_id):
            taken = Seat.objects.taken().filter(session=session)
            assert set(taken.values_list("client_id", flat=True)) == winners
            assert (session.taken, taken.count()) == (PLACES, PLACES)


def test_nobody_is_archived_with_a_place_that_was_not_named() -> None:
    circle = _circle()
    bob, session = circle.cast.bob.scope(), circle.schedule()
    people = circle.crowd[:PLACES]
    archives = [partial(_unless_refused, _archive, each) for each in people]
    joins = [partial(_unless_refused, _join, session, each) for each in people]
    _race([*joins, *archives], bob)
    with scope(bob), transaction.atomic():
        archived = Client.objects.exclude(archived_at=None).values("pk")
        assert not Seat.objects.taken().filter(client__in=archived).exists()


def test_places_that_become_free_are_given_once() -> None:
    circle = _circle()
    session = circle.schedule(*circle.crowd[:PLACES])
    for client in circle.crowd[PLACES:12]:
        circle.join(session, client)
    with scope(circle.cast.bob.scope()), transaction.atomic():
        seats = list(Seat.objects.taken().filter(session=session))
    leaving = [partial(_leave, seat) for seat in seats]
    joining = [partial(_join, session, client) for client in circle.crowd[12:]]
    _race([*leaving, *joining], circle.cast.bob.scope())
    assert circle.reload(session).taken == PLACES
    assert circle.names(session) == [client.name for client in circle.crowd[5:10]]


def test_a_guest_who_clicks_twice_has_one_place_and_hears_of_no_refusal() -> None:
    circle = _circle()
    with scope(circle.cast.bob.scope()), transaction.atomic():
        Offering.objects.update(bookers=Offering.Bookers.ANYBODY)
    session = circle.schedule()
    book = partial(
        book_seat_as_guest,
        session=session,
        guest=Guest(BookerGuest("Gina Guest", "gina@new.example"), "192.0.2.7"),
        booking_key=uuid4(),
        time_zone="Europe/Lisbon",
        now=NOW,
    )
    seats = _race([transaction.atomic(book)] * 6, circle.cast.bob.scope())
    assert {seat.pk for seat in seats} == {seats[0].pk}
    assert circle.reload(session).taken == 1


def test_moving_up_and_planning_a_cohort_race_without_a_deadlock() -> None:
    circle = _circle()
    bob, people = circle.cast.bob, circle.crowd[:12]
    with scope(bob.scope()), transaction.atomic():
        for client in people:
            engagement = Engagement.objects.create(
                client=client,
                coach=bob.membership,
                title="Circle",
                payer=Engagement.Payer.SELF,
                starts_on=NOW.date(),
                ends_on=NOW.date() + 20 * WEEK,
            )
            open_account(engagement=engagement, sessions=40, now=NOW)
    session = circle.schedule(*people[:PLACES], draws_on_ledger=True)
    for client in reversed(people[PLACES:]):
        circle.join(session, client)
    with scope(bob.scope()), transaction.atomic():
        seats = list(Seat.objects.taken().filter(session=session))
    plan = partial(
        plan_cohort,
        offering=circle.offering,
        plan=CohortPlan(
            "Spring",
            Run("weekly", [MONDAY_FIVE + timedelta(days=day) for day in (1, 2)]),
            Group(capacity=12, draws_on_ledger=True),
        ),
        roster=people,
        now=NOW,
    )
    plans = [partial(_unless_refused, partial(plan, booking_key=uuid4())) for _ in range(2)]
    _race([*plans, *(partial(_leave, seat) for seat in seats)], bob.scope())
    assert circle.reload(session).taken == PLACES


def test_a_series_and_single_bookings_race_without_a_deadlock() -> None:
    with transaction.atomic():
        desk = build_desk(build_cast(), sessions=40)
        cast = desk.cast
        with scope(cast.bob.scope()):
            open_account(engagement=cast.dave_engagement, sessions=20, now=NOW)
    starts = [TUESDAY_TEN + number * WEEK for number in range(6)]

    def run() -> bool:
        try:
            book_series(
                offering=desk.coaching,
                run=Run("weekly", starts),
                booker=BookerClient(cast.carol_client, cast.carol_engagement),
                booking_key=uuid4(),
                booker_time_zone="Europe/Berlin",
                now=NOW,
            )
        except DateTaken:
            return False
        return True

    def single(number: int) -> bool:
        try:
            book_session(
                offering=desk.coaching,
                starts_at=starts[-1 - number],
                booker=BookerClient(cast.dave_client, cast.dave_engagement),
                booking_key=uuid4(),
                booker_time_zone="Europe/Berlin",
                now=NOW,
            )
        except SlotTaken:
            return False
        return True

    acts = [run, run, *(partial(single, number) for number in range(3))]
    won = _race(acts, cast.bob.scope())
    with scope(cast.bob.scope()), transaction.atomic():
        times = list(Session.objects.values_list("starts_at", flat=True))
    assert len(times) == len(set(times)) == sum(won[2:]) + (6 if any(won[:2]) else 0)
    assert sum(won[:2]) <= 1
    assert any(won)
