"""One line of the table that `make bench` prints."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Result:
    """A measured value, the bound it is held to, and whether it holds.

    What is only told, beside something that is held to a bound, has none.
    """

    name: str
    value: float
    unit: str
    bound: float | None = None
    holds: bool = True


def at_most(name: str, value: float, unit: str, bound: float) -> Result:
    return Result(name, round(value, 2), unit, bound, value <= bound)


def at_least(name: str, value: float, unit: str, bound: float) -> Result:
    return Result(name, round(value, 2), unit, bound, value >= bound)


def told(name: str, value: float, unit: str) -> Result:
    return Result(name, round(value, 2), unit)
