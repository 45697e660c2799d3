"""Busy time as intervals of epoch seconds, closed at the start and open at the end."""

from collections.abc import Iterable
from typing import Final

LONGEST: Final = 24 * 3600
"""Blocks are cut to a day, so that a search need not look further back than that."""

type Span = tuple[int, int]


def merged(spans: Iterable[Span]) -> list[Span]:
    """In order, touching and overlapping ones made one, empty ones left out."""
    result: list[Span] = []
    for start, end in sorted(spans):
        if start >= end:
            continue
        if result and start <= result[-1][1]:
            result[-1] = (result[-1][0], max(result[-1][1], end))
        else:
            result.append((start, end))
    return result


def cut(spans: Iterable[Span], longest: int = LONGEST) -> list[Span]:
    """The same time in pieces of at most `longest` seconds."""
    return [
        (begin, min(begin + longest, end))
        for start, end in spans
        for begin in range(start, end, longest)
    ]


def within(spans: Iterable[Span], window: Span) -> list[Span]:
    """What of them lies in the window."""
    first, last = window
    return [
        (max(start, first), min(end, last)) for start, end in spans if end > first and start < last
    ]
