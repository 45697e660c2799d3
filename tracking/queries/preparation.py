"""What a client answered before a session, for the prep and the session page."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from clients.queries.safes import Safe
from coachops.practices.models import Membership
from coachops.questionnaires.queries.answers import Line, Reading, reading_of
from coachops.questionnaires.queries.opening import Opened
from programs.models import SessionPlan
from scheduling.models import Session
from tracking.models import PlanPreparation, PreparationPolicy, SessionPreparation

MOST_PLANS = 200


class PreparationState(StrEnum):
    NOT_ASKED = "not_asked"
    ASKED = "asked"
    STARTED = "started"
    SENT = "sent"


@dataclass(frozen=True, slots=True)
class Preparation:
    """How far it is, and once it was sent, what was answered. Not asked: no other facts."""

    state: PreparationState
    title: str = ""
    answered: int = 0
    shown: int = 0
    asked_at: datetime | None = None
    sent_at: datetime | None = None
    reading: Reading | None = None

    @property
    def is_asked(self) -> bool:
        return self.state != PreparationState.NOT_ASKED

    @property
    def lines(self) -> tuple[Line, ...]:
        """The answered questions, in their order; none before it was sent."""
        lines = self.reading.lines if self.reading else ()
        return tuple(line for line in lines if line.is_answered)


def preparation_of(session: Session, *, safe: Safe, reader: Membership) -> Preparation:
    """For the client's assigned coach, who has opened the session: the read is the caller's to
    write down. Without the threads below the answers. One statement, two once it was sent.
    """
    row = _asked(session.pk)
    if row is None:
        return Preparation(PreparationState.NOT_ASKED)
    opened = Opened(row.response, safe, reader)
    return _facts(row, reading_of(opened, with_threads=False) if row.response.sent_at else None)


def preparation_state(session_id: UUID) -> Preparation:
    """Only how far it is: for whoever may know no more. One statement."""
    row = _asked(session_id)
    return _facts(row, None) if row else Preparation(PreparationState.NOT_ASKED)


def _asked(session_id: UUID) -> SessionPreparation | None:
    rows = SessionPreparation.objects.select_related("response__version")
    found: SessionPreparation | None = rows.filter(session_id=session_id).first()
    return found


def _facts(row: SessionPreparation, reading: Reading | None) -> Preparation:
    response = row.response
    begun = PreparationState.STARTED if response.begun_at else PreparationState.ASKED
    return Preparation(
        state=PreparationState.SENT if response.sent_at else begun,
        title=response.version.title,
        answered=response.answered,
        shown=response.shown,
        asked_at=row.asked_at,
        sent_at=response.sent_at,
        reading=reading,
    )


@dataclass(frozen=True, slots=True)
class PlanLine:
    """A session plan of a program's newest version, and what it asks instead of the usual."""

    id: UUID
    program: str
    title: str
    questionnaire_id: UUID | None


def preparation_policy() -> PreparationPolicy:
    """The practice's rule; a blank one before it was set. One statement."""
    return PreparationPolicy.objects.first() or PreparationPolicy()


def plan_lines() -> tuple[PlanLine, ...]:
    """The session plans of what new engagements are opened from. Two statements."""
    own = dict(PlanPreparation.objects.values_list("session_plan_id", "questionnaire_id"))
    plans = SessionPlan.objects.select_related("phase__version__program").order_by(
        "phase__version__program__name",
        "phase__version__program_id",
        "-phase__version__number",
        "phase__position",
        "position",
    )[:MOST_PLANS]
    newest: dict[UUID, UUID] = {}
    found = []
    for plan in plans:
        version = plan.phase.version
        if newest.setdefault(version.program_id, version.pk) != version.pk:
            continue
        found.append(PlanLine(plan.pk, version.program.name, plan.title, own.get(plan.pk)))
    return tuple(found)
