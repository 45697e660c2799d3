"""A session that somebody looks after for a client: otherwise the same 404."""

from uuid import UUID

from clients.access import delegated_clients
from coachops.practices.access import found_or_404
from coachops.practices.guards import PracticeRequest
from scheduling.models import Session


def delegated_session(request: PracticeRequest, pk: UUID) -> Session:
    """A session of a client whose dates the acting person looks after. Raises 404."""
    rows = Session.objects.select_related("offering", "coach", "client", "engagement")
    clients = delegated_clients(request).order_by().values("pk")
    return found_or_404(Session, rows.filter(pk=pk, client__in=clients))
