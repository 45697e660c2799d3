"""Month and times to choose from: one page state for each address, in the reader's zone.

The set of times comes from the engine; this only sorts it into days of the reader's calendar.
"""

from calendar import Calendar
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from scheduling.queries.zones import ZoneChoices, city, is_zone, zone_choices

NOON, EVENING = 12, 17
AT_FORMAT = "%Y%m%dT%H%MZ"


@dataclass(frozen=True, slots=True)
class Choice:
    """What the address says has been chosen so far; anything unreadable is left out."""

    zone: str
    month: date | None = None
    day: date | None = None
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class DayCell:
    day: date
    times: int
    url: str
    is_today: bool
    is_chosen: bool
    label: str


@dataclass(frozen=True, slots=True)
class Slot:
    at: datetime
    label: str
    url: str
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class Part:
    """Morning, afternoon or evening."""

    name: str | Promise
    slots: tuple[Slot, ...]


@dataclass(frozen=True, slots=True)
class Chosen:
    """The time that was picked, in words for both sides."""

    at: datetime
    ends_at: datetime
    value: str
    day_words: str
    zone_words: str
    other_words: str


@dataclass(frozen=True, slots=True)
class Picker:
    zone: str
    zone_city: str
    zones: ZoneChoices
    keeps: tuple[tuple[str, str], ...]
    month: date | None
    weeks: tuple[tuple[DayCell | None, ...], ...]
    weekdays: tuple[tuple[str, str], ...]
    previous_url: str
    next_url: str
    day: date | None
    parts: tuple[Part, ...]
    chosen: Chosen | None
    first_free: Slot | None
    is_gone: bool

    @property
    def has_times(self) -> bool:
        return self.month is not None


@dataclass(frozen=True, slots=True)
class Setting:
    """What a picker is for. `other_name` is the person on the other side of the table."""

    duration: int
    other_name: str
    other_zone: str
    now: datetime
    keeps: tuple[tuple[str, str], ...] = ()


def read_choice(query: Mapping[str, str], *, default_zone: str) -> Choice:
    """The state in an address, such as `?zone=Europe/Oslo&day=2026-11-24&at=20261124T1030Z`."""
    zone = query.get("zone", "")
    return Choice(
        zone=zone if is_zone(zone) else default_zone,
        month=_date(f"{query.get('month', '')}-01"),
        day=_date(query.get("day", "")),
        at=read_at(query.get("at", "")),
    )


def read_at(text: str) -> datetime | None:
    """An instant as addresses and forms carry it, in UTC to the minute."""
    try:
        return datetime.strptime(text, AT_FORMAT).replace(tzinfo=UTC)
    except ValueError:
        return None


