"""Naming who steps in, and putting it in force."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from coachops.practices.models import Membership


class WillForm(forms.Form):
    named = forms.ChoiceField(
        label=_("Who steps in"),
        error_messages={
            "required": _("Choose a colleague."),
            "invalid_choice": _("Choose a colleague from the list."),
        },
    )
    words = forms.CharField(
        label=_("A few words for them"),
        required=False,
        max_length=1000,
        widget=forms.Textarea({"rows": 4}),
        help_text=_("How to write to your clients, who to ask. Nothing about any client."),
    )

    def __init__(self, *args: Any, colleagues: Iterable[Membership], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.colleagues = {str(each.pk): each for each in colleagues}
        field: Any = self.fields["named"]
        field.choices = [
            ("", _("Choose")),
            *((key, each.name) for key, each in self.colleagues.items()),
        ]

    @property
    def chosen(self) -> Membership:
        """The colleague that the valid form names."""
        return self.colleagues[self.cleaned_data["named"]]


class ReasonForm(forms.Form):
    reason = forms.CharField(
        label=_("Why now"),
        max_length=300,
        help_text=_("One sentence. The coach reads it, and it stays in the log."),
        error_messages={"required": _("Say in a sentence why. It stays in the log.")},
    )
