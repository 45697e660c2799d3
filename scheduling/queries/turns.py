"""Which session of an engagement a booking would be, and on which days it may be."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.db.models import Count, Max, Q

from clients.models import Engagement
from programs.models import PlannedSession
from scheduling.models import Session
from scheduling.policies import lowest_free_number
from scheduling.policies.booking import Load, Span
from scheduling.queries.standing import next_planned_session, numbers_taken

REMEMBERED: Final = timedelta(days=366)


@dataclass(frozen=True, slots=True)
class Turn:
    """The next session of an engagement: its number, what the program plans for it, its days."""

    number: int
    planned: PlannedSession | None
    span: Span


def turn_of(engagement: Engagement, zone: str) -> Turn:
    """Two statements. `zone` is the coach's, for the dates are the coach's own."""
    numbers, planned_ids = numbers_taken(engagement.pk)
    planned = next_planned_session(engagement.pk, planned_ids)
    return Turn(
        number=lowest_free_number(numbers),
        planned=planned,
        span=Span(
            zone=zone,
            agreed_from=engagement.starts_on,
            agreed_until=engagement.ends_on,
            planned_from=planned.opens_on if planned else None,
        ),
    )


def loads_of(coach_ids: Iterable[UUID], kind: str, now: datetime) -> list[Load]:
    """How much of one kind of session each coach has before them; one statement."""
    ids = list(coach_ids)
    of_kind = Session.objects.kept().filter(
        coach_id__in=ids, offering__kind=kind, starts_at__gt=now - REMEMBERED
    )
    rows = (
        of_kind.values_list("coach_id")
        .annotate(upcoming=Count("pk", filter=Q(ends_at__gt=now)), last=Max("created_at"))
        .order_by()
    )
    found = {coach_id: Load(coach_id, upcoming, last) for coach_id, upcoming, last in rows}
    return [found.get(coach_id, Load(coach_id, 0, None)) for coach_id in ids]
