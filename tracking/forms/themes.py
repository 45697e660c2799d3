"""Themes of a session, and the practice's list of them."""

from django import forms
from django.utils.translation import gettext_lazy as _

from tracking.policies.themes import LONGEST_NAME


class ThemeNameForm(forms.Form):
    name = forms.CharField(
        label=_("Name of the theme"),
        max_length=LONGEST_NAME,
        error_messages={"required": _("Name the theme, in a word or three.")},
    )
