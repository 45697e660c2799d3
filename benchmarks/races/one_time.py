"""One time that only one can have: through one coach, two practices, or two coaches and a room."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

from django.test import Client as Browser

from benchmarks.coaches import new_coach, new_offering, new_practice, new_user
from benchmarks.races.wanted import Wanted, book, inside, starts
from scheduling.models import Offering
from scheduling.queries.picker import write_at
from scheduling.services.booking import SlotTaken
from scheduling.services.changes import move_session
from scheduling.services.meeting_rooms import add_room
from scheduling.services.offerings import share_offering

OVERLAPS, APART = 10, timedelta(minutes=5)
WON, TOO_LATE = 302, 409


def books(wanted: Wanted, number: int) -> bool:
    try:
        book(wanted.offering(number), wanted.at)
    except SlotTaken:
        return False
    return True


def books_overlapping(wanted: Wanted, number: int) -> bool:
    """Ten different starts, each of which overlaps all others."""
    try:
        book(wanted.offering(number), wanted.at + number % OVERLAPS * APART)
    except SlotTaken:
        return False
    return True


def posts(wanted: Wanted, number: int) -> bool:
    """The public page, each from a network of its own: the limits on guests stay out of it."""
    data = {
        "at": write_at(wanted.at),
        "zone": "Europe/Berlin",
        "booking_key": str(uuid4()),
        "name": f"Racer {number}",
        "email": f"{uuid4().hex}@bench.example",
    }
    offering, network = wanted.offering(number), uuid4().bytes
    address = f"/book/{offering.coach.practice.slug}/{offering.slug}/"
    browser = Browser(REMOTE_ADDR=f"10.{network[0]}.{network[1]}.{network[2]}")
    status = browser.post(address, data, headers={"host": "localhost"}).status_code
    if status not in {WON, TOO_LATE}:
        raise RuntimeError(f"{address} answers {status}")
    return status == WON


def one_coach(rounds: int, **details: Any) -> Iterator[Wanted]:
    now = datetime.now(UTC)
    with new_practice() as practice:
        offering = new_offering(new_coach(practice), now, **details)
    for at in starts(rounds):
        yield Wanted((offering,), at)


def every_five_minutes(rounds: int) -> Iterator[Wanted]:
    return one_coach(rounds, step=5)


def two_practices(rounds: int) -> Iterator[Wanted]:
    """One person coaches in both."""
    now, person, offerings = datetime.now(UTC), new_user(), []
    for _ in range(2):
        with new_practice() as practice:
            offerings.append(new_offering(new_coach(practice, person), now))
    for at in starts(rounds):
        yield Wanted(tuple(offerings), at)


def two_pools_one_room(rounds: int) -> Iterator[Wanted]:
    """Both coaches share both offerings, named in opposite order, and there is one room."""
    now = datetime.now(UTC)
    with new_practice() as practice:
        pair = [new_coach(practice), new_coach(practice)]
        room = add_room(name="The room", join_url="", address="Harbour 1", now=now)
        offerings = []
        for coaches in (pair, pair[::-1]):
            offering = new_offering(
                coaches[0], now, pooling=Offering.Pooling.ROUND_ROBIN, place="address", room=room
            )
            for coach in coaches:
                share_offering(
                    offering=offering, coaches=coaches[: coaches.index(coach) + 1], now=now
                )
            offerings.append(offering)
    for at in starts(rounds):
        yield Wanted(tuple(offerings), at)


def moves_or_books(wanted: Wanted, number: int) -> bool:
    if number:
        return books(wanted, number)
    try:
        with inside(wanted.offerings[0].practice_id):
            move_session(session=wanted.sessions[0], starts_at=wanted.at, now=datetime.now(UTC))
    except SlotTaken:
        return False
    return True


def one_booked_before(rounds: int) -> Iterator[Wanted]:
    """Somebody has the hour before, and would like the one that everybody wants."""
    for wanted in one_coach(rounds):
        before = book(wanted.offerings[0], wanted.at + timedelta(hours=1))
        yield Wanted(wanted.offerings, wanted.at, (before,))
