"""Goals of the clients whom the member coaches, and one's own."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import Http404

from clients.access import coached_client_ids
from clients.services.access_ledger import ContentKind, record_read
from coachops.practices.access import found_or_404
from coachops.practices.guards import PracticeRequest
from coachops.practices.roles import Role
from scheduling.models import Session
from tracking.models import Goal


def goal_for_coach(request: PracticeRequest, pk: UUID) -> Goal:
    """Raises 404."""
    if Role.COACH not in request.membership.roles:
        raise Http404
    return _one(Goal.objects.filter(pk=pk, client__in=coached_client_ids(request)))


def opened_goal(request: PracticeRequest, pk: UUID, *, now: datetime) -> Goal:
    """The same, with the read written down. Raises 404."""
    goal = goal_for_coach(request, pk)
    record_read(
        client_id=goal.client_id,
        reader_id=request.membership.pk,
        kind=ContentKind.GOALS,
        now=now,
    )
    return goal


def own_goal(request: PracticeRequest, pk: UUID) -> Goal:
    """Raises 404."""
    return _one(Goal.objects.filter(pk=pk, client__membership=request.membership))


def session_of_goal(goal: Goal, pk: UUID | None) -> Session | None:
    """The session in which a goal is rated, which has to be its client's. Raises 404."""
    if pk is None:
        return None
    return found_or_404(Session, Session.objects.filter(pk=pk, client_id=goal.client_id))


def _one(goals: Any) -> Goal:
    people = ("client", "engagement__sponsor_organisation")
    return found_or_404(Goal, goals.select_related(*people))
