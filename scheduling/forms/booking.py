"""The last step of a booking, and what became of a session."""

from datetime import datetime
from typing import Any
from uuid import uuid4

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from scheduling.forms.answers import AnswersForm
from scheduling.forms.reach import is_in_reach
from scheduling.models import Session
from scheduling.policies import WaiverReason
from scheduling.queries.picker import read_at
from scheduling.queries.zones import is_zone
from scheduling.services.client_visits import Confirmed

WAIVER_LABELS = {
    WaiverReason.UNFORESEEN: _("Something unforeseen"),
    WaiverReason.TECHNICAL: _("Technical trouble"),
    WaiverReason.GOODWILL: _("Goodwill"),
    WaiverReason.BOOKED_BY_MISTAKE: _("Booked by mistake"),
}


class ConfirmForm(AnswersForm):
    """The time that was chosen and a key, so that a double click books once."""

    at = forms.CharField(widget=forms.HiddenInput)
    zone = forms.CharField(widget=forms.HiddenInput)
    booking_key = forms.UUIDField(widget=forms.HiddenInput, required=False)

    def clean_at(self) -> datetime:
        at = read_at(self.cleaned_data["at"])
        if at is None:
            raise forms.ValidationError(_("Choose a time."))
        return at

    def clean_zone(self) -> str:
        zone: str = self.cleaned_data["zone"]
        return zone if is_zone(zone) else ""

    def confirmed(self) -> Confirmed:
        """What was sent, once it is valid. Without a key it books whenever it is sent."""
        asked = self.cleaned_data
        key = asked["booking_key"] or uuid4()
        return Confirmed(asked["at"], key, asked["zone"], self.answers())


def last_step(posted: QueryDict) -> QueryDict | None:
    """What the form was sent with; None for a page that is only read, or another step."""
    return None if not posted or {"hold", "release"} & posted.keys() else posted


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

    def clean_other(self) -> datetime:
        moment: datetime = self.cleaned_data["other"]
        if not is_in_reach(moment):
            raise forms.ValidationError(_("Choose a day and a time."))
        return moment


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
