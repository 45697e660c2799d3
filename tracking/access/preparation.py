"""Opening a preparation is the access check."""

from datetime import datetime
from uuid import UUID

from django.http import Http404

from clients.access import own_client_with_safe
from clients.queries.safes import open_wrapped
from clients.services.access_ledger import ContentKind, record_read
from coachops.practices.access import found_or_404
from coachops.practices.guards import PracticeRequest
from coachops.practices.policies import Data, Viewer, may_read
from coachops.questionnaires.queries.opening import Opened
from scheduling.models import Session
from tracking.access.sessions import opened_session
from tracking.models import SessionPreparation
from tracking.queries.clients import client_id_of
from tracking.queries.preparation import Preparation, PreparationState, preparation_of
from tracking.queries.team_questionnaires import TeamAsking, asked_before

_WHOLE = ("response__version", "session__coach")


def own_preparation(request: PracticeRequest, session_pk: UUID) -> tuple[Session, Opened]:
    """What the client who has signed in is asked about a session of theirs. Raises 404."""
    client, safe = own_client_with_safe(request)
    rows = SessionPreparation.objects.select_related(*_WHOLE)
    row = found_or_404(SessionPreparation, rows.filter(session_id=session_pk, client=client))
    return row.session, Opened(row.response, safe, request.membership)


def preparation_for_page(
    request: PracticeRequest, session: Session, *, now: datetime
) -> Preparation | TeamAsking:
    """For a page about a session that the member has opened with its key; the read of what was
    sent is written down. One statement, two once it was sent. Of a team how far each of them is.
    """
    if session.client is not None and session.client.is_team:
        return asked_before(session.pk) or Preparation(PreparationState.NOT_ASKED)
    safe = open_wrapped(session.wrapped_key, client_id_of(session))  # type: ignore[attr-defined]
    found = preparation_of(session, safe=safe, reader=request.membership)
    if found.reading is not None:
        _record(request, session, now)
    return found


def _record(request: PracticeRequest, session: Session, now: datetime) -> None:
    record_read(
        client_id=client_id_of(session),
        reader_id=request.membership.pk,
        kind=ContentKind.PREPARATION,
        now=now,
    )


def opened_preparation(
    request: PracticeRequest, session_pk: UUID, *, now: datetime
) -> tuple[Session, Opened]:
    """A sent preparation of a client whom the member coaches; the read is written down.

    Raises 404, also for one that was not sent.
    """
    session = opened_session(request, session_pk, now=now)
    if not may_read(Data.ANSWERS, [Viewer.ASSIGNED_COACH]):
        raise Http404
    rows = SessionPreparation.objects.select_related("response__version")
    row = found_or_404(
        SessionPreparation, rows.filter(session=session, response__sent_at__isnull=False)
    )
    _record(request, session, now)
    safe = open_wrapped(session.wrapped_key, client_id_of(session))  # type: ignore[attr-defined]
    return session, Opened(row.response, safe, request.membership)
