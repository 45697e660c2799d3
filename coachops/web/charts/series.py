"""Values over time: spark, line, and a goal's ratings with its aim."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from coachops.web.charts.geometry import Frame, Label, Point, Tick, scale, smooth

if TYPE_CHECKING:
    from collections.abc import Sequence

SPARK = Frame(width=112, height=32, left=5, right=7, top=5, bottom=5)
LINE_WIDE = Frame(width=720, height=220, left=30, right=10, top=12, bottom=26)
LINE_NARROW = Frame(width=340, height=200, left=30, right=10, top=12, bottom=26)
EVOLVE = Frame(width=350, height=126, left=24, right=26, top=12, bottom=24)

LEAST_SPAN = 4
"""A sparkline shows shape, but four points of ten are its least height: no drama from noise."""
INSET = 6


@dataclass(frozen=True, slots=True)
class Scale:
    """The values' axis. `high` None means the largest value."""

    low: float = 0
    high: float | None = None
    ticks: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class Spark:
    frame: Frame
    path: str
    end: Point | None


@dataclass(frozen=True, slots=True)
class Mark:
    x: float
    y: float
    value: float


@dataclass(frozen=True, slots=True)
class Aim:
    y: float
    value: float


@dataclass(frozen=True, slots=True)
class Line:
    """`end` is None while nothing has a value; `path` is empty below two."""

    frame: Frame
    marks: tuple[Mark, ...]
    path: str
    area: str
    context: str
    end: Mark | None
    ticks: tuple[Tick, ...]
    labels: tuple[Label, ...]
    aim: Aim | None = None


def spark(values: Sequence[float | None], *, frame: Frame = SPARK) -> Spark:
    """Shape only, no axis. Values that are None are left out."""
    known = [value for value in values if value is not None]
    if not known:
        return Spark(frame, "", None)
    middle = (max(known) + min(known)) / 2
    half = max(max(known) - min(known), LEAST_SPAN) / 2
    domain = middle - half, middle + half
    points = [
        Point(_across(i, len(values), frame), scale(value, domain, (frame.floor, frame.top)))
        for i, value in enumerate(values)
        if value is not None
    ]
    return Spark(frame, smooth(points), points[-1])


def line(
    values: Sequence[float | None],
    labels: Sequence[str],
    *,
    axis: Scale | None = None,
    context: Sequence[float | None] = (),
    frame: Frame = LINE_WIDE,
) -> Line:
    """One main line over equal steps; `context` is a dotted second one on the same steps.

    `labels` has one text a step, empty where the axis stays quiet.
    """
    axis = axis or Scale()
    domain = axis.low, _top(axis, values, context)
    inner = _inset(frame)
    marks = _marks(values, domain, inner)
    points = [Point(mark.x, mark.y) for mark in marks]
    return Line(
        frame=frame,
        marks=marks,
        path=smooth(points),
        area=_area(points, frame),
        context=smooth([Point(mark.x, mark.y) for mark in _marks(context, domain, inner)]),
        end=marks[-1] if marks else None,
        ticks=tuple(_tick(value, domain, frame) for value in axis.ticks),
        labels=tuple(
            Label(_across(i, len(labels), inner), text) for i, text in enumerate(labels) if text
        ),
    )


def evolve(
    ratings: Sequence[float | None],
    labels: Sequence[str],
    aim: float | None = None,
    *,
    frame: Frame = EVOLVE,
) -> Line:
    """A goal's ratings, 1 to 10, with the aim as a dashed line."""
    chart = line(ratings, labels, axis=Scale(0, 10, (0, 5, 10)), frame=frame)
    if aim is None:
        return chart
    y = scale(aim, (0, 10), (frame.floor, frame.top))
    return replace(chart, aim=Aim(y, aim))


def _across(i: int, count: int, frame: Frame) -> float:
    """A single step stands at the end, where the latest value is looked for."""
    if count <= 1:
        return float(frame.end)
    return scale(i, (0, count - 1), (frame.left, frame.end))


def _inset(frame: Frame) -> Frame:
    return replace(frame, left=frame.left + INSET, right=frame.right + INSET)


def _top(axis: Scale, values: Sequence[float | None], context: Sequence[float | None]) -> float:
    if axis.high is not None:
        return axis.high
    return max([value for value in (*values, *context, *axis.ticks) if value is not None] or [1])


def _marks(
    values: Sequence[float | None], domain: tuple[float, float], frame: Frame
) -> tuple[Mark, ...]:
    return tuple(
        Mark(_across(i, len(values), frame), scale(value, domain, (frame.floor, frame.top)), value)
        for i, value in enumerate(values)
        if value is not None
    )


def _area(points: Sequence[Point], frame: Frame) -> str:
    path = smooth(points)
    if not path:
        return ""
    return f"{path}L{points[-1].x} {frame.floor}L{points[0].x} {frame.floor}Z"


def _tick(value: float, domain: tuple[float, float], frame: Frame) -> Tick:
    y = scale(value, domain, (frame.floor, frame.top))
    return Tick(at=y, text_at=round(y + 4, 1), label=value)
