"""Building a questionnaire: its name, and one question."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from coachops.questionnaires.policies.editing import deciders
from coachops.questionnaires.policies.questions import (
    CHOOSING,
    MOST_CHOICES,
    Asks,
    Choice,
    Condition,
    Content,
    Kind,
    Question,
)
from coachops.questionnaires.queries.questionnaires import KIND_LABELS
from coachops.questionnaires.queries.starters import Starter
from coachops.web.widgets import SwitchInput

BLANK = "blank"
_PLAIN = ("label", "help", "required", "metric", "low", "high", "low_label", "high_label")
ASKS_LABELS: dict[str, Promise] = {
    Asks.SHORT: _("One line"),
    Asks.LONG: _("Several lines"),
    Asks.SCALE: _("A scale"),
    Asks.SINGLE: _("One choice"),
    Asks.MULTIPLE: _("Several choices"),
    Asks.MATRIX: _("A table of choices"),
    Asks.DATE: _("A date"),
    Asks.FILE: _("A file"),
}


class NewQuestionnaireForm(forms.Form):
    """From one that is there to be adapted, or from nothing."""

    start = forms.ChoiceField(label=_("Begin with"), widget=forms.RadioSelect)
    title = forms.CharField(
        label=_("Name"),
        max_length=120,
        required=False,
        help_text=_("Whoever is asked reads it as the title. Empty: the name of the starter."),
    )
    kind = forms.ChoiceField(
        label=_("What is it for?"),
        choices=[(kind.value, KIND_LABELS[kind]) for kind in Kind],
        help_text=_("Counts for an empty one; a starter knows."),
    )

    def __init__(self, *args: Any, starters: tuple[Starter, ...], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        begin = self.fields["start"]
        begin.choices = [  # type: ignore[attr-defined]
            *((each.key, f"{each.title} – {each.about}") for each in starters),
            (BLANK, _("An empty one")),
        ]
        begin.initial = starters[0].key

    def clean(self) -> dict[str, Any]:
        answer = self.cleaned_data
        if answer.get("start") == BLANK and not answer.get("title", "").strip():
            self.add_error("title", _("Give it a name."))
        return answer


class TitleForm(forms.Form):
    """What stands above the questions."""

    title = forms.CharField(label=_("Name"), max_length=120)
    intro = forms.CharField(
        label=_("A sentence to begin with"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class QuestionForm(forms.Form):
    """One question; which fields there are depends on how it is answered."""

    label = forms.CharField(
        label=_("The question"), max_length=500, widget=forms.Textarea(attrs={"rows": 2})
    )
    help = forms.CharField(label=_("A word of help"), required=False, max_length=500)
    choices = forms.CharField(
        label=_("The choices"),
        widget=forms.Textarea(attrs={"rows": 5}),
        max_length=4000,
        help_text=_("One on each line."),
    )
    rows = forms.CharField(
        label=_("The rows"),
        widget=forms.Textarea(attrs={"rows": 5}),
        max_length=4000,
        help_text=_("One on each line; in each of them one choice is taken."),
    )
    low = forms.IntegerField(label=_("From"), min_value=0, max_value=1, initial=1)
    high = forms.IntegerField(label=_("To"), min_value=2, max_value=10, initial=10)
    low_label = forms.CharField(label=_("The low end means"), required=False, max_length=60)
    high_label = forms.CharField(label=_("The high end means"), required=False, max_length=60)
    required = forms.BooleanField(
        label=_("It has to be answered"), required=False, widget=SwitchInput
    )
    shown_if = forms.ChoiceField(label=_("Ask it"), required=False)
    contains = forms.CharField(
        label=_("The text that has to be in the answer"),
        required=False,
        max_length=120,
    )
    metric = forms.SlugField(
        label=_("A name for it"),
        required=False,
        max_length=40,
        help_text=_("One short word, such as “energy”. Answers under one name are compared."),
    )

    def __init__(self, *args: Any, question: Question, content: Content, **kwargs: Any) -> None:
        kwargs["initial"] = _initial(question, content)
        super().__init__(*args, **kwargs)
        self.question = question
        self._deciders = {each.key: each for each in deciders(content, question.key)}
        for name in _unused(question.kind, has_texts=self._has_texts()):
            del self.fields[name]
        shown_if = self.fields["shown_if"]
        shown_if.choices = [("", _("Always")), *self._conditions()]  # type: ignore[attr-defined]

    def _has_texts(self) -> bool:
        return any(each.kind in {Asks.SHORT, Asks.LONG} for each in self._deciders.values())

    def _conditions(self) -> list[tuple[str, list[tuple[str, str]]]]:
        return [
            (gettext("If “%(label)s” is …") % {"label": each.label[:60]}, _values(each))
            for each in self._deciders.values()
        ]

    def clean_choices(self) -> list[str]:
        return self._lines("choices", least=2)

    def clean_rows(self) -> list[str]:
        return self._lines("rows", least=1)

    def _lines(self, name: str, *, least: int) -> list[str]:
        lines = [line.strip()[:200] for line in self.cleaned_data[name].splitlines()]
        found = list(dict.fromkeys(line for line in lines if line))
        if len(found) < least:
            raise forms.ValidationError(_("Write at least two, one on each line."))
        if len(found) > MOST_CHOICES:
            raise forms.ValidationError(_("Thirty are the most. Take some away."))
        return found

    def clean(self) -> dict[str, Any]:
        key, _colon, value = self.cleaned_data.get("shown_if", "").partition(":")
        if key and not value and not self.cleaned_data.get("contains", "").strip():
            self.add_error("contains", _("Write what the text has to contain."))
        return self.cleaned_data

    def changed(self, new_key: Callable[[], str]) -> Question:
        """The question as it was typed; choices that stay keep their keys."""
        answer = self.cleaned_data
        plain: dict[str, Any] = {name: answer[name] for name in _PLAIN if name in answer}
        old = self.question
        if "choices" in answer:
            plain["choices"] = _keyed(answer["choices"], old.choices, new_key)
        if "rows" in answer:
            plain["rows"] = _keyed(answer["rows"], old.rows, new_key)
        return replace(old, **plain, condition=self._condition())

    def _condition(self) -> Condition | None:
        key, _colon, value = self.cleaned_data.get("shown_if", "").partition(":")
        if not key:
            return None
        return Condition(key, value or self.cleaned_data["contains"].strip())


def _unused(kind: Asks, *, has_texts: bool) -> list[str]:
    gone = [] if kind in CHOOSING else ["choices"]
    gone += [] if kind == Asks.MATRIX else ["rows"]
    gone += [] if kind == Asks.SCALE else ["low", "high", "low_label", "high_label"]
    gone += ["metric"] if kind in {Asks.SHORT, Asks.LONG, Asks.FILE, Asks.DATE} else []
    return gone if has_texts else [*gone, "contains"]


def _values(decider: Question) -> list[tuple[str, str]]:
    if decider.kind in {Asks.SHORT, Asks.LONG}:
        return [(f"{decider.key}:", gettext("contains the text below"))]
    if decider.kind == Asks.SCALE:
        return [(f"{decider.key}:{figure}", str(figure)) for figure in decider.scale]
    return [(f"{decider.key}:{choice.key}", choice.label) for choice in decider.choices]


def _initial(question: Question, content: Content) -> dict[str, Any]:
    condition = question.condition
    decider = content.question(condition.question) if condition else None
    is_text = decider is not None and decider.kind in {Asks.SHORT, Asks.LONG}
    shown_if = f"{condition.question}:{'' if is_text else condition.value}" if condition else ""
    return {
        "label": question.label,
        "help": question.help,
        "choices": "\n".join(choice.label for choice in question.choices),
        "rows": "\n".join(row.label for row in question.rows),
        "low": question.low,
        "high": question.high,
        "low_label": question.low_label,
        "high_label": question.high_label,
        "required": question.required,
        "metric": question.metric,
        "shown_if": shown_if,
        "contains": condition.value if condition and is_text else "",
    }


def _keyed(
    labels: list[str], known: tuple[Choice, ...], new_key: Callable[[], str]
) -> tuple[Choice, ...]:
    """The same words keep their key; where as many stand there as before, so does the place."""
    by_label = {choice.label: choice.key for choice in known}
    found = []
    for place, label in enumerate(labels):
        is_reworded = len(labels) == len(known) and known[place].label not in labels
        key = by_label.get(label) or (known[place].key if is_reworded else new_key())
        found.append(Choice(key, label))
    return tuple(found)
