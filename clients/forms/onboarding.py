"""What may be typed about a step of the onboarding."""

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from clients.models import StepKind, StepOwner


class StepForm(forms.Form):
    """A step of one engagement."""

    title = forms.CharField(label=_("What is to be done"), max_length=120)
    owner = forms.ChoiceField(label=_("Whose step it is"), choices=StepOwner.choices)
    due_on = forms.DateField(label=_("By"), widget=forms.DateInput({"type": "date"}))


class NewStepForm(StepForm):
    """One more step; what ticks itself off can be chosen too."""

    kind = forms.ChoiceField(label=_("Kind"), choices=StepKind.choices, initial=StepKind.OTHER)

    field_order = ["title", "kind", "owner", "due_on"]

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        kwargs["initial"] = {"due_on": today, "owner": StepOwner.ASSISTANT}
        super().__init__(*args, **kwargs)
