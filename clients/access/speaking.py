"""For whom a signed-in client speaks, as a condition for other queries."""

from django.db.models import Q

from clients.models import TeamMember
from coachops.practices.guards import PracticeRequest


def spoken_for(request: PracticeRequest) -> Q:
    """For a query by `client`: the signed-in client, and the teams they speak for today."""
    mine = TeamMember.objects.present().filter(
        client__membership=request.membership, is_speaker=True
    )
    return Q(client__membership=request.membership) | Q(client__in=mine.values("team_id"))
