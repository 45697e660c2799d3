"""Signing up, and what a person says about themselves."""

from typing import Any
from zoneinfo import available_timezones

from allauth.account.forms import SignupForm
from django import forms
from django.utils.translation import gettext_lazy as _

from coachops.practices.models import User
from coachops.web.widgets import HiddenTimeZone, TimeZoneSelect

_NOT_PLACES = ("Etc/", "SystemV/", "US/", "Canada/", "Brazil/", "Mexico/", "Chile/")


def zone_names() -> list[str]:
    """Zones named after places, and UTC."""
    places = {
        name for name in available_timezones() if "/" in name and not name.startswith(_NOT_PLACES)
    }
    return ["UTC", *sorted(places)]


def zone_choices() -> list[tuple[str, str]]:
    shown = [(name, name.replace("_", " ")) for name in zone_names()]
    return [("", str(_("Choose a time zone"))), *shown]


class TimeZoneField(forms.ChoiceField):
    """Filled with the browser's own zone; a choice for those without JavaScript."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("label", _("Time zone"))
        super().__init__(choices=zone_choices, widget=TimeZoneSelect, **kwargs)


class SignUpForm(SignupForm):  # type: ignore[misc]  # allauth has no types
    """Name, address, password, and the browser's time zone without asking for it."""

    name = forms.CharField(
        label=_("Your name"),
        max_length=120,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    time_zone = forms.CharField(required=False, max_length=64, widget=HiddenTimeZone)
    field_order = ["name", "email", "password1", "time_zone"]

    def clean_time_zone(self) -> str:
        zone = str(self.cleaned_data["time_zone"])
        return zone if zone in zone_names() else ""


class ProfileForm(forms.Form):
    name = forms.CharField(
        label=_("Your name"),
        max_length=120,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    time_zone = TimeZoneField(
        help_text=_("Times on pages and in mail are shown in this zone, with its name.")
    )
    theme = forms.ChoiceField(
        label=_("Appearance"),
        required=False,
        choices=[
            (User.Theme.SYSTEM, _("Match system")),
            (User.Theme.LIGHT, _("Light")),
            (User.Theme.DARK, _("Dark")),
        ],
        widget=forms.RadioSelect,
    )
