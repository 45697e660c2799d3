"""The builder's desk: the draft in words."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from coachops.questionnaires.models import Questionnaire, QuestionnaireVersion
from coachops.questionnaires.policies.editing import Flaw, flaws
from coachops.questionnaires.policies.questions import Asks, Content, Question, Section

FLAW_WORDS: dict[Flaw, Promise] = {
    Flaw.EMPTY: _("There is no question yet."),
    Flaw.TOO_MANY: _("There are too many questions: eighty are the most."),
    Flaw.NO_LABEL: _("The question has no words yet."),
    Flaw.FEW_CHOICES: _("It needs at least two choices."),
    Flaw.NO_ROWS: _("It needs at least one row."),
    Flaw.NO_SCALE: _("Its scale needs between two and eleven figures."),
    Flaw.CIRCLE: _("It depends on itself, round about: it would never be shown."),
    Flaw.DEPENDS_ON_NOTHING: _("It depends on a question that is gone."),
}


@dataclass(frozen=True, slots=True)
class QuestionLine:
    question: Question
    summary: str
    condition: str


@dataclass(frozen=True, slots=True)
class SectionDesk:
    section: Section
    lines: tuple[QuestionLine, ...]


@dataclass(frozen=True, slots=True)
class Desk:
    """`number` is the version in use, None before the first."""

    sections: tuple[SectionDesk, ...]
    number: int | None
    is_changed: bool

    @property
    def count(self) -> int:
        return sum(len(each.lines) for each in self.sections)


def desk_of(questionnaire: Questionnaire, content: Content) -> Desk:
    """One statement."""
    rows = QuestionnaireVersion.objects.filter(questionnaire=questionnaire).order_by("-number")
    newest = rows.first()
    current = (questionnaire.draft, questionnaire.title)
    return Desk(
        sections=tuple(
            SectionDesk(
                section,
                tuple(
                    QuestionLine(question, _summary(question), condition_words(question, content))
                    for question in section.questions
                ),
            )
            for section in content.sections
        ),
        number=newest.number if newest else None,
        is_changed=newest is None or (newest.content, newest.title) != current,
    )


def flaw_lines(content: Content) -> tuple[tuple[str, str, Promise], ...]:
    """Everything in the way of publishing: the question's key, its words, what is wrong."""
    found = []
    for key, flaw in flaws(content):
        question = content.question(key)
        found.append((key, question.label if question else "", FLAW_WORDS[flaw]))
    return tuple(found)


def _summary(question: Question) -> str:
    if question.kind == Asks.SCALE:
        return f"{question.low}–{question.high}"
    return ", ".join(choice.label for choice in question.choices)


def condition_words(question: Question, content: Content) -> str:
    """When it is shown; "" for always."""
    condition = question.condition
    decider = content.question(condition.question) if condition else None
    if condition is None or decider is None:
        return ""
    words = gettext("If “%(label)s” contains “%(value)s”")
    if decider.kind in {Asks.SINGLE, Asks.SCALE}:
        words = gettext("If “%(label)s” is “%(value)s”")
    return words % {"label": decider.label, "value": decider.label_of(condition.value)}
