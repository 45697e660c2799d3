"""Dates that differ from the week: other hours, time off, public holidays, travel."""

from collections.abc import Mapping
from datetime import date
from typing import Any, Final, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from coachops.web.widgets import TimeZoneSelect
from scheduling.forms.availability import IntervalForm, refuse_overlaps
from scheduling.models import Schedule
from scheduling.queries.public_holidays import countries, knows, regions
from scheduling.queries.zones import all_zones, is_zone

MOST_DAYS: Final = 366
ROWS: Final = 3


class DatesForm(forms.Form):
    """A date, or several in a row."""

    first = forms.DateField(label=_("First day"), widget=forms.DateInput)
    last = forms.DateField(
        label=_("Last day"),
        required=False,
        widget=forms.DateInput,
        help_text=_("For several days in a row."),
    )

    def clean_last(self) -> date | None:
        first, last = self.cleaned_data.get("first"), self.cleaned_data.get("last")
        if first and last and last < first:
            raise forms.ValidationError(_("This is before the first day."))
        if first and last and (last - first).days >= MOST_DAYS:
            raise forms.ValidationError(_("That is more than a year. Take a shorter time."))
        return last or first

    def dates(self) -> tuple[date, date]:
        """The first and the last date, both included."""
        return self.cleaned_data["first"], self.cleaned_data["last"]


class NotedDatesForm(DatesForm):
    note = forms.CharField(
        label=_("Note"),
        max_length=80,
        required=False,
        help_text=_("Only you and whoever looks after your calendar read it."),
    )


class TimeOffForm(NotedDatesForm):
    """Away, whatever the schedule. Stands on one page with other hours, so its ids are its own."""

    def __init__(self, data: Mapping[str, Any] | None = None) -> None:
        super().__init__(data, auto_id="off-%s")


class OtherHoursForm(NotedDatesForm):
    """Dates with hours of their own in one schedule; without any they are days off there."""

    def __init__(self, data: Mapping[str, Any] | None = None) -> None:
        super().__init__(data)
        self.rows = [IntervalForm(data, prefix=f"hours-{number}") for number in range(ROWS)]

    def clean(self) -> dict[str, Any]:
        found = [
            (interval[0], interval, row)
            for row in self.rows
            if row.is_valid() and (interval := row.interval())
        ]
        refuse_overlaps(found)
        if any(row.errors for row in self.rows):
            raise forms.ValidationError(_("Some hours need another look. What you typed is here."))
        self.cleaned_data["hours"] = [interval for _begins, interval, _row in found]
        return self.cleaned_data


class HolidaysForm(forms.Form):
    """Whose public holidays are days off. The regions are those of the country that is stored."""

    country = forms.ChoiceField(label=_("Country"), required=False)
    region = forms.ChoiceField(
        label=_("Part of the country"),
        required=False,
        help_text=_("Some holidays are kept in some parts only."),
    )

    def __init__(self, data: Mapping[str, Any] | None = None, *, schedule: Schedule) -> None:
        stored, region = schedule.holiday_country, schedule.holiday_region
        super().__init__(data, initial={"country": stored, "region": region})
        shown = str(data.get("country", "")) if data is not None else stored
        country = cast("forms.ChoiceField", self.fields["country"])
        country.choices = [("", _("None: holidays are days like others")), *countries()]
        parts = cast("forms.ChoiceField", self.fields["region"])
        parts.choices = [("", _("The whole country")), *(regions(shown) if knows(shown) else ())]
        if shown != stored:
            # What was chosen of the country before is no answer about this one.
            parts.disabled, self.initial["region"] = True, ""


class TravelForm(DatesForm):
    """Dates on which the hours are meant in another zone."""

    time_zone = forms.ChoiceField(
        label=_("Time zone there"),
        choices=all_zones,
        widget=TimeZoneSelect,
        help_text=_("On these days your hours are meant on the clock of that place."),
    )

    def clean_time_zone(self) -> str:
        name: str = self.cleaned_data["time_zone"]
        if not is_zone(name):
            raise forms.ValidationError(_("Choose a city in that zone."))
        return name
