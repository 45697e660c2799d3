"""People who act in one moment: threads of two processes, each with a connection of its own."""

import logging
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from multiprocessing import get_context
from multiprocessing.synchronize import Barrier
from typing import Any, Final, Self

import django

PROCESSES: Final = 2
PATIENCE: Final = 120.0

type Act = Callable[[Any, int], Any]
"""What one of them does, told the facts of the round and their own number."""

_gates: list[Barrier] = []
_threads: list[ThreadPoolExecutor] = []


class Failed(str):
    """What is answered for somebody whose act ended in an error: its name."""

    __slots__ = ()


class Runners:
    """They stay for many rounds; what they do has to be a function of a module.

    Their processes are told the environment of the moment in which the first round begins.
    """

    def __init__(self, count: int) -> None:
        context = get_context("spawn")
        self._count, self._each = count, count // PROCESSES
        self._pool = ProcessPoolExecutor(
            PROCESSES,
            mp_context=context,
            initializer=_get_ready,
            initargs=(context.Barrier(count, timeout=PATIENCE), self._each),
        )

    def run(self, act: Act, facts: Any) -> list[Any]:
        """One round: what each of them answers, by number."""
        parts = [
            self._pool.submit(_run_part, act, facts, range(first, first + self._each))
            for first in range(0, self._count, self._each)
        ]
        return [answer for part in parts for answer in part.result()]

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self._pool.shutdown()


def _get_ready(gate: Barrier, each: int) -> None:
    django.setup()
    logging.disable(logging.WARNING)
    _gates.append(gate)
    _threads.append(ThreadPoolExecutor(each))


def _run_part(act: Act, facts: Any, numbers: Sequence[int]) -> list[Any]:
    return list(_threads[0].map(lambda number: _run_one(act, facts, number), numbers))


def _run_one(act: Act, facts: Any, number: int) -> Any:
    _gates[0].wait()
    try:
        return act(facts, number)
    except Exception as error:  # noqa: BLE001 -- whatever it is, it is what is looked for
        return Failed(type(error).__name__)
