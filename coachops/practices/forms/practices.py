"""Opening a practice, and its settings."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from coachops.practices.forms.accounts import AsksForLanguage, LanguageField, TimeZoneField
from coachops.practices.services.logos import CleanLogo, LogoRefused, clean_logo
from coachops.practices.services.practices import DEFAULT_HUE
from coachops.web.widgets import SwitchInput

# A hue is the only colour a practice chooses; lightness is fixed, so everything stays readable.
HUES = (
    (205, _("Petrol")),
    (245, _("Blue")),
    (285, _("Violet")),
    (330, _("Plum")),
    (15, _("Brick")),
    (60, _("Amber")),
    (115, _("Olive")),
    (155, _("Forest")),
)
_REFUSALS = {
    "too large": _("This file is larger than 1 MB. Choose a smaller one."),
    "too big": _("This picture is more than 2000 pixels wide or high. Choose a smaller one."),
    "not a picture": _("This is not a PNG, JPEG or WebP picture. Choose another file."),
}


class LogoField(forms.FileField):
    """A picture, judged by its content alone and made anew."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("label", _("Logo"))
        kwargs.setdefault("help_text", _("PNG, JPEG or WebP, up to 1 MB. Shown on pages and mail."))
        widget = forms.FileInput(attrs={"accept": "image/png,image/jpeg,image/webp"})
        super().__init__(required=False, widget=widget, **kwargs)

    def clean(self, data: Any, initial: Any = None) -> CleanLogo | None:
        upload = super().clean(data, initial)
        if not upload:
            return None
        try:
            return clean_logo(upload, size=upload.size)
        except LogoRefused as refused:
            raise forms.ValidationError(_REFUSALS[refused.reason]) from None


class _BrandForm(forms.Form):
    name = forms.CharField(
        label=_("Name of the practice"),
        max_length=120,
        widget=forms.TextInput(attrs={"autocomplete": "organization"}),
    )
    time_zone = TimeZoneField(
        label=_("Time zone of the practice"),
        help_text=_("Dates that belong to nobody in particular are counted in this zone."),
    )
    brand_hue = forms.TypedChoiceField(
        label=_("Colour"),
        choices=HUES,
        coerce=int,
        initial=DEFAULT_HUE,
        widget=forms.RadioSelect,
    )
    logo = LogoField()

    def clean_name(self) -> str:
        name = " ".join(str(self.cleaned_data["name"]).split())
        if not name:
            raise forms.ValidationError(_("Give your practice a name."))
        return name


class OpenPracticeForm(_BrandForm):
    i_coach = forms.BooleanField(
        label=_("I coach clients myself"),
        required=False,
        initial=True,
        help_text=_("Leave it out if you only run the practice."),
    )
    field_order = ["name", "i_coach", "time_zone", "brand_hue", "logo"]


class PracticeSettingsForm(AsksForLanguage, _BrandForm):
    language = LanguageField(
        label=_("Language of the practice"),
        help_text=_("Of mail and reports to people who have not chosen one of their own."),
    )
    remove_logo = forms.BooleanField(label=_("Remove the logo"), required=False)
    postal_address = forms.CharField(
        label=_("Postal address"),
        required=False,
        max_length=200,
        help_text=_("Stands at the foot of mail and reports."),
        widget=forms.TextInput(attrs={"autocomplete": "street-address"}),
    )
    requires_second_factor = forms.BooleanField(
        label=_("Everybody who works here signs in with a second factor"),
        required=False,
        widget=SwitchInput,
        help_text=_(
            "An authenticator app or a passkey. Whoever has none is asked to set it up before"
            " anything else opens."
        ),
    )
