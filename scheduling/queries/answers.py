"""What a booker answered, for the coach of that session."""

from dataclasses import dataclass
from uuid import UUID

from clients.queries.safes import open_wrapped, wrapped_key
from coachops.tenancy.scope import confidential
from scheduling.models import BookingAnswer

MOST = 20
_SEALED = ("id", "question", "sealed_answer", "wrapped_key")


@dataclass(frozen=True, slots=True)
class AnswerLine:
    """One question in the words in which it was asked, and its answer."""

    question: str
    answer: str


def answers_of(session_id: UUID) -> tuple[AnswerLine, ...]:
    """In the order in which they were asked; the wall shows them to coach and booker alone.

    One statement. The caller is the session's coach or client, and writes down that it was read.
    Raises ClientKey.DoesNotExist after an erasure.
    """
    with confidential():
        rows = BookingAnswer.objects.filter(session_id=session_id).order_by("position")
        found = rows.annotate(client_key=wrapped_key("session__client"))
        columns = (*_SEALED, "session__client", "client_key")
        return tuple(_opened(*row) for row in found.values_list(*columns)[:MOST])


def _opened(
    row_id: UUID,
    question: str,
    sealed: bytes,
    own_key: bytes | None,
    client_id: UUID | None,
    client_key: bytes | None,
) -> AnswerLine:
    """A guest's row has a key of its own, also once the guest has become a client."""
    wrapped, owner = (own_key, row_id) if own_key or client_id is None else (client_key, client_id)
    return AnswerLine(question, open_wrapped(wrapped, owner).open(sealed, row_id=row_id))
