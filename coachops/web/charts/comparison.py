"""Things side by side: stacked columns over time, and dumbbells from start to now."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from coachops.web.charts.geometry import Frame, Tick, scale

if TYPE_CHECKING:
    from collections.abc import Sequence

COLUMNS_WIDE = Frame(width=720, height=220, left=30, right=6, top=10, bottom=26)
COLUMNS_NARROW = Frame(width=340, height=200, left=30, right=6, top=10, bottom=26)
DUMBBELL_WIDE = Frame(width=720, height=0, left=190, right=64, top=22, bottom=4)
DUMBBELL_NARROW = Frame(width=340, height=0, left=8, right=56, top=26, bottom=4)

GAP = 0.42
HAIR = 1.5
ROW = 44
LIFT = 16
BESIDE = 100
RATING = (1, 10)


@dataclass(frozen=True, slots=True)
class Column:
    """`values` are stacked from the bottom up; the order of series is the same in every column."""

    label: str
    values: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Block:
    """One part of a column; `series` counts from 1 and picks the colour."""

    x: float
    y: float
    width: float
    height: float
    series: int
    value: float


@dataclass(frozen=True, slots=True)
class Stack:
    blocks: tuple[Block, ...]
    label: str
    middle: float


@dataclass(frozen=True, slots=True)
class Columns:
    frame: Frame
    stacks: tuple[Stack, ...]
    ticks: tuple[Tick, ...]


@dataclass(frozen=True, slots=True)
class Comparison:
    """One row; `start` or `now` is None while nobody rated."""

    label: str
    start: float | None
    now: float | None
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    label: str
    detail: str
    y: float
    text_y: float
    start: float | None
    now: float | None
    start_x: float | None
    now_x: float | None
    gain: str


@dataclass(frozen=True, slots=True)
class Dumbbell:
    frame: Frame
    rows: tuple[Row, ...]
    grid: tuple[Tick, ...]


def columns(
    data: Sequence[Column],
    *,
    ticks: Sequence[float] = (),
    frame: Frame = COLUMNS_WIDE,
) -> Columns:
    """The highest column or tick fills the height; empty data draws the grid alone."""
    high = max([*(sum(column.values) for column in data), *ticks], default=0) or 1
    slot = (frame.end - frame.left) / max(len(data), 1)
    return Columns(
        frame=frame,
        stacks=tuple(_stack(i, column, slot, high, frame) for i, column in enumerate(data)),
        ticks=tuple(_tick(value, high, frame) for value in ticks),
    )


def dumbbell(rows: Sequence[Comparison], *, frame: Frame = DUMBBELL_WIDE) -> Dumbbell:
    """Start to now on the scale of ratings; as high as its rows need.

    Where the frame leaves no room beside the plot, labels stand above their line.
    """
    sized = replace(frame, height=frame.top + ROW * len(rows) + frame.bottom)
    lift = LIFT if frame.left < BESIDE else 0
    return Dumbbell(
        frame=sized,
        rows=tuple(_row(i, row, lift, sized) for i, row in enumerate(rows)),
        grid=tuple(Tick(_rated(value, sized), 12, value) for value in (1, 4, 7, 10)),
    )


def _stack(i: int, column: Column, slot: float, high: float, frame: Frame) -> Stack:
    width = round(slot * (1 - GAP), 1)
    x = round(frame.left + slot * i + (slot - width) / 2, 1)
    y, blocks = float(frame.floor), []
    for series, value in enumerate(column.values, start=1):
        height = round(value / high * (frame.floor - frame.top), 1)
        if height > 0:
            y = round(y - height, 1)
            blocks.append(Block(x, y, width, max(round(height - HAIR, 1), 1), series, value))
    return Stack(tuple(blocks), column.label, round(x + width / 2, 1))


def _tick(value: float, high: float, frame: Frame) -> Tick:
    y = scale(value, (0, high), (frame.floor, frame.top))
    return Tick(at=y, text_at=round(y + 4, 1), label=value)


def _row(i: int, row: Comparison, lift: int, frame: Frame) -> Row:
    y = frame.top + ROW * i + ROW / 2
    return Row(
        label=row.label,
        detail=row.detail,
        y=y,
        text_y=y + 4 - lift,
        start=row.start,
        now=row.now,
        start_x=None if row.start is None else _rated(row.start, frame),
        now_x=None if row.now is None else _rated(row.now, frame),
        gain=_gain(row),
    )


def _rated(value: float, frame: Frame) -> float:
    return scale(value, RATING, (frame.left, frame.end))


def _gain(row: Comparison) -> str:
    """Signed, with a true minus; empty where one side is missing."""
    if row.start is None or row.now is None:
        return ""
    gain = round(row.now - row.start, 1)
    sign = "+" if gain > 0 else "\u2212" if gain < 0 else "\u00b1"
    return f"{sign}{abs(gain):g}"
