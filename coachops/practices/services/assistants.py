"""For whom an assistant works."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from coachops.audit.record import record
from coachops.practices.models import AssistantAssignment, Membership
from coachops.tenancy.scope import current_practice_id


@transaction.atomic
def assign_assistant(
    *, assistant: Membership, coaches: Iterable[Membership] | None, now: datetime
) -> None:
    """Let an assistant work for exactly these coaches from today, or for everybody (None)."""
    today = timezone.localdate(now, assistant.practice.zone)
    wanted = {None} if coaches is None else {coach.pk for coach in coaches}
    current = {row.coach_id: row for row in _current(assistant, today)}
    for coach_id, row in current.items():
        if coach_id not in wanted:
            _end(row, today)
    for coach_id in wanted - current.keys():
        AssistantAssignment.objects.create(assistant=assistant, coach_id=coach_id, started_on=today)
    vars(assistant).pop("assisted_on", None)  # what was asked before is over
    if wanted != current.keys():
        record(
            event="assistant.assigned",
            subject=assistant,
            now=now,
            facts={"coaches": sorted(str(pk) for pk in wanted if pk), "everybody": None in wanted},
        )


@transaction.atomic
def end_assignments(*, assistant: Membership, now: datetime) -> None:
    """Let somebody assist nobody any more."""
    today = timezone.localdate(now, assistant.practice.zone)
    rows = _current(assistant, today)
    for row in rows:
        _end(row, today)
    vars(assistant).pop("assisted_on", None)
    if rows:
        record(event="assistant.unassigned", subject=assistant, now=now)


def _current(assistant: Membership, today: date) -> list[AssistantAssignment]:
    rows = AssistantAssignment.objects.filter(
        Q(ended_on=None) | Q(ended_on__gte=today),
        practice_id=current_practice_id(),
        assistant=assistant,
    )
    return list(rows[:500])


def _end(row: AssistantAssignment, today: date) -> None:
    """Yesterday was the last day; what began today never was."""
    if row.started_on >= today:
        row.delete()
    else:
        row.ended_on = today - timedelta(days=1)
        row.save(update_fields=["ended_on"])
