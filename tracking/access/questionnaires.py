"""Opening what was asked is the access check: the state for who organises, the answers for two."""

from datetime import datetime
from uuid import UUID

from django.http import Http404

from clients.access import client_with_safe, own_client_with_safe
from clients.queries.safes import Safe, safe_of
from clients.services.access_ledger import ContentKind, record_read
from coachops.practices.access import found_or_404
from coachops.practices.guards import PracticeRequest
from coachops.practices.policies import Data, Viewer, may_read
from coachops.questionnaires.queries.opening import Opened
from tracking.models import AskedQuestionnaire

_WHOLE = (
    "response__version__questionnaire",
    "asked_by",
    "session",
    "engagement",
    "client__membership__user",
    "team",
)


def asked_for_member(request: PracticeRequest, pk: UUID) -> tuple[AskedQuestionnaire, Safe | None]:
    """One of a client whom the member may chase, with the key if they may read it. Raises 404.

    What is asked for a team's sake is its coach's and assistant's, not those of the person.
    """
    rows = AskedQuestionnaire.objects.select_related(*_WHOLE)
    asked = found_or_404(AskedQuestionnaire, rows.filter(pk=pk))
    _client, safe = client_with_safe(request, asked.team_id or asked.client_id)
    if safe is None or not may_read(Data.ANSWERS, [Viewer.ASSIGNED_COACH]):
        return asked, None
    return asked, safe_of(asked.client_id) if asked.team_id else safe


def open_for_member(request: PracticeRequest, pk: UUID) -> AskedQuestionnaire:
    """One of them that waits for its answers. Raises 404."""
    asked, _safe = asked_for_member(request, pk)
    if asked.closed_at is not None:
        raise Http404
    return asked


def opened_for_coach(
    request: PracticeRequest, asked: AskedQuestionnaire, safe: Safe | None, *, now: datetime
) -> Opened | None:
    """The answers, once they were sent, to whoever coaches; the read is written down."""
    if safe is None or asked.withdrawn_at is not None or asked.response.sent_at is None:
        return None
    reader = request.membership
    record_read(
        client_id=asked.client_id, reader_id=reader.pk, kind=ContentKind.QUESTIONNAIRE, now=now
    )
    return Opened(asked.response, safe, reader)


def own_questionnaire(request: PracticeRequest, pk: UUID) -> tuple[AskedQuestionnaire, Opened]:
    """What the client who has signed in was asked. Two statements. Raises 404."""
    client, safe = own_client_with_safe(request)
    rows = AskedQuestionnaire.objects.select_related(*_WHOLE)
    asked = found_or_404(AskedQuestionnaire, rows.filter(pk=pk, client=client, withdrawn_at=None))
    return asked, Opened(asked.response, safe, request.membership)
