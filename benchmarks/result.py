"""One line of the table that `make bench` prints."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Result:
    """A measured value, the bound it is held to, and whether it holds."""

    name: str
    value: float
    unit: str
    bound: float
    holds: bool
