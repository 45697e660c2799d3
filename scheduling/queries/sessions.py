"""Sessions as lines of other pages: when, with whom, which of how many, what became of them.

The access check is the caller's; these run in the caller's scope and take ids. One statement each.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db.models import OuterRef, QuerySet

from programs.queries.ledger import allotted_to, balances
from scheduling.models import Session
from scheduling.models.session import SessionQuerySet
from scheduling.queries.facts import booker_name, join_url

MOST: Final = 400


@dataclass(frozen=True, slots=True)
class SessionLine:
    """One session. Times are instants; `number` of `of` is empty outside of an engagement."""

    id: UUID
    client_id: UUID | None
    client_name: str
    guest_name: str
    who: str
    engagement_id: UUID | None
    engagement_title: str
    number: int | None
    of: int | None
    offering_name: str
    kind: str
    coach_id: UUID
    coach_name: str
    starts_at: datetime
    ends_at: datetime
    place: str
    place_details: str
    join_url: str
    state: str
    outcome: str
    outcome_label: str
    outcome_reason: str
    is_cancelled: bool
    planned_session_id: UUID | None


def next_session_of_coach(coach_id: UUID, now: datetime) -> SessionLine | None:
    """The session that is running, or else the next one."""
    return _first(_rows().upcoming(now).filter(coach_id=coach_id))


def sessions_of_coach(coach_id: UUID, start: datetime, end: datetime) -> list[SessionLine]:
    """Booked sessions that start in [start, end), in order of time."""
    return sessions_of_coaches([coach_id], start, end)


def sessions_of_coaches(coach_ids: list[UUID], start: datetime, end: datetime) -> list[SessionLine]:
    """The same for several coaches together."""
    rows = _rows().booked().filter(coach_id__in=coach_ids)
    in_time = rows.filter(starts_at__gte=start, starts_at__lt=end)
    return _lines(in_time.order_by("starts_at", "coach_id"), MOST)


def unconfirmed_outcomes(coach_id: UUID, now: datetime, limit: int = 20) -> list[SessionLine]:
    """Sessions that are over and of which nobody has said what became, newest first."""
    return _lines(_rows().past(now).filter(coach_id=coach_id, outcome=""), limit)


def sessions_of_client(client_id: UUID, limit: int = 100) -> list[SessionLine]:
    """All of a client's sessions, cancelled ones too, newest first."""
    return _lines(_rows().filter(client_id=client_id).order_by("-starts_at"), limit)


def sessions_of_engagement(engagement_id: UUID, limit: int = 200) -> list[SessionLine]:
    """All sessions of an engagement, cancelled ones too, oldest first."""
    return _lines(_rows().filter(engagement_id=engagement_id).order_by("starts_at"), limit)


def upcoming_of_client(client_id: UUID, now: datetime, limit: int = 20) -> list[SessionLine]:
    """What the client has booked, in order of time."""
    return _lines(_rows().upcoming(now).filter(client_id=client_id), limit)


def line_of(session: Session) -> SessionLine:
    """One loaded session as a line; needs offering, coach, client and engagement beside it."""
    engagement = session.engagement_id
    return _as_line(session, balances([engagement])[engagement].allotted if engagement else None)


def _rows() -> SessionQuerySet:
    people = ("offering", "coach", "client", "engagement")
    rows = Session.objects.select_related(*people)
    return rows.annotate(of=allotted_to(OuterRef("engagement_id")))  # type: ignore[no-any-return]


def _first(rows: QuerySet[Session]) -> SessionLine | None:
    found = _lines(rows, 1)
    return found[0] if found else None


def _lines(rows: QuerySet[Session], limit: int) -> list[SessionLine]:
    return [_as_line(session, session.of) for session in rows[:limit]]  # type: ignore[attr-defined]


def _as_line(session: Session, of: int | None) -> SessionLine:
    engagement = session.engagement
    return SessionLine(
        id=session.pk,
        client_id=session.client_id,
        client_name=session.client.name if session.client else "",
        guest_name=session.guest_name,
        who=booker_name(session),
        engagement_id=session.engagement_id,
        engagement_title=engagement.title if engagement else "",
        number=session.number,
        of=of,
        offering_name=session.offering.name,
        kind=session.offering.kind,
        coach_id=session.coach_id,
        coach_name=session.coach.name,
        starts_at=session.starts_at,
        ends_at=session.ends_at,
        place=session.place,
        place_details=session.place_details,
        join_url=join_url(session.place, session.place_details),
        state=session.state,
        outcome=session.outcome,
        outcome_label=str(Session.Outcome(session.outcome).label) if session.outcome else "",
        outcome_reason=session.outcome_reason,
        is_cancelled=session.is_cancelled,
        planned_session_id=session.planned_session_id,
    )
