"""For whom an assistant works."""

from collections.abc import Iterable
from datetime import date
from uuid import UUID

from django.db import connection
from django.db.models import Q

from coachops.practices.models import AssistantAssignment, Membership
from coachops.practices.roles import Role

MOST_COACHES = 500
_WORKS_FOR = """
SELECT coach_id FROM practices_assistantassignment
WHERE practice_id = %s AND assistant_id = %s AND started_on <= %s
  AND (ended_on IS NULL OR ended_on >= %s) LIMIT %s
"""


def works_for(assistant: Membership, today: date) -> list[UUID | None]:
    """The coaches an assistant works for on that day; None among them is the whole practice.

    Plain SQL, as every page of theirs asks it.
    """
    values = [assistant.practice_id, assistant.pk, today, today, MOST_COACHES]
    with connection.cursor() as cursor:
        cursor.execute(_WORKS_FOR, values)
        return [coach_id for (coach_id,) in cursor.fetchall()]


def assisted_coach_ids(membership: Membership, today: date) -> list[UUID] | None:
    """The coaches whom this member assists on that day; None stands for every coach.

    One query, none for somebody who is no assistant. Asked by several access rules of one request,
    so the answer stays with the membership, which every request loads anew.
    """
    if Role.ASSISTANT not in membership.roles:
        return []
    known: dict[date, list[UUID | None]] = vars(membership).setdefault("assisted_on", {})
    if today not in known:
        known[today] = works_for(membership, today)
    found = known[today]
    return None if None in found else [coach_id for coach_id in found if coach_id]


def assistants_of(coach_ids: Iterable[UUID], today: date) -> list[Membership]:
    """Who works for one of these coaches, or for the whole practice, on that day. One query."""
    rows = AssistantAssignment.objects.filter(
        Q(coach_id__in=list(coach_ids)) | Q(coach=None),
        Q(ended_on=None) | Q(ended_on__gte=today),
        started_on__lte=today,
        assistant__ended_at=None,
    ).select_related("assistant")
    found = {row.assistant_id: row.assistant for row in rows[:MOST_COACHES]}
    return [each for each in found.values() if Role.ASSISTANT in each.roles]
