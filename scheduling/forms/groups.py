"""When a group meets, who comes, and what became of each person's place."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django import forms
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from clients.models import Client
from coachops.web.widgets import SwitchInput
from scheduling.forms.booking import OutcomeForm
from scheduling.forms.reach import IN_REACH
from scheduling.models import Offering, Session
from scheduling.policies.series import FEWEST, MOST, dates_of, instant_of
from scheduling.queries.seats import SEAT_OUTCOMES
from scheduling.queries.series import RHYTHMS
from scheduling.services.groups import LARGEST, SMALLEST, Group

SETTLED = (Session.Outcome.HELD, Session.Outcome.NO_SHOW, Session.Outcome.WAIVED)
ATTENDED = (Session.Outcome.HELD, Session.Outcome.NO_SHOW)
LEFT_LATE = (Session.Outcome.LATE_CANCEL, Session.Outcome.WAIVED)


ONE_DATE, ALL_DATES = "one", "all"
TEAM_RHYTHMS = [("", _("Once")), *RHYTHMS.items()]
DATES = ((ALL_DATES, _("All coming dates")), (ONE_DATE, _("This date only")))


class RosterForm(forms.Form):
    """What holds for one group session as for many: topic, places, people."""

    topic = forms.CharField(
        label=_("Topic"),
        max_length=120,
        required=False,
        help_text=_("Participants see it in the portal. It is in no mail and no calendar."),
    )
    capacity = forms.IntegerField(label=_("Places"), min_value=SMALLEST, max_value=LARGEST)
    draws_on_ledger = forms.BooleanField(
        label=_("Each place counts as one session of the engagement"),
        required=False,
        widget=SwitchInput,
    )
    people = forms.MultipleChoiceField(
        label=_("Who takes part?"), required=False, widget=forms.CheckboxSelectMultiple
    )
    booking_key = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, clients: Iterable[Client], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.clients = {str(client.pk): client for client in clients}
        people: Any = self.fields["people"]
        people.choices = [(key, client.name) for key, client in self.clients.items()]

    def clean(self) -> dict[str, Any]:
        capacity = self.cleaned_data.get("capacity")
        if capacity is not None and len(self.cleaned_data.get("people", ())) > capacity:
            self.add_error(
                "people", _("These are more people than places. Raise the places first.")
            )
        return self.cleaned_data

    def group(self) -> Group:
        """Topic, places and whether they count, of a valid form."""
        answers = self.cleaned_data
        return Group(
            topic=answers["topic"],
            capacity=answers["capacity"],
            draws_on_ledger=answers["draws_on_ledger"],
        )

    def roster(self) -> list[Client]:
        """The people who were ticked, in the order of the list."""
        return [self.clients[key] for key in self.cleaned_data["people"]]


class WallTimeForm(forms.Form):
    """A day and a time on the clock of the coach's hours."""

    day = forms.DateField(label=_("Day"), validators=IN_REACH)
    at = forms.TimeField(label=_("Time"))

    def __init__(self, *args: Any, offering: Offering, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offering = offering

    def clean(self) -> dict[str, Any]:
        super().clean()
        day, at = self.cleaned_data.get("day"), self.cleaned_data.get("at")
        if day is not None and at is not None:
            starts_at = instant_of(day, at, self.offering.schedule.zone)
            self.cleaned_data["starts_at"] = starts_at
            if starts_at is None:
                self.add_error(
                    "at", _("The clocks change then: this time does not exist. Choose another.")
                )
        return self.cleaned_data


class GroupForm(WallTimeForm, RosterForm):
    """One group session on the clock of whoever holds it."""


class TeamSessionForm(WallTimeForm):
    """One session of a team, on the clock of whoever holds it."""

    topic = forms.CharField(
        label=_("Topic"),
        max_length=120,
        required=False,
        help_text=_("The team sees it in the portal. It is in no mail and no calendar."),
    )
    rhythm = forms.ChoiceField(label=_("How often"), choices=TEAM_RHYTHMS, required=False)
    times = forms.IntegerField(
        label=_("How many times"),
        min_value=FEWEST,
        max_value=MOST,
        required=False,
        help_text=_("For a series: all of them are booked, or none."),
    )
    booking_key = forms.UUIDField(widget=forms.HiddenInput)

    def clean(self) -> dict[str, Any]:
        super().clean()
        rhythm, times = self.cleaned_data.get("rhythm"), self.cleaned_data.get("times")
        first = self.cleaned_data.get("starts_at")
        if rhythm and times is None and "times" not in self.errors:
            self.add_error("times", _("Say how many times, or book it once."))
        elif rhythm and times and first is not None:
            self._choose_dates(rhythm, times)
        return self.cleaned_data

    def _choose_dates(self, rhythm: str, times: int) -> None:
        days = dates_of(rhythm, self.cleaned_data["day"], times)
        zone, at = self.offering.schedule.zone, self.cleaned_data["at"]
        starts = [instant_of(day, at, zone) for day in days]
        if None in starts:
            words = _("The clocks change within the series: on %(day)s this time does not exist.")
            day = date_format(days[starts.index(None)], "j F Y")
            self.add_error("at", words % {"day": day})
        self.cleaned_data["starts"] = starts


class AddPersonForm(forms.Form):
    """Somebody who joins later."""

    client = forms.ChoiceField(label=_("Add somebody"))
    dates = forms.ChoiceField(label=_("For which dates?"), choices=DATES, required=False)

    def __init__(self, *args: Any, clients: Iterable[Client], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.clients = {str(client.pk): client for client in clients}
        client: Any = self.fields["client"]
        client.choices = [(key, each.name) for key, each in self.clients.items()]

    def chosen(self) -> Client:
        return self.clients[self.cleaned_data["client"]]

    def is_for_all(self) -> bool:
        """Whether all coming dates of the cohort are meant."""
        return bool(self.cleaned_data["dates"] == ALL_DATES)


class PlacesForm(forms.Form):
    """How many people the session has room for."""

    capacity = forms.IntegerField(label=_("Places"), min_value=SMALLEST, max_value=LARGEST)


class SeatOutcomeForm(OutcomeForm):
    """What became of one person's place."""

    outcome = forms.ChoiceField(
        label=_("What became of it?"),
        choices=[(each, SEAT_OUTCOMES[each]) for each in dict.fromkeys((*SETTLED, *LEFT_LATE))],
    )


class AttendanceForm(forms.Form):
    """Whether somebody took part; nothing that would be decided about their account."""

    outcome = forms.ChoiceField(choices=[(each, SEAT_OUTCOMES[each]) for each in ATTENDED])


def initial_of_group(offering: Offering, key: UUID, like: Session | None) -> dict[str, Any]:
    """What a new session begins with: the offering's places, or those of an earlier session."""
    found: dict[str, Any] = {"capacity": max(offering.capacity, SMALLEST), "booking_key": key}
    if like is not None:
        found["capacity"] = like.capacity
        found["draws_on_ledger"] = like.draws_on_ledger
        found["at"] = f"{like.starts_at.astimezone(offering.schedule.zone):%H:%M}"
    return found
