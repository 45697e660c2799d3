"""When a group meets, who comes, and what became of each person's place."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from clients.models import Client
from coachops.web.widgets import SwitchInput
from scheduling.forms.booking import WAIVER_LABELS
from scheduling.models import Offering, Session
from scheduling.policies.series import instant_of
from scheduling.queries.groups import SEAT_OUTCOMES
from scheduling.services.groups import LARGEST, SMALLEST

SETTLED = (Session.Outcome.HELD, Session.Outcome.NO_SHOW, Session.Outcome.WAIVED)
LEFT_LATE = (Session.Outcome.LATE_CANCEL, Session.Outcome.WAIVED)


class GroupForm(forms.Form):
    """One group session on the clock of whoever holds it."""

    day = forms.DateField(label=_("Day"))
    at = forms.TimeField(label=_("Time"))
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

    def __init__(
        self, *args: Any, offering: Offering, clients: Iterable[Client], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.offering = offering
        self.clients = {str(client.pk): client for client in clients}
        people: Any = self.fields["people"]
        people.choices = [(key, client.name) for key, client in self.clients.items()]

    def clean(self) -> dict[str, Any]:
        day, at = self.cleaned_data.get("day"), self.cleaned_data.get("at")
        if day is not None and at is not None:
            self.cleaned_data["starts_at"] = starts_at = self._instant()
            if starts_at is None:
                self.add_error(
                    "at", _("The clocks change then: this time does not exist. Choose another.")
                )
        capacity = self.cleaned_data.get("capacity")
        if capacity is not None and len(self.cleaned_data.get("people", ())) > capacity:
            self.add_error(
                "people", _("These are more people than places. Raise the places first.")
            )
        return self.cleaned_data

    def _instant(self) -> datetime | None:
        zone = self.offering.schedule.zone
        return instant_of(self.cleaned_data["day"], self.cleaned_data["at"], zone)

    def roster(self) -> list[Client]:
        """The people who were ticked, in the order of the list."""
        return [self.clients[key] for key in self.cleaned_data["people"]]


class AddPersonForm(forms.Form):
    """Somebody who joins later."""

    client = forms.ChoiceField(label=_("Add somebody"))

    def __init__(self, *args: Any, clients: Iterable[Client], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.clients = {str(client.pk): client for client in clients}
        client: Any = self.fields["client"]
        client.choices = [(key, each.name) for key, each in self.clients.items()]

    def chosen(self) -> Client:
        return self.clients[self.cleaned_data["client"]]


class PlacesForm(forms.Form):
    """How many people the session has room for."""

    capacity = forms.IntegerField(label=_("Places"), min_value=SMALLEST, max_value=LARGEST)


class SeatOutcomeForm(forms.Form):
    """What became of one person's place; a waiver says why, from a fixed list."""

    outcome = forms.ChoiceField(
        label=_("What became of it?"),
        choices=[(each, SEAT_OUTCOMES[each]) for each in {*SETTLED, *LEFT_LATE}],
    )
    reason = forms.ChoiceField(
        label=_("Why is it waived?"),
        choices=[("", _("Choose a reason")), *WAIVER_LABELS.items()],
        required=False,
    )

    def clean(self) -> dict[str, Any]:
        waived = self.cleaned_data.get("outcome") == Session.Outcome.WAIVED
        if waived and not self.cleaned_data.get("reason"):
            self.add_error("reason", _("A waiver needs a reason."))
        return self.cleaned_data


def initial_of_group(offering: Offering, key: UUID, like: Session | None) -> dict[str, Any]:
    """What a new session begins with: the offering's places, or those of an earlier session."""
    found: dict[str, Any] = {"capacity": max(offering.capacity, SMALLEST), "booking_key": key}
    if like is not None:
        found["capacity"] = like.capacity
        found["draws_on_ledger"] = like.draws_on_ledger
        found["at"] = f"{like.starts_at.astimezone(offering.schedule.zone):%H:%M}"
    return found
