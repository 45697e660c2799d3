"""Who is invited to a session, in which revision, and what their calendars answered."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.conf import settings
from django.db import connection
from django.db.models import Case, F, OuterRef, QuerySet, Subquery, When
from django.db.models.functions import Coalesce, Lower
from django.db.models.lookups import Exact
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from coachops.tenancy.scope import current_practice_id
from scheduling.invitations import organizer_address
from scheduling.models import InvitationReply, Seat, Session
from scheduling.queries import facts

MOST_ATTENDEES: Final = 200
LABELS: dict[str, str | Promise] = {
    InvitationReply.Answer.ACCEPTED: _("Accepted in the calendar"),
    InvitationReply.Answer.DECLINED: _("Declined in the calendar"),
    InvitationReply.Answer.TENTATIVE: _("Perhaps, says the calendar"),
}


@dataclass(frozen=True, slots=True)
class Attendee:
    """Somebody who has an invitation; `sequence` is the revision that holds for them."""

    email: str
    name: str
    sequence: int
    known_as: str
    """The address under which the answer is kept."""


@dataclass(frozen=True, slots=True)
class AnswerLine:
    """A calendar's answer to the revision that holds now."""

    session_id: UUID
    email: str
    name: str
    answer: str
    label: str | Promise
    received_at: datetime
    is_settled: bool


def organizer_of(session: Session) -> str:
    """Where a calendar sends its answer to this session's invitation."""
    return organizer_address(current_practice_id(), session.pk, mailbox=settings.BOOKINGS_ADDRESS)


def attendees_of(session: Session) -> list[Attendee]:
    """All who have an invitation, but the coach, who organises it. One query.

    Needs the second coach with their user, where two lead it.

    A participant of a group has revisions of their own, everybody else has the session's.
    """
    seats = Seat.objects.taken().filter(session=session)
    people = ("client__membership__user", "sponsor_contact__membership__user")
    rows = seats.select_related(*people).order_by("pk")[:MOST_ATTENDEES]
    found = [_of_seat(seat, session) for seat in rows]
    if session.capacity == 1:
        email = facts.booker_email(session).lower()
        found.insert(0, Attendee(email, facts.booker_name(session), _revision(session), email))
    if session.second_coach_id is not None:
        second = session.second_coach
        email = second.user.email.lower()
        found.append(Attendee(email, second.name, _revision(session), email))
    return found


def _of_seat(seat: Seat, session: Session) -> Attendee:
    person = seat.client or seat.sponsor_contact
    member = person.membership if person else None
    is_own = seat.part == Seat.Part.PARTICIPANT
    return Attendee(
        email=(member.user.email if member else seat.email).lower(),
        name=seat.name,
        sequence=seat.calendar_sequence if is_own else _revision(session),
        known_as=seat.email.lower(),
    )


def _revision(session: Session) -> int:
    return int(session.calendar_sequence)


def answers_of(session_ids: Iterable[UUID]) -> dict[UUID, tuple[AnswerLine, ...]]:
    """What calendars answered to the revisions that hold now, newest first. One query."""
    rows = _current(InvitationReply.objects.filter(session_id__in=list(session_ids)))
    found: dict[UUID, list[AnswerLine]] = {}
    for row in rows.order_by("-received_at")[: 10 * MOST_ATTENDEES]:
        found.setdefault(row.session_id, []).append(_line(row))
    return {session_id: tuple(lines) for session_id, lines in found.items()}


def _current(rows: QuerySet[InvitationReply]) -> QuerySet[Any]:
    """Those that answer the revision that holds, with `who` gave them."""
    seats = Seat.objects.filter(
        practice_id=OuterRef("practice_id"),
        session_id=OuterRef("session_id"),
        email__iexact=OuterRef("email"),
    )
    own = seats.filter(part=Seat.Part.PARTICIPANT)
    is_second = Exact(F("email"), Lower("session__second_coach__user__email"))
    who = Coalesce(
        Subquery(seats.values("name")[:1]),
        Case(When(is_second, then="session__second_coach__name")),
        "session__client__name",
        "session__guest_name",
    )
    revision = Coalesce(Subquery(own.values("calendar_sequence")[:1]), "session__calendar_sequence")
    return rows.annotate(who=who).filter(sequence=revision)


def _line(row: Any) -> AnswerLine:
    return AnswerLine(
        session_id=row.session_id,
        email=row.email,
        name=row.who or row.email,
        answer=row.answer,
        label=LABELS[row.answer],
        received_at=row.received_at,
        is_settled=row.settled_at is not None,
    )


_SHORT = """
SELECT reply.session_id, reply.answer, coalesce(lower(person.email) = reply.email, false)
FROM scheduling_invitationreply reply
JOIN scheduling_session session
  ON session.practice_id = reply.practice_id AND session.id = reply.session_id
LEFT JOIN scheduling_seat seat
  ON seat.practice_id = reply.practice_id AND seat.session_id = reply.session_id
  AND lower(seat.email) = reply.email AND seat.state = 'booked'
LEFT JOIN practices_membership second
  ON second.practice_id = session.practice_id AND second.id = session.second_coach_id
LEFT JOIN practices_user person ON person.id = second.user_id
WHERE reply.practice_id = %(practice)s::uuid AND reply.session_id = ANY(%(sessions)s)
  AND (session.capacity = 1 OR seat.id IS NOT NULL OR lower(person.email) = reply.email)
  AND reply.sequence = CASE WHEN seat.part = 'participant' THEN seat.calendar_sequence
                            ELSE session.calendar_sequence END
ORDER BY reply.session_id, reply.answer = 'declined' DESC, reply.received_at DESC
LIMIT %(most)s
"""


@dataclass(frozen=True, slots=True)
class ShortAnswers:
    """Answers alone: of those who come, each no first, and of the second coach."""

    given: tuple[str, ...] = ()
    second: str = ""


NONE_GIVEN: Final = ShortAnswers()


def answers_in_short(session_ids: list[UUID]) -> dict[UUID, ShortAnswers]:
    """Those that hold now. One statement, none without sessions."""
    if not session_ids:
        return {}
    asked: dict[str, Any] = {
        "practice": current_practice_id(),
        "sessions": session_ids,
        "most": 10 * MOST_ATTENDEES,
    }
    with connection.cursor() as cursor:
        cursor.execute(_SHORT, asked)
        rows = cursor.fetchall()
    found: dict[UUID, ShortAnswers] = {}
    for session_id, answer, is_second in rows:
        known = found.get(session_id, NONE_GIVEN)
        found[session_id] = (
            replace(known, second=answer)
            if is_second
            else replace(known, given=(*known.given, answer))
        )
    return found
