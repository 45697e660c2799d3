"""Loading a series is the access check: otherwise the same 404."""

from uuid import UUID

from clients.access import clients_for_member
from coachops.practices.access import found_or_404
from coachops.practices.guards import PracticeRequest
from scheduling.models import Series

_PEOPLE = ("offering", "coach", "client", "engagement")


def series_for_member(request: PracticeRequest, pk: UUID) -> Series:
    """A series of a client whom the member may see. Raises 404."""
    clients = clients_for_member(request).values("pk")
    rows = Series.objects.select_related(*_PEOPLE).filter(pk=pk)
    return found_or_404(Series, rows.filter(client__in=clients))


def own_series(request: PracticeRequest, pk: UUID) -> Series:
    """A series of the client who is signed in to the portal. Raises 404."""
    rows = Series.objects.select_related(*_PEOPLE)
    return found_or_404(Series, rows.filter(pk=pk, client__membership=request.membership))
