"""Which stretch of time the calendar shows: a day, a week, a month or a list."""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

AGENDA_DAYS: Final = 28


class View(StrEnum):
    """What stretch of time the calendar shows."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    AGENDA = "agenda"

    @property
    def label(self) -> Promise:
        return VIEW_LABELS[self]


VIEW_LABELS: Final = {
    View.DAY: gettext_lazy("Day"),
    View.WEEK: gettext_lazy("Week"),
    View.MONTH: gettext_lazy("Month"),
    View.AGENDA: gettext_lazy("Agenda"),
}


@dataclass(frozen=True, slots=True)
class Stretch:
    """The dates of a view, and where its arrows lead."""

    first: date
    last: date
    previous: date
    following: date


def monday_of(day: date) -> date:
    return day - timedelta(days=day.weekday())


def stretch_of(view: View, day: date) -> Stretch:
    if view == View.DAY:
        one = timedelta(days=1)
        return Stretch(day, day, day - one, day + one)
    if view == View.MONTH:
        first = day.replace(day=1)
        before, after = first - timedelta(days=1), (first + timedelta(days=31)).replace(day=1)
        shown = monday_of(first), monday_of(after - timedelta(days=1)) + timedelta(days=6)
        return Stretch(*shown, before.replace(day=1), after)
    first, count = (monday_of(day), 7) if view == View.WEEK else (day, AGENDA_DAYS)
    length = timedelta(days=count)
    return Stretch(first, first + length - timedelta(days=1), first - length, first + length)
