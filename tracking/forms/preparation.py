"""The rule by which clients are asked before a session."""

from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from coachops.questionnaires.models import QuestionnaireVersion
from coachops.web.widgets import SwitchInput
from tracking.models import PreparationPolicy
from tracking.queries.preparation import PlanLine


class PreparationPolicyForm(forms.Form):
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
        super().__init__(*args, **kwargs)
        self._plans = plans
        known = [(str(version.questionnaire_id), version.title) for version in versions]
        asked = self.fields["questionnaire"]
        asked.choices = [("", _("Nothing")), *known]  # type: ignore[attr-defined]
        for plan in plans:
            self.fields[_name(plan)] = forms.ChoiceField(
                label=plan.title,
                required=False,
                choices=[("", _("The usual one")), *known],
                initial=str(plan.questionnaire_id or ""),
            )

    @property
    def usual(self) -> list[forms.BoundField]:
        return [self[name] for name in ("questionnaire", "days_before", "sends_mail")]

    @property
    def programs(self) -> list[tuple[str, list[forms.BoundField]]]:
        """The fields of the session plans, by program."""
        found: dict[str, list[forms.BoundField]] = {}
        for plan in self._plans:
            found.setdefault(plan.program, []).append(self[_name(plan)])
        return list(found.items())

    def values(self) -> dict[str, Any]:
        """For `save_preparation_policy`."""
        answer = self.cleaned_data
        return {
            "questionnaire_id": _id(answer["questionnaire"]),
            "days_before": answer["days_before"],
            "sends_mail": answer["sends_mail"],
            "plans": {plan.id: _id(answer[_name(plan)]) for plan in self._plans},
        }


def _name(plan: PlanLine) -> str:
    return f"plan_{plan.id.hex}"


def _id(text: str) -> UUID | None:
    return UUID(text) if text else None
