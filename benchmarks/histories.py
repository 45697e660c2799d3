"""The same calendars for us and for a peer: how much lies behind a coach, and how much ahead."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from random import Random
from zoneinfo import ZoneInfo

ZONE = ZoneInfo("Europe/Berlin")
DAYS = 28
EVERY = 3


@dataclass(frozen=True, slots=True)
class Case:
    """Bookings of one coach, as local starts without a zone, and their length in minutes."""

    name: str
    starts: tuple[datetime, ...]
    minutes: int = 50

    def between(self) -> list[tuple[datetime, datetime]]:
        """The same as instants."""
        length = timedelta(minutes=self.minutes)
        instants = [start.replace(tzinfo=ZONE) for start in self.starts]
        return [(start, start + length) for start in instants]


def behind(first: date, bookings: int) -> tuple[datetime, ...]:
    """Eight a working day, the newest on the day before the first."""
    days = (first - timedelta(days=number) for number in range(1, bookings))
    hours = (
        datetime.combine(day, time(hour))
        for day in days
        if day.weekday() < 5
        for hour in range(9, 17)
    )
    return tuple(start for start, _ in zip(hours, range(bookings), strict=False))


def ahead(first: date) -> tuple[datetime, ...]:
    """Five a working day of the four weeks."""
    chance = Random(28)  # noqa: S311 -- the same data every time
    days = [first + timedelta(days=number) for number in range(DAYS)]
    return tuple(
        datetime.combine(day, time(hour))
        for day in days
        if day.weekday() < 5
        for hour in sorted(chance.sample(range(9, 17), 5))
    )


def inside(first: date, bookings: int) -> tuple[datetime, ...]:
    """As many as asked for within the four weeks, every three minutes from five in the morning.

    No clock is changed at those hours.
    """
    a_day = -(-bookings // DAYS)
    mornings = [datetime.combine(first + timedelta(days=number), time(5)) for number in range(DAYS)]
    starts = [
        morning + timedelta(minutes=EVERY * number)
        for morning in mornings
        for number in range(a_day)
    ]
    return tuple(starts[:bookings])
