"""What an offering asks of whoever books it, as fields beside the others of a form."""

from collections.abc import Iterable
from typing import Any, Final

from django import forms
from django.utils.translation import gettext_lazy as _

from scheduling.policies.questions import QuestionKind
from scheduling.services.answers import GivenAnswer

LONGEST_ANSWER: Final = 4000


class AnswersForm(forms.Form):
    """The questions come last, in the order that the coach gave them."""

    def __init__(self, *args: Any, questions: Iterable[dict[str, Any]] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.questions = list(questions)
        for question in self.questions:
            self.fields[_name(question)] = _field(question)

    @property
    def asked(self) -> list[forms.BoundField]:
        """The fields of the questions alone."""
        return [self[_name(question)] for question in self.questions]

    def answers(self) -> tuple[GivenAnswer, ...]:
        """What was answered, in the words of the questions as they were asked."""
        return tuple(
            GivenAnswer(question["label"], str(self.cleaned_data.get(_name(question), "")))
            for question in self.questions
        )


def _name(question: dict[str, Any]) -> str:
    return f"answer_{question['key']}"


def _field(question: dict[str, Any]) -> forms.Field:
    label, required = question["label"], bool(question.get("required"))
    if question["kind"] == QuestionKind.CHOICE:
        options = [(each, each) for each in question["choices"]]
        return forms.ChoiceField(
            label=label, required=required, choices=[("", _("Choose")), *options]
        )
    if question["kind"] == QuestionKind.LONG:
        return forms.CharField(
            label=label,
            required=required,
            max_length=LONGEST_ANSWER,
            widget=forms.Textarea(attrs={"rows": 4}),
        )
    return forms.CharField(label=label, required=required, max_length=200)
