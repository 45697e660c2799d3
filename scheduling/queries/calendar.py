"""A coach's week: sessions placed in a grid of quarter hours that reads as an agenda on a phone."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final
from uuid import UUID
from zoneinfo import ZoneInfo

from scheduling.models import Offering, Session
from scheduling.queries.sessions import SessionLine, sessions_of_coach
from scheduling.queries.zones import city

FIRST_HOUR: Final = 7
HOURS: Final = 12
ROWS: Final = HOURS * 4
SPANS: Final = (*range(1, 17), 18, 20, 24, 28, 32)
"""The lengths, in quarter hours, that the style sheet knows."""
MISSED: Final = frozenset({Session.Outcome.NO_SHOW, Session.Outcome.LATE_CANCEL})


@dataclass(frozen=True, slots=True)
class Event:
    """One session in the grid. `row` counts quarter hours from the first hour shown, from 1."""

    line: SessionLine
    row: int
    span: int
    kind: str
    is_ahead: bool
    needs_outcome: bool


@dataclass(frozen=True, slots=True)
class Day:
    day: date
    is_today: bool
    now_row: int | None
    events: tuple[Event, ...]


@dataclass(frozen=True, slots=True)
class Hour:
    row: int
    label: str


@dataclass(frozen=True, slots=True)
class Week:
    first: date
    last: date
    previous: date
    following: date
    is_this_week: bool
    zone_city: str
    hours: tuple[Hour, ...]
    days: tuple[Day, ...]
    count: int
    has_weekend: bool


@dataclass(frozen=True, slots=True)
class _Grid:
    """What placing an event needs to know."""

    zone: ZoneInfo
    now: datetime
    first_hour: int
    next_id: UUID | None

    def row(self, moment: datetime) -> int:
        local = moment.astimezone(self.zone)
        quarters = (local.hour - self.first_hour) * 4 + local.minute // 15
        return min(max(quarters, 0), ROWS - 1) + 1


def monday_of(day: date) -> date:
    return day - timedelta(days=day.weekday())


def week_of_coach(coach_id: UUID, any_day: date, zone: ZoneInfo, now: datetime) -> Week:
    """The week that holds a day, on the reader's clock; Saturday and Sunday only if booked."""
    monday = monday_of(any_day)
    start = datetime.combine(monday, time(), zone)
    end = datetime.combine(monday + timedelta(days=7), time(), zone)
    lines = sessions_of_coach(coach_id, start, end)
    grid = _Grid(
        zone=zone,
        now=now,
        first_hour=_first_hour(lines, zone),
        next_id=next((line.id for line in lines if line.ends_at > now), None),
    )
    has_weekend = any(_date(line, zone).weekday() >= 5 for line in lines)
    dates = [monday + timedelta(days=number) for number in range(7 if has_weekend else 5)]
    return Week(
        first=dates[0],
        last=dates[-1],
        previous=monday - timedelta(days=7),
        following=monday + timedelta(days=7),
        is_this_week=monday == monday_of(now.astimezone(zone).date()),
        zone_city=city(zone.key),
        hours=tuple(
            Hour(row=hour * 4 + 1, label=f"{grid.first_hour + hour:02d}:00")
            for hour in range(1, HOURS)
        ),
        days=tuple(
            _day(each, [line for line in lines if _date(line, zone) == each], grid)
            for each in dates
        ),
        count=len(lines),
        has_weekend=has_weekend,
    )


def _date(line: SessionLine, zone: ZoneInfo) -> date:
    return line.starts_at.astimezone(zone).date()


def _first_hour(lines: list[SessionLine], zone: ZoneInfo) -> int:
    """Seven, or earlier for early sessions, or later when only late ones would not fit."""
    if not lines:
        return FIRST_HOUR
    earliest = min(line.starts_at.astimezone(zone).hour for line in lines)
    latest = max(line.ends_at.astimezone(zone).hour + 1 for line in lines)
    if earliest < FIRST_HOUR:
        return earliest
    return min(earliest, max(FIRST_HOUR, latest - HOURS), 24 - HOURS)


def _day(day: date, lines: list[SessionLine], grid: _Grid) -> Day:
    is_today = grid.now.astimezone(grid.zone).date() == day
    return Day(
        day=day,
        is_today=is_today,
        now_row=grid.row(grid.now) if is_today else None,
        events=tuple(_event(line, grid) for line in lines),
    )


def _event(line: SessionLine, grid: _Grid) -> Event:
    row = grid.row(line.starts_at)
    quarters = max(2, round((line.ends_at - line.starts_at) / timedelta(minutes=15)))
    fitting = [span for span in SPANS if span <= min(quarters, ROWS - row + 1)]
    is_over = line.ends_at <= grid.now
    return Event(
        line=line,
        row=row,
        span=fitting[-1] if fitting else 1,
        kind=_kind(line, grid.next_id, is_over=is_over),
        is_ahead=line.starts_at > grid.now,
        needs_outcome=is_over and not line.outcome,
    )


def _kind(line: SessionLine, next_id: UUID | None, *, is_over: bool) -> str:
    if line.outcome in MISSED:
        return "missed"
    if is_over:
        return "done"
    if line.id == next_id:
        return "next"
    return "group" if line.kind == Offering.Kind.CHEMISTRY else "plan"
