"""Races for a hold, a room and a pool: as many winners as there is room for, and no deadlock."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from uuid import uuid4

import pytest
from django.db import connection, transaction

from coachops.tenancy.scope import scope, system_scope
from scheduling.models import Claim, Offering, Session
from scheduling.services.booking import BookerGuest, Details, SlotTaken, book_session
from scheduling.services.changes import move_session
from scheduling.services.holds import hold_time
from scheduling.services.meeting_rooms import add_room
from scheduling.services.offerings import create_offering, share_offering
from tests.cast import build_cast
from tests.scheduling.conftest import NOW, TUESDAY_TEN, Desk, build_desk

RACERS = 20
WEDNESDAY_TEN = TUESDAY_TEN.replace(day=25)

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def open_desk() -> Desk:
    with transaction.atomic():
        return build_desk(build_cast())


def _race(desk: Desk, run: Callable[[int], object], racers: int = RACERS) -> list[object]:
    """What each of them got, all at once and each in a transaction of their own."""
    gate = Barrier(racers)

    def one(number: int) -> object:
        gate.wait()
        try:
            with scope(system_scope(desk.cast.practice.pk)), transaction.atomic():
                return run(number)
        except SlotTaken as taken:
            return taken
        finally:
            connection.close()

    with ThreadPoolExecutor(racers) as pool:
        return list(pool.map(one, range(racers)))


def _book(offering: Offering, number: int, at=TUESDAY_TEN) -> Session:
    return book_session(
        offering=offering,
        starts_at=at,
        booker=BookerGuest(f"Racer {number}", f"racer{number}@new.example"),
        booking_key=uuid4(),
        booker_time_zone="UTC",
        now=NOW,
    )


def _won(results: list[object]) -> list[object]:
    return [each for each in results if not isinstance(each, SlotTaken)]


def _claims(desk: Desk, **which: object) -> int:
    with transaction.atomic(), scope(desk.cast.bob.scope()):
        return int(Claim.objects.filter(**which).exclude(state="released").count())


def _olga_s_call(desk: Desk) -> Offering:
    return create_offering(
        coach=desk.cast.olga.membership,
        name="Olga's call",
        kind=Offering.Kind.CHEMISTRY,
        bookers=Offering.Bookers.ANYBODY,
        now=NOW,
        duration=30,
        buffer_after=0,
    )


def test_twenty_people_choose_one_time_and_one_holds_it(open_desk: Desk) -> None:
    def choose(_number: int) -> object:
        return hold_time(
            offering=open_desk.chemistry,
            starts_at=TUESDAY_TEN,
            details=Details(),
            hold_key=uuid4(),
            now=NOW,
        )

    results = _race(open_desk, choose)
    assert len(_won(results)) == 1
    assert _claims(open_desk, state="held") == 1
    assert all(each.alternatives for each in results if isinstance(each, SlotTaken))


def test_a_pool_of_three_has_exactly_three_winners(open_desk: Desk) -> None:
    cast = open_desk.cast
    with transaction.atomic(), scope(cast.alice.scope()):
        Offering.objects.filter(pk=open_desk.chemistry.pk).update(pooling="round_robin")
        open_desk.chemistry.refresh_from_db()
        three = [cast.bob.membership, cast.olga.membership, cast.alice.membership]
        share_offering(offering=open_desk.chemistry, coaches=three, now=NOW)
    winners = _won(_race(open_desk, lambda number: _book(open_desk.chemistry, number)))
    assert len(winners) == 3
    assert len({each.coach_id for each in winners if isinstance(each, Session)}) == 3
    assert _claims(open_desk, state="confirmed") == 3


def test_two_coaches_race_for_one_room(open_desk: Desk) -> None:
    with transaction.atomic(), scope(open_desk.cast.alice.scope()):
        hers = _olga_s_call(open_desk)
        room = add_room(name="Blue", join_url="https://rooms.example/b", address="", now=NOW)
        Offering.objects.update(room=room, video=Offering.Video.ROOM)
    offerings = [open_desk.chemistry, hers]
    winners = _won(_race(open_desk, lambda number: _book(offerings[number % 2], number)))
    assert len(winners) == 1
    assert _claims(open_desk, resource_id=room.pk) == 1
    assert _claims(open_desk) == 2


def test_moves_and_bookings_in_one_room_never_wait_in_a_ring(open_desk: Desk) -> None:
    with transaction.atomic(), scope(open_desk.cast.alice.scope()):
        hers = _olga_s_call(open_desk)
        room = add_room(name="Blue", join_url="https://rooms.example/b", address="", now=NOW)
        Offering.objects.update(room=room, video=Offering.Video.ROOM)
    with transaction.atomic(), scope(system_scope(open_desk.cast.practice.pk)):
        mine = _book(open_desk.chemistry, 98, TUESDAY_TEN)

    def either(number: int) -> object:
        if number % 4 == 0:
            return move_session(session=mine, starts_at=WEDNESDAY_TEN, now=NOW)
        return _book(hers if number % 2 else open_desk.chemistry, number, WEDNESDAY_TEN)

    _race(open_desk, either, racers=12)
    with transaction.atomic(), scope(open_desk.cast.bob.scope()):
        at_ten = Session.objects.filter(starts_at=WEDNESDAY_TEN).count()
    assert at_ten == 1
    assert _claims(open_desk, resource_id=room.pk, starts_at=WEDNESDAY_TEN) == 1


def test_two_who_lead_together_are_booked_crosswise_and_alone(open_desk: Desk) -> None:
    cast = open_desk.cast
    with transaction.atomic(), scope(cast.alice.scope()):
        hers = _olga_s_call(open_desk)
        pairs = [
            create_offering(
                coach=first.membership,
                name="Together",
                kind=Offering.Kind.INDIVIDUAL,
                bookers=Offering.Bookers.ANYBODY,
                now=NOW,
                duration=30,
                second_coach=second.membership,
            )
            for first, second in ((cast.bob, cast.olga), (cast.olga, cast.bob))
        ]
    for at, alone in ((TUESDAY_TEN, open_desk.chemistry), (WEDNESDAY_TEN, hers)):
        wanted = [*pairs, alone]
        results = _race(open_desk, lambda number: _book(wanted[number % 3], number, at))  # noqa: B023
        [winner] = _won(results)
        leading = 1 if winner.offering_id == alone.pk else 2  # type: ignore[attr-defined]
        assert _claims(open_desk, starts_at=at) == leading
        assert all(each.alternatives for each in results if isinstance(each, SlotTaken))
