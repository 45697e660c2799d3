"""What a page to choose a time consists of, and how its addresses say what has been chosen."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Final
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from coachops.web.clocks import TWELVE, TWENTY_FOUR, city, clock_words
from scheduling.queries.zones import ZoneChoices, is_zone

AT_FORMAT: Final = "%Y%m%dT%H%MZ"
LIST: Final = "list"
MONTH: Final = "month"


@dataclass(frozen=True, slots=True)
class Choice:
    """What the address says has been chosen so far; anything unreadable is left out.

    `clock` is 12 or 24; `view` a month with its days, or a list of the next times.
    """

    zone: str
    month: date | None = None
    day: date | None = None
    at: datetime | None = None
    clock: str = TWENTY_FOUR
    view: str = MONTH


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

    @property
    def value(self) -> str:
        """As forms carry it."""
        return write_at(self.at)


@dataclass(frozen=True, slots=True)
class Part:
    """Morning, afternoon or evening."""

    name: str | Promise
    slots: tuple[Slot, ...]


@dataclass(frozen=True, slots=True)
class ListedDay:
    """One day of the list of times."""

    day: date
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
class Switch:
    """One of a few ways to look at the same times."""

    label: str | Promise
    url: str
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class Picker:
    """`holds` turns every time into a button that keeps it; otherwise it is a link."""

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
    holds: bool = False
    is_zone_locked: bool = False
    listed: tuple[ListedDay, ...] = ()
    views: tuple[Switch, ...] = ()
    clocks: tuple[Switch, ...] = ()
    day_url: str = ""
    later_url: str = ""

    @property
    def has_times(self) -> bool:
        return self.month is not None


@dataclass(frozen=True, slots=True)
class Setting:
    """What a picker is for. `other_name` is the person on the other side of the table.

    `keeps` are further answers that every address of the page carries on.
    """

    duration: int
    other_name: str
    other_zone: str
    now: datetime
    keeps: tuple[tuple[str, str], ...] = ()
    holds: bool = False
    is_zone_locked: bool = False


def read_choice(
    query: Mapping[str, str], *, default_zone: str, default_clock: str = TWENTY_FOUR
) -> Choice:
    """The state in an address, such as `?zone=Europe/Oslo&day=2026-11-24&at=20261124T1030Z`."""
    zone, clock = query.get("zone", ""), query.get("clock", "")
    return Choice(
        zone=zone if is_zone(zone) else default_zone,
        month=_date(f"{query.get('month', '')}-01"),
        day=_date(query.get("day", "")),
        at=read_at(query.get("at", "")),
        clock=clock if clock in {TWELVE, TWENTY_FOUR} else default_clock,
        view=LIST if query.get("view") == LIST else MONTH,
    )


def read_at(text: str) -> datetime | None:
    """An instant as addresses and forms carry it, in UTC to the minute."""
    try:
        return datetime.strptime(text, AT_FORMAT).replace(tzinfo=UTC)
    except ValueError:
        return None


def write_at(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime(AT_FORMAT)


@dataclass(frozen=True, slots=True)
class Links:
    """Addresses of the same page with something else chosen."""

    zone: str
    keeps: tuple[tuple[str, str], ...]

    def to(
        self, *, month: date | None = None, day: date | None = None, at: datetime | None = None
    ) -> str:
        """The address with this month, day or time."""
        parts = [*self.keeps, ("zone", self.zone)]
        if month:
            parts.append(("month", f"{month:%Y-%m}"))
        if day:
            parts.append(("day", day.isoformat()))
        if at:
            parts.append(("at", write_at(at)))
        return "?" + urlencode(parts)

    def instead(self, name: str, value: str, *, day: date | None) -> str:
        """The address with one of the further answers given otherwise."""
        others = tuple(pair for pair in self.keeps if pair[0] != name)
        return Links(self.zone, (*others, (name, value))).to(day=day)


def in_words(at: datetime, choice: Choice, setting: Setting) -> Chosen:
    """A time for both sides, each on their own clock."""
    zone = ZoneInfo(choice.zone)
    local, other = at.astimezone(zone), at.astimezone(ZoneInfo(setting.other_zone))
    ends_at = at + timedelta(minutes=setting.duration)
    other_words = ""
    if local.utcoffset() != other.utcoffset():
        when = clock_words(other, choice.clock)
        if local.date() != other.date():
            when = f"{date_format(other, 'D j M')}, {when}"
        other_words = _("%(time)s for %(name)s.") % {"time": when, "name": setting.other_name}
    return Chosen(
        at=at,
        ends_at=ends_at,
        value=write_at(at),
        day_words=_("%(day)s, %(start)s to %(end)s")
        % {
            "day": date_format(local, "D j M"),
            "start": clock_words(local, choice.clock),
            "end": clock_words(ends_at.astimezone(zone), choice.clock),
        },
        zone_words=_("%(city)s time.") % {"city": city(zone.key)},
        other_words=other_words,
    )


def _date(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
