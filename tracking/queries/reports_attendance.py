"""Session dates and whether the sessions took place: only where the client opted in."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, tzinfo
from uuid import UUID

from django.utils import timezone

from scheduling.models import Seat, Session

MOST_SESSIONS = 100
_COUNTED = (Session.Outcome.HELD, Session.Outcome.NO_SHOW, Session.Outcome.LATE_CANCEL)


@dataclass(frozen=True, slots=True)
class Attended:
    """One session that was due. Who called it off, and why, is nobody's business here."""

    on: date
    took_place: bool


def attendance_of(engagement_id: UUID, zone: tzinfo) -> tuple[Attended, ...]:
    """Oldest first; sessions that the coach cancelled or waived are left out. One query.

    A place in a group session counts where it draws on this engagement, with nobody else's.
    """
    sessions = Session.objects.filter(engagement_id=engagement_id, outcome__in=_COUNTED)
    places = Seat.objects.filter(engagement_id=engagement_id, outcome__in=_COUNTED)
    rows = (
        sessions.values_list("starts_at", "outcome")
        .union(places.values_list("session__starts_at", "outcome"), all=True)
        .order_by("starts_at")[:MOST_SESSIONS]
    )
    return tuple(
        Attended(timezone.localdate(starts_at, zone), outcome == Session.Outcome.HELD)
        for starts_at, outcome in rows
    )


def attendance_percent(rows: Sequence[Attended]) -> int | None:
    """None before the first session."""
    if not rows:
        return None
    return round(sum(row.took_place for row in rows) * 100 / len(rows))
