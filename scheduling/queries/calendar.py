"""A coach's day, week, month or agenda: sessions, what is held or busy, and the hours around them.

Four statements for any view. Everything is on the clock of the coach, whoever reads it.
"""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import OuterRef, Q
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from coachops.practices.models import Membership
from coachops.web.clocks import city
from programs.queries.ledger import allotted_to
from scheduling.models import Session
from scheduling.queries.calendar_entries import (
    Entry,
    Reading,
    as_known_to,
    held_entry,
    session_entry,
)
from scheduling.queries.calendar_grid import (
    Frame,
    Hour,
    clock,
    days_from,
    frame_around,
    lanes,
    midnight,
    minute_of,
    pieces_of,
)
from scheduling.queries.calendar_times import (
    Hours,
    Minutes,
    Taken,
    hours_of_coach,
    taken_times,
    wall_instant,
)
from scheduling.queries.calendar_views import Stretch, View, stretch_of
from scheduling.queries.replies import ShortAnswers, answers_in_short
from scheduling.queries.together import coaches_client

MOST: Final = 600
_COLUMNS: Final = (
    "id",
    "coach_id",
    "client_id",
    "state",
    "outcome",
    "number",
    "capacity",
    "taken",
    "topic",
    "guest_name",
    "starts_at",
    "ends_at",
    "booker_time_zone",
    "calendar_sequence",
    "series_id",
    "clock_shift",
    "coach_time_zone",
    "coach__name",
    "second_coach__name",
    "client__name",
    "engagement__title",
    "offering__name",
    "offering__kind",
)


@dataclass(frozen=True, slots=True)
class Free:
    """An open hour that nothing stands in, as the address of the booking form takes it."""

    place: str
    value: str
    label: str


@dataclass(frozen=True, slots=True)
class Open:
    """Opening hours of a day, for editing; they may run past midnight."""

    place: str
    start: str
    end: str


@dataclass(frozen=True, slots=True)
class Day:
    """`closed`, `open` and `free` are what the hours say; `traces` what is booked, while editing.

    `note` says what is different about the day, `hours` when it is open.
    """

    day: date
    is_today: bool
    is_in_month: bool
    note: str
    hours: str
    entries: tuple[Entry, ...]
    closed: tuple[str, ...]
    open: tuple[Open, ...]
    free: tuple[Free, ...]
    traces: tuple[str, ...]
    now_place: str

    @property
    def sessions(self) -> tuple[Entry, ...]:
        return tuple(entry for entry in self.entries if entry.id)


@dataclass(frozen=True, slots=True)
class Calendar:
    view: View
    first: date
    last: date
    previous: date
    following: date
    has_today: bool
    is_editing: bool
    has_hours: bool
    zone: str
    zone_city: str
    first_minute: int
    rows: int
    hours: tuple[Hour, ...]
    days: tuple[Day, ...]
    weeks: tuple[tuple[Day, ...], ...]
    count: int
    free_hours: int
    clock_changes: int
    unconfirmed: int


@dataclass(frozen=True, slots=True)
class _Sheet:
    """Everything that was loaded, on the clock that it is drawn by."""

    now: datetime
    zone: ZoneInfo
    hours: Hours
    rows: list[dict[str, Any]]
    taken: list[Taken]
    open: dict[date, list[Minutes]]
    next_id: UUID | None
    is_editing: bool
    is_own: bool
    answers: dict[UUID, ShortAnswers]


def today_of_coach(coach: Membership, now: datetime) -> date:
    """The date on the coach's own calendar."""
    return now.astimezone(coach.user.zone).date()


def calendar_of_coach(
    coach: Membership,
    view: View,
    day: date,
    now: datetime,
    *,
    is_editing: bool = False,
    is_own: bool = True,
) -> Calendar:
    """The view of a coach's time that holds this day.

    Editing hours shows a day or a week on the clock that the hours are meant in. `is_own` is
    whether the coach reads, and not somebody who looks after the coach's calendar.
    """
    stretch = stretch_of(view, day)
    hours = hours_of_coach(coach.pk, stretch.first, stretch.last, now)
    zone = ZoneInfo(hours.schedule.zone) if is_editing else hours.zone
    start, end = midnight(stretch.first, zone), midnight(stretch.last + timedelta(days=1), zone)
    rows = _sessions(coach.pk, start, end, now)
    sheet = _Sheet(
        now=now,
        zone=zone,
        hours=hours,
        rows=rows,
        taken=taken_times(coach.user_id, start, end, now),
        open=_opening(hours, zone, start, end),
        next_id=_next_of(rows, now) if start <= now < end else None,
        is_editing=is_editing,
        is_own=is_own,
        answers=answers_in_short(_invited(rows, now)) if not is_editing else {},
    )
    return _drawn(sheet, view, stretch, day)


