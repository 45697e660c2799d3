"""Two coaches' sessions, handed over crosswise: everybody needs the time of both."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from django.db import transaction

from benchmarks.coaches import new_coach, new_offering, new_practice
from benchmarks.races.wanted import Wanted, book, inside, starts
from scheduling.models import Claim
from scheduling.services.handover import CannotTake, hand_over_session


def hands_over(wanted: Wanted, number: int) -> bool:
    """Half of them give the first coach's session to the second, half the second's to the first."""
    session = wanted.sessions[number % 2]
    with inside(session.practice_id):
        try:
            coach = wanted.offerings[1 - number % 2].coach
            hand_over_session(session=session, coach=coach, now=datetime.now(UTC))
        except CannotTake:
            return False
    return True


def two_coaches(rounds: int) -> Iterator[Wanted]:
    now = datetime.now(UTC)
    with new_practice() as practice:
        offerings = tuple(new_offering(new_coach(practice), now) for _ in range(2))
    for at in starts(rounds):
        later = at + timedelta(hours=1)
        sessions = (book(offerings[0], at), book(offerings[1], later))
        yield Wanted(offerings, at, sessions)


def with_the_other(wanted: Wanted) -> int:
    """Sessions whose row and claim have both gone to the other coach."""
    with transaction.atomic(), inside(wanted.offerings[0].practice_id):
        return sum(
            session.reload().coach_id == other.coach_id
            and Claim.objects.filter(
                session=session, resource_id=other.coach.user_id, state=Claim.State.CONFIRMED
            ).count()
            == 1
            for session, other in zip(wanted.sessions, wanted.offerings[::-1], strict=True)
        )
