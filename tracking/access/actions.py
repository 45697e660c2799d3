"""Action items of the clients whom the member coaches, and one's own."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.http import Http404

from clients.access import coached_client_ids
from clients.models import Client, TeamMember
from clients.services.access_ledger import ContentKind, record_read
from coachops.practices.access import found_or_404
from coachops.practices.guards import PracticeRequest
from coachops.practices.roles import Role
from scheduling.models import Session
from tracking.models import ActionItem


def opened_action(request: PracticeRequest, pk: UUID, *, now: datetime) -> ActionItem:
    """For the client's coach, with the read written down. Raises 404."""
    if Role.COACH not in request.membership.roles:
        raise Http404
    action = _one(ActionItem.objects.filter(pk=pk, client__in=coached_client_ids(request)))
    record_read(
        client_id=action.client_id,
        reader_id=request.membership.pk,
        kind=ContentKind.ACTIONS,
        now=now,
    )
    return action


def own_action(request: PracticeRequest, pk: UUID) -> ActionItem:
    """Raises 404."""
    return _one(ActionItem.objects.filter(pk=pk, client__membership=request.membership))


def own_or_team_action(request: PracticeRequest, pk: UUID) -> ActionItem:
    """One's own, or one of a team that one is in, to be ticked off. Raises 404."""
    teams = TeamMember.objects.present().filter(client__membership=request.membership)
    mine = Q(client__membership=request.membership) | Q(client__in=teams.values("team_id"))
    return _one(ActionItem.objects.filter(mine, pk=pk))


def session_of_client(client: Client, pk: UUID | None) -> Session | None:
    """The session in which something is agreed. Raises 404 for anybody else's."""
    if pk is None:
        return None
    return found_or_404(Session, Session.objects.filter(pk=pk, client=client))


def _one(actions: Any) -> ActionItem:
    return found_or_404(ActionItem, actions.select_related("client", "session"))
