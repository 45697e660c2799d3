"""How far something is that a client was asked: states for whoever chases it, never an answer."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from clients.models import Asking
from coachops.audit.models import AuditEvent


class AskedState(StrEnum):
    ASKED = "asked"
    STARTED = "started"
    SENT = "sent"
    WITHDRAWN = "withdrawn"


_CHIPS: Final[dict[AskedState, tuple[Promise, str, str]]] = {
    AskedState.ASKED: (_("Asked"), "warn", "mail"),
    AskedState.STARTED: (_("Started"), "brand", "pencil"),
    AskedState.SENT: (_("Answered"), "good", "check"),
    AskedState.WITHDRAWN: (_("Withdrawn"), "line", "x"),
}


@dataclass(frozen=True, slots=True)
class AskedFacts:
    """One of them without its content. `answered` of `shown` questions, as far as it was begun."""

    id: UUID
    title: str
    state: AskedState
    asked_at: datetime
    asked_by: str
    due_on: date | None
    answered: int
    shown: int
    sent_at: datetime | None

    @property
    def is_open(self) -> bool:
        return self.state in {AskedState.ASKED, AskedState.STARTED}

    @property
    def label(self) -> Promise:
        return _CHIPS[self.state][0]

    @property
    def tone(self) -> str:
        return _CHIPS[self.state][1]

    @property
    def symbol(self) -> str:
        return _CHIPS[self.state][2]

    def is_late(self, today: date) -> bool:
        return self.is_open and self.due_on is not None and self.due_on < today


def was_withdrawn_by_somebody(asking_id: UUID) -> bool:
    """A person decided that it is not asked; otherwise that followed from something else."""
    events = AuditEvent.objects.filter(subject_id=asking_id, event__endswith=".withdrawn")
    return bool(events.filter(facts__has_key="by").exists())


def facts_of(row: Asking) -> dict[str, Any]:
    """What `AskedFacts` are made of, from a row with its response, version and whoever asked."""
    response = row.response
    return {
        "id": row.pk,
        "title": response.version.title,
        "state": _state_of(row),
        "asked_at": row.asked_at,
        "asked_by": row.asked_by.name if row.asked_by else "",
        "due_on": row.due_on,
        "answered": response.answered,
        "shown": response.shown,
        "sent_at": response.sent_at,
    }


def _state_of(row: Asking) -> AskedState:
    if row.withdrawn_at is not None:
        return AskedState.WITHDRAWN
    if row.response.sent_at is not None:
        return AskedState.SENT
    return AskedState.STARTED if row.response.begun_at is not None else AskedState.ASKED
