"""An offering: a few answers, and the rest with sensible defaults."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from coachops.web.widgets import CardRadioSelect, SwitchInput
from scheduling.models import Offering

HOUR, DAY = 60, 1440
LEADS = [
    (0, _("None")),
    (HOUR, _("1 hour")),
    (2 * HOUR, _("2 hours")),
    (4 * HOUR, _("4 hours")),
    (12 * HOUR, _("12 hours")),
    (DAY, _("24 hours")),
    (2 * DAY, _("2 days")),
    (3 * DAY, _("3 days")),
    (7 * DAY, _("1 week")),
]
REMINDERS = [
    (7 * DAY, _("1 week before")),
    (2 * DAY, _("48 hours before")),
    (DAY, _("24 hours before")),
    (2 * HOUR, _("2 hours before")),
    (HOUR, _("1 hour before")),
    (30, _("30 minutes before")),
]
STEPS = [(15, _("15 minutes")), (30, _("30 minutes")), (60, _("1 hour"))]
MOST_REMINDERS = 4


class OfferingForm(forms.Form):
    """Field names are those of the model, so that cleaned data is what the service takes."""

    name = forms.CharField(
        label=_("Name"), max_length=80, help_text=_("What people see when they book.")
    )
    kind = forms.ChoiceField(
        label=_("What is it?"),
        choices=Offering.Kind.choices,
        initial=Offering.Kind.INDIVIDUAL,
        widget=CardRadioSelect(
            {
                Offering.Kind.INDIVIDUAL: _("Counts as one of the sessions of an engagement."),
                Offering.Kind.CHEMISTRY: _("A first talk. Counts as nothing."),
            }
        ),
    )
    bookers = forms.ChoiceField(
        label=_("Who may book it?"),
        choices=Offering.Bookers.choices,
        initial=Offering.Bookers.CLIENTS,
        widget=CardRadioSelect(
            {
                Offering.Bookers.CLIENTS: _("They sign in, and see how many sessions are left."),
                Offering.Bookers.ANYBODY: _("With a name and an e-mail address, from your link."),
            }
        ),
    )
    duration = forms.IntegerField(
        label=_("Length in minutes"), min_value=5, max_value=480, initial=60
    )
    place = forms.ChoiceField(
        label=_("Where?"), choices=Offering.Place.choices, initial=Offering.Place.VIDEO
    )
    place_details = forms.CharField(
        label=_("Link, number or address"),
        max_length=200,
        required=False,
        help_text=_("Your video room, the phone number, or where you meet."),
    )
    description = forms.CharField(
        label=_("In a sentence"),
        max_length=300,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    step = forms.TypedChoiceField(
        label=_("Offer a start every"), choices=STEPS, coerce=int, initial=30
    )
    buffer_before = forms.IntegerField(
        label=_("Free minutes before"), min_value=0, max_value=240, initial=0
    )
    buffer_after = forms.IntegerField(
        label=_("Free minutes after"), min_value=0, max_value=240, initial=15
    )
    notice = forms.TypedChoiceField(
        label=_("Shortest notice for booking"), choices=LEADS, coerce=int, initial=DAY
    )
    horizon_days = forms.IntegerField(
        label=_("Days ahead that can be booked"), min_value=1, max_value=366, initial=60
    )
    max_per_day = forms.IntegerField(
        label=_("Most sessions in a day"), min_value=1, max_value=30, required=False
    )
    change_notice = forms.TypedChoiceField(
        label=_("Free to move or cancel until"),
        choices=LEADS,
        coerce=int,
        initial=DAY,
        help_text=_("Before the session starts."),
    )
    late_cancellation_forfeits = forms.BooleanField(
        label=_("A later cancellation uses up the session"),
        required=False,
        initial=True,
        widget=SwitchInput,
    )
    reminders = forms.TypedMultipleChoiceField(
        label=_("Reminders by e-mail"),
        choices=REMINDERS,
        coerce=int,
        required=False,
        initial=[2 * DAY, 2 * HOUR],
        widget=forms.CheckboxSelectMultiple,
    )

    MAIN = ("name", "kind", "bookers", "duration", "place", "place_details")
    MORE = (
        "description",
        "step",
        "buffer_before",
        "buffer_after",
        "notice",
        "horizon_days",
        "max_per_day",
        "change_notice",
        "late_cancellation_forfeits",
        "reminders",
    )

    def main_fields(self) -> list[forms.BoundField]:
        return [self[name] for name in self.MAIN]

    def more_fields(self) -> list[forms.BoundField]:
        return [self[name] for name in self.MORE]

    def has_more_errors(self) -> bool:
        """Whether the part that is folded away has to be open."""
        return any(name in self.errors for name in self.MORE)

    def clean_reminders(self) -> list[int]:
        reminders: list[int] = self.cleaned_data["reminders"]
        if len(reminders) > MOST_REMINDERS:
            raise forms.ValidationError(_("Four reminders are the most. Take some away."))
        return sorted(reminders, reverse=True)

    def clean(self) -> dict[str, Any]:
        place = self.cleaned_data.get("place")
        details = self.cleaned_data.get("place_details", "")
        if place == Offering.Place.VIDEO and details.startswith("http:"):
            self.add_error("place_details", _("Use the address that starts with https://."))
        if place == Offering.Place.ADDRESS and not details:
            self.add_error("place_details", _("Write the address, so that people find you."))
        return self.cleaned_data


def initial_of(offering: Offering) -> dict[str, Any]:
    """The stored answers of an offering."""
    names = [*OfferingForm.MAIN, *OfferingForm.MORE]
    return {name: getattr(offering, name) for name in names}
