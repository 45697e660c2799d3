"""Bob's hours and what can be booked with him, on a frozen Monday in November 2026."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID, uuid4

import pytest
import time_machine

from coachops.tenancy.scope import scope, system_scope
from programs.services.ledger import open_account
from scheduling.models import Offering, Session
from scheduling.queries.slots import offered_starts
from scheduling.services.booking import BookerClient, BookerGuest, book_session
from scheduling.services.offerings import create_offering
from scheduling.slots import Window
from tests.again import once_then_again
from tests.cast import Cast

NOW = datetime(2026, 11, 16, 8, 0, tzinfo=UTC)
TUESDAY_TEN = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
"""10:00 in Berlin."""


@pytest.fixture(autouse=True)
def monday() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@dataclass(frozen=True)
class Desk:
    """Bob's two offerings, and a hand to book with."""

    cast: Cast
    coaching: Offering
    chemistry: Offering

    def book(
        self, at: datetime = TUESDAY_TEN, *, key: UUID | None = None, now: datetime = NOW
    ) -> Session:
        """Carol books, as herself."""
        with scope(self.cast.carol.scope()):
            return book_session(
                offering=self.coaching,
                starts_at=at,
                booker=BookerClient(self.cast.carol_client, self.cast.carol_engagement),
                booking_key=key or uuid4(),
                booker_time_zone="America/New_York",
                now=now,
            )

    def book_guest(self, at: datetime = TUESDAY_TEN, *, email: str = "gina@new.example") -> Session:
        with scope(system_scope(self.cast.practice.pk)):
            return book_session(
                offering=self.chemistry,
                starts_at=at,
                booker=BookerGuest(name="Gina Guest", email=email),
                booking_key=uuid4(),
                booker_time_zone="Europe/Berlin",
                now=NOW,
            )

    def free(self, offering: Offering, day: datetime, now: datetime = NOW) -> list[datetime]:
        """The starts on offer in the 24 hours from an instant."""
        begin = int(day.timestamp())
        with scope(self.cast.bob.scope()):
            found = offered_starts(offering, Window(begin, begin + 86_400), now)
        return [datetime.fromtimestamp(each, UTC) for each in found]

    def reload(self, session: Session) -> Session:
        with scope(self.cast.bob.scope()):
            return session.reload()


def build_desk(cast: Cast, sessions: int = 6) -> Desk:
    with scope(cast.bob.scope()):
        desk = Desk(
            cast=cast,
            coaching=create_offering(
                coach=cast.bob.membership,
                name="Coaching session",
                kind=Offering.Kind.INDIVIDUAL,
                bookers=Offering.Bookers.CLIENTS,
                now=NOW,
                place_details="https://rooms.example/bob",
            ),
            chemistry=create_offering(
                coach=cast.bob.membership,
                name="Chemistry call",
                kind=Offering.Kind.CHEMISTRY,
                bookers=Offering.Bookers.ANYBODY,
                now=NOW,
                duration=30,
                buffer_after=0,
            ),
        )
        open_account(engagement=cast.carol_engagement, sessions=sessions, now=NOW)
    return desk


@pytest.fixture
def desk(cast: Cast) -> Desk:
    return once_then_again("desk", lambda: build_desk(cast), given=cast)
