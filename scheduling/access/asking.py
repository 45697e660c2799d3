"""Loading a request to book is the access check: otherwise the same 404."""

from uuid import UUID

from clients.access import clients_for_member
from coachops.practices.access import found_or_404
from coachops.practices.guards import PracticeRequest
from scheduling.access.sessions import coaches_for_member
from scheduling.models import SchedulingRequest


def scheduling_request_for_member(request: PracticeRequest, pk: UUID) -> SchedulingRequest:
    """What a client of a coach whom the member looks after was asked. Raises 404."""
    coaches = [coach.pk for coach in coaches_for_member(request)]
    rows = SchedulingRequest.objects.select_related("engagement", "client", "planned_session")
    clients = clients_for_member(request).order_by().values("pk")
    return found_or_404(
        SchedulingRequest,
        rows.filter(pk=pk, engagement__coach_id__in=coaches, client__in=clients),
    )
