"""Frames, scales and curves shared by all charts. Units are SVG user units."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from math import hypot
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

STEEPEST = 3.0
"""Fritsch and Carlson: tangents within a circle of this radius keep a cubic monotone."""


@dataclass(frozen=True, slots=True)
class Point:
    x: float
    y: float


@dataclass(frozen=True, slots=True)
class Frame:
    """A drawing's size and what stays free around the plot."""

    width: int
    height: int
    left: int = 0
    right: int = 0
    top: int = 0
    bottom: int = 0

    @property
    def floor(self) -> int:
        """The y of the plot's lower edge."""
        return self.height - self.bottom

    @property
    def end(self) -> int:
        """The x of the plot's far edge."""
        return self.width - self.right

    @property
    def middle(self) -> float:
        """The x half way across the plot."""
        return (self.left + self.end) / 2


@dataclass(frozen=True, slots=True)
class Tick:
    """A grid line's position and its label's baseline."""

    at: float
    text_at: float
    label: float


@dataclass(frozen=True, slots=True)
class Label:
    at: float
    text: str


def scale(value: float, domain: tuple[float, float], target: tuple[float, float]) -> float:
    """Where `value` of `domain` lies in `target`; half way when the domain has no width."""
    low, high = domain
    start, end = target
    share = (value - low) / (high - low) if high != low else 0.5
    return round(start + share * (end - start), 1)


def smooth(points: Sequence[Point]) -> str:
    """A monotone cubic path that never overshoots the data. Empty below two points.

    `x` must grow from point to point.
    """
    if not points[1:]:
        return ""
    tangents = _tangents(points)
    path = [f"M{points[0].x:.1f} {points[0].y:.1f}"]
    for (a, b), (before, after) in zip(pairwise(points), pairwise(tangents), strict=True):
        third = (b.x - a.x) / 3
        path.append(
            f"C{a.x + third:.1f} {a.y + before * third:.1f}"
            f" {b.x - third:.1f} {b.y - after * third:.1f} {b.x:.1f} {b.y:.1f}"
        )
    return "".join(path)


def _tangents(points: Sequence[Point]) -> list[float]:
    slopes = [(b.y - a.y) / (b.x - a.x) for a, b in pairwise(points)]
    inner = [0.0 if a * b <= 0 else (a + b) / 2 for a, b in pairwise(slopes)]
    tangents = [slopes[0], *inner, slopes[-1]]
    for i, slope in enumerate(slopes):
        tangents[i], tangents[i + 1] = _limited(tangents[i], tangents[i + 1], slope)
    return tangents


def _limited(before: float, after: float, slope: float) -> tuple[float, float]:
    if slope == 0:
        return 0.0, 0.0
    length = hypot(before / slope, after / slope)
    if length <= STEEPEST:
        return before, after
    return before * STEEPEST / length, after * STEEPEST / length
