"""Two versions of a text beside each other, line by line."""

from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import zip_longest

# Beyond this, comparing costs more than it tells: both are shown whole.
MOST_LINES = 400


@dataclass(frozen=True, slots=True)
class Line:
    """One line of each; the same on both sides, or different, empty where a side has none."""

    mine: str
    other: str
    is_same: bool


def side_by_side(mine: str, other: str) -> tuple[Line, ...]:
    """All lines of both, those that are the same at one height. Blank lines are left out."""
    own, others = _lines(mine), _lines(other)
    if max(len(own), len(others)) > MOST_LINES:
        return (Line(mine, other, is_same=False),)
    lines: list[Line] = []
    matcher = SequenceMatcher(None, own, others, autojunk=False)
    for tag, start, end, other_start, other_end in matcher.get_opcodes():
        pairs = zip_longest(own[start:end], others[other_start:other_end], fillvalue="")
        lines += [Line(left, right, is_same=tag == "equal") for left, right in pairs]
    return tuple(lines)


def _lines(text: str) -> list[str]:
    return [line.rstrip() for line in text.split("\n") if line.strip()]
