"""Month and times to choose from: one page state for each address, in the reader's zone.

The set of times comes from the engine; this only sorts it into days of the reader's calendar.
"""

from calendar import Calendar
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from itertools import islice
from typing import Final
from zoneinfo import ZoneInfo

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from coachops.web.clocks import TWELVE, TWENTY_FOUR, city, clock_words
from scheduling.queries.picker_parts import (
    LIST,
    MONTH,
    Choice,
    Chosen,
    DayCell,
    Links,
    ListedDay,
    Part,
    Picker,
    Setting,
    Slot,
    Switch,
    in_words,
    read_at,
    read_choice,
    write_at,
)
from scheduling.queries.zones import zone_choices

__all__ = [
    "Choice",
    "Chosen",
    "DayCell",
    "Part",
    "Picker",
    "Setting",
    "Slot",
    "alternative_slots",
    "build_picker",
    "read_at",
    "read_choice",
    "write_at",
]

NOON, EVENING = 12, 17
DAYS_LISTED: Final = 7
VIEWS: Final = {MONTH: gettext_lazy("Month"), LIST: gettext_lazy("List")}
CLOCKS: Final = {TWENTY_FOUR: gettext_lazy("24 h"), TWELVE: gettext_lazy("12 h")}

type Days = Mapping[date, list[datetime]]


def build_picker(starts: Iterable[datetime], choice: Choice, setting: Setting) -> Picker:
    """Sort the starts into the reader's months and days, and mark what is chosen."""
    zone = ZoneInfo(choice.zone)
    by_day: dict[date, list[datetime]] = defaultdict(list)
    for start in starts:
        by_day[start.astimezone(zone).date()].append(start)
    links = Links(choice.zone, setting.keeps)
    free = sorted(by_day)
    day = _chosen_day(choice, free, zone)
    month = _chosen_month(choice, day, free)
    months = sorted({each.replace(day=1) for each in free})
    chosen_at = choice.at if choice.at and choice.at in by_day.get(day or date.min, ()) else None
    slots = _slots(by_day.get(day, []), choice, links, chosen_at) if day else []
    today = setting.now.astimezone(zone).date()
    first = by_day[free[0]][0] if free else None
    return Picker(
        zone=choice.zone,
        zone_city=city(choice.zone),
        zones=zone_choices(
            chosen=choice.zone, likely=[setting.other_zone], now=setting.now, clock=choice.clock
        ),
        keeps=setting.keeps,
        month=month,
        weeks=_weeks(month, by_day, day, today, links) if month else (),
        weekdays=_weekdays(),
        previous_url=_month_url(links, [each for each in months if month and each < month], -1),
        next_url=_month_url(links, [each for each in months if month and each > month], 0),
        day=day,
        parts=_parts(slots, zone),
        chosen=in_words(chosen_at, choice, setting) if chosen_at else None,
        first_free=_slot(first, choice, links, None) if first else None,
        is_gone=choice.at is not None and chosen_at is None,
        holds=setting.holds,
        is_zone_locked=setting.is_zone_locked,
        listed=_listed(by_day, day, choice, links) if choice.view == LIST else (),
        views=_switches("view", VIEWS, choice.view, links, day),
        clocks=_switches("clock", CLOCKS, choice.clock, links, day),
        day_url=links.to(day=day),
        later_url=_later_url(free, day, links) if choice.view == LIST else "",
    )


def alternative_slots(
    moments: Iterable[datetime], choice: Choice, setting: Setting
) -> tuple[Slot, ...]:
    """Other times, each with its day, for the answer to a time that is taken."""
    zone = ZoneInfo(choice.zone)
    links = Links(choice.zone, setting.keeps)
    named = [(moment, moment.astimezone(zone)) for moment in moments]
    return tuple(
        Slot(
            at=moment,
            label=f"{date_format(local, 'D j M')}, {clock_words(local, choice.clock)}",
            url=links.to(at=moment, day=local.date()),
            is_chosen=False,
        )
        for moment, local in named
    )


def _switches(
    name: str, labels: Mapping[str, object], chosen: str, links: Links, day: date | None
) -> tuple[Switch, ...]:
    return tuple(
        Switch(label=str(label), url=links.instead(name, value, day=day), is_chosen=value == chosen)
        for value, label in labels.items()
    )


def _listed(by_day: Days, day: date | None, choice: Choice, links: Links) -> tuple[ListedDay, ...]:
    """The chosen day and the next ones that have a free time."""
    ahead = (each for each in sorted(by_day) if day is None or each >= day)
    return tuple(
        ListedDay(each, tuple(_slots(by_day[each], choice, links, choice.at)))
        for each in islice(ahead, DAYS_LISTED)
    )


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
    by_day: Days,
    chosen: date | None,
    today: date,
    links: Links,
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


def _month_url(links: Links, months: list[date], index: int) -> str:
    return links.to(month=months[index]) if months else ""


def _later_url(free: list[date], day: date | None, links: Links) -> str:
    """The list from the first day that it does not show yet."""
    ahead = [each for each in free if day is None or each >= day]
    return links.to(day=ahead[DAYS_LISTED]) if len(ahead) > DAYS_LISTED else ""


def _slots(
    starts: Iterable[datetime], choice: Choice, links: Links, chosen: datetime | None
) -> list[Slot]:
    """On the night a clock goes back, times that occur twice name their offset."""
    slots = [_slot(start, choice, links, chosen) for start in starts]
    labels = [slot.label for slot in slots]
    zone = ZoneInfo(choice.zone)
    return [
        replace(slot, label=f"{slot.label} {slot.at.astimezone(zone):%Z}")
        if labels.count(slot.label) > 1
        else slot
        for slot in slots
    ]


def _slot(start: datetime, choice: Choice, links: Links, chosen: datetime | None) -> Slot:
    local = start.astimezone(ZoneInfo(choice.zone))
    return Slot(
        at=start,
        label=clock_words(local, choice.clock),
        url=links.to(day=local.date(), at=start),
        is_chosen=start == chosen,
    )


def _parts(slots: list[Slot], zone: ZoneInfo) -> tuple[Part, ...]:
    """By time of day."""
    pairs = [(slot.at.astimezone(zone).hour, slot) for slot in slots]
    groups = (
        (_("Morning"), tuple(slot for hour, slot in pairs if hour < NOON)),
        (_("Afternoon"), tuple(slot for hour, slot in pairs if NOON <= hour < EVENING)),
        (_("Evening"), tuple(slot for hour, slot in pairs if hour >= EVENING)),
    )
    return tuple(Part(name, slots) for name, slots in groups if slots)
