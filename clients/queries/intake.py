"""How far a client's intake is: states for whoever chases it, never an answer."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from clients.models import Intake

MOST_INTAKES = 20


class IntakeState(StrEnum):
    NOT_ASKED = "not_asked"
    ASKED = "asked"
    STARTED = "started"
    SENT = "sent"
    WITHDRAWN = "withdrawn"


STATE_LABELS: dict[IntakeState, tuple[Promise, str, str]] = {
    IntakeState.NOT_ASKED: (_("Not asked"), "line", "circle"),
    IntakeState.ASKED: (_("Asked"), "warn", "mail"),
    IntakeState.STARTED: (_("Started"), "brand", "pencil"),
    IntakeState.SENT: (_("Sent"), "good", "check"),
    IntakeState.WITHDRAWN: (_("Withdrawn"), "line", "x"),
}


@dataclass(frozen=True, slots=True)
class IntakeFacts:
    """One intake without its content. `answered` of `shown` questions, as far as it was begun."""

    id: UUID
    response_id: UUID
    title: str
    state: IntakeState
    asked_at: datetime
    asked_by: str
    due_on: date | None
    answered: int
    shown: int
    sent_at: datetime | None

    @property
    def is_open(self) -> bool:
        return self.state in {IntakeState.ASKED, IntakeState.STARTED}

    @property
    def label(self) -> str | Promise:
        return STATE_LABELS[self.state][0]

    @property
    def tone(self) -> str:
        return STATE_LABELS[self.state][1]

    @property
    def symbol(self) -> str:
        return STATE_LABELS[self.state][2]

    def is_late(self, today: date) -> bool:
        return self.is_open and self.due_on is not None and self.due_on < today


def intakes_of(client_id: UUID) -> tuple[IntakeFacts, ...]:
    """The newest first. One statement."""
    rows = (
        Intake.objects.filter(client_id=client_id)
        .select_related("response__version", "asked_by")
        .order_by("-asked_at", "-id")[:MOST_INTAKES]
    )
    return tuple(facts_of(row) for row in rows)


def facts_of(row: Intake) -> IntakeFacts:
    """From a row with its response, version and whoever asked."""
    response = row.response
    return IntakeFacts(
        id=row.pk,
        response_id=response.pk,
        title=response.version.title,
        state=state_of(row),
        asked_at=row.asked_at,
        asked_by=row.asked_by.name if row.asked_by else "",
        due_on=row.due_on,
        answered=response.answered,
        shown=response.shown,
        sent_at=response.sent_at,
    )


def state_of(row: Intake) -> IntakeState:
    if row.withdrawn_at is not None:
        return IntakeState.WITHDRAWN
    if row.response.sent_at is not None:
        return IntakeState.SENT
    return IntakeState.STARTED if row.response.begun_at is not None else IntakeState.ASKED
