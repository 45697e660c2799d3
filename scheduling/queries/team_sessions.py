"""What a team's sessions can be booked as."""

from collections.abc import Collection
from uuid import UUID

from clients.models import Engagement
from scheduling.models import Offering, Session
from scheduling.queries.groups import group_offerings_of


def offerings_for_team(team_id: UUID, coach_ids: Collection[UUID]) -> tuple[list[Offering], bool]:
    """Offerings for groups of those of these coaches who lead an engagement of the team, the one
    that was booked last first; and whether there is such an engagement. At most three queries."""
    running = Engagement.objects.filter(
        client=team_id, coach_id__in=coach_ids, state=Engagement.State.ACTIVE
    )
    leading = set(running.values_list("coach_id", flat=True))
    if not leading:
        return [], False
    usual = Session.objects.filter(client=team_id, capacity__gt=1).order_by("-starts_at")
    last = usual.values_list("offering_id", flat=True).first()
    found = sorted(group_offerings_of(leading), key=lambda each: each.pk != last)
    return found, True
