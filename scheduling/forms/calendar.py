"""Planning from the calendar: a session put there, one moved, the hours of one day."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django import forms
from django.utils.translation import gettext_lazy as _

from clients.models import Client
from scheduling.forms.availability import MOST_ROWS, IntervalForm
from scheduling.forms.reach import is_in_reach
from scheduling.models import Offering
from scheduling.queries.calendar_times import wall_instant
from scheduling.queries.facts import minutes_in_words
from scheduling.queries.picker import read_at
from scheduling.queries.planning import lengths_of
from scheduling.queries.zones import is_zone

NO_SUCH_TIME = _("The clocks go forward that night: this time does not exist.")


class MoveForm(forms.Form):
    """Where a session was dropped: an instant, or a wall time with its zone."""

    at = forms.CharField()
    zone = forms.CharField(required=False)
    version = forms.IntegerField(min_value=0)

    def clean(self) -> dict[str, Any]:
        typed = self.cleaned_data.get("at", "")
        zone = self.cleaned_data.get("zone", "")
        moment = read_at(typed)
        if moment is None and is_zone(zone):
            wall = _wall_time(typed)
            moment = wall and wall_instant(wall, ZoneInfo(zone))
            if wall is not None and moment is None:
                raise forms.ValidationError(NO_SUCH_TIME)
        if moment is None:
            raise forms.ValidationError(_("Choose a day and a time."))
        self.cleaned_data["at"] = moment
        return self.cleaned_data


def _wall_time(typed: str) -> datetime | None:
    try:
        wall = datetime.fromisoformat(typed)
    except ValueError:
        return None
    if wall.tzinfo or not is_in_reach(wall):
        return None
    return wall.replace(second=0, microsecond=0)


class PlanForm(forms.Form):
    """Who, what, when and how long. `start` is wall time on the coach's clock."""

    client = forms.ChoiceField(label=_("With"))
    offering = forms.ChoiceField(label=_("Offering"))
    start = forms.CharField(
        label=_("When"), widget=forms.DateTimeInput(attrs={"type": "datetime-local"})
    )
    length = forms.TypedChoiceField(label=_("How long"), coerce=int)
    booking_key = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(
        self,
        data: Mapping[str, Any] | None = None,
        *,
        clients: Sequence[Client],
        offerings: Sequence[Offering],
        zone: ZoneInfo,
        initial: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(data, initial=dict(initial or {}))
        self._clients = {str(each.pk): each for each in clients}
        self._offerings = {str(each.pk): each for each in offerings}
        self._zone = zone
        self._choices("client", [(key, each.name) for key, each in self._clients.items()])
        self._choices("offering", [(key, each.name) for key, each in self._offerings.items()])
        lengths = sorted({each for offering in offerings for each in lengths_of(offering)})
        self._choices("length", [(each, minutes_in_words(each)) for each in lengths])

    def _choices(self, name: str, choices: list[tuple[Any, str]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 -- declared above
        field.choices = choices

    def clean_start(self) -> datetime:
        wall = _wall_time(self.cleaned_data["start"])
        if wall is None:
            raise forms.ValidationError(_("Choose a day and a time."))
        moment = wall_instant(wall, self._zone)
        if moment is None:
            raise forms.ValidationError(NO_SUCH_TIME)
        return moment

    def clean(self) -> dict[str, Any]:
        if self.errors:
            return self.cleaned_data
        length = self.cleaned_data["length"]
        if length not in lengths_of(self.chosen_offering):
            words = ", ".join(minutes_in_words(each) for each in lengths_of(self.chosen_offering))
            self.add_error("length", _("This offering takes %(lengths)s.") % {"lengths": words})
        return self.cleaned_data

    @property
    def chosen_client(self) -> Client:
        return self._clients[self.cleaned_data["client"]]

    @property
    def chosen_offering(self) -> Offering:
        return self._offerings[self.cleaned_data["offering"]]

    @property
    def key(self) -> UUID:
        key: UUID = self.cleaned_data["booking_key"]
        return key


class DayHoursForm(forms.Form):
    """The opening hours of one date, or of all days with its weekday. No row is a day off."""

    class Reach:
        DAY = "day"
        EVERY = "every"

    reach = forms.ChoiceField(
        label=_("For which days?"),
        choices=[(Reach.DAY, _("This day only")), (Reach.EVERY, _("This weekday, every week"))],
        widget=forms.RadioSelect,
        initial=Reach.DAY,
    )

    def __init__(
        self,
        data: Mapping[str, Any] | None = None,
        *,
        rows: Sequence[tuple[str, str]] = (),
    ) -> None:
        super().__init__(data)
        self.rows = [self._row(number, *pair) for number, pair in enumerate(rows[:MOST_ROWS])]

    def name_weekday(self, weekday: str) -> None:
        """Say `Every Tuesday` rather than the general words."""
        field = self.fields["reach"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 -- declared above
        every = _("Every %(weekday)s") % {"weekday": weekday}
        field.choices = [(self.Reach.DAY, _("This day only")), (self.Reach.EVERY, every)]

    def _row(self, number: int, start: str, end: str) -> IntervalForm:
        prefix = f"h{number}"
        if self.is_bound:
            values = {f"{prefix}-start": start, f"{prefix}-end": end}
            return IntervalForm(values, prefix=prefix)
        return IntervalForm(initial={"start": start, "end": end}, prefix=prefix)

    def clean(self) -> dict[str, Any]:
        found = [
            (interval, row) for row in self.rows if row.is_valid() and (interval := row.interval())
        ]
        found.sort(key=lambda each: each[0])
        reached = 0
        for (start, end), row in found:
            if start < reached:
                row.add_error("start", _("This overlaps the hours before it."))
            reached = max(reached, end)
        if any(row.errors for row in self.rows):
            raise forms.ValidationError(_("Some hours need another look. What you typed is here."))
        self.cleaned_data["hours"] = [interval for interval, _row in found]
        return self.cleaned_data


def rows_of_day(data: Mapping[str, Any]) -> list[tuple[str, str]]:
    """The rows of a posted day, in order, as they were typed."""
    return [
        (str(data.get(f"h{number}-start", "")), str(data.get(f"h{number}-end", "")))
        for number in range(MOST_ROWS)
        if f"h{number}-start" in data
    ]
