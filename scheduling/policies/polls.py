"""What may be proposed for a check-in of three, and which time is booked by itself."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import pairwise
from typing import Final
from uuid import UUID

FEWEST: Final = 3
"""Fewer times than this are hardly a choice for three calendars."""
MOST: Final = 12


def agenda_lines(agenda: str) -> tuple[str, ...]:
    """The points of an agenda as it was typed: one a line, empty ones left out."""
    return tuple(line.strip() for line in agenda.splitlines() if line.strip())


class PollRefusal(StrEnum):
    """Why times cannot be proposed, or an answer cannot be taken."""

    TOO_FEW = "too_few"
    TOO_MANY = "too_many"
    OVERLAP = "overlap"
    """Two of the times overlap, and one calendar cannot hold both."""
    CLOSES_LATE = "closes_late"
    """Answers would still come in after the first of the times."""
    CLOSES_PAST = "closes_past"
    NOT_OPEN_TO_SPONSOR = "not_open"
    """No disclosure level has been signed, or the client pays."""
    NOBODY = "nobody"
    """Nobody at the company was asked."""
    NOT_RUNNING = "not_running"
    ALREADY_OPEN = "already_open"
    OVER = "over"
    """Booked, withdrawn, or the time for answers has passed."""


class PollRefused(Exception):
    """The state does not allow it."""

    def __init__(self, reason: PollRefusal) -> None:
        super().__init__(reason.value)
        self.reason = reason


def check_times(
    starts: Collection[datetime],
    *,
    length: timedelta,
    closes_at: datetime,
    now: datetime,
    fewest: int = FEWEST,
) -> None:
    """Enough times, none in the way of another, and answers due before the first. PollRefused."""
    ordered = sorted(set(starts))
    if len(ordered) < fewest:
        raise PollRefused(PollRefusal.TOO_FEW)
    if len(ordered) > MOST:
        raise PollRefused(PollRefusal.TOO_MANY)
    if any(after - before < length for before, after in pairwise(ordered)):
        raise PollRefused(PollRefusal.OVERLAP)
    if closes_at <= now:
        raise PollRefused(PollRefusal.CLOSES_PAST)
    if closes_at > ordered[0]:
        raise PollRefused(PollRefusal.CLOSES_LATE)


def common_times(
    options: Sequence[UUID], answers: Iterable[Collection[UUID] | None]
) -> tuple[UUID, ...]:
    """The options that suit everybody, in the order given; None is somebody still silent."""
    ticked = list(answers)
    if not ticked or any(each is None for each in ticked):
        return ()
    return tuple(option for option in options if all(option in (each or ()) for each in ticked))
