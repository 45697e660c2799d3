"""The engagement arc: phases as bands, sessions as points on one thread."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil
from typing import TYPE_CHECKING, Literal

from coachops.web.charts.geometry import Frame, Point, scale, smooth

if TYPE_CHECKING:
    from collections.abc import Sequence

State = Literal["done", "missed", "next", "planned"]
Progress = Literal["done", "current", "future"]

ARC_WIDE = Frame(width=960, height=186, top=26, bottom=40)
ARC_NARROW = Frame(width=340, height=170, top=26, bottom=40)
ARC_PRINT = Frame(width=640, height=176, top=26, bottom=40)
ARC_THREAD = Frame(width=680, height=96, top=0, bottom=24)

MIDDLING = 5
USUAL = (3.0, 8.6)
"""The ratings that fill the height; rarer ones widen it."""
LETTER = 6.6
LABEL_ROOM = 46
FEWEST_LETTERS = 4


@dataclass(frozen=True, slots=True)
class ArcSession:
    """`rating` is 1 to 10 and None where nobody rated; `flag` is a word above the point."""

    label: str
    state: State
    rating: float | None = None
    flag: str = ""


@dataclass(frozen=True, slots=True)
class ArcPhase:
    name: str
    sessions: int


@dataclass(frozen=True, slots=True)
class Band:
    name: str
    x: float
    width: float
    state: Progress


@dataclass(frozen=True, slots=True)
class Node:
    x: float
    y: float
    state: State
    label: str
    flag: str


@dataclass(frozen=True, slots=True)
class Arc:
    frame: Frame
    bands: tuple[Band, ...]
    nodes: tuple[Node, ...]
    past: str
    future: str

    @property
    def done(self) -> list[Node]:
        return self._in_state("done")

    @property
    def missed(self) -> list[Node]:
        return self._in_state("missed")

    @property
    def planned(self) -> list[Node]:
        return self._in_state("planned")

    @property
    def next(self) -> list[Node]:
        """The one that comes next, if there is one."""
        return self._in_state("next")

    @property
    def flagged(self) -> list[Node]:
        return [node for node in self.nodes if node.flag]

    @property
    def labelled(self) -> list[Node]:
        return [node for node in self.nodes if node.label]

    def _in_state(self, state: State) -> list[Node]:
        return [node for node in self.nodes if node.state == state]


def arc(
    sessions: Sequence[ArcSession], phases: Sequence[ArcPhase] = (), *, frame: Frame = ARC_WIDE
) -> Arc:
    """Planned sessions stay level: the arc makes no forecast."""
    places = max(len(sessions), sum(phase.sessions for phase in phases), 1)
    step = (frame.end - frame.left) / places
    points = _points(sessions, step, frame)
    now = _now(sessions)
    return Arc(
        frame=frame,
        bands=_bands(phases, step, now, frame),
        nodes=_nodes(sessions, points, step, now),
        past=smooth(points[: now + 1]),
        future=smooth(points[now:]),
    )


def _now(sessions: Sequence[ArcSession]) -> int:
    """The next session; without one, the latest that is over; without any, the first."""
    states = [session.state for session in sessions]
    if "next" in states:
        return states.index("next")
    return max((i for i, state in enumerate(states) if state in ("done", "missed")), default=0)


def _points(sessions: Sequence[ArcSession], step: float, frame: Frame) -> list[Point]:
    given = [session.rating for session in sessions if session.rating is not None]
    domain = min([USUAL[0], *given]), max([USUAL[1], *given])
    target = frame.floor - 6, frame.top + 22
    level = given[0] if given else MIDDLING
    points = []
    for i, session in enumerate(sessions):
        level = session.rating if session.rating is not None else level
        x = round(frame.left + step * (i + 0.5), 1)
        points.append(Point(x, scale(level, domain, target)))
    return points


def _bands(phases: Sequence[ArcPhase], step: float, now: int, frame: Frame) -> tuple[Band, ...]:
    bands, first = [], 0
    for phase in phases:
        last = first + phase.sessions
        if phase.sessions > 0:
            state: Progress = "done" if last <= now else "current" if first <= now else "future"
            width = round(step * phase.sessions - 4, 1)
            x = round(frame.left + step * first, 1)
            bands.append(Band(_fitting(phase.name, width - 16), x, width, state))
        first = last
    return tuple(bands)


def _fitting(name: str, width: float) -> str:
    letters = int(width / LETTER)
    if len(name) <= letters:
        return name
    return f"{name[: letters - 1].rstrip()}…" if letters >= FEWEST_LETTERS else ""


def _nodes(
    sessions: Sequence[ArcSession], points: Sequence[Point], step: float, now: int
) -> tuple[Node, ...]:
    """Every label that has room; the one at *now* always."""
    every = max(1, ceil(LABEL_ROOM / step))
    return tuple(
        Node(
            x=point.x,
            y=point.y,
            state=session.state,
            label=session.label if (i - now) % every == 0 else "",
            flag=session.flag,
        )
        for i, (session, point) in enumerate(zip(sessions, points, strict=True))
    )
