"""The rule by which clients are asked before a session."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from coachops.questionnaires.models import QuestionnaireVersion
from coachops.web.widgets import SwitchInput
from tracking.forms.plans import PlansForm
from tracking.models import PreparationPolicy
from tracking.queries.preparation import PlanLine


class PreparationPolicyForm(PlansForm):
    """The usual questionnaire, when it is asked, and what some session plans ask instead."""

    questionnaire = forms.ChoiceField(label=_("What is asked before a session"), required=False)
    days_before = forms.IntegerField(
        label=_("How many days before"),
        min_value=1,
        max_value=14,
        help_text=_("Between 1 and 14. It can be answered until the session begins."),
    )
    sends_mail = forms.BooleanField(
        label=_("Write to the client when it is there"), required=False, widget=SwitchInput
    )

    def __init__(
        self,
        *args: Any,
        policy: PreparationPolicy,
        versions: list[QuestionnaireVersion],
        plans: tuple[PlanLine, ...],
        **kwargs: Any,
    ) -> None:
        kwargs["initial"] = {
            "questionnaire": policy.questionnaire_id or "",
            "days_before": policy.days_before,
            "sends_mail": policy.sends_mail,
        }
        super().__init__(*args, plans=plans, **kwargs)
        known = [(str(version.questionnaire_id), version.title) for version in versions]
        self.offer(known, "questionnaire")

    @property
    def usual(self) -> list[forms.BoundField]:
        return [self[name] for name in ("questionnaire", "days_before", "sends_mail")]

    def values(self) -> dict[str, Any]:
        """For `save_preparation_policy`."""
        return {
            "questionnaire_id": self.chosen("questionnaire"),
            "days_before": self.cleaned_data["days_before"],
            "sends_mail": self.cleaned_data["sends_mail"],
            "plans": self.chosen_by_plan(),
        }
