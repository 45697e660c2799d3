"""For whom an assistant works."""

from datetime import date
from uuid import UUID

from django.db.models import Q

from coachops.practices.models import AssistantAssignment, Membership
from coachops.practices.roles import Role

MOST_COACHES = 500


def works_for(assistant: Membership, today: date) -> list[UUID | None]:
    """The coaches an assistant works for on that day; None among them is the whole practice."""
    rows = AssistantAssignment.objects.filter(
        Q(ended_on=None) | Q(ended_on__gte=today), assistant=assistant, started_on__lte=today
    )
    return list(rows.values_list("coach_id", flat=True)[:MOST_COACHES])


def assisted_coach_ids(membership: Membership, today: date) -> list[UUID] | None:
    """The coaches whom this member assists on that day; None stands for every coach.

    One query, none for somebody who is no assistant.
    """
    if Role.ASSISTANT not in membership.roles:
        return []
    found = works_for(membership, today)
    return None if None in found else [coach_id for coach_id in found if coach_id]
