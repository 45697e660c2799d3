"""What was answered: for filling in, and for reading."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.utils.formats import date_format
from django_stubs_ext import StrOrPromise

from coachops.questionnaires.models import AnswerComment, ResponseAnswer
from coachops.questionnaires.policies.answers import (
    Value,
    fingerprint,
    is_blank,
    progress,
    visible,
)
from coachops.questionnaires.policies.questions import Asks, Choice, Question, Section
from coachops.questionnaires.queries.opening import Opened

MOST_COMMENTS = 400


@dataclass(frozen=True, slots=True)
class Stored:
    """An answer as it is kept."""

    id: UUID
    value: Value
    version: int
    saved_at: datetime


@dataclass(frozen=True, slots=True)
class Field:
    """One question to answer. `other` is what stands there by now, where somebody else wrote."""

    question: Question
    is_shown: bool
    value: Value = ""
    version: int = 0
    problem: StrOrPromise = ""
    other: str = ""
    other_version: int = 0

    @property
    def token(self) -> str:
        """What the form sends back: the version, and what the answer was when the page was opened.

        Nothing of the latter beside a problem: what stands there then has yet to be saved.
        """
        return f"{self.version}.{'' if self.problem else fingerprint(self.value)}"

    @property
    def chosen(self) -> str:
        """For one choice or a figure: its key."""
        return "" if isinstance(self.value, list | dict) else str(self.value)

    @property
    def choices(self) -> list[tuple[Choice, bool]]:
        """Each choice, and whether it is taken."""
        taken = self.value if isinstance(self.value, list) else [self.chosen]
        return [(choice, choice.key in taken) for choice in self.question.choices]

    @property
    def figures(self) -> list[tuple[int, bool]]:
        """Each figure of a scale, and whether it is taken."""
        return [(figure, str(figure) == self.chosen) for figure in self.question.scale]

    @property
    def rows(self) -> list[tuple[Choice, list[tuple[Choice, bool]]]]:
        """Each row of a matrix with its choices."""
        taken = self.value if isinstance(self.value, dict) else {}
        return [
            (row, [(each, taken.get(row.key) == each.key) for each in self.question.choices])
            for row in self.question.rows
        ]

    @property
    def file(self) -> str:
        """The name of the file that is attached, "" without one."""
        return str(self.value["name"]) if isinstance(self.value, dict) and self.value else ""


@dataclass(frozen=True, slots=True)
class Part:
    """A section with its fields."""

    section: Section
    fields: tuple[Field, ...]

    @property
    def is_shown(self) -> bool:
        return any(field.is_shown for field in self.fields)


@dataclass(frozen=True, slots=True)
class Sheet:
    """Everything on the page on which somebody answers."""

    title: str
    intro: str
    parts: tuple[Part, ...]
    answered: int
    shown: int
    saved_at: datetime | None

    @property
    def fields(self) -> tuple[Field, ...]:
        return tuple(field for part in self.parts for field in part.fields)

    @property
    def problems(self) -> tuple[Field, ...]:
        return tuple(field for field in self.fields if field.is_shown and field.problem)


@dataclass(frozen=True, slots=True)
class Comment:
    id: UUID
    author: str
    is_own: bool
    text: str
    written_at: datetime


@dataclass(frozen=True, slots=True)
class Line:
    """One question and its answer in words; `rows` are those of a matrix, `file` a file's name."""

    key: str
    kind: str
    label: str
    words: str
    rows: tuple[tuple[str, str], ...]
    file: str
    comments: tuple[Comment, ...]

    @property
    def is_answered(self) -> bool:
        return bool(self.words or self.rows or self.file)

    @property
    def is_written(self) -> bool:
        """Whether the words are somebody's own, and not chosen from ours."""
        return self.kind in {Asks.SHORT, Asks.LONG}


@dataclass(frozen=True, slots=True)
class Reading:
    """What was sent, section by section."""

    title: str
    sent_at: datetime | None
    parts: tuple[tuple[str, tuple[Line, ...]], ...]

    @property
    def lines(self) -> tuple[Line, ...]:
        return tuple(line for _title, lines in self.parts for line in lines)


def stored_answers(opened: Opened) -> dict[str, Stored]:
    """By the question's key. One statement. Raises what the safe raises."""
    with opened.room():
        rows = list(ResponseAnswer.objects.filter(response=opened.response))
    return stored_rows(rows, opened)


