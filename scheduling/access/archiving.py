"""Whose dates a member may cancel by archiving a client."""

from uuid import UUID

from clients.access import coached_client_ids
from clients.models import Client
from coachops.practices.guards import PracticeRequest
from coachops.practices.roles import Role
from scheduling.access.sessions import coaches_for_member
from scheduling.queries.archiving import Coming


def beyond_reach(request: PracticeRequest, client: Client, coming: Coming) -> set[UUID]:
    """Ids of dates of coaches whom the member does not look after.

    None for owners, and for whoever coaches the client.
    """
    roles = request.membership.roles
    if not coming.ids or Role.OWNER in roles:
        return set()
    if Role.COACH in roles and coached_client_ids(request).filter(client=client).exists():
        return set()
    own = {coach.pk for coach in coaches_for_member(request)}
    return {pk for pk, coach_id in coming.coach_ids.items() if coach_id not in own}
