"""Booking as fast as it goes, through the service: what one thread does for some seconds."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from random import Random
from time import monotonic, thread_time
from uuid import UUID, uuid4

from benchmarks.coaches import new_client, new_coach, new_engagement, new_offering, new_practice
from benchmarks.statements import recorded
from coachops.practices.models import Membership
from coachops.tenancy.scope import scope, system_scope
from scheduling.models import Offering
from scheduling.queries.picker import write_at
from scheduling.queries.slots import open_starts
from scheduling.services.booking import Booker, BookerClient, BookerGuest, book_session

COACHES, CLIENTS_OF_EACH, WARM_UP = 5, 10, 5
GUESTS, CLIENTS = "guests", "clients"

type Wish = tuple[Offering, datetime, Booker]


@dataclass(frozen=True, slots=True)
class Counter:
    """What can be booked in one practice, in any order."""

    practice_id: UUID
    wishes: list[Wish]


@dataclass(frozen=True, slots=True)
class Task:
    """A counter for each, and for how long."""

    counters: list[Counter]
    seconds: float


@dataclass(frozen=True, slots=True)
class Tally:
    """What one thread has booked, in how many seconds, with how much of its own time.

    `before` are those that it booked to get warm.
    """

    booked: int
    seconds: float
    cpu: float
    before: int
    statements: int


def book_for(task: Task, number: int) -> Tally:
    """Book across the coaches of a practice of its own until the time is over.

    Raises RuntimeError when it ran out of free times before.
    """
    counter = task.counters[number]
    wishes = counter.wishes
    with scope(system_scope(counter.practice_id)):
        for _ in range(WARM_UP):
            _book(wishes.pop())
        with recorded() as recorder:
            _book(wishes.pop())
        booked, cpu, began = 0, thread_time(), monotonic()
        while monotonic() - began < task.seconds:
            if not wishes:
                raise RuntimeError("everything is booked")
            _book(wishes.pop())
            booked += 1
        cpu, seconds = thread_time() - cpu, monotonic() - began
    return Tally(booked, seconds, cpu, WARM_UP + 1, len(recorder.sent))


def open_pages(_facts: None, _number: int) -> list[tuple[str, str]]:
    """The addresses of another practice's booking pages, each with a time that is free there."""
    return [
        (f"/book/{offering.coach.practice.slug}/{offering.slug}/", write_at(at))
        for offering, at, _ in open_counter(GUESTS, 0).wishes
    ]


def open_counter(bookers: str, _number: int) -> Counter:
    """A practice with coaches whose hours are free for weeks."""
    now, wishes = datetime.now(UTC), list[Wish]()
    with new_practice() as practice:
        for _ in range(COACHES):
            wishes += _wishes(new_coach(practice), bookers, now)
    Random(1).shuffle(wishes)  # noqa: S311 -- repeatable, not secret
    return Counter(practice.pk, wishes)


def _wishes(coach: Membership, bookers: str, now: datetime) -> list[Wish]:
    """Every full hour from the day after tomorrow on."""
    if bookers == GUESTS:
        offering, regulars = new_offering(coach, now), []
    else:
        kind = Offering.Kind.INDIVIDUAL
        offering = new_offering(coach, now, kind=kind, bookers=Offering.Bookers.CLIENTS)
        regulars = [_regular(coach, now) for _ in range(CLIENTS_OF_EACH)]
    soon = now + timedelta(days=2)
    starts = [at for at in open_starts(offering, now) if at > soon and at.minute == 0]
    return [
        (offering, at, regulars[place % CLIENTS_OF_EACH] if regulars else _guest())
        for place, at in enumerate(starts)
    ]


def _guest() -> Booker:
    return BookerGuest(name="Guest", email=f"{uuid4().hex}@bench.example")


def _regular(coach: Membership, now: datetime) -> Booker:
    client = new_client(coach, now)
    return BookerClient(client, new_engagement(client, coach, now))


def _book(wish: Wish) -> None:
    offering, at, booker = wish
    book_session(
        offering=offering,
        starts_at=at,
        booker=booker,
        booking_key=uuid4(),
        booker_time_zone="Europe/Berlin",
        now=datetime.now(UTC),
    )
