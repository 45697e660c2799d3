"""Which days somebody may book, and whose turn it is among coaches who share an offering."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from scheduling.policies.sessions import Refusal

LONG_AGO = datetime(1, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Span:
    """The days that may be booked, both included, on the coach's clock. None is no limit.

    `agreed_from` and `agreed_until` are the engagement's dates, `planned_from` the program's.
    """

    zone: str
    agreed_from: date | None = None
    agreed_until: date | None = None
    planned_from: date | None = None


def refusal_of_day(span: Span, starts_at: datetime) -> Refusal | None:
    """Why a start is outside of the span, if it is."""
    day = starts_at.astimezone(ZoneInfo(span.zone)).date()
    if span.agreed_from is not None and day < span.agreed_from:
        return Refusal.AGREEMENT_ENDS
    if span.agreed_until is not None and day > span.agreed_until:
        return Refusal.AGREEMENT_ENDS
    if span.planned_from is not None and day < span.planned_from:
        return Refusal.NOT_YET_OPEN
    return None


@dataclass(frozen=True, slots=True)
class Load:
    """What one coach of a pool has had: calls to come, and when the last one was given to them."""

    coach_id: UUID
    upcoming: int
    last_given_at: datetime | None


def in_turn(loads: Iterable[Load]) -> list[UUID]:
    """Who is asked first: the fewest calls to come, then whoever waits longest."""
    ordered = sorted(
        loads,
        key=lambda load: (load.upcoming, load.last_given_at or LONG_AGO, load.coach_id),
    )
    return [load.coach_id for load in ordered]
