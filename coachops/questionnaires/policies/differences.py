"""What a newer version changed. Questions are the same if their keys are."""

from dataclasses import dataclass, replace
from enum import StrEnum

from coachops.questionnaires.policies.questions import Content, Question


class Change(StrEnum):
    ADDED = "added"
    REMOVED = "removed"
    REWORDED = "reworded"
    CHANGED = "changed"
    MOVED = "moved"


@dataclass(frozen=True, slots=True)
class Difference:
    """One question; `was` is its earlier wording, if it had another one."""

    change: Change
    label: str
    was: str = ""


def differences(old: Content, new: Content) -> tuple[Difference, ...]:
    """In the order of the newer version, what is gone at the end. One line a question."""
    before = {question.key: question for question in old.questions}
    after = {question.key for question in new.questions}
    found = []
    for question in new.questions:
        change = _change(before.get(question.key), question)
        if change is not None:
            found.append(change)
    changed = {question.key for question in new.questions if question.key in before}
    found += _moved(old, new, changed)
    found += [
        Difference(Change.REMOVED, question.label)
        for question in old.questions
        if question.key not in after
    ]
    return tuple(found)


def _change(old: Question | None, new: Question) -> Difference | None:
    if old is None:
        return Difference(Change.ADDED, new.label)
    if old == new:
        return None
    if old.label != new.label:
        return Difference(Change.REWORDED, new.label, old.label)
    return Difference(Change.CHANGED, new.label)


def _moved(old: Content, new: Content, kept: set[str]) -> list[Difference]:
    """Questions that stand otherwise among those of both versions and are the same elsewise."""
    was = [question.key for question in old.questions if question.key in kept]
    now = [question for question in new.questions if question.key in kept]
    before = {question.key: replace(question) for question in old.questions}
    return [
        Difference(Change.MOVED, question.label)
        for key, question in zip(was, now, strict=True)
        if key != question.key and before[question.key] == question
    ]
