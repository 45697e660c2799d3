"""The places of a group session: exactly as many people as there are places have one."""

from collections.abc import Iterator
from datetime import UTC, datetime
from uuid import uuid4

from django.db import transaction

from benchmarks.coaches import new_client, new_coach, new_offering, new_practice
from benchmarks.races.wanted import PEOPLE, Wanted, inside, starts
from clients.models import Client
from scheduling.models import Offering, Seat
from scheduling.services.groups import schedule_group
from scheduling.services.seats import join_group

PLACES = 5


def joins(wanted: Wanted, number: int) -> bool:
    with inside(wanted.sessions[0].practice_id):
        seat = join_group(
            session=wanted.sessions[0], client=wanted.clients[number], now=datetime.now(UTC)
        )
    return bool(seat.state == Seat.State.BOOKED)


def few_places(now: datetime) -> tuple[Offering, tuple[Client, ...]]:
    """A group offering of a new practice, and more people than it has places."""
    with new_practice() as practice:
        coach = new_coach(practice)
        group = Offering.Kind.GROUP
        offering = new_offering(coach, now, kind=group, bookers="clients", capacity=PLACES)
        return offering, tuple(new_client(coach, now) for _ in range(PEOPLE))


def one_group(rounds: int) -> Iterator[Wanted]:
    now = datetime.now(UTC)
    offering, clients = few_places(now)
    for at in starts(rounds):
        with transaction.atomic(), inside(offering.practice_id):
            session = schedule_group(
                offering=offering, starts_at=at, roster=(), booking_key=uuid4(), now=now
            )
        yield Wanted((offering,), at, (session,), clients)


def places_taken(wanted: Wanted) -> int:
    """By the seats; -1 where the session counts otherwise."""
    session = wanted.sessions[0]
    with transaction.atomic(), inside(session.practice_id):
        seats = int(Seat.objects.taken().filter(session=session).count())
        return seats if session.reload().taken == seats else -1
