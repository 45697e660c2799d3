"""When a client is asked to book what their program says is due, and when once more."""

from datetime import date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

MOST_NUDGES: Final = 3
SOON: Final = timedelta(days=5)
BEFORE_DUE: Final = timedelta(days=2)
AFTER_DUE: Final = timedelta(days=3)
AT_LEAST: Final = timedelta(days=1)
"""Nobody hears of the same session twice within this time."""
MORNING, EVENING = time(9), time(18)


def next_nudge(asked_at: datetime, due_on: date, *, nudges: int, zone: ZoneInfo) -> datetime | None:
    """After five days, two days before it is due, three days after; then it is left alone.

    `asked_at` is when the client last heard of it. Always nine in the morning on their clock.
    """
    if nudges >= MOST_NUDGES:
        return None
    heard_on = asked_at.astimezone(zone).date()
    days = sorted({heard_on + SOON, due_on - BEFORE_DUE, due_on + AFTER_DUE})
    ahead = [_morning(day, zone) for day in days if day <= due_on + AFTER_DUE]
    return next((at for at in ahead if at >= asked_at + AT_LEAST), None)


def at_daytime(now: datetime, zone: ZoneInfo) -> datetime:
    """Now, if the reader's day has begun and not ended; else nine the next morning."""
    local = now.astimezone(zone)
    if MORNING <= local.time() < EVENING:
        return now
    day = local.date() if local.time() < MORNING else local.date() + timedelta(days=1)
    return _morning(day, zone)


def _morning(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, MORNING, tzinfo=zone)
