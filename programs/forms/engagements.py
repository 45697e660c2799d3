"""What may be typed when an engagement is opened or changed."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from clients.models import Engagement, SponsorContact
from clients.queries.clients import CoachFacts
from clients.queries.sponsors import ContactFacts, OrganisationFacts
from clients.queries.units import UnitChoice
from coachops.web.widgets import CardRadioSelect
from programs.policies import MOST_SESSIONS

NEW = "new"
STARTER = "starter:"
CADENCES = [
    ("", _("No regular report")),
    ("30", _("Every month")),
    ("90", _("Every three months")),
    ("180", _("Every six months")),
]


@dataclass(frozen=True, slots=True)
class ProgramChoice:
    """A program that can be chosen; the key is a version's id, or a place in the gallery."""

    key: str
    name: str
    explanation: str


@dataclass(frozen=True, slots=True)
class Choices:
    """What there is to choose from, already cut to what the reader may see."""

    programs: Iterable[ProgramChoice] = ()
    coaches: Iterable[CoachFacts] = ()
    organisations: Iterable[OrganisationFacts] = ()
    contacts: tuple[ContactFacts, ...] = field(default=())
    units: tuple[UnitChoice, ...] = ()


class SponsorFields(forms.Form):
    """The sponsor's side; asked for only where a company pays."""

    organisation = forms.ChoiceField(label=_("Company"), required=False)
    new_organisation = forms.CharField(label=_("Or a new company"), max_length=120, required=False)
    unit = forms.ChoiceField(label=_("Unit"), required=False)
    contact = forms.ChoiceField(label=_("HR contact"), required=False)
    new_contact_name = forms.CharField(
        label=_("Or somebody new: name"), max_length=120, required=False
    )
    new_contact_email = forms.EmailField(label=_("E-mail of the HR contact"), required=False)
    managers = forms.MultipleChoiceField(
        label=_("Line managers"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("They see this engagement only, as far as the client agrees."),
    )
    new_manager_name = forms.CharField(
        label=_("A new line manager: name"), max_length=120, required=False
    )
    new_manager_email = forms.EmailField(label=_("E-mail of the line manager"), required=False)
    report_every_days = forms.TypedChoiceField(
        label=_("Progress reports"),
        required=False,
        choices=CADENCES,
        coerce=int,
        empty_value=None,
        initial="90",
        help_text=_("The client reads each report before it goes out."),
    )


class EngagementForm(SponsorFields):
    """One page for everything; the sponsor's fields count only where a company pays."""

    version = forms.ChoiceField(label=_("Program"))
    coach = forms.ChoiceField(label=_("Coach"))
    starts_on = forms.DateField(
        label=_("First day"), widget=forms.DateInput, help_text=_("All dates follow from it.")
    )
    sessions = forms.IntegerField(
        label=_("Sessions"),
        min_value=1,
        max_value=MOST_SESSIONS,
        required=False,
        help_text=_("Leave it empty for as many as the program plans."),
    )
    payer = forms.ChoiceField(
        label=_("Who pays"),
        choices=[
            (Engagement.Payer.SELF, _("The client")),
            (Engagement.Payer.SPONSOR, _("A company")),
        ],
        widget=CardRadioSelect(
            {
                Engagement.Payer.SELF: _("No company is involved or ever sees anything."),
                Engagement.Payer.SPONSOR: _(
                    "The company sees nothing until client, coach and sponsor have agreed on what."
                ),
            }
        ),
    )

    def __init__(self, *args: Any, choices: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.choices = choices
        programs = list(choices.programs)
        self.fields["version"] = forms.ChoiceField(
            label=_("Program"),
            choices=[(each.key, each.name) for each in programs],
            widget=CardRadioSelect({each.key: each.explanation for each in programs}),
        )
        coaches = [(str(each.id), each.name) for each in choices.coaches]
        self._set("coach", coaches)
        self._set("organisation", [("", _("Choose")), *_named(choices.organisations)])
        self._set("contact", [("", _("Choose")), *_grouped(choices.contacts, "sponsor")])
        managers = _grouped(choices.contacts, SponsorContact.Kind.STAKEHOLDER)
        self._set("managers", managers)
        if not managers:
            del self.fields["managers"]
        self._set("unit", [("", _("No unit")), *_by_company(choices.units)])
        if not choices.units:
            del self.fields["unit"]

    def _set(self, name: str, values: list[Any]) -> None:
        self.fields[name].choices = values  # type: ignore[attr-defined]

    def clean(self) -> None:
        if self.cleaned_data.get("payer") != Engagement.Payer.SPONSOR:
            return
        organisation = self.cleaned_data.get("organisation")
        if not organisation and not self.cleaned_data.get("new_organisation"):
            self.add_error("organisation", _("Choose the company that pays, or name a new one."))
        self._check_pair("contact")
        self._check_pair("manager")
        self._check_elsewhere("contact", [self.cleaned_data.get("contact", "")])
        self._check_elsewhere("managers", self.cleaned_data.get("managers", []))
        self._check_unit()

    def _check_pair(self, who: str) -> None:
        name, email = f"new_{who}_name", f"new_{who}_email"
        if name in self.errors or email in self.errors:
            return
        has_name, has_email = bool(self.cleaned_data[name]), bool(self.cleaned_data[email])
        if has_name and not has_email:
            self.add_error(email, _("Add the e-mail address too."))
        if has_email and not has_name:
            self.add_error(name, _("Add the name too."))

    def _check_unit(self) -> None:
        chosen = self.cleaned_data.get("unit", "")
        at = {str(each.id): str(each.organisation_id) for each in self.choices.units}
        if chosen and at[chosen] != self.cleaned_data.get("organisation", ""):
            self.add_error("unit", _("That unit is at another company. Choose again."))

    def _check_elsewhere(self, name: str, chosen: Iterable[str]) -> None:
        """A person chosen must be at the company chosen."""
        organisation = self.cleaned_data.get("organisation", "")
        at = {str(each.id): str(each.organisation_id) for each in self.choices.contacts}
        if any(at[each] != organisation for each in chosen if each):
            self.add_error(name, _("That person is at another company. Choose again."))


class AllotForm(forms.Form):
    """Sessions added to a running engagement."""

    sessions = forms.IntegerField(label=_("Add sessions"), min_value=1, max_value=MOST_SESSIONS)
    # How many there were when it was shown, so that a double click adds once.
    allotted = forms.IntegerField(required=False)


def _named(organisations: Iterable[OrganisationFacts]) -> list[tuple[str, str]]:
    return [(str(each.id), each.name) for each in organisations]


def _by_company(units: Iterable[UnitChoice]) -> list[Any]:
    """Units under the name of their company."""
    return [
        (name, [(str(each.id), each.name) for each in found])
        for name, found in groupby(units, key=lambda each: each.organisation_name)
    ]


def _grouped(contacts: Iterable[ContactFacts], kind: str) -> list[Any]:
    """People of one kind under the name of their company."""
    chosen = [each for each in contacts if each.kind == kind]
    return [
        (name, [(str(each.id), each.name) for each in people])
        for name, people in groupby(chosen, key=lambda each: each.organisation_name)
    ]
