"""What a race is, and what most of them share. Starts are four a working day, two hours apart."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Any
from uuid import UUID, uuid4

from django.db import transaction

from benchmarks.runners import Act
from clients.models import Client
from coachops.tenancy.scope import scope, system_scope
from scheduling.models import Offering, Session
from scheduling.services.booking import BookerGuest, book_session

PEOPLE = 20
HOURS = (9, 11, 13, 15)
LENGTH = timedelta(minutes=50)


@dataclass(frozen=True, slots=True)
class Race:
    """One kind. `kept` counts what a round has left: as many as there may be winners."""

    name: str
    act: Act
    rounds: Callable[[int], Iterator[Any]]
    kept: Callable[[Any], int]
    winners: int = 1


@dataclass(frozen=True, slots=True)
class Wanted:
    """One time, and the offerings through which it is wanted in turns."""

    offerings: tuple[Offering, ...]
    at: datetime
    sessions: tuple[Session, ...] = ()
    clients: tuple[Client, ...] = ()

    def offering(self, number: int) -> Offering:
        return self.offerings[number % len(self.offerings)]


def starts(count: int) -> Iterator[datetime]:
    """From the day after tomorrow on."""
    day, left = datetime.now(UTC).date() + timedelta(days=2), count
    while left > 0:
        if day.weekday() < 5:
            for hour in HOURS[:left]:
                yield datetime.combine(day, time(hour), UTC)
            left -= len(HOURS)
        day += timedelta(days=1)


def inside(practice_id: UUID) -> Any:
    return scope(system_scope(practice_id))


def book(offering: Offering, at: datetime, now: datetime | None = None) -> Session:
    """As somebody new."""
    with inside(offering.practice_id):
        return book_session(
            offering=offering,
            starts_at=at,
            booker=BookerGuest(name="Racer", email=f"{uuid4().hex}@bench.example"),
            booking_key=uuid4(),
            booker_time_zone="Europe/Berlin",
            now=now or datetime.now(UTC),
        )


def booked_then(wanted: Wanted) -> int:
    """Sessions that touch the time, in all practices concerned."""
    found = 0
    for practice_id in {offering.practice_id for offering in wanted.offerings}:
        with transaction.atomic(), inside(practice_id):
            mine = Session.objects.booked().filter(offering__in=wanted.offerings)
            found += mine.filter(starts_at__gte=wanted.at, starts_at__lt=wanted.at + LENGTH).count()
    return found