def _sessions(
    coach_id: UUID, start: datetime, end: datetime, now: datetime
) -> list[dict[str, Any]]:
    """Rows of everything booked or asked for that overlaps the time; one statement.

    Also what the coach leads as the second of two, as they may know it.
    """
    states = [Session.State.BOOKED, Session.State.REQUESTED]
    rows = Session.objects.filter(
        Q(coach_id=coach_id) | Q(second_coach_id=coach_id),
        state__in=states,
        starts_at__gte=start - timedelta(days=1),
        starts_at__lt=end,
        ends_at__gt=start,
    )
    counted = rows.annotate(
        of=allotted_to(OuterRef("engagement_id")),
        is_assigned=coaches_client([coach_id], now),
    )
    found = counted.order_by("starts_at", "pk").values("of", "is_assigned", *_COLUMNS)[:MOST]
    return [as_known_to(coach_id, row) for row in found]


def _next_of(rows: list[dict[str, Any]], now: datetime) -> UUID | None:
    """The session that is running, or else the next one."""
    booked = (row for row in rows if row["state"] == Session.State.BOOKED)
    return next((row["id"] for row in booked if row["ends_at"] > now), None)


def _invited(rows: list[dict[str, Any]], now: datetime) -> list[UUID]:
    """Sessions of which it still matters what calendars answered."""
    return [
        row["id"] for row in rows if row["state"] == Session.State.BOOKED and row["ends_at"] > now
    ]


def _opening(
    hours: Hours, zone: ZoneInfo, start: datetime, end: datetime
) -> dict[date, list[Minutes]]:
    found: dict[date, list[Minutes]] = defaultdict(list)
    for opens, closes in hours.open_between(start, end):
        for day, minutes in pieces_of(opens, closes, zone):
            found[day].append(minutes)
    return found


def _by_day(sheet: _Sheet, view: View) -> dict[date, list[tuple[Minutes, Any]]]:
    """What stands on each date; the agenda leaves out what is merely busy."""
    entries: dict[date, list[tuple[Minutes, Any]]] = defaultdict(list)
    for row in sheet.rows:
        for day, minutes in pieces_of(row["starts_at"], row["ends_at"], sheet.zone):
            entries[day].append((minutes, row))
    for taken in sheet.taken:
        if view == View.AGENDA and not taken.is_held:
            continue
        for day, minutes in pieces_of(taken.starts_at, taken.ends_at, sheet.zone):
            entries[day].append((minutes, taken))
    return entries


def _drawn(sheet: _Sheet, view: View, stretch: Stretch, chosen: date) -> Calendar:
    entries = _by_day(sheet, view)
    dates = _dates(view, stretch, entries, sheet)
    frame = _frame(sheet, entries, dates)
    days = tuple(
        _day(sheet, frame, each, entries[each], is_in_month=each.month == chosen.month)
        for each in dates
    )
    today = sheet.now.astimezone(sheet.zone).date()
    shown = [day for day in days if view != View.MONTH or day.is_in_month]
    return Calendar(
        view=view,
        first=chosen.replace(day=1) if view == View.MONTH else dates[0],
        last=dates[-1],
        previous=stretch.previous,
        following=stretch.following,
        has_today=any(day.is_today for day in shown)
        or (view != View.MONTH and stretch.first <= today <= stretch.last),
        is_editing=sheet.is_editing,
        has_hours=sheet.hours.schedule_id is not None,
        zone=sheet.zone.key,
        zone_city=city(sheet.zone.key),
        first_minute=frame.first,
        rows=frame.rows,
        hours=frame.hours(),
        days=days,
        weeks=tuple(days[at : at + 7] for at in range(0, len(days), 7)),
        count=len(sheet.rows)
        if sheet.is_editing
        else len({entry.id for day in shown for entry in day.sessions}),
        free_hours=sum(len(day.free) for day in shown),
        clock_changes=sheet.hours.clock_changes,
        unconfirmed=sheet.hours.unconfirmed,
    )


