"""What the slot engine is told: instants in epoch seconds, lengths in minutes, wall dates.

Everything is plain, frozen data, so that one and the same question can be asked when times are
listed, when a booking is checked and when a coach wonders why a time is missing.
"""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Final, NamedTuple
from zoneinfo import ZoneInfo

MINUTE: Final = 60
DAY: Final = 86_400
LATEST_END: Final = 2 * 24 * 60


class Reason(StrEnum):
    """A rule that refuses a start. The order is the order in which a person would check."""

    NONEXISTENT = "nonexistent"
    """The clock jumps over this wall time."""
    PAST = "past"
    NOTICE = "notice"
    HORIZON = "horizon"
    OUTSIDE_HOURS = "outside_hours"
    """Not every minute of the session is inside the opening hours."""
    OFF_GRID = "off_grid"
    """Inside the hours, but not a whole number of steps after their beginning."""
    BOOKED = "booked"
    """Another session overlaps."""
    SEATS_FULL = "seats_full"
    """The group session of this offering at this start has no seat left."""
    HELD = "held"
    """Somebody is confirming an overlapping time."""
    BUSY = "busy"
    """A busy block of an external calendar overlaps."""
    ROOM = "room"
    """The room of the offering is taken by somebody else."""
    BUFFER = "buffer"
    """Nothing overlaps, but a session, hold or block is closer than the buffers allow."""
    DAY_FULL = "day_full"
    WEEK_FULL = "week_full"


@dataclass(frozen=True, slots=True)
class Interval:
    """Opening hours of one day, [start, end) in minutes of wall time after its midnight.

    Up to 2880, so 22:00 to 02:00 is 1320 to 1560 and belongs to the day on which it begins.
    """

    start: int
    end: int

    def __post_init__(self) -> None:
        if not 0 <= self.start < self.end <= LATEST_END:
            raise ValueError(f"not an interval of minutes: {self.start} to {self.end}")


@dataclass(frozen=True, slots=True)
class Travel:
    """The coach keeps this zone from the first to the last date (both included, on its clock)."""

    first: date
    last: date
    zone: str


@dataclass(frozen=True, slots=True)
class Schedule:
    """Opening hours in wall time. Weekday 0 is Monday; zones are IANA names.

    An override replaces the hours of its date, an empty one closes it. Where the dates of two
    journeys meet in the same instant, the earlier journey counts.
    Raises zoneinfo.ZoneInfoNotFoundError or ValueError for a name that is no zone.
    """

    zone: str
    weekly: Mapping[int, tuple[Interval, ...]]
    overrides: Mapping[date, tuple[Interval, ...]] = field(default_factory=dict)
    travel: tuple[Travel, ...] = ()

    def __post_init__(self) -> None:
        ZoneInfo(self.zone)
        for journey in self.travel:
            ZoneInfo(journey.zone)


@dataclass(frozen=True, slots=True)
class Offering:
    """The rules of a bookable session type; lengths in minutes, None is no limit.

    `horizon_days` counts wall dates after today's, `max_per_day` and `max_per_week` (Monday to
    Sunday) count all confirmed sessions that begin on the coach's wall dates.
    """

    duration: int
    step: int
    key: Hashable = None
    before: int = 0
    after: int = 0
    notice: int = 0
    horizon_days: int | None = None
    max_per_day: int | None = None
    max_per_week: int | None = None

    def __post_init__(self) -> None:
        if self.duration <= 0 or self.step <= 0:
            raise ValueError("duration and step are at least one minute")
        if min(self.before, self.after, self.notice) < 0:
            raise ValueError("buffers and notice are not negative")
        if any(limit is not None and limit < 1 for limit in (self.max_per_day, self.max_per_week)):
            raise ValueError("a limit is at least one session")


class Booking(NamedTuple):
    """A session, or a hold when `expires_at` is set, [starts_at, ends_at) in epoch seconds.

    Buffers are its own, in minutes. Cancelled sessions are not passed in. `sessions` that begin on
    one wall date may come as one, where nothing fits between them. There can be thousands, and a
    tuple is made in a third of the time.
    """

    starts_at: int
    ends_at: int
    key: Hashable = None
    offering: Hashable = None
    before: int = 0
    after: int = 0
    capacity: int = 1
    taken: int = 1
    expires_at: int | None = None
    sessions: int = 1


class Block(NamedTuple):
    """Busy for another reason, [starts_at, ends_at) in epoch seconds; without buffers."""

    starts_at: int
    ends_at: int


@dataclass(frozen=True, slots=True)
class Window:
    """The starts asked for, [start, end) in epoch seconds; a session may run past the end."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Partner:
    """Who leads the session together with the coach: their own hours, and what they have taken.

    Hours, sessions, blocks, buffers and limits count for both. Notice, horizon and the grid of
    starts are the offering's, and go by the coach's clock alone.
    """

    schedule: Schedule
    bookings: tuple[Booking, ...] = ()
    blocks: tuple[Block, ...] = ()


@dataclass(frozen=True, slots=True)
class Inquiry:
    """One question to the engine: whose hours, for what, beside what, and when it is asked.

    `now` is epoch seconds. `moving` is the key of the booking that is being rescheduled: it
    neither blocks nor counts. `room` are the times at which the offering's room is taken: only a
    session that overlaps one is refused, for buffers are people's. Load bookings, blocks and room
    of `needed_range(window, offering)`, those of the `partner` as well.
    """

    schedule: Schedule
    offering: Offering
    now: int
    bookings: tuple[Booking, ...] = ()
    blocks: tuple[Block, ...] = ()
    moving: Hashable = None
    room: tuple[Block, ...] = ()
    partner: Partner | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """One rule that refuses a start; with a time, [starts_at, ends_at), if something is there.

    `of_partner`: it is the partner who stands in the way, and not the coach.
    """

    reason: Reason
    starts_at: int | None = None
    ends_at: int | None = None
    of_partner: bool = False


@dataclass(frozen=True, slots=True)
class Examination:
    """Everything the rules saw at one start, refusing or not.

    `day` is the start's wall date on the clock the coach keeps then, `zone` that clock, `hours`
    its opening hours as instants, `in_day` and `in_week` the confirmed sessions that count towards
    the limits. `joins` is the group session that this start would join.
    """

    start: int
    day: date
    zone: str
    hours: tuple[tuple[int, int], ...]
    in_day: int
    in_week: int
    joins: Booking | None
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why a start is not offered; no reasons means that it is. No start: it does not exist."""

    start: int | None
    reasons: tuple[Reason, ...]
