"""What a booker answered to the questions of an offering: for the coach of that session alone."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import transaction

from clients.queries.safes import Safe, open_wrapped, safe_of
from coachops.audit.record import record
from coachops.encryption.seal import new_wrapped_key
from coachops.tenancy.models import uuid7
from coachops.tenancy.scope import (
    ScopeError,
    confidential,
    current_practice_id,
    current_scope,
    scope,
)
from scheduling.models import BookingAnswer, Seat, Session
from scheduling.policies.questions import left_open

MOST_TOGETHER: Final = 60


@dataclass(frozen=True, slots=True)
class GivenAnswer:
    """One question in the words in which it was asked, and the answer."""

    question: str
    answer: str


def keep_answers(
    *, session: Session, answers: Iterable[GivenAnswer], seat: Seat | None = None
) -> None:
    """Seal them where only the coach of the session, and the client, may read them.

    `seat` is whose answers they are in a session of several. The wall lets whoever booked it for
    somebody, with or without an account, write such rows and read none.
    """
    given = [each for each in answers if each.answer]
    if given:
        _write(_sealed(session, given, seat=seat))


def is_left_to_client(session: Session, answers: Iterable[GivenAnswer]) -> bool:
    """Whether the client is to be asked: somebody booked it for them and left questions open.

    Needs the session with its offering, its client and who booked it.
    """
    client = session.client
    if client is None or session.booked_by_id in {None, client.membership_id}:
        return False
    answered = {each.question for each in answers if each.answer}
    return bool(left_open(session.offering.questions, answered))


@transaction.atomic
def answer_later(*, session: Session, answers: Iterable[GivenAnswer], now: datetime) -> None:
    """What the client answers once it is booked. Sent twice it is kept once.

    It goes with every coming session of the same series in which it is still open.
    """
    together = Session.objects.kept().filter(starts_at__gt=now, asks_client=True)
    theirs = together.filter(client=session.client_id)
    these = theirs.filter(series=session.series_id) if session.series_id else theirs.none()
    rows = theirs.filter(pk=session.pk) | these
    found = list(rows.select_for_update(of=("self",)).order_by("pk")[:MOST_TOGETHER])
    given = [each for each in answers if each.answer]
    known = _answered(found)
    fresh = [
        row
        for each in found
        for row in _sealed(each, _not_in(known[each.pk], given), after=len(known[each.pk]))
    ]
    if fresh:
        _write(fresh)
    Session.objects.filter(pk__in=[each.pk for each in found]).update(asks_client=False)
    if found:
        record(event="session.answered", subject=session, now=now, facts={"sessions": len(found)})


@transaction.atomic
def answer_for_place(*, seat: Seat, answers: Iterable[GivenAnswer], now: datetime) -> None:
    """The same for a client's place in a group session, and their places on its other dates.

    Needs the seat with its session.
    """
    ahead = Seat.objects.exclude(state=Seat.State.CANCELLED).filter(
        client=seat.client_id, asks_client=True, session__starts_at__gt=now
    )
    series = seat.session.series_id
    these = ahead.filter(session__series=series) if series else ahead.none()
    rows = (ahead.filter(pk=seat.pk) | these).select_related("session")
    found = list(rows.select_for_update(of=("self",)).order_by("pk")[:MOST_TOGETHER])
    given = [each for each in answers if each.answer]
    fresh = [row for each in found for row in _sealed(each.session, given, seat=each)]
    if fresh:
        _write(fresh)
    Seat.objects.filter(pk__in=[each.pk for each in found]).update(asks_client=False)
    if found:
        facts = {"sessions": len(found)}
        record(event="seat.answered", subject=seat.session, now=now, facts={**facts})


def _answered(sessions: Sequence[Session]) -> dict[UUID, set[str]]:
    """The questions that have an answer, by session; of the client's own alone, by the wall."""
    known: dict[UUID, set[str]] = defaultdict(set)
    with confidential():
        rows = BookingAnswer.objects.filter(session__in=[each.pk for each in sessions], seat=None)
        for session_id, question in rows.values_list("session_id", "question"):
            known[session_id].add(question)
    return known


def _not_in(known: set[str], given: Iterable[GivenAnswer]) -> list[GivenAnswer]:
    return [each for each in given if each.question not in known]


def _sealed(
    session: Session, given: Sequence[GivenAnswer], *, seat: Seat | None = None, after: int = 0
) -> list[BookingAnswer]:
    if not given:
        return []
    client_id = seat.client_id if seat else session.client_id
    safe = None if client_id is None else safe_of(client_id)
    return [
        _row(session, safe, number=number, given=each, seat=seat)
        for number, each in enumerate(given, start=after + 1)
    ]


def _row(
    session: Session,
    safe: Safe | None,
    *,
    number: int,
    given: GivenAnswer,
    seat: Seat | None,
) -> BookingAnswer:
    row = BookingAnswer(
        id=uuid7(), session=session, seat=seat, position=number, question=given.question
    )
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
