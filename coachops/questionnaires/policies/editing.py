"""Working on a draft: each step gives the changed content and leaves the given one alone."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from enum import StrEnum

from coachops.questionnaires.policies.questions import (
    CHOOSING,
    DECIDING,
    MOST_CHOICES,
    MOST_QUESTIONS,
    MOST_SECTIONS,
    WIDEST_SCALE,
    Asks,
    Content,
    Question,
    Section,
)


class Flaw(StrEnum):
    """What keeps a draft from being published."""

    EMPTY = "empty"
    TOO_MANY = "too_many"
    NO_LABEL = "no_label"
    FEW_CHOICES = "few_choices"
    NO_ROWS = "no_rows"
    NO_SCALE = "no_scale"
    CIRCLE = "circle"
    DEPENDS_ON_NOTHING = "depends_on_nothing"


class TooMany(Exception):
    """There is no room for another question, or another section."""


def add_section(content: Content, section: Section) -> Content:
    """At the end. Raises TooMany."""
    if len(content.sections) >= MOST_SECTIONS:
        raise TooMany
    return replace(content, sections=(*content.sections, section))


def set_section(content: Content, key: str, *, title: str, help_text: str) -> Content:
    return replace(
        content,
        sections=tuple(
            replace(each, title=title, help=help_text) if each.key == key else each
            for each in content.sections
        ),
    )


def remove_section(content: Content, key: str) -> Content:
    """With its questions; whoever depended on one of them is always shown from now on."""
    gone = [each for each in content.sections if each.key == key]
    kept = tuple(each for each in content.sections if each.key != key)
    lost = {question.key for section in gone for question in section.questions}
    return _without_conditions_on(replace(content, sections=kept), lost)


def put_question(content: Content, section_key: str, question: Question) -> Content:
    """The question in place of the one with its key, or else at the end of a section.

    Raises TooMany.
    """
    if content.question(question.key) is not None:
        return _each_question(content, lambda old: question if old.key == question.key else old)
    if len(content.questions) >= MOST_QUESTIONS:
        raise TooMany
    known = {section.key for section in content.sections}
    target = section_key if section_key in known else content.sections[-1].key
    return _each_section(
        content,
        lambda section: (
            replace(section, questions=(*section.questions, question))
            if section.key == target
            else section
        ),
    )


def copy_question(content: Content, key: str, *, new_key: str) -> Content:
    """Right below the original. Raises TooMany."""
    if len(content.questions) >= MOST_QUESTIONS:
        raise TooMany

    def doubled(section: Section) -> Section:
        questions: list[Question] = []
        for question in section.questions:
            questions.append(question)
            if question.key == key:
                questions.append(replace(question, key=new_key, metric=""))
        return replace(section, questions=tuple(questions))

    return _each_section(content, doubled)


def remove_question(content: Content, key: str) -> Content:
    """Whoever depended on it is always shown from now on."""
    left = _each_section(
        content,
        lambda section: replace(
            section, questions=tuple(each for each in section.questions if each.key != key)
        ),
    )
    return _without_conditions_on(left, {key})


def move_question(content: Content, key: str, step: int) -> Content:
    """One place up (-1) or down (1); at the edge of a section into the next one."""
    places = [
        (number, place)
        for number, section in enumerate(content.sections)
        for place, question in enumerate(section.questions)
        if question.key == key
    ]
    if not places:
        return content
    number, place = places[0]
    rows = [list(section.questions) for section in content.sections]
    if 0 <= place + step < len(rows[number]):
        rows[number].insert(place + step, rows[number].pop(place))
    elif 0 <= number + step < len(rows):
        question = rows[number].pop(place)
        rows[number + step].insert(0 if step > 0 else len(rows[number + step]), question)
    return _with_rows(content, rows)


def move_section(content: Content, key: str, step: int) -> Content:
    sections = list(content.sections)
    place = next((at for at, section in enumerate(sections) if section.key == key), None)
    if place is None or not 0 <= place + step < len(sections):
        return content
    sections.insert(place + step, sections.pop(place))
    return replace(content, sections=tuple(sections))


def arrange(content: Content, order: Iterable[tuple[str, str]]) -> Content:
    """Every question where `order` puts it: pairs of a section's and a question's key.

    Questions that are not named stay at the end of their section; unknown ones do not count.
    """
    questions = {question.key: question for question in content.questions}
    at = {section.key: number for number, section in enumerate(content.sections)}
    rows: list[list[Question]] = [[] for _section in content.sections]
    for section_key, key in order:
        if section_key in at and key in questions:
            rows[at[section_key]].append(questions.pop(key))
    for number, section in enumerate(content.sections):
        rows[number] += [each for each in section.questions if each.key in questions]
    return _with_rows(content, rows)


def deciders(content: Content, key: str) -> tuple[Question, ...]:
    """Questions on which this one can depend without going round in a circle."""
    return tuple(
        each
        for each in content.questions
        if each.key != key and each.kind in DECIDING and not _leads_to(content, each.key, key)
    )


def _leads_to(content: Content, start: str, target: str) -> bool:
    """Whether the conditions that begin at one question come to another."""
    seen: set[str] = set()
    key: str | None = start
    while key is not None and key not in seen:
        if key == target:
            return True
        seen.add(key)
        question = content.question(key)
        key = question.condition.question if question and question.condition else None
    return False


def flaws(content: Content) -> tuple[tuple[str, Flaw], ...]:
    """Everything that keeps it from being published, each with the question's key ("": all)."""
    questions = content.questions
    if not questions:
        return (("", Flaw.EMPTY),)
    found = [("", Flaw.TOO_MANY)] if len(questions) > MOST_QUESTIONS else []
    for question in questions:
        found += [(question.key, flaw) for flaw in _flaws_of(question, content)]
    return tuple(found)


def _flaws_of(question: Question, content: Content) -> list[Flaw]:
    found: list[Flaw] = []
    if not question.label.strip():
        found.append(Flaw.NO_LABEL)
    if question.kind in CHOOSING and not 2 <= len(question.choices) <= MOST_CHOICES:
        found.append(Flaw.FEW_CHOICES)
    if question.kind == Asks.MATRIX and not question.rows:
        found.append(Flaw.NO_ROWS)
    if question.kind == Asks.SCALE and not 2 <= len(question.scale) <= WIDEST_SCALE:
        found.append(Flaw.NO_SCALE)
    condition = question.condition
    if condition and content.question(condition.question) is None:
        found.append(Flaw.DEPENDS_ON_NOTHING)
    elif condition and _leads_to(content, condition.question, question.key):
        found.append(Flaw.CIRCLE)
    return found


def _each_section(content: Content, change: Callable[[Section], Section]) -> Content:
    return replace(content, sections=tuple(change(section) for section in content.sections))


def _each_question(content: Content, change: Callable[[Question], Question]) -> Content:
    return _each_section(
        content,
        lambda section: replace(
            section, questions=tuple(change(question) for question in section.questions)
        ),
    )


def _with_rows(content: Content, rows: list[list[Question]]) -> Content:
    return replace(
        content,
        sections=tuple(
            replace(section, questions=tuple(row))
            for section, row in zip(content.sections, rows, strict=True)
        ),
    )


def _without_conditions_on(content: Content, gone: set[str]) -> Content:
    return _each_question(
        content,
        lambda question: (
            replace(question, condition=None)
            if question.condition and question.condition.question in gone
            else question
        ),
    )
