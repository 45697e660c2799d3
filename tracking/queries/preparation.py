"""What a client answered before a session, for the prep and the session page."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

from django.db import connection

from clients.queries.safes import Safe
from coachops.practices.models import Membership
from coachops.questionnaires.models import QuestionnaireVersion, Response, ResponseAnswer
from coachops.questionnaires.queries.answers import Line, Reading, reading_from, stored_rows
from coachops.questionnaires.queries.opening import Opened
from coachops.tenancy.scope import confidential
from programs.models import SessionPlan
from scheduling.models import Session
from tracking.models import PlanPreparation, PreparationPolicy

MOST_PLANS = 200
# With what was answered, once it was sent: the prep and the session page are opened all day.
_ASKED: Final = """
SELECT asked.asked_at, given.id, given.begun_at, given.sent_at, given.answered, given.shown,
       version.title, version.content::json, answers.*
FROM tracking_sessionpreparation asked
JOIN questionnaires_response given
  ON given.practice_id = asked.practice_id AND given.id = asked.response_id
JOIN questionnaires_questionnaireversion version
  ON version.practice_id = given.practice_id AND version.id = given.version_id
CROSS JOIN LATERAL (
  SELECT array_agg(answer.id), array_agg(answer.question), array_agg(answer.sealed_value),
         array_agg(answer.version), array_agg(answer.saved_at)
  FROM questionnaires_responseanswer answer
  WHERE answer.practice_id = given.practice_id AND answer.response_id = given.id
    AND given.sent_at IS NOT NULL) answers
WHERE asked.practice_id = %(practice)s AND asked.session_id = %(session)s
"""


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
    write down. Without the threads below the answers. One statement.
    """
    asked: dict[str, Any] = {"practice": session.practice_id, "session": session.pk}
    with confidential(), connection.cursor() as cursor:
        cursor.execute(_ASKED, asked)
        found = cursor.fetchone()
    if found is None:
        return Preparation(PreparationState.NOT_ASKED)
    asked_at, response_id, begun_at, sent_at, answered, shown, title, content, *given = found
    version = QuestionnaireVersion(title=title, content=content)
    response = Response(pk=response_id, version=version, begun_at=begun_at, sent_at=sent_at)
    begun = PreparationState.STARTED if begun_at else PreparationState.ASKED
    return Preparation(
        state=PreparationState.SENT if sent_at else begun,
        title=title,
        answered=answered,
        shown=shown,
        asked_at=asked_at,
        sent_at=sent_at,
        reading=_reading(Opened(response, safe, reader), given) if sent_at else None,
    )


def _reading(opened: Opened, given: Iterable[Sequence[Any] | None]) -> Reading:
    """From columns of the answers, none where there are none."""
    columns = [column or () for column in given]
    rows = [
        ResponseAnswer(pk=pk, question=key, sealed_value=sealed, version=version, saved_at=saved_at)
        for pk, key, sealed, version, saved_at in zip(*columns, strict=True)
    ]
    return reading_from(opened, stored_rows(rows, opened), {})


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
    return tuple(
        PlanLine(plan.pk, plan.phase.version.program.name, plan.title, own.get(plan.pk))
        for plan in session_plans()
    )


def session_plans() -> list[SessionPlan]:
    """Those of each program's newest version, with their program. One statement."""
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
        if newest.setdefault(version.program_id, version.pk) == version.pk:
            found.append(plan)
    return found
