"""What a coach asks when somebody books."""

from collections.abc import Collection, Iterable
from enum import StrEnum
from typing import Any


class QuestionKind(StrEnum):
    """How a question is answered."""

    SHORT = "short"
    LONG = "long"
    CHOICE = "choice"


MOST_QUESTIONS = 10
MOST_CHOICES = 12


def none_required(questions: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """As they are asked of somebody who books for another: what only that one knows stays open."""
    return [{**question, "required": False} for question in questions]


def left_open(
    questions: Iterable[dict[str, Any]], answered: Collection[str]
) -> list[dict[str, Any]]:
    """What nobody has answered; an answer is known by the words of its question."""
    return [question for question in questions if question["label"] not in answered]


def moved[Q](questions: list[Q], position: int, step: int) -> list[Q]:
    """The questions with one of them moved; where it cannot go further, as they were."""
    target = position + step
    if not (0 <= position < len(questions) and 0 <= target < len(questions)):
        return questions
    rest = [*questions[:position], *questions[position + 1 :]]
    return [*rest[:target], questions[position], *rest[target:]]
