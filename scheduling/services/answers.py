"""What a booker answered to the questions of an offering: for the coach of that session alone."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from clients.queries.safes import Safe, open_wrapped, safe_of
from coachops.encryption.seal import new_wrapped_key
from coachops.tenancy.models import uuid7
from coachops.tenancy.scope import ScopeError, current_practice_id, current_scope, scope
from scheduling.models import BookingAnswer, Session


@dataclass(frozen=True, slots=True)
class GivenAnswer:
    """One question in the words in which it was asked, and the answer."""

    question: str
    answer: str


def keep_answers(*, session: Session, answers: Iterable[GivenAnswer]) -> None:
    """Seal them where only the coach of the session, and the client, may read them.

    The wall lets whoever booked it for somebody, with or without an account, write such rows and
    read none.
    """
    given = [each for each in answers if each.answer]
    if given:
        _write(_sealed(session, given))


def keep_answers_of_all(*, sessions: Sequence[Session], answers: Iterable[GivenAnswer]) -> None:
    """The same for sessions of one client that were booked together: each has the answers."""
    given = [each for each in answers if each.answer]
    rows = [row for session in sessions for row in _sealed(session, given)] if given else []
    if rows:
        _write(rows)


def _sealed(session: Session, given: Sequence[GivenAnswer]) -> list[BookingAnswer]:
    safe = None if session.client_id is None else safe_of(session.client_id)
    return [
        _row(session, safe, number=number, given=each) for number, each in enumerate(given, start=1)
    ]


def _row(session: Session, safe: Safe | None, *, number: int, given: GivenAnswer) -> BookingAnswer:
    row = BookingAnswer(id=uuid7(), session=session, position=number, question=given.question)
    if safe is None:
        row.wrapped_key = new_wrapped_key(bound_to=f"{current_practice_id()}:{row.pk}")
        safe = open_wrapped(row.wrapped_key, row.pk)
    row.sealed_answer = safe.close(given.answer, row_id=row.pk)
    return row


def _write(rows: list[BookingAnswer]) -> None:
    active = current_scope()
    if active is None:
        raise ScopeError("no practice scope is active")
    with scope(replace(active, confidential=True)):
        BookingAnswer.objects.bulk_create(rows)
