"""Bob's circle: an offering for groups, and a crowd of clients to take part."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import uuid4

from django.db import transaction

from clients.models import Client, CoachAssignment
from coachops.tenancy.scope import scope
from scheduling.models import Offering, Seat, Session
from scheduling.services.groups import Group, schedule_group
from scheduling.services.offerings import create_offering
from scheduling.services.seats import join_group
from tests.again import once_then_again
from tests.cast import Cast
from tests.scheduling.conftest import NOW

MONDAY_FIVE = datetime(2026, 11, 30, 16, 0, tzinfo=UTC)
"""17:00 in Berlin."""


@dataclass(frozen=True)
class Circle:
    """A hand to schedule with, and to look at the places."""

    cast: Cast
    offering: Offering
    crowd: tuple[Client, ...]

    def schedule(
        self, *roster: Client, at: datetime = MONDAY_FIVE, now: datetime = NOW, **group: object
    ) -> Session:
        with scope(self.cast.bob.scope()):
            return schedule_group(
                offering=self.offering,
                starts_at=at,
                roster=roster,
                booking_key=uuid4(),
                now=now,
                group=Group(**group),  # type: ignore[arg-type]
            )

    def join(self, session: Session, client: Client, now: datetime = NOW) -> Seat:
        with scope(self.cast.carol.scope()):
            return join_group(session=session, client=client, now=now)

    def invite(self, session: Session, client: Client, now: datetime = NOW) -> Seat:
        """By the coach's hand."""
        with scope(self.cast.bob.scope()):
            return join_group(session=session, client=client, now=now, by_coach=True)

    def names(self, session: Session, state: str = "booked") -> list[str]:
        """Who has that state in the session, in the order in which they asked."""
        with scope(self.cast.bob.scope()), transaction.atomic():
            seats = Seat.objects.filter(session=session, state=state)
            return list(seats.order_by("asked_at", "pk").values_list("name", flat=True))

    def reload(self, session: Session) -> Session:
        with scope(self.cast.bob.scope()), transaction.atomic():
            return session.reload()


def build_circle(cast: Cast, *, people: int = 6, capacity: int = 3, **offering: object) -> Circle:
    known_by = "_".join(f"{each}" for each in (people, capacity, *offering, *offering.values()))
    return once_then_again(
        f"circle_{known_by}", lambda: _build(cast, people, capacity, offering), given=cast
    )


def _build(cast: Cast, people: int, capacity: int, offering: dict[str, object]) -> Circle:
    with scope(cast.bob.scope()):
        found = create_offering(
            coach=cast.bob.membership,
            name="Leadership circle",
            kind=Offering.Kind.GROUP,
            bookers=Offering.Bookers.CLIENTS,
            now=NOW,
            capacity=capacity,
            duration=90,
            place_details="https://rooms.example/circle",
            **offering,
        )
        crowd = tuple(_client(cast, number) for number in range(people))
    return Circle(cast, found, crowd)


def _client(cast: Cast, number: int) -> Client:
    client = Client.objects.create(
        name=f"Person {number:02} Secretname",
        preferred_name=f"Person{number:02}",
        email=f"person{number:02}@mail.example",
        time_zone="America/New_York",
    )
    CoachAssignment.objects.create(
        client=client,
        coach=cast.bob.membership,
        started_on=NOW.date() - timedelta(days=60),
    )
    return client
