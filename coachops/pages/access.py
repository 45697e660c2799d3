"""Loading what belongs to no app of its own. Whoever may not see it gets the same 404."""

from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any, Final
from uuid import UUID

from django.http import Http404

from clients.access import (
    client_for_member,
    clients_for_member,
    contact_to_manage,
    engagement_for_member,
    open_proposal,
    person_for_member,
    sponsored,
)
from clients.access.agreements import agreement_for_member
from clients.access.handover import handover_for_member
from clients.access.intake import open_intake_for_member
from coachops.correspondence.models import MailLogEntry
from coachops.outbox.models import Message
from coachops.pages.services.desk import Asked
from coachops.practices.access import found_or_404
from coachops.practices.guards import PracticeRequest
from scheduling.access import coach_for_member, poll_for_member, scheduling_request_for_member
from tracking.access.questionnaires import open_for_member
from tracking.access.reports import report_for_member
from tracking.models import SessionPreparation

MOST_LINES: Final = 25


def message_of_practice(request: PracticeRequest, pk: UUID) -> Message:
    """A message of the practice in whatever state. Raises 404."""
    message: Message | None = Message.objects.filter(practice=request.practice, pk=pk).first()
    if message is None:
        raise Http404
    return message


def letter_to_client(request: PracticeRequest, pk: UUID) -> Message:
    """A mail in the log of a client whose logistics the member may see. Raises 404."""
    clients = clients_for_member(request).order_by().values("pk")
    if not MailLogEntry.objects.filter(message_id=pk, client__in=clients).exists():
        raise Http404
    return message_of_practice(request, pk)


def lines_of_desk(request: PracticeRequest, keys: list[str]) -> dict[str, Asked]:
    """What the named lines of the desk speak of, by key, each behind its own access check.

    Left out is what is settled meanwhile or was never the member's to see: nobody learns which.
    """
    found: dict[str, Asked] = {}
    for key in dict.fromkeys(keys[:MOST_LINES]):
        kind, _colon, text = key.partition(":")
        with suppress(Http404, KeyError, ValueError):
            found[key] = Asked(kind, _LOAD[kind](request, UUID(text)))
    return found


def _proposal(request: PracticeRequest, engagement_pk: UUID) -> Any:
    return open_proposal(sponsored(engagement_for_member(request, engagement_pk)))


def _preparation(request: PracticeRequest, pk: UUID) -> SessionPreparation:
    rows = SessionPreparation.objects.select_related("session", "response")
    asked = found_or_404(SessionPreparation, rows.filter(pk=pk))
    client_for_member(request, asked.client_id)
    return asked


def _coach(request: PracticeRequest, pk: UUID) -> Any:
    return coach_for_member(request, str(pk))


_LOAD: Final[Mapping[str, Callable[[PracticeRequest, UUID], Any]]] = {
    "agreement": agreement_for_member,
    "signature": _proposal,
    "intake": open_intake_for_member,
    "preparation": _preparation,
    "questionnaire": open_for_member,
    "asked": scheduling_request_for_member,
    "poll": poll_for_member,
    "invitation": person_for_member,
    "contact": contact_to_manage,
    "handover": handover_for_member,
    "review": report_for_member,
    "undelivered": letter_to_client,
    "coach": _coach,
}
