"""Sessions whose content may be opened: those of the clients whom the member coaches."""

from datetime import datetime
from uuid import UUID

from django.http import Http404

from clients.access import coached_client_ids
from clients.services.access_ledger import ContentKind, record_read
from coachops.practices.access import found_or_404
from coachops.practices.guards import PracticeRequest
from coachops.practices.roles import Role
from scheduling.models import Session
from tracking.queries.clients import client_id_of
from tracking.queries.session_page import with_neighbours


def session_to_write(request: PracticeRequest, pk: UUID, *, now: datetime) -> Session:
    """A session of a client whom the member coaches. Raises 404, also for guests' sessions.

    Written down as a read as well: what answers a save may show what is stored.
    """
    return _opened(request, pk, neighbours=False, now=now)


def opened_session(request: PracticeRequest, pk: UUID, *, now: datetime) -> Session:
    """The same with what stands around it, and the read written down. Raises 404."""
    return _opened(request, pk, neighbours=True, now=now)


def _opened(request: PracticeRequest, pk: UUID, *, neighbours: bool, now: datetime) -> Session:
    if Role.COACH not in request.membership.roles:
        raise Http404
    sessions = Session.objects.filter(pk=pk, client__in=coached_client_ids(request))
    sessions = with_neighbours(sessions) if neighbours else sessions.select_related("client")
    found = found_or_404(Session, sessions)
    record_read(
        client_id=client_id_of(found),
        reader_id=request.membership.pk,
        kind=ContentKind.SESSION,
        now=now,
    )
    return found
