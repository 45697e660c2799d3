"""Loading a team, or somebody's place in one, is the access check: otherwise the same 404."""

from uuid import UUID

from django.http import Http404

from clients.access.clients import clients_for_member, coached_client_ids
from clients.models import Client, ClientKey, TeamMember
from clients.queries.safes import Safe, open_key
from coachops.practices.access import found_or_404
from coachops.practices.guards import PracticeRequest
from coachops.practices.roles import Role


def team_for_member(request: PracticeRequest, pk: UUID) -> Client:
    """A team whose logistics the member may see and change. Raises 404."""
    teams = clients_for_member(request).filter(kind=Client.Kind.TEAM)
    return found_or_404(Client, teams.filter(pk=pk))


def member_for_member(request: PracticeRequest, pk: UUID) -> TeamMember:
    """Somebody's place in such a team, present or past. Raises 404."""
    teams = clients_for_member(request).filter(kind=Client.Kind.TEAM)
    rows = TeamMember.objects.select_related("team", "client__membership__user")
    return found_or_404(TeamMember, rows.filter(pk=pk, team__in=teams.values("pk")))


def fills_team(request: PracticeRequest, team_id: UUID) -> bool:
    """Whether the member says who is in a team and who signs for it: whoever coaches it does.

    Whoever decides this decides who reads what the team was shared, and who speaks for it.
    """
    coached = coached_client_ids(request).filter(client_id=team_id)
    return Role.COACH in request.membership.roles and coached.exists()


def team_to_fill(request: PracticeRequest, pk: UUID) -> Client:
    """Such a team. Raises 404."""
    team = team_for_member(request, pk)
    if not fills_team(request, team.pk):
        raise Http404
    return team


def member_of_team_to_fill(request: PracticeRequest, pk: UUID) -> TeamMember:
    """Somebody's place in such a team. Raises 404."""
    member = member_for_member(request, pk)
    if not fills_team(request, member.team_id):
        raise Http404
    return member


def own_place(request: PracticeRequest, team_id: UUID) -> TeamMember:
    """The latest place of the portal's client in a team, also once they left it. Raises 404."""
    rows = TeamMember.objects.select_related("team", "client").filter(
        team_id=team_id, client__membership=request.membership
    )
    return found_or_404(TeamMember, rows.order_by("-joined_at"))


def safe_of_own_team(place: TeamMember) -> Safe:
    """The key to what a team was shared; which of it a member reads, the wall decides."""
    key = ClientKey.objects.filter(client=place.team_id).first()
    if key is None:
        raise Http404
    return open_key(key)
