"""The places of a cohort: exactly as many people as there are places have one, on every date."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from uuid import uuid4

from django.db import transaction

from benchmarks.races.groups import few_places
from benchmarks.races.wanted import Wanted, inside, starts
from scheduling.models import Cohort, Seat, Session
from scheduling.services.cohorts import CohortPlan, join_cohort, plan_cohort
from scheduling.services.groups import Group
from scheduling.services.series import Run


def joins_all(wanted: Wanted, number: int) -> bool:
    """Whether they have a place on every date."""
    with inside(wanted.offerings[0].practice_id):
        with transaction.atomic():
            cohort = Cohort.objects.get(series_id=wanted.sessions[0].series_id)
        seats = join_cohort(cohort=cohort, client=wanted.clients[number], now=datetime.now(UTC))
    return all(seat.state == Seat.State.BOOKED for seat in seats)


def one_cohort(rounds: int) -> Iterator[Wanted]:
    """Of two dates on one day."""
    now = datetime.now(UTC)
    offering, clients = few_places(now)
    for at in starts(rounds):
        with transaction.atomic(), inside(offering.practice_id):
            cohort = plan_cohort(
                offering=offering,
                plan=CohortPlan("Circle", Run("weekly", [at, at + timedelta(hours=1)]), Group()),
                roster=(),
                booking_key=uuid4(),
                now=now,
            )
            sessions = tuple(Session.objects.filter(series=cohort.series_id))
        yield Wanted((offering,), at, sessions, clients)


def full_dates(wanted: Wanted) -> int:
    """How many people have a place on every date; -1 where a date has or counts another number."""
    with transaction.atomic(), inside(wanted.offerings[0].practice_id):
        people = []
        for session in wanted.sessions:
            seats = Seat.objects.taken().filter(session=session)
            people.append(set(seats.values_list("client_id", flat=True)))
            if session.reload().taken != len(people[-1]):
                return -1
    return len(people[0]) if all(each == people[0] for each in people) else -1
