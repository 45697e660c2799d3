"""Weekly hours with any number of intervals a day."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import time
from typing import Any, Final, Self

from django import forms
from django.utils.dates import WEEKDAYS
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from coachops.web.widgets import TimeZoneSelect
from scheduling.queries.availability import Hours, clock
from scheduling.queries.zones import all_zones

MIDNIGHT: Final = 24 * 60
LONGEST_NIGHT: Final = 12 * 60
"""An end before the start is meant for the next day if that makes at most twelve hours."""
MOST_ROWS: Final = 12
_ROW = re.compile(r"d([0-6])-(\d{1,2})-start")

type Texts = dict[int, list[tuple[str, str]]]
"""For each weekday the start and end of each interval, as they were typed."""


class IntervalForm(forms.Form):
    """From when to when on one day. Both empty is no interval."""

    start = forms.TimeField(
        label=_("From"), required=False, error_messages={"invalid": _("Write a time such as 9:00.")}
    )
    end = forms.TimeField(
        label=_("To"), required=False, error_messages={"invalid": _("Write a time such as 17:00.")}
    )

    def clean(self) -> dict[str, Any]:
        start, end = self.cleaned_data.get("start"), self.cleaned_data.get("end")
        if self.errors or (start is None and end is None):
            return self.cleaned_data
        if start is None:
            self.add_error("start", _("From when?"))
        elif end is None:
            self.add_error("end", _("Until when?"))
        elif minutes_between(start, end) is None:
            self.add_error("end", _("The end is before the start."))
        return self.cleaned_data

    def interval(self) -> tuple[int, int] | None:
        """Minutes after midnight, past 1440 for the next day; None for an empty row."""
        start, end = self.cleaned_data.get("start"), self.cleaned_data.get("end")
        return None if start is None or end is None else minutes_between(start, end)


def minutes_between(start: time, end: time) -> tuple[int, int] | None:
    """`22:00` to `02:00` ends on the next day, `18:00` to `00:00` at midnight; else None."""
    first, last = start.hour * 60 + start.minute, end.hour * 60 + end.minute
    if last > first:
        return first, last
    if last == 0 or (last < first and last + MIDNIGHT - first <= LONGEST_NIGHT):
        return first, last + MIDNIGHT
    return None


@dataclass
class DayRows:
    weekday: int
    label: str | Promise
    rows: list[IntervalForm] = field(default_factory=list)


class HoursForm(forms.Form):
    """The whole week. Rows are added and removed on the server, so it works without scripts."""

    time_zone = forms.ChoiceField(
        label=_("Time zone"),
        choices=all_zones,
        widget=TimeZoneSelect,
        help_text=_("Your hours are meant on this clock, whatever zone your clients are in."),
    )

    def __init__(
        self, data: Mapping[str, Any] | None = None, *, texts: Texts, time_zone: str = ""
    ) -> None:
        super().__init__(data, initial={"time_zone": time_zone})
        self.days = [
            DayRows(weekday, WEEKDAYS[weekday], self._rows(weekday, texts.get(weekday, [])))
            for weekday in range(7)
        ]

    @classmethod
    def of(cls, weekly: Mapping[int, Hours], time_zone: str) -> Self:
        """The form as it shows hours that are stored."""
        return cls(texts=texts_of(weekly), time_zone=time_zone)

    def _rows(self, weekday: int, typed: list[tuple[str, str]]) -> list[IntervalForm]:
        rows = []
        for number, (start, end) in enumerate(typed[:MOST_ROWS]):
            prefix = f"d{weekday}-{number}"
            values = {f"{prefix}-start": start, f"{prefix}-end": end}
            if self.is_bound:
                rows.append(IntervalForm(values, prefix=prefix))
            else:
                rows.append(IntervalForm(initial={"start": start, "end": end}, prefix=prefix))
        return rows

    def clean(self) -> dict[str, Any]:
        weekly: dict[int, Hours] = {}
        found = []
        for day in self.days:
            for row in day.rows:
                if row.is_valid() and (interval := row.interval()):
                    weekly.setdefault(day.weekday, []).append(interval)
                    found.append((day.weekday * MIDNIGHT + interval[0], interval, row))
        refuse_overlaps(found, period=7 * MIDNIGHT)
        if any(row.errors for day in self.days for row in day.rows):
            raise forms.ValidationError(_("Some hours need another look. What you typed is here."))
        self.cleaned_data["weekly"] = weekly
        return self.cleaned_data


def refuse_overlaps(
    found: list[tuple[int, tuple[int, int], IntervalForm]], *, period: int = 0
) -> None:
    """Puts an error on each row that begins before the one before it has ended.

    Rows come with the minute at which they begin. With a period, such as a week, the last night
    may not run into the first row either.
    """
    found.sort(key=lambda each: each[0])
    busy_until = -1
    for begins, (start, end), row in found:
        if begins < busy_until:
            row.add_error("start", _("This overlaps the hours before it."))
        busy_until = max(busy_until, begins + end - start)
    if period and found and busy_until > period + found[0][0]:
        found[0][2].add_error("start", _("This overlaps the hours of the night before."))


def texts_of(weekly: Mapping[int, Hours]) -> Texts:
    return {
        weekday: [(clock(start), clock(end)) for start, end in hours]
        for weekday, hours in weekly.items()
    }


def typed_rows(data: Mapping[str, Any]) -> Texts:
    """The rows of a posted week, in order, as they were typed."""
    found = sorted(
        (int(match[1]), int(match[2])) for name in data if (match := _ROW.fullmatch(name))
    )
    texts: Texts = {}
    for weekday, number in found:
        prefix = f"d{weekday}-{number}"
        pair = (str(data.get(f"{prefix}-start", "")), str(data.get(f"{prefix}-end", "")))
        texts.setdefault(weekday, []).append(pair)
    return texts


def reshaped(data: Mapping[str, Any]) -> Texts:
    """The posted rows after a press on one of the add, remove or copy buttons."""
    texts = typed_rows(data)
    if str(data.get("add", "")) in set("0123456"):
        texts.setdefault(int(data["add"]), []).append(("", ""))
    weekday, _dash, number = str(data.get("remove", "")).partition("-")
    if weekday.isdecimal() and number.isdecimal():
        rows = texts.get(int(weekday), [])
        texts[int(weekday)] = [row for at, row in enumerate(rows) if at != int(number)]
    if str(data.get("copy", "")) in set("0123456"):
        source = int(data["copy"])
        wanted = [day for day in range(7) if data.get(f"copy-{source}-{day}")]
        texts |= {day: list(texts.get(source, [])) for day in wanted}
    return texts
