"""An engagement as one line: sessions held and planned, how on track they felt, the phases."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.utils import timezone
from django.utils.formats import date_format

from coachops.web import charts
from coachops.web.charts.engagement import State
from scheduling.queries.sessions import SessionLine

MISSED = frozenset({"no_show", "late_cancel"})


def arc_sessions(
    sessions: Sequence[SessionLine],
    ratings: dict[UUID, float],
    now: datetime,
    *,
    planned_labels: Sequence[str] = (),
    total: int | None = None,
) -> list[charts.ArcSession]:
    """Booked sessions in time order, then the planned ones that are not booked yet."""
    kept = [line for line in sessions if not line.is_cancelled or line.outcome in MISSED]
    upcoming = next((line.id for line in kept if line.ends_at > now), None)
    points = [_point(line, ratings, now, is_next=line.id == upcoming) for line in kept]
    missing = max((total or 0) - len(points), 0)
    labels = list(planned_labels)[len(points) : len(points) + missing]
    labels += [""] * (missing - len(labels))
    return points + [charts.ArcSession(label=label, state="planned") for label in labels]


def thread_of(
    sessions: Sequence[SessionLine], ratings: dict[UUID, float], now: datetime, *, total: int | None
) -> charts.Arc:
    """The same without phases, as a quiet line."""
    points = arc_sessions(sessions, ratings, now, total=total)
    return charts.arc(points, frame=charts.ARC_THREAD)


def _point(
    line: SessionLine, ratings: dict[UUID, float], now: datetime, *, is_next: bool
) -> charts.ArcSession:
    return charts.ArcSession(
        label=date_format(timezone.localtime(line.starts_at), "j M"),
        state=_state(line, now, is_next=is_next),
        rating=ratings.get(line.id),
    )


def _state(line: SessionLine, now: datetime, *, is_next: bool) -> State:
    if is_next:
        return "next"
    if line.outcome in MISSED:
        return "missed"
    return "planned" if line.starts_at > now else "done"