def _dates(
    view: View, stretch: Stretch, entries: dict[date, list[Any]], sheet: _Sheet
) -> list[date]:
    """A week shows its Saturday and Sunday only if there is something on either of them."""
    dates = days_from(stretch.first, (stretch.last - stretch.first).days + 1)
    if view != View.WEEK or sheet.is_editing:
        return dates
    weekend = [day for day in dates[5:] if sheet.open.get(day) or _planned(entries[day])]
    return dates if weekend else dates[:5]


def _planned(entries: list[tuple[Minutes, Any]]) -> list[Minutes]:
    """Without what is merely busy elsewhere, which may last all night."""
    return [minutes for minutes, what in entries if not isinstance(what, Taken) or what.is_held]


def _frame(sheet: _Sheet, entries: dict[date, list[Any]], dates: list[date]) -> Frame:
    spans = [minutes for day in dates for minutes in _planned(entries[day])]
    spans += [minutes for day in dates for minutes in sheet.open.get(day, ())]
    if sheet.is_editing:
        spans.append((6 * 60, 22 * 60))
    return frame_around(spans)


def _day(
    sheet: _Sheet, frame: Frame, day: date, found: list[tuple[Minutes, Any]], *, is_in_month: bool
) -> Day:
    local = sheet.now.astimezone(sheet.zone)
    is_today = local.date() == day
    opening = sheet.open.get(day, [])
    found = sorted(found, key=lambda each: each[0])
    filled = [minutes for minutes, _what in found]
    return Day(
        day=day,
        is_today=is_today,
        is_in_month=is_in_month,
        note=_note(sheet.hours, day),
        hours=", ".join(f"{clock(start)} – {clock(end)}" for start, end in opening),
        entries=() if sheet.is_editing else _entries(sheet, frame, day, found),
        closed=tuple(frame.place(*gap) for gap in frame.gaps(opening)),
        open=_written_hours(sheet, frame, day) if sheet.is_editing else (),
        free=() if sheet.is_editing else _free(sheet, frame, day, filled),
        traces=tuple(frame.place(*each) for each in filled) if sheet.is_editing else (),
        now_place=_now_place(frame, minute_of(local)) if is_today else "",
    )


def _entries(
    sheet: _Sheet, frame: Frame, day: date, found: list[tuple[Minutes, Any]]
) -> tuple[Entry, ...]:
    """In order of time; where some overlap, sessions lie left of what is held or busy."""
    reading = Reading(sheet.now, sheet.zone, frame, sheet.next_id, sheet.is_own, sheet.answers)
    order = sorted(range(len(found)), key=lambda at: isinstance(found[at][1], Taken))
    laid = dict(zip(order, lanes([found[at][0] for at in order]), strict=True))
    return tuple(
        held_entry(reading, minutes, what, laid[at])
        if isinstance(what, Taken)
        else session_entry(reading, day, minutes, what, laid[at])
        for at, (minutes, what) in enumerate(found)
    )


def _now_place(frame: Frame, minute: int) -> str:
    return frame.place(minute, minute + 1).replace(" s-1", "")


def _note(hours: Hours, day: date) -> str:
    """What is different about a day: travel, a day off with its reason, hours of its own."""
    journey = hours.journey(day)
    notes = [_("%(city)s clock") % {"city": city(journey)}] if journey else []
    if day in hours.special:
        words = hours.special[day]
        off = _("Day off") if not hours.on(day) else _("Other hours")
        notes.append(words or off)
    return ", ".join(notes)


def _written_hours(sheet: _Sheet, frame: Frame, day: date) -> tuple[Open, ...]:
    written = [(frame.place(*each), each) for each in sheet.hours.on(day)]
    return tuple(Open(place, clock(start), clock(end)) for place, (start, end) in written)


def _free(sheet: _Sheet, frame: Frame, day: date, filled: list[Minutes]) -> tuple[Free, ...]:
    """The whole hours to come that are open and hold nothing."""
    found = []
    for opens, closes in sheet.open.get(day, ()):
        for minute in range(-(-opens // 60) * 60, closes - 59, 60):
            wall = datetime.combine(day, datetime.min.time()) + timedelta(minutes=minute)
            moment = wall_instant(wall, sheet.zone)
            is_clear = all(end <= minute or start >= minute + 60 for start, end in filled)
            if is_clear and moment is not None and moment > sheet.now:
                words = _("Book %(when)s") % {"when": date_format(wall, "l j F, H:i")}
                place = frame.place(minute, minute + 60)
                found.append(Free(place, f"{wall:%Y-%m-%dT%H:%M}", words))
    return tuple(found)
