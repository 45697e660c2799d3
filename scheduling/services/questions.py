"""What is asked when an offering is booked: added, removed, put in order."""

from datetime import datetime
from typing import Any
from uuid import uuid4

from django.db import transaction

from coachops.audit.record import record
from scheduling.models import Offering
from scheduling.policies.questions import MOST_QUESTIONS, QuestionKind, moved


class TooManyQuestions(Exception):
    """Ten are the most; more, and nobody books."""


@transaction.atomic
def add_question(
    *,
    offering: Offering,
    label: str,
    kind: QuestionKind,
    required: bool,
    choices: list[str],
    now: datetime,
) -> None:
    """Ask one more question, after the others. Raises TooManyQuestions."""
    offering = _locked(offering)
    if len(offering.questions) >= MOST_QUESTIONS:
        raise TooManyQuestions
    question = {
        "key": uuid4().hex[:12],
        "label": label,
        "kind": kind.value,
        "required": required,
        "choices": choices if kind is QuestionKind.CHOICE else [],
    }
    _save(offering, [*offering.questions, question], now)


@transaction.atomic
def remove_question(*, offering: Offering, key: str, now: datetime) -> None:
    """Ask it no longer; answers that were given stay with their sessions."""
    offering = _locked(offering)
    _save(offering, [each for each in offering.questions if each["key"] != key], now)


@transaction.atomic
def move_question(*, offering: Offering, key: str, step: int, now: datetime) -> None:
    """Ask it earlier (-1) or later (1)."""
    offering = _locked(offering)
    keys = [each["key"] for each in offering.questions]
    if key in keys:
        _save(offering, moved(offering.questions, keys.index(key), step), now)


def _save(offering: Offering, questions: list[dict[str, Any]], now: datetime) -> None:
    if questions == offering.questions:
        return
    offering.questions = questions
    offering.save(update_fields=["questions"])
    facts = {"questions": len(questions)}
    record(event="offering.questions_changed", subject=offering, now=now, facts={**facts})


def _locked(offering: Offering) -> Offering:
    rows = Offering.objects.select_for_update(of=("self",))
    return rows.get(pk=offering.pk)  # type: ignore[no-any-return]
