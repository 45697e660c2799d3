"""Twenty people want the same, a hundred times over: how many get it, and what the others hear.

They are threads of two processes, each with a connection of its own, let go at one moment; what
they want is in `benchmarks.races`. Nearly all call the services; one race posts the public page.
A deadlock, a lock that is waited for too long or any other error counts as one.
"""

from statistics import median
from time import perf_counter

from benchmarks.races import BY_POST, RACES
from benchmarks.races.wanted import PEOPLE, Race
from benchmarks.result import Result, at_most, told
from benchmarks.runners import Failed, Runners

ROUNDS, ROUNDS_BY_POST = 100, 25


def measure() -> list[Result]:
    """For each race the rounds with too many or too few winners, and the errors."""
    with Runners(PEOPLE) as runners:
        return [
            *(line for race in RACES for line in _race(runners, race, ROUNDS)),
            *_race(runners, BY_POST, ROUNDS_BY_POST),
        ]


def _race(runners: Runners, race: Race, rounds: int) -> list[Result]:
    wrong, errors, seconds = 0, list[str](), []
    for facts in race.rounds(rounds):
        began = perf_counter()
        answers = runners.run(race.act, facts)
        seconds.append(perf_counter() - began)
        is_right = answers.count(True) == race.winners == race.kept(facts)
        wrong += not is_right
        errors += [answer for answer in answers if isinstance(answer, Failed)]
    if errors:
        print(f"    {race.name}: {', '.join(sorted(set(errors)))}")
    name = f"{race.name}, {PEOPLE} people, {len(seconds)} rounds"
    return [
        at_most(f"{name}: not {race.winners} won", wrong, "", 0),
        at_most(f"{race.name}: errors and deadlocks", len(errors), "", 0),
        told(f"{race.name}: median round", median(seconds) * 1_000, "ms"),
    ]
