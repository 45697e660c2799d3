"""What figures may be published: enough people behind each, rounded, and never all or nobody."""

from datetime import date
from typing import Final

LEAST_BEHIND: Final = 5
STEP: Final = 5
NEARLY_ALL: Final = 95
HARDLY_ANY: Final = 5


def is_enough(*, engagements: int, clients: int) -> bool:
    """At least five engagements, of at least five people."""
    return engagements >= LEAST_BEHIND and clients >= LEAST_BEHIND


def rounded_share(top: int, bottom: int) -> int:
    """Per cent in steps of five, from 5 ("hardly any") to 95 ("nearly all"): a figure of all or of
    nobody would say something about each single person."""
    share = STEP * round(100 * top / bottom / STEP) if bottom else 0
    return max(HARDLY_ANY, min(NEARLY_ALL, share))


def rounded_down(number: int) -> int:
    """Counts in steps of five."""
    return number - number % STEP


def cut_off(today: date) -> date:
    """Figures change once a month, so that nobody can watch one engagement arrive."""
    return today.replace(day=1)
