"""How long one listing of bookable starts takes, without database and rendering.

Four weeks, weekdays 09:00 to 17:00 in Berlin across the end of summer time, 50 minutes every
half hour, buffers, notice and horizon. The bounds are three times what a bare loop over plain
tuples needed for the same rules.
"""

from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from random import Random
from statistics import median
from time import perf_counter

from benchmarks.result import Result
from scheduling.slots import (
    Booking,
    Inquiry,
    Interval,
    Offering,
    Schedule,
    Window,
    is_offered,
    offered_starts,
)

DAY = 86_400
WINDOW_START = int(datetime(2027, 10, 11, tzinfo=UTC).timestamp())
WINDOW = Window(WINDOW_START, WINDOW_START + 28 * DAY)
ROUNDS, REPEATS = 80, 20
BOUNDS_MS = {0: 0.16, 100: 0.255, 160: 0.27, 1_000: 0.78}


def _inquiry(bookings: int) -> Inquiry:
    chance = Random(bookings)  # noqa: S311 -- repeatable, not secret
    hours = (Interval(9 * 60, 17 * 60),)
    starts = sorted(WINDOW_START + chance.randrange(28 * 96) * 900 for _ in range(bookings))
    return Inquiry(
        schedule=Schedule(zone="Europe/Berlin", weekly=dict.fromkeys(range(5), hours)),
        offering=Offering(
            duration=50, step=30, before=10, after=10, notice=24 * 60, horizon_days=60
        ),
        now=WINDOW_START,
        bookings=tuple(Booking(start, start + 3_000, key=start, after=10) for start in starts),
    )


def _calls() -> dict[str, tuple[Callable[[], object], float]]:
    """By name, what is measured and its bound in milliseconds."""
    calls: dict[str, tuple[Callable[[], object], float]] = {
        f"four weeks of starts, {bookings} bookings": (
            partial(offered_starts, _inquiry(bookings), WINDOW),
            bound,
        )
        for bookings, bound in BOUNDS_MS.items()
    }
    inquiry = _inquiry(160)
    wanted = offered_starts(inquiry, WINDOW)[-1]
    calls["check of one start, 160 bookings"] = partial(is_offered, inquiry, wanted), 0.27
    return calls


def _milliseconds(call: Callable[[], object]) -> float:
    """The median of one round."""
    times = []
    for _ in range(REPEATS):
        started = perf_counter()
        call()
        times.append(perf_counter() - started)
    return median(times) * 1_000


def measure() -> list[Result]:
    """A listing for each number of bookings, and the check of one start, in milliseconds.

    Measured in turns, and the quietest round of each counts: other programs on the machine only
    ever add, and not to all rounds.
    """
    calls = _calls()
    best = dict.fromkeys(calls, float("inf"))
    for _ in range(ROUNDS):
        for name, (call, _bound) in calls.items():
            best[name] = min(best[name], _milliseconds(call))
    return [
        Result(name, round(best[name], 4), "ms", bound, best[name] <= bound)
        for name, (_call, bound) in calls.items()
    ]
