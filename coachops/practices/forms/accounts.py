"""Signing up, and what a person says about themselves."""

from typing import Any
from zoneinfo import available_timezones

from allauth.account.forms import SignupForm
from django import forms
from django.conf import settings
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


class LanguageField(forms.ChoiceField):
    """One of those that are complete; not asked for while there is only one."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("label", _("Language"))
        super().__init__(choices=lambda: settings.LANGUAGES, **kwargs)


class AsksForLanguage(forms.Form):
    """A form whose field `language` is there only if there is a choice."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if len(settings.LANGUAGES) < 2:
            self.fields.pop("language", None)


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


class ProfileForm(AsksForLanguage):
    name = forms.CharField(
        label=_("Your name"),
        max_length=120,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    time_zone = TimeZoneField(
        help_text=_("Times on pages and in mail are shown in this zone, with its name.")
    )
    language = LanguageField(help_text=_("Of the pages you see and the mail you get."))
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
