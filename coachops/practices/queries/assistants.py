"""For whom an assistant works."""

from datetime import date
from uuid import UUID

from django.db.models import Q

from coachops.practices.models import AssistantAssignment, Membership
from coachops.practices.roles import Role


def assisted_coach_ids(membership: Membership, today: date) -> list[UUID] | None:
    """The coaches whom this member assists on that day; None stands for every coach.

    One query, none for somebody who is no assistant.
    """
    if Role.ASSISTANT not in membership.roles:
        return []
    rows = AssistantAssignment.objects.filter(
        Q(ended_on=None) | Q(ended_on__gte=today), assistant=membership, started_on__lte=today
    )
    coach_ids = list(rows.values_list("coach_id", flat=True))
    return None if None in coach_ids else coach_ids
