"""When somebody is reminded: the lead times of the practice, moved out of the quiet hours."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

MOST_REMINDERS: Final = 4
LONGEST_LEAD: Final = 30 * 24 * 60

BEFORE_QUIET: Final = timedelta(minutes=5)
"""So long before the quiet hours begin comes what has to come before them."""

DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class QuietHours:
    """Wall time of whoever would be reminded, [begins, ends); past midnight if it ends earlier."""

    begins: time
    ends: time

    def around(self, moment: datetime, zone: ZoneInfo) -> tuple[datetime, datetime] | None:
        """Begin and end, as instants, of the quiet hours that the moment is in."""
        local = moment.astimezone(zone)
        clock, day = local.time(), local.date()
        if self.begins < self.ends:
            first = last = day
            is_quiet = self.begins <= clock < self.ends
        else:
            is_quiet = self.begins != self.ends and (clock >= self.begins or clock < self.ends)
            first = day if clock >= self.begins else day - DAY
            last = first + DAY
        if not is_quiet:
            return None
        begins = datetime.combine(first, self.begins, zone).astimezone(UTC)
        return begins, datetime.combine(last, self.ends, zone).astimezone(UTC)


def due_times(
    *,
    starts_at: datetime,
    leads: Iterable[int],
    zone: ZoneInfo,
    quiet: QuietHours | None,
    now: datetime,
) -> list[tuple[int, datetime]]:
    """(minutes before, instant) of the reminders still ahead, the earliest first.

    The lead is elapsed time, so a reminder two hours before stays two hours before on the night the
    clocks change. What would have been due already is left out: whoever books an hour before needs
    no reminder. Two that fall on one instant are one.
    """
    due: dict[datetime, int] = {}
    for minutes in sorted(set(leads), reverse=True):
        due_at = starts_at.astimezone(UTC) - timedelta(minutes=minutes)
        if quiet is not None:
            due_at = out_of_quiet_hours(due_at, starts_at.astimezone(UTC), quiet, zone)
        if due_at > now:
            due[due_at] = minutes
    return sorted(((minutes, due_at) for due_at, minutes in due.items()), key=lambda each: each[1])


def out_of_quiet_hours(
    due_at: datetime, starts_at: datetime, quiet: QuietHours, zone: ZoneInfo
) -> datetime:
    """To the end of the quiet hours if half of the lead is left then, else to before they begin.

    A reminder is there so that its reader can still do something. At the end of the night it is
    closest to what was asked for; but for a session early in the morning that would be minutes
    before it, and the evening before is the later moment at which it still helps.
    """
    around = quiet.around(due_at, zone)
    if around is None:
        return due_at
    begins, ends = around
    if ends <= due_at + (starts_at - due_at) / 2:
        return ends
    return begins - BEFORE_QUIET
