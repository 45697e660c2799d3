"""Twenty people want the same, over and over: how many get it, and what the others hear.

Each race goes on for a minute or a hundred rounds, whichever is over first, and for at least ten
rounds; `BENCH_ROUNDS=5` makes all of them shorter.

They are threads of two processes, each with a connection of its own, let go at one moment; what
they want is in `benchmarks.races`. Nearly all call the services; one race posts the public page.
A deadlock, a lock that is waited for too long or any other error counts as one.
"""

import os
from statistics import median
from time import perf_counter

from benchmarks.races import BY_POST, RACES
from benchmarks.races.wanted import PEOPLE, Race
from benchmarks.result import Result, at_most, told
from benchmarks.runners import Failed, Runners

ROUNDS = int(os.environ.get("BENCH_ROUNDS", "100"))
FEWEST, SECONDS = 10, 60.0


def measure() -> list[Result]:
    """For each race the rounds with too many or too few winners, and the errors."""
    with Runners(PEOPLE) as runners:
        return [line for race in (*RACES, BY_POST) for line in _race(runners, race)]


def _race(runners: Runners, race: Race) -> list[Result]:
    wrong, errors, seconds = 0, list[str](), []
    for facts in race.rounds(ROUNDS):
        began = perf_counter()
        answers = runners.run(race.act, facts)
        seconds.append(perf_counter() - began)
        is_right = answers.count(True) == race.winners == race.kept(facts)
        wrong += not is_right
        errors += [answer for answer in answers if isinstance(answer, Failed)]
        if len(seconds) >= FEWEST and sum(seconds) > SECONDS:
            break
    if errors:
        print(f"    {race.name}: {', '.join(sorted(set(errors)))}")
    name = f"{race.name}, {PEOPLE} people"
    return [
        told(f"{name}: rounds", len(seconds), ""),
        at_most(f"{name}: not {race.winners} won", wrong, "", 0),
        at_most(f"{race.name}: errors and deadlocks", len(errors), "", 0),
        told(f"{race.name}: median round", median(seconds) * 1_000, "ms"),
    ]
