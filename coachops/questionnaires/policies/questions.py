"""What a questionnaire consists of, as plain values; JSON is how it is kept."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final, Self

MOST_QUESTIONS: Final = 80
MOST_SECTIONS: Final = 12
MOST_CHOICES: Final = 30
LONGEST_SHORT: Final = 300
LONGEST_LONG: Final = 20_000
WIDEST_SCALE: Final = 11


class Kind(StrEnum):
    """What a questionnaire is for."""

    INTAKE = "intake"
    PREPARATION = "preparation"
    REFLECTION = "reflection"
    FEEDBACK = "feedback"
    PULSE = "pulse"
    THREE_SIXTY = "360"
    CLOSING = "closing"


class Asks(StrEnum):
    """How a question is answered."""

    SHORT = "short"
    LONG = "long"
    SCALE = "scale"
    SINGLE = "single"
    MULTIPLE = "multiple"
    MATRIX = "matrix"
    DATE = "date"
    FILE = "file"


CHOOSING: Final = frozenset({Asks.SINGLE, Asks.MULTIPLE, Asks.MATRIX})
# On whose answers it can depend whether another question is shown.
DECIDING: Final = frozenset({Asks.SINGLE, Asks.MULTIPLE, Asks.SCALE, Asks.SHORT, Asks.LONG})


@dataclass(frozen=True, slots=True)
class Choice:
    """Something to choose, or a row of a matrix. The key stays when the words change."""

    key: str
    label: str


@dataclass(frozen=True, slots=True)
class Condition:
    """Shown only if another question was answered so.

    For a choice `value` is its key, for a scale the figure, for a text something it contains.
    """

    question: str
    value: str


@dataclass(frozen=True, slots=True)
class Question:
    key: str
    kind: Asks
    label: str
    help: str = ""
    required: bool = False
    choices: tuple[Choice, ...] = ()
    rows: tuple[Choice, ...] = ()
    low: int = 1
    high: int = 10
    low_label: str = ""
    high_label: str = ""
    condition: Condition | None = None
    metric: str = ""

    @property
    def scale(self) -> range:
        """The figures of a scale, both ends included."""
        return range(self.low, self.high + 1)

    def label_of(self, choice: str) -> str:
        """The words of a choice; the key itself if it is unknown."""
        return next((each.label for each in self.choices if each.key == choice), choice)

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        condition = data.get("condition")
        return cls(
            key=data["key"],
            kind=Asks(data["kind"]),
            label=data.get("label", ""),
            help=data.get("help", ""),
            required=bool(data.get("required")),
            choices=_choices(data.get("choices")),
            rows=_choices(data.get("rows")),
            low=int(data.get("low", 1)),
            high=int(data.get("high", 10)),
            low_label=data.get("low_label", ""),
            high_label=data.get("high_label", ""),
            condition=Condition(condition["question"], condition["value"]) if condition else None,
            metric=data.get("metric", ""),
        )

    def as_json(self) -> dict[str, Any]:
        """Only what says something for this kind."""
        data: dict[str, Any] = {"key": self.key, "kind": self.kind.value, "label": self.label}
        for name in ("help", "required", "metric"):
            if getattr(self, name):
                data[name] = getattr(self, name)
        if self.kind in CHOOSING:
            data["choices"] = [{"key": each.key, "label": each.label} for each in self.choices]
        if self.kind == Asks.MATRIX:
            data["rows"] = [{"key": each.key, "label": each.label} for each in self.rows]
        if self.kind == Asks.SCALE:
            names = ("low", "high", "low_label", "high_label")
            data |= {name: getattr(self, name) for name in names}
        if self.condition:
            data["condition"] = {
                "question": self.condition.question,
                "value": self.condition.value,
            }
        return data


@dataclass(frozen=True, slots=True)
class Section:
    key: str
    title: str = ""
    help: str = ""
    questions: tuple[Question, ...] = ()

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        return cls(
            key=data["key"],
            title=data.get("title", ""),
            help=data.get("help", ""),
            questions=tuple(Question.from_json(each) for each in data.get("questions", ())),
        )

    def as_json(self) -> dict[str, Any]:
        return {
            "key": self.key,
            "title": self.title,
            "help": self.help,
            "questions": [question.as_json() for question in self.questions],
        }


@dataclass(frozen=True, slots=True)
class Content:
    """All that is asked, in its order."""

    intro: str = ""
    sections: tuple[Section, ...] = ()

    @property
    def questions(self) -> tuple[Question, ...]:
        return tuple(self._questions())

    def _questions(self) -> Iterator[Question]:
        for section in self.sections:
            yield from section.questions

    def question(self, key: str) -> Question | None:
        return next((each for each in self._questions() if each.key == key), None)

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        return cls(
            intro=data.get("intro", ""),
            sections=tuple(Section.from_json(each) for each in data.get("sections", ())),
        )

    def as_json(self) -> dict[str, Any]:
        return {
            "intro": self.intro,
            "sections": [section.as_json() for section in self.sections],
        }


def _choices(data: Any) -> tuple[Choice, ...]:
    return tuple(Choice(each["key"], each["label"]) for each in data or ())
