"""Which questions are shown, what is missing, and what counts as an answer."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import date
from enum import StrEnum

from coachops.questionnaires.policies.questions import (
    LONGEST_LONG,
    LONGEST_SHORT,
    Asks,
    Condition,
    Content,
    Question,
)

type Value = str | int | list[str] | dict[str, str | int]
type Answers = Mapping[str, Value]
# As a form sends it: the values of the field, or of each row of a matrix.
type Typed = Sequence[str] | Mapping[str, str]

# A form counts a line break as two characters.
_BLANK: tuple[Value | None, ...] = (None, "", [], {})


class Problem(StrEnum):
    """Why something typed is not an answer."""

    TOO_LONG = "too_long"
    NOT_A_CHOICE = "not_a_choice"
    NOT_ON_THE_SCALE = "not_on_the_scale"
    NOT_A_DATE = "not_a_date"
    MISSING = "missing"


class NotAnAnswer(Exception):
    """A named reason; the page says it in words beside the field."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem)
        self.problem = problem


def is_blank(value: Value | None) -> bool:
    """Whether nothing was answered. A zero on a scale is an answer."""
    return value in _BLANK


def fingerprint(value: Value | None) -> str:
    """Tells whether an answer is still the one that a page was opened with."""
    plain = "" if is_blank(value) else value
    return hashlib.sha256(json.dumps(plain, sort_keys=True).encode()).hexdigest()[:12]


def visible(content: Content, answers: Answers) -> tuple[Question, ...]:
    """The questions that are shown, in their order.

    Whoever depends on a question that is itself hidden is hidden too, whatever was answered there
    before.
    """
    questions = {question.key: question for question in content.questions}
    return tuple(
        question for question in content.questions if _is_shown(question, questions, answers, ())
    )


def _is_shown(
    question: Question,
    questions: Mapping[str, Question],
    answers: Answers,
    waiting: tuple[str, ...],
) -> bool:
    condition = question.condition
    if condition is None:
        return True
    decider = questions.get(condition.question)
    if decider is None or question.key in waiting:
        return False
    if not _is_shown(decider, questions, answers, (*waiting, question.key)):
        return False
    return holds(condition, decider, answers.get(decider.key))


def holds(condition: Condition, decider: Question, value: Value | None) -> bool:
    """Whether the deciding question was answered so."""
    if is_blank(value):
        return False
    if isinstance(value, list):
        return condition.value in value
    if decider.kind in {Asks.SHORT, Asks.LONG}:
        return condition.value.casefold() in str(value).casefold()
    return str(value) == condition.value


def missing(content: Content, answers: Answers) -> tuple[Question, ...]:
    """The shown questions that have to be answered and are not."""
    return tuple(
        question
        for question in visible(content, answers)
        if question.required and not is_complete(question, answers.get(question.key))
    )


def is_complete(question: Question, value: Value | None) -> bool:
    """Whether it is answered; a matrix only in every row."""
    if question.kind == Asks.MATRIX and isinstance(value, dict):
        return all(row.key in value for row in question.rows)
    return not is_blank(value)


def progress(content: Content, answers: Answers) -> tuple[int, int]:
    """How many of the shown questions are answered, and how many there are."""
    shown = visible(content, answers)
    done = sum(is_complete(question, answers.get(question.key)) for question in shown)
    return done, len(shown)


def read_typed(question: Question, typed: Typed) -> Value:
    """What was typed, as an answer; blank if nothing was. Raises NotAnAnswer.

    Not for files: they are checked by their content.
    """
    if isinstance(typed, Mapping):
        return _matrix(question, typed)
    if question.kind == Asks.MULTIPLE:
        return _several(question, typed)
    first = typed[0] if typed else ""
    if question.kind == Asks.LONG:
        return _text(first, LONGEST_LONG)
    if question.kind == Asks.SHORT:
        return " ".join(_text(first, LONGEST_SHORT).split())
    return _chosen(question, first.strip())


def _chosen(question: Question, given: str) -> Value:
    if not given:
        return ""
    if question.kind == Asks.SCALE:
        return _figure(question, given)
    if question.kind == Asks.DATE:
        return _day(given)
    if given not in {choice.key for choice in question.choices}:
        raise NotAnAnswer(Problem.NOT_A_CHOICE)
    return given


def _text(given: str, longest: int) -> str:
    text = given.replace("\r\n", "\n").replace("\x00", "").strip()
    if len(text) > longest:
        raise NotAnAnswer(Problem.TOO_LONG)
    return text


def _figure(question: Question, given: str) -> int:
    if not given.isdecimal() or len(given) > 4 or int(given) not in question.scale:
        raise NotAnAnswer(Problem.NOT_ON_THE_SCALE)
    return int(given)


def _day(given: str) -> str:
    """As ISO 8601 writes it."""
    try:
        return date.fromisoformat(given).isoformat()
    except ValueError:
        raise NotAnAnswer(Problem.NOT_A_DATE) from None


def _several(question: Question, given: Sequence[str]) -> list[str]:
    known = [choice.key for choice in question.choices]
    chosen = {each for each in given if each}
    if not chosen <= set(known):
        raise NotAnAnswer(Problem.NOT_A_CHOICE)
    return [key for key in known if key in chosen]


def _matrix(question: Question, given: Mapping[str, str]) -> dict[str, str | int]:
    rows = {row.key for row in question.rows}
    choices = {choice.key for choice in question.choices}
    chosen = {row: choice for row, choice in given.items() if choice}
    if not chosen.keys() <= rows or not set(chosen.values()) <= choices:
        raise NotAnAnswer(Problem.NOT_A_CHOICE)
    return dict(chosen)
