"""Two coaches who lead together, each the other's second, and each alone as well."""

from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import cycle

from django.db import transaction

from benchmarks.coaches import new_coach, new_offering, new_practice
from benchmarks.races.wanted import LENGTH, Wanted, inside, starts
from scheduling.models import Claim, Offering, Session


def crossing_pairs(rounds: int) -> Iterator[Wanted]:
    """Everybody needs one of the two in each round: one leads with the other, the other with them,
    and that one is wanted alone. So there is one winner, whoever it is."""
    now = datetime.now(UTC)
    with new_practice() as practice:
        one, other = new_coach(practice), new_coach(practice)
        pairs = [
            new_offering(first, now, kind=Offering.Kind.INDIVIDUAL, second_coach=second)
            for first, second in ((one, other), (other, one))
        ]
        singles = [new_offering(coach, now) for coach in (one, other)]
    for at, alone in zip(starts(rounds), cycle(singles)):
        yield Wanted((*pairs, alone), at)


def led_then(wanted: Wanted) -> int:
    """Sessions that touch the time; -1 where one of them has not the time of all who lead it."""
    with transaction.atomic(), inside(wanted.offerings[0].practice_id):
        found = Session.objects.booked().filter(
            offering__in=wanted.offerings,
            starts_at__gte=wanted.at,
            starts_at__lt=wanted.at + LENGTH,
        )
        sessions = list(found)
        for session in sessions:
            leading = 1 if session.second_coach_id is None else 2
            claims = Claim.objects.filter(session=session, state=Claim.State.CONFIRMED)
            if claims.count() != leading:
                return -1
        return len(sessions)
