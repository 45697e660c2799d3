"""Which teams the acting person belongs to, as conditions for other queries."""

from django.db.models import Q, QuerySet

from clients.models import TeamMember
from coachops.practices.guards import PracticeRequest


def teams_of_person(request: PracticeRequest) -> QuerySet[TeamMember]:
    """The teams that the acting person is or was in, as ids for a sub-select."""
    own = Q(client__email__iexact=request.user.email) | Q(client__membership__user=request.user)
    return TeamMember.objects.filter(own).values("team_id")  # type: ignore[no-any-return]


def spoken_for(request: PracticeRequest) -> Q:
    """For a query by `client`: the signed-in client, and the teams they speak for today."""
    mine = TeamMember.objects.present().filter(
        client__membership=request.membership, is_speaker=True
    )
    return Q(client__membership=request.membership) | Q(client__in=mine.values("team_id"))
