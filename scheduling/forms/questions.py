"""Small forms beside an offering: a question, a secret link, a room."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from coachops.web.widgets import SwitchInput
from scheduling.forms.reach import IN_REACH
from scheduling.policies.questions import MOST_CHOICES, QuestionKind

KINDS = [
    (QuestionKind.SHORT.value, _("One line")),
    (QuestionKind.LONG.value, _("Several lines")),
    (QuestionKind.CHOICE.value, _("A choice")),
]


class QuestionForm(forms.Form):
    """One question to whoever books."""

    label = forms.CharField(label=_("Your question"), max_length=200)
    kind = forms.ChoiceField(label=_("How is it answered?"), choices=KINDS)
    choices = forms.CharField(
        label=_("The choices"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("One on each line, if it is a choice."),
    )
    required = forms.BooleanField(
        label=_("It has to be answered"), required=False, widget=SwitchInput
    )

    def clean_choices(self) -> list[str]:
        lines = [line.strip()[:80] for line in self.cleaned_data["choices"].splitlines()]
        return list(dict.fromkeys(line for line in lines if line))

    def clean(self) -> dict[str, Any]:
        choices = self.cleaned_data.get("choices", [])
        if self.cleaned_data.get("kind") == QuestionKind.CHOICE and len(choices) < 2:
            self.add_error("choices", _("Write at least two choices, one on each line."))
        if len(choices) > MOST_CHOICES:
            self.add_error("choices", _("Twelve choices are the most. Take some away."))
        return self.cleaned_data


class BookingLinkForm(forms.Form):
    """A secret link: for whom, how often, until when."""

    note = forms.CharField(
        label=_("For whom, or what for"),
        max_length=120,
        required=False,
        help_text=_("For you alone, so that you know the links apart."),
    )
    most_bookings = forms.IntegerField(
        label=_("How many bookings"),
        min_value=1,
        max_value=500,
        required=False,
        initial=1,
        help_text=_("1 makes a one-off link; empty sets no limit."),
    )
    expires_on = forms.DateField(
        label=_("Good until"),
        required=False,
        validators=IN_REACH,
        widget=forms.DateInput(attrs={"type": "date"}),
        help_text=_("That day included. Empty: until you take it back."),
    )


class RoomForm(forms.Form):
    """A room: at least a link or an address."""

    name = forms.CharField(label=_("Name"), max_length=80)
    join_url = forms.URLField(
        label=_("Link of its video calls"),
        required=False,
        assume_scheme="https",
        help_text=_("For a video room that is used by one session at a time."),
    )
    address = forms.CharField(
        label=_("Address"),
        max_length=200,
        required=False,
        help_text=_("For a room with a door. People see it when they book."),
    )

    def clean_join_url(self) -> str:
        link: str = self.cleaned_data["join_url"]
        if link and not link.startswith("https://"):
            raise forms.ValidationError(_("Use the address that starts with https://."))
        return link

    def clean(self) -> dict[str, Any]:
        if not self.errors and not (
            self.cleaned_data.get("join_url") or self.cleaned_data.get("address")
        ):
            self.add_error("address", _("Write a link or an address, so that people find it."))
        return self.cleaned_data
