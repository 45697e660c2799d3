"""The days that may be typed: towards the ends of the calendar no zone has a clock any more."""

from datetime import date
from typing import Final

from django.core.validators import MaxValueValidator, MinValueValidator

FIRST: Final = date(1970, 1, 1)
LAST: Final = date(2199, 12, 31)
IN_REACH: Final = (MinValueValidator(FIRST), MaxValueValidator(LAST))


def is_in_reach(day: date) -> bool:
    return FIRST.year <= day.year <= LAST.year
