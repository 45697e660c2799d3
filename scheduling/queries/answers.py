"""What a booker answered, for the coach of that session."""

from dataclasses import dataclass
from uuid import UUID

from coachops.tenancy.scope import confidential
from scheduling.models import BookingAnswer

MOST = 20


@dataclass(frozen=True, slots=True)
class AnswerLine:
    """One question in the words in which it was asked, and its answer."""

    question: str
    answer: str


def answers_of(session_id: UUID) -> tuple[AnswerLine, ...]:
    """In the order in which they were asked; the wall shows them to coach and booker alone.

    The caller is the session's coach or client, and writes down that it was read.
    """
    with confidential():
        rows = BookingAnswer.objects.filter(session_id=session_id).order_by("position")
        return tuple(AnswerLine(each.question, each.answer) for each in rows[:MOST])