def write_at(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime(AT_FORMAT)


def build_picker(starts: Iterable[datetime], choice: Choice, setting: Setting) -> Picker:
    """Sort the starts into the reader's months and days, and mark what is chosen."""
    zone = ZoneInfo(choice.zone)
    by_day: dict[date, list[datetime]] = defaultdict(list)
    for start in starts:
        by_day[start.astimezone(zone).date()].append(start)
    links = _Links(choice.zone, setting.keeps)
    free = sorted(by_day)
    day = _chosen_day(choice, free, zone)
    month = _chosen_month(choice, day, free)
    months = sorted({each.replace(day=1) for each in free})
    chosen_at = choice.at if choice.at and choice.at in by_day.get(day or date.min, ()) else None
    slots = [_slot(start, zone, links, chosen_at) for start in by_day.get(day, [])] if day else []
    today = setting.now.astimezone(zone).date()
    first = by_day[free[0]][0] if free else None
    return Picker(
        zone=choice.zone,
        zone_city=city(choice.zone),
        zones=zone_choices(chosen=choice.zone, likely=[setting.other_zone], now=setting.now),
        keeps=setting.keeps,
        month=month,
        weeks=_weeks(month, by_day, day, today, links) if month else (),
        weekdays=_weekdays(),
        previous_url=_month_url(links, [each for each in months if month and each < month], -1),
        next_url=_month_url(links, [each for each in months if month and each > month], 0),
        day=day,
        parts=_parts(slots, zone),
        chosen=_in_words(chosen_at, zone, setting) if chosen_at else None,
        first_free=_slot(first, zone, links, None) if first else None,
        is_gone=choice.at is not None and chosen_at is None,
    )


def alternative_slots(
    moments: Iterable[datetime], choice: Choice, setting: Setting
) -> tuple[Slot, ...]:
    """Other times as links, each with its day, for the answer to a time that is taken."""
    zone = ZoneInfo(choice.zone)
    links = _Links(choice.zone, setting.keeps)
    return tuple(
        Slot(
            at=moment,
            label=date_format(moment.astimezone(zone), "D j M, H:i"),
            url=links.to(at=moment, day=moment.astimezone(zone).date()),
            is_chosen=False,
        )
        for moment in moments
    )


@dataclass(frozen=True, slots=True)
class _Links:
    zone: str
    keeps: tuple[tuple[str, str], ...]

    def to(
        self, *, month: date | None = None, day: date | None = None, at: datetime | None = None
    ) -> str:
        parts = [*self.keeps, ("zone", self.zone)]
        if month:
            parts.append(("month", f"{month:%Y-%m}"))
        if day:
            parts.append(("day", day.isoformat()))
        if at:
            parts.append(("at", write_at(at)))
        return "?" + urlencode(parts)


def _date(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _chosen_day(choice: Choice, free: list[date], zone: ZoneInfo) -> date | None:
    if choice.at is not None and choice.at.astimezone(zone).date() in free:
        return choice.at.astimezone(zone).date()
    if choice.day in free:
        return choice.day
    if choice.month is not None:
        in_month = [day for day in free if day.replace(day=1) == choice.month]
        return in_month[0] if in_month else None
    return free[0] if free else None


def _chosen_month(choice: Choice, day: date | None, free: list[date]) -> date | None:
    if day is not None:
        return day.replace(day=1)
    if choice.month is not None and free:
        return choice.month
    return None


def _weeks(
    month: date,
    by_day: Mapping[date, list[datetime]],
    chosen: date | None,
    today: date,
    links: _Links,
) -> tuple[tuple[DayCell | None, ...], ...]:
    """The month's weeks that have a free day, from Monday; days of other months are empty."""
    weeks = Calendar().monthdatescalendar(month.year, month.month)
    return tuple(
        tuple(
            DayCell(
                day=day,
                times=len(by_day.get(day, ())),
                url=links.to(day=day),
                is_today=day == today,
                is_chosen=day == chosen,
                label=_times_in_words(day, len(by_day.get(day, ()))),
            )
            if day.month == month.month
            else None
            for day in week
        )
        for week in weeks
        if any(day.month == month.month and day in by_day for day in week)
    )


def _times_in_words(day: date, times: int) -> str:
    words = {"day": date_format(day, "j F"), "times": times}
    return _("%(day)s, 1 time") % words if times == 1 else _("%(day)s, %(times)d times") % words


def _weekdays() -> tuple[tuple[str, str], ...]:
    monday = date(2024, 1, 1)
    days = [monday + timedelta(days=number) for number in range(7)]
    return tuple((date_format(day, "l"), date_format(day, "D")[:2]) for day in days)


def _month_url(links: _Links, months: list[date], index: int) -> str:
    return links.to(month=months[index]) if months else ""


def _slot(start: datetime, zone: ZoneInfo, links: _Links, chosen: datetime | None) -> Slot:
    local = start.astimezone(zone)
    return Slot(
        at=start,
        label=f"{local:%H:%M}",
        url=links.to(day=local.date(), at=start),
        is_chosen=start == chosen,
    )


def _parts(slots: list[Slot], zone: ZoneInfo) -> tuple[Part, ...]:
    """By time of day; on the night a clock goes back, times that occur twice name their offset."""
    labels = [slot.label for slot in slots]
    named = [_named(slot, zone) if labels.count(slot.label) > 1 else slot for slot in slots]
    hours = [slot.at.astimezone(zone).hour for slot in named]
    pairs = list(zip(hours, named, strict=True))
    groups = (
        (_("Morning"), tuple(slot for hour, slot in pairs if hour < NOON)),
        (_("Afternoon"), tuple(slot for hour, slot in pairs if NOON <= hour < EVENING)),
        (_("Evening"), tuple(slot for hour, slot in pairs if hour >= EVENING)),
    )
    return tuple(Part(name, slots) for name, slots in groups if slots)


def _named(slot: Slot, zone: ZoneInfo) -> Slot:
    return Slot(
        slot.at, f"{slot.label} {slot.at.astimezone(zone):%Z}", slot.url, is_chosen=slot.is_chosen
    )


def _in_words(at: datetime, zone: ZoneInfo, setting: Setting) -> Chosen:
    local, other = at.astimezone(zone), at.astimezone(ZoneInfo(setting.other_zone))
    ends_at = at + timedelta(minutes=setting.duration)
    other_words = ""
    if local.utcoffset() != other.utcoffset():
        form = "H:i" if local.date() == other.date() else "D j M, H:i"
        other_words = _("%(time)s for %(name)s.") % {
            "time": date_format(other, form),
            "name": setting.other_name,
        }
    return Chosen(
        at=at,
        ends_at=ends_at,
        value=write_at(at),
        day_words=_("%(day)s, %(start)s to %(end)s")
        % {
            "day": date_format(local, "D j M"),
            "start": f"{local:%H:%M}",
            "end": f"{ends_at.astimezone(zone):%H:%M}",
        },
        zone_words=_("%(city)s time.") % {"city": city(zone.key)},
        other_words=other_words,
    )
