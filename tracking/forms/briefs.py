"""The brief for the next coach."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from clients.services.handover import LONGEST_BRIEF
from coachops.practices.models import Membership


class BriefForm(forms.Form):
    text = forms.CharField(
        label=_("The brief"),
        max_length=LONGEST_BRIEF,
        widget=forms.Textarea({"rows": 16}),
        help_text=_(
            "Your client reads it word for word before anybody else. Private notes have no place"
            " here."
        ),
        error_messages={
            "required": _("There is nothing to show yet. Write a few sentences first."),
            "max_length": _(
                "That is %(show_value)d characters; %(limit_value)d fit. It is still here: take"
                " some of it out and save again."
            ),
        },
    )
    next_coach = forms.ChoiceField(
        label=_("Who coaches next, if you know"),
        required=False,
    )
    version = forms.IntegerField(min_value=0, widget=forms.HiddenInput)

    def __init__(self, *args: Any, coaches: Iterable[Membership], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.coaches = {str(coach.pk): coach for coach in coaches}
        field: Any = self.fields["next_coach"]
        field.choices = [
            ("", _("Not known yet")),
            *((key, coach.name) for key, coach in self.coaches.items()),
        ]

    @property
    def chosen(self) -> Membership | None:
        """The next coach that the valid form names."""
        return self.coaches.get(self.cleaned_data["next_coach"])
