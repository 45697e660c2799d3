"""What may happen to an action item, as plain rules."""

from datetime import date, datetime

LONGEST_TEXT = 300
MOST_OPEN = 50


class ActionRefused(Exception):
    """The action item does not allow this now."""


class TooManyOpen(ActionRefused):
    """Nobody does fifty things. Some have to be finished or let go first."""


class NotOpen(ActionRefused):
    """It is done or was let go; undo that first."""


def check_open(done_at: datetime | None, dropped_at: datetime | None) -> None:
    """Raises NotOpen."""
    if done_at is not None or dropped_at is not None:
        raise NotOpen


def check_room(open_items: int) -> None:
    """Raises TooManyOpen."""
    if open_items >= MOST_OPEN:
        raise TooManyOpen


def days_late(due_on: date | None, today: date) -> int:
    """Whole days since it was due, 0 on the day itself, before it and without a date."""
    if due_on is None:
        return 0
    return max(0, (today - due_on).days)
