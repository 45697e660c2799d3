"""Sessions whose content may be opened: those of the clients whom the member coaches."""

from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet
from django.http import Http404

from clients.access import coached_client_ids, today_in
from clients.queries.handover import comes_later
from clients.queries.safes import wrapped_key
from clients.services.access_ledger import ContentKind, record_read
from coachops.practices.access import found_or_404
from coachops.practices.guards import PracticeRequest
from coachops.practices.roles import Role
from scheduling.models import Session
from tracking.queries.clients import client_id_of


def session_to_write(request: PracticeRequest, pk: UUID, *, now: datetime) -> Session:
    """A session of a client whom the member coaches. Raises 404, also for guests' sessions.

    Written down as a read as well: what answers a save may show what is stored.
    """
    return _opened(request, Session.objects.select_related("client").filter(pk=pk), now=now)


def opened_session(request: PracticeRequest, pk: UUID, *, now: datetime) -> Session:
    """The same with the key to what was written about it, and whether the member came to the
    client after another coach. Raises 404."""
    sessions = Session.objects.select_related("client", "offering").filter(pk=pk)
    is_later = comes_later(
        request.membership.pk, today_in(request), of="scheduling_session.client_id"
    )
    keyed = sessions.annotate(wrapped_key=wrapped_key("client_id"), is_later=is_later)
    return _opened(request, keyed, now=now)


def _opened(request: PracticeRequest, sessions: QuerySet[Session], *, now: datetime) -> Session:
    if Role.COACH not in request.membership.roles:
        raise Http404
    found = found_or_404(Session, sessions.filter(client__in=coached_client_ids(request)))
    record_read(
        client_id=client_id_of(found),
        reader_id=request.membership.pk,
        kind=ContentKind.SESSION,
        now=now,
    )
    return found
