"""How large a practice is, and when its coaches meet their clients."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

WORKDAYS, WEEK = 5, 7
EARLIER = range(-18, -6)
"""Rounds of the engagement that is over; round 0 is the one in which today lies."""
CURRENT = range(-6, 2)
ALLOTTED = 12


class NoTime(ValueError):
    """A coach has more clients than times to meet them."""


@dataclass(frozen=True, slots=True)
class Rhythm:
    """Every client meets the coach once in so many weeks, on the same weekday at the same time."""

    weeks: int
    times: tuple[time, ...]
    minutes: int

    def starts_at(self, monday: date, place: int, number: int, zone: ZoneInfo) -> datetime:
        """When the coach's client at this place (from 0) is met in a round.

        `monday` is that of the week in which round 0 begins. Raises NoTime.
        """
        days = self.weeks * WORKDAYS
        if place >= days * len(self.times):
            raise NoTime(f"{place + 1} clients, {days * len(self.times)} times")
        week, weekday = divmod(place % days, WORKDAYS)
        on = monday + timedelta(weeks=number * self.weeks + week, days=weekday)
        return datetime.combine(on, self.times[place // days], tzinfo=zone)

    def first_day(self, monday: date, number: int) -> date:
        """The Monday with which a round begins."""
        return monday + timedelta(weeks=number * self.weeks)


FORTNIGHTLY = Rhythm(2, (time(9, 0), time(10, 30), time(13, 0), time(14, 30), time(16, 0)), 60)


@dataclass(frozen=True, slots=True)
class Size:
    """`coaches` is 0 where the owner alone coaches; each client has twenty sessions.

    Of every `new_of` clients one is still being onboarded.
    """

    clients: int
    coaches: int = 0
    rhythm: Rhythm = FORTNIGHTLY
    sponsored_of_ten: int = 7
    new_of: int = 20

    @property
    def organisations(self) -> int:
        """None where everybody pays for themselves."""
        return max(2, self.clients // 100) if self.sponsored_of_ten else 0


SMALL = Size(clients=20)
# What most practices of the large world are: a coach who has just begun.
TINY = Size(clients=3, sponsored_of_ten=0)
LARGE = Size(clients=2_000, coaches=40)


@dataclass(frozen=True, slots=True)
class Blueprint:
    """A practice that is to be built. The number gives it its name, its zone and its colour."""

    slug: str
    number: int
    size: Size

    @property
    def domain(self) -> str:
        return f"{self.slug}.example"

    @property
    def owner_email(self) -> str:
        return f"{'owner' if self.size.coaches else 'coach'}@{self.domain}"

    def coach_email(self, number: int) -> str:
        """The address of a coach of a practice that has several; numbers begin at 1."""
        return f"coach-{number:02}@{self.domain}"

    @property
    def assistant_email(self) -> str:
        return f"assistant@{self.domain}"
