"""A cohort: its dates in a rhythm, its people, and what is changed later."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from coachops.web.widgets import SwitchInput
from scheduling.forms.groups import PlacesForm, RosterForm, WallTimeForm
from scheduling.forms.series import read_starts
from scheduling.models import Offering
from scheduling.policies.series import FEWEST, MOST
from scheduling.queries.series import RHYTHMS, USUAL_TIMES, Plan
from scheduling.services.cohorts import CohortPlan
from scheduling.services.series import Run


def _name() -> forms.CharField:
    return forms.CharField(
        label=_("Name"), max_length=80, help_text=_("Its members see it in the portal.")
    )


def _is_open() -> forms.BooleanField:
    return forms.BooleanField(
        label=_("Others may take free places on single dates"), required=False, widget=SwitchInput
    )


class RhythmForm(WallTimeForm):
    """When the first date is, how often, and how many times; sent by the address."""

    rhythm = forms.ChoiceField(label=_("How often"), choices=list(RHYTHMS.items()))
    times = forms.IntegerField(
        label=_("How many times"), min_value=FEWEST, max_value=MOST, initial=USUAL_TIMES
    )

    def plan(self) -> Plan | None:
        """What was asked for, or None while that is not whole."""
        if not self.is_bound or not self.is_valid():
            return None
        answers = self.cleaned_data
        return Plan(rhythm=answers["rhythm"], times=answers["times"], first=answers["starts_at"])


class CohortForm(RosterForm):
    """The dates that were ticked, and who is there on all of them."""

    field_order = ("name", "topic", "capacity", "draws_on_ledger", "is_open", "people")

    name = _name()
    is_open = _is_open()
    rhythm = forms.ChoiceField(choices=list(RHYTHMS.items()), widget=forms.HiddenInput)

    def clean(self) -> dict[str, Any]:
        super().clean()
        self.cleaned_data["starts"] = read_starts(self.data)
        return self.cleaned_data

    def cohort(self) -> CohortPlan:
        """What was asked for, of a valid form."""
        answers = self.cleaned_data
        return CohortPlan(
            name=answers["name"],
            run=Run(answers["rhythm"], answers["starts"]),
            group=self.group(),
            is_open=answers["is_open"],
        )


class CohortChangeForm(PlacesForm):
    """What can be changed later, for all dates that are still to come."""

    field_order = ("name", "capacity", "is_open")

    name = _name()
    is_open = _is_open()


class DateForm(WallTimeForm):
    """One more date."""

    topic = forms.CharField(label=_("Topic"), max_length=120, required=False)
    booking_key = forms.UUIDField(widget=forms.HiddenInput)


def initial_of_cohort(offering: Offering, key: UUID) -> dict[str, Any]:
    """What a new cohort begins with."""
    return {"capacity": max(offering.capacity, FEWEST), "booking_key": key}


def asked_rhythm(query: Mapping[str, str], offering: Offering) -> RhythmForm:
    """The form as the address fills it in; empty without a day."""
    return RhythmForm(query if "day" in query else None, offering=offering)
