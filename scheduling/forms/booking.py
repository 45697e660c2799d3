"""The last step of a booking, and what became of a session."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, Final

from django import forms
from django.utils.translation import gettext_lazy as _

from scheduling.models import Session
from scheduling.policies import WaiverReason
from scheduling.policies.questions import QuestionKind
from scheduling.queries.picker import read_at
from scheduling.queries.zones import is_zone
from scheduling.services.answers import GivenAnswer

LONGEST_ANSWER: Final = 4000

WAIVER_LABELS = {
    WaiverReason.UNFORESEEN: _("Something unforeseen"),
    WaiverReason.TECHNICAL: _("Technical trouble"),
    WaiverReason.GOODWILL: _("Goodwill"),
    WaiverReason.BOOKED_BY_MISTAKE: _("Booked by mistake"),
}


class ConfirmForm(forms.Form):
    """The time that was chosen and a key, so that a double click books once."""

    at = forms.CharField(widget=forms.HiddenInput)
    zone = forms.CharField(widget=forms.HiddenInput)
    booking_key = forms.UUIDField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, questions: Iterable[dict[str, Any]] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.questions = list(questions)
        for question in self.questions:
            self.fields[_name(question)] = _field(question)

    def answers(self) -> tuple[GivenAnswer, ...]:
        """What was answered, in the words of the questions as they were asked."""
        return tuple(
            GivenAnswer(question["label"], str(self.cleaned_data.get(_name(question), "")))
            for question in self.questions
        )

    def clean_at(self) -> datetime:
        at = read_at(self.cleaned_data["at"])
        if at is None:
            raise forms.ValidationError(_("Choose a time."))
        return at

    def clean_zone(self) -> str:
        zone: str = self.cleaned_data["zone"]
        return zone if is_zone(zone) else ""


def _name(question: dict[str, Any]) -> str:
    return f"answer_{question['key']}"


def _field(question: dict[str, Any]) -> forms.Field:
    label, required = question["label"], bool(question.get("required"))
    if question["kind"] == QuestionKind.CHOICE:
        options = [(each, each) for each in question["choices"]]
        return forms.ChoiceField(
            label=label, required=required, choices=[("", _("Choose")), *options]
        )
    if question["kind"] == QuestionKind.LONG:
        return forms.CharField(
            label=label,
            required=required,
            max_length=LONGEST_ANSWER,
            widget=forms.Textarea(attrs={"rows": 4}),
        )
    return forms.CharField(label=label, required=required, max_length=200)


class GuestForm(ConfirmForm):
    """Name and e-mail address are all that somebody new has to give, and what the coach asks."""

    field_order = ("name", "email")

    name = forms.CharField(
        label=_("Your name"),
        max_length=120,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    email = forms.EmailField(
        label=_("Your e-mail address"),
        help_text=_("The invitation goes there."),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )


class OtherTimeForm(forms.Form):
    """A time outside the coach's own rules, on the coach's clock."""

    other = forms.DateTimeField(label=_("Another day and time"))


class OutcomeForm(forms.Form):
    """What became of a session; a waiver says why, from a fixed list."""

    outcome = forms.ChoiceField(label=_("What became of it?"), choices=Session.Outcome.choices)
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
