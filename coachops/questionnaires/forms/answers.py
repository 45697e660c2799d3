"""What a browser sends for a sheet of questions, read and checked. Nothing is written here."""

from dataclasses import dataclass, field
from typing import Final

from django.http import QueryDict
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrPromise

from coachops.questionnaires.policies.answers import (
    NotAnAnswer,
    Problem,
    Typed,
    Value,
    fingerprint,
    read_typed,
)
from coachops.questionnaires.policies.questions import Asks, Content, Question
from coachops.questionnaires.services.responses import Given

PROBLEMS: Final[dict[Problem, StrPromise]] = {
    Problem.TOO_LONG: _("That is too long to keep in one answer. Shorten it a little."),
    Problem.NOT_A_CHOICE: _("Choose one of those that are there."),
    Problem.NOT_ON_THE_SCALE: _("Choose a figure of the scale."),
    Problem.NOT_A_DATE: _("Write it as a date: day, month and year."),
    Problem.MISSING: _("This one is needed before you can send."),
}
MINE, OTHER = "mine", "other"


@dataclass(frozen=True, slots=True)
class Posted:
    """What was answered, and what was typed that is no answer: its question, text and reason."""

    given: list[Given] = field(default_factory=list)
    refused: dict[str, tuple[Value, Problem]] = field(default_factory=dict)
    shown: frozenset[str] = frozenset()


def read_posted(post: QueryDict, content: Content) -> Posted:
    """The questions that the page showed, files apart. After a conflict, what was decided."""
    shown = frozenset(post.getlist("shown"))
    keep, _colon, decided = post.get("keep", "").partition(":")
    key_kept, _colon, seen = decided.partition(":")
    posted = Posted(shown=shown)
    for question in content.questions:
        if question.key not in shown or question.kind == Asks.FILE:
            continue
        if (keep, key_kept) == (OTHER, question.key):
            continue
        is_mine = (keep, key_kept) == (MINE, question.key)
        _read(posted, question, post, seen if is_mine else post.get(f"v-{question.key}", ""))
    return posted


def _read(posted: Posted, question: Question, post: QueryDict, token: str) -> None:
    """Not what stands as it was when the page was opened: in another tab it may have changed."""
    version, _dot, opened_with = token.partition(".")
    typed = _typed(question, post)
    try:
        value = read_typed(question, typed)
    except NotAnAnswer as refused:
        text = "" if not isinstance(typed, list) or not typed else str(typed[0])
        posted.refused[question.key] = (text, refused.problem)
    else:
        if opened_with != fingerprint(value):
            posted.given.append(Given(question.key, value, _version(version)))


def _typed(question: Question, post: QueryDict) -> Typed:
    name = f"q-{question.key}"
    if question.kind == Asks.MATRIX:
        return {row.key: post.get(f"{name}-{row.key}", "") for row in question.rows}
    return post.getlist(name)


def _version(text: str) -> int:
    """0 for anything that is no version: then whatever is stored counts as not seen."""
    return int(text) if text.isdecimal() and len(text) < 9 else 0
