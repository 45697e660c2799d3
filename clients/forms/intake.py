"""Asking a client for the intake questionnaire."""

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from coachops.questionnaires.models import QuestionnaireVersion


class AskIntakeForm(forms.Form):
    """Which questionnaire, and until when."""

    questionnaire = forms.ChoiceField(label=_("Which questionnaire?"))
    due_on = forms.DateField(
        label=_("Until when?"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
        help_text=_("The mail names the day. Empty: whenever it suits."),
    )

    def __init__(
        self,
        *args: Any,
        versions: list[QuestionnaireVersion],
        today: date,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self._versions = {str(version.questionnaire_id): version for version in versions}
        self._today = today
        choices = [(key, version.title) for key, version in self._versions.items()]
        self.fields["questionnaire"].choices = choices  # type: ignore[attr-defined]

    def clean_due_on(self) -> date | None:
        due_on: date | None = self.cleaned_data["due_on"]
        if due_on is not None and due_on < self._today:
            raise forms.ValidationError(_("That day is over. Choose a later one."))
        return due_on

    def chosen(self) -> QuestionnaireVersion:
        """The newest version of what was chosen."""
        return self._versions[self.cleaned_data["questionnaire"]]