def stored_rows(rows: Iterable[ResponseAnswer], opened: Opened) -> dict[str, Stored]:
    """The same from rows that came along with something else. No statement."""
    return {
        row.question: Stored(
            row.pk,
            json.loads(opened.safe.open(bytes(row.sealed_value), row_id=row.pk)),
            row.version,
            row.saved_at,
        )
        for row in rows
    }


def values_of(stored: Mapping[str, Stored]) -> dict[str, Value]:
    return {key: answer.value for key, answer in stored.items() if not is_blank(answer.value)}


def sheet_of(opened: Opened, *, typed: Mapping[str, Field] | None = None) -> Sheet:
    """The page to answer on; fields that are `typed` stand in for what is stored. One statement."""
    stored = stored_answers(opened)
    return build_sheet(opened, stored, typed or {})


def build_sheet(opened: Opened, stored: Mapping[str, Stored], typed: Mapping[str, Field]) -> Sheet:
    content, values = opened.content, values_of(stored)
    shown = {question.key for question in visible(content, values)}

    def field(question: Question) -> Field:
        if question.key in typed:
            return typed[question.key]
        answer = stored.get(question.key)
        if answer is None:
            return Field(question, question.key in shown)
        return Field(question, question.key in shown, answer.value, answer.version)

    answered, total = progress(content, values)
    return Sheet(
        title=opened.response.version.title,
        intro=content.intro,
        parts=tuple(
            Part(section, tuple(field(question) for question in section.questions))
            for section in content.sections
        ),
        answered=answered,
        shown=total,
        saved_at=max((answer.saved_at for answer in stored.values()), default=None),
    )


def reading_of(opened: Opened) -> Reading:
    """What is shown to whoever reads. Two statements.

    The caller has checked that they may, and writes down that they did.
    """
    return reading_from(opened, stored_answers(opened), _threads(opened))


def reading_from(
    opened: Opened, stored: Mapping[str, Stored], threads: Mapping[str, tuple[Comment, ...]]
) -> Reading:
    """The same from what has been loaded. No statement."""
    values = values_of(stored)
    content = opened.content
    shown = {question.key for question in visible(content, values)}
    return Reading(
        title=opened.response.version.title,
        sent_at=opened.response.sent_at,
        parts=tuple(
            (
                section.title,
                tuple(
                    _line(question, values.get(question.key), threads.get(question.key, ()))
                    for question in section.questions
                    if question.key in shown
                ),
            )
            for section in content.sections
        ),
    )


def _threads(opened: Opened) -> dict[str, tuple[Comment, ...]]:
    with opened.room():
        rows = (
            AnswerComment.objects.filter(response=opened.response)
            .select_related("author")
            .order_by("written_at", "id")[:MOST_COMMENTS]
        )
        found: dict[str, tuple[Comment, ...]] = {}
        for row in rows:
            comment = Comment(
                id=row.pk,
                author=row.author.name,
                is_own=opened.by is not None and row.author_id == opened.by.pk,
                text=opened.safe.open(bytes(row.sealed_body), row_id=row.pk),
                written_at=row.written_at,
            )
            found[row.question] = (*found.get(row.question, ()), comment)
    return found


def _line(question: Question, value: Value | None, comments: tuple[Comment, ...]) -> Line:
    is_file = question.kind == Asks.FILE
    rows = () if is_file or not isinstance(value, dict) else _rows(question, value)
    return Line(
        key=question.key,
        kind=question.kind,
        label=question.label,
        words=words_of(question, value),
        rows=rows,
        file=str(value["name"]) if is_file and isinstance(value, dict) and value else "",
        comments=comments,
    )


def _rows(question: Question, value: dict[str, str | int]) -> tuple[tuple[str, str], ...]:
    return tuple(
        (row.label, question.label_of(str(value[row.key])))
        for row in question.rows
        if row.key in value
    )


def words_of(question: Question, value: Value | None) -> str:
    """An answer as people say it; "" for none, for a matrix and for a file."""
    if value is None or is_blank(value) or isinstance(value, dict):
        return ""
    if isinstance(value, list):
        return ", ".join(question.label_of(each) for each in value)
    if question.kind == Asks.SINGLE:
        return question.label_of(str(value))
    if question.kind == Asks.DATE:
        return date_format(date.fromisoformat(str(value)), "j F Y")
    if question.kind == Asks.SCALE:
        return f"{value} / {question.high}"
    return str(value)
