"""What a form says when something is missing or cannot be read: what to do, not what is wrong.

Django's own sentences ("This field is required.") stand in its field classes. They are replaced
there once, so that no form has to repeat them; a form that can say more still does.
"""

from typing import Final

from django import forms
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

SENTENCES: Final[dict[type[forms.Field], dict[str, StrOrPromise]]] = {
    forms.Field: {"required": _("Please fill this in.")},
    forms.IntegerField: {
        "required": _("Type a number."),
        "invalid": _("Type a whole number, in digits."),
    },
    forms.DateField: {
        "required": _("Choose a day."),
        "invalid": _("Choose a day that the calendar knows."),
    },
    forms.TimeField: {
        "required": _("Choose a time."),
        "invalid": _("Type a time like 14:30."),
    },
    forms.BooleanField: {"required": _("Tick this box to go on.")},
    forms.ChoiceField: {
        "required": _("Choose one."),
        "invalid_choice": _("This cannot be chosen any more. Choose another one."),
    },
    forms.MultipleChoiceField: {
        "required": _("Choose at least one."),
        "invalid_choice": _("One of these cannot be chosen any more. Choose again."),
    },
    forms.ModelChoiceField: {
        "required": _("Choose one."),
        "invalid_choice": _("This cannot be chosen any more. Choose another one."),
    },
    forms.ModelMultipleChoiceField: {
        "required": _("Choose at least one."),
        "invalid_choice": _("One of these cannot be chosen any more. Choose again."),
    },
    forms.FileField: {
        "required": _("Choose a file."),
        "missing": _("Choose a file."),
        "empty": _("This file is empty. Choose another one."),
    },
}


def use_our_sentences() -> None:
    """Called once, before any form is made."""
    for field, sentences in SENTENCES.items():
        field.default_error_messages = {**field.__dict__.get("default_error_messages", {})}
        field.default_error_messages |= sentences
