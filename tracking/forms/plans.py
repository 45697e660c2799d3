"""What some session plans ask instead of what is usual, in forms of rules."""

from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext as _

from tracking.queries.preparation import PlanLine


class PlansForm(forms.Form):
    """A choice for each session plan, beside the fields of a form that extends it."""

    def __init__(self, *args: Any, plans: tuple[PlanLine, ...], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._plans = plans

    def offer(self, known: list[tuple[str, str]], *usual: str) -> None:
        """Questionnaires to choose from, by the plans and in the fields of what is usual."""
        for name in usual:
            self.fields[name].choices = [("", _("Nothing")), *known]  # type: ignore[attr-defined]
        for plan in self._plans:
            self.fields[_name(plan)] = forms.ChoiceField(
                label=plan.title,
                required=False,
                choices=[("", _("The usual one")), *known],
                initial=str(plan.questionnaire_id or ""),
            )

    @property
    def programs(self) -> list[tuple[str, list[forms.BoundField]]]:
        """The fields of the session plans, by program."""
        found: dict[str, list[forms.BoundField]] = {}
        for plan in self._plans:
            found.setdefault(plan.program, []).append(self[_name(plan)])
        return list(found.items())

    def chosen(self, name: str) -> UUID | None:
        """The questionnaire of a field; None for what is usual, or nothing."""
        text = self.cleaned_data[name]
        return UUID(text) if text else None

    def chosen_by_plan(self) -> dict[UUID, UUID | None]:
        return {plan.id: self.chosen(_name(plan)) for plan in self._plans}


def _name(plan: PlanLine) -> str:
    return f"plan_{plan.id.hex}"
