"""Sessions as lines of other pages: when, with whom, which of how many, what became of them.

The access check is the caller's; these run in the caller's scope and take ids. One statement each.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.db.models import OuterRef, QuerySet

from programs.queries.ledger import allotted_to
from scheduling.models import Session
from scheduling.models.session import SessionQuerySet
from scheduling.queries.facts import join_url
from scheduling.queries.replies import answer_to_revision

MOST: Final = 400
# Columns rather than rows of five models: these lines are on every page that is opened most.
_AS_THEY_ARE: Final = (
    "id",
    "client_id",
    "guest_name",
    "engagement_id",
    "number",
    "coach_id",
    "starts_at",
    "ends_at",
    "place",
    "place_details",
    "state",
    "outcome",
    "outcome_reason",
    "planned_session_id",
    "series_id",
    "topic",
    "capacity",
    "taken",
)
_OF_OTHERS: Final = (
    "client__name",
    "engagement__title",
    "offering__name",
    "offering__kind",
    "coach__name",
)


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
    is_requested: bool
    planned_session_id: UUID | None
    series_id: UUID | None = None
    topic: str = ""
    capacity: int = 1
    taken: int = 0
    answer: str = ""
    """What the client's calendar said to the invitation, while that one holds."""

    @property
    def is_group(self) -> bool:
        """Whether people have places in it, so that it belongs to no single client."""
        return self.capacity > 1


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


def requested_of_coaches(
    coach_ids: list[UUID], now: datetime, limit: int = 100
) -> list[SessionLine]:
    """What waits for an answer of these coaches, in order of time."""
    return _lines(_rows().requested(now).filter(coach_id__in=coach_ids), limit)


def sessions_of_client(client_id: UUID, limit: int = 100) -> list[SessionLine]:
    """All of a client's sessions, cancelled ones too, newest first."""
    return _lines(_rows().filter(client_id=client_id).order_by("-starts_at"), limit)


def sessions_of_engagement(engagement_id: UUID, limit: int = 200) -> list[SessionLine]:
    """All sessions of an engagement, cancelled ones too, oldest first."""
    return _lines(_rows().filter(engagement_id=engagement_id).order_by("starts_at"), limit)


def sessions_of_series(series_id: UUID, limit: int = 60) -> list[SessionLine]:
    """All sessions of a series, cancelled ones too, oldest first."""
    return _lines(_rows().filter(series_id=series_id).order_by("starts_at"), limit)


def upcoming_of_client(client_id: UUID, now: datetime, limit: int = 20) -> list[SessionLine]:
    """What the client has booked, in order of time."""
    return _lines(_rows().upcoming(now).filter(client_id=client_id), limit)


def line_of(session: Session) -> SessionLine:
    """One loaded session as a line. One query."""
    return _lines(_rows().filter(pk=session.pk), 1)[0]


def _rows() -> SessionQuerySet:
    return Session.objects.all()  # type: ignore[no-any-return]


def _first(rows: QuerySet[Session]) -> SessionLine | None:
    found = _lines(rows, 1)
    return found[0] if found else None


def _lines(rows: QuerySet[Session], limit: int) -> list[SessionLine]:
    counted = rows.annotate(of=allotted_to(OuterRef("engagement_id")), answer=answer_to_revision())
    columns = ("of", "answer", *_AS_THEY_ARE, *_OF_OTHERS)
    return [_as_line(row) for row in counted.values(*columns)[:limit]]


def _as_line(row: dict[str, Any]) -> SessionLine:
    outcome = row["outcome"]
    return SessionLine(
        **{name: row[name] for name in _AS_THEY_ARE},
        of=row["of"],
        answer=row["answer"] or "",
        client_name=row["client__name"] or "",
        who=row["client__name"] or row["guest_name"] or row["topic"] or row["offering__name"],
        engagement_title=row["engagement__title"] or "",
        offering_name=row["offering__name"],
        kind=row["offering__kind"],
        coach_name=row["coach__name"],
        # No way in before the coach has said yes.
        join_url=""
        if row["state"] == Session.State.REQUESTED
        else join_url(row["place"], row["place_details"]),
        outcome_label=str(Session.Outcome(outcome).label) if outcome else "",
        is_cancelled=row["state"] == Session.State.CANCELLED,
        is_requested=row["state"] == Session.State.REQUESTED,
    )
