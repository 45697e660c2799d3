"""What a booker answered to the questions of an offering: for the coach of that session alone."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from coachops.tenancy.scope import ScopeError, current_scope, scope
from scheduling.models import BookingAnswer, Session


@dataclass(frozen=True, slots=True)
class GivenAnswer:
    """One question in the words in which it was asked, and the answer."""

    question: str
    answer: str


def keep_answers(*, session: Session, answers: Iterable[GivenAnswer]) -> None:
    """Write them where only the coach of the session, and the client, may read them.

    The wall lets somebody without an account write such rows and read none.
    """
    rows = [
        BookingAnswer(session=session, position=number, question=each.question, answer=each.answer)
        for number, each in enumerate(answers, start=1)
        if each.answer
    ]
    if not rows:
        return
    active = current_scope()
    if active is None:
        raise ScopeError("no practice scope is active")
    with scope(replace(active, confidential=True)):
        BookingAnswer.objects.bulk_create(rows)
