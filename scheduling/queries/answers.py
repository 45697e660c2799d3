"""What a booker answered, for the coach of that session."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final
from uuid import UUID

from django.db.models import Q

from clients.models import Client
from clients.queries.safes import open_wrapped, wrapped_key
from coachops.tenancy.scope import confidential
from scheduling.models import BookingAnswer, Offering, Seat, Session
from scheduling.policies.questions import left_open

MOST = 20
MOST_OF_ALL: Final = 1000
_SEALED = ("id", "question", "sealed_answer", "wrapped_key")


@dataclass(frozen=True, slots=True)
class AnswerLine:
    """One question in the words in which it was asked, and its answer."""

    question: str
    answer: str


@dataclass(frozen=True, slots=True)
class PlaceAnswers:
    """What one person in a session of several answered."""

    seat_id: UUID
    client_id: UUID | None
    name: str
    lines: tuple[AnswerLine, ...]


def answers_of(session_id: UUID) -> tuple[AnswerLine, ...]:
    """In the order in which they were asked; the wall shows them to coach and booker alone.

    One statement. The caller is the session's coach or client, and writes down that it was read.
    Raises ClientKey.DoesNotExist after an erasure.
    """
    with confidential():
        rows = BookingAnswer.objects.filter(session_id=session_id, seat=None).order_by("position")
        found = rows.annotate(client_key=wrapped_key("session__client"))
        columns = (*_SEALED, "session__client", "client_key")
        return tuple(_opened(*row) for row in found.values_list(*columns)[:MOST])


def answers_of_places(session_id: UUID, *, client: UUID | None = None) -> tuple[PlaceAnswers, ...]:
    """Of everybody who has a place in a group session or waits for one, or of one client; by name.

    The wall shows each to their coach and to themself. What was answered for another date goes
    along, and of what was answered twice the later counts. Two statements. The caller is the
    session's coach or that client, and writes down that it was read.
    """
    seats = Seat.objects.exclude(state=Seat.State.CANCELLED).filter(session_id=session_id)
    mine = seats if client is None else seats.filter(client=client)
    places = {
        pk: (key or pk, PlaceAnswers(pk, client_id, name, ()))
        for pk, key, client_id, name in mine.order_by("name", "pk").values_list(
            "pk", "booking_key", "client_id", "name"
        )[:MOST_OF_ALL]
    }
    keys = {key for key, _place in places.values()}
    given = _by_key([*places, *keys], keys) if places else {}
    found = (
        replace(place, lines=tuple(AnswerLine(*pair) for pair in given.get(key, {}).items()))
        for key, place in places.values()
    )
    return tuple(each for each in found if each.lines)


def own_answers(session: Session, client: Client) -> tuple[AnswerLine, ...]:
    """What the client answered for their place; no statement where nothing is asked.

    Needs the session with its offering.
    """
    if not session.offering.questions:
        return ()
    found = answers_of_places(session.pk, client=client.pk)
    return found[0].lines if found else ()


def _by_key(seat_ids: Collection[UUID], keys: Collection[UUID]) -> dict[UUID, dict[str, str]]:
    """Answers by question, for the places that stand for one another."""
    with confidential():
        rows = BookingAnswer.objects.filter(Q(seat__in=seat_ids) | Q(seat__booking_key__in=keys))
        rows = rows.annotate(client_key=wrapped_key("seat__client")).order_by("pk")
        columns = ("seat", "seat__booking_key", *_SEALED, "seat__client", "client_key")
        found: dict[UUID, dict[str, str]] = defaultdict(dict)
        for seat_id, key, *sealed in rows.values_list(*columns)[:MOST_OF_ALL]:
            line = _opened(*sealed)
            found[key or seat_id][line.question] = line.answer
    return found


def open_questions(offering: Offering, lines: Sequence[AnswerLine]) -> list[dict[str, Any]]:
    """What is still asked, beside what has been answered."""
    return left_open(offering.questions, {line.question for line in lines})


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
