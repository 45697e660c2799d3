"""What is asked of a calendar file, and what comes back: numbers alone."""

from dataclasses import dataclass, field

from scheduling.calendars.intervals import Span


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """`start` and `end` are epoch seconds, `zone` is the coach's own.

    `own_uids` are the sessions that this coach gives: they come back, and are not counted. A
    session in which the coach is somebody else's client is an event like any other.
    """

    start: int
    end: int
    zone: str
    counts_free: bool = False
    counts_tentative: bool = True
    own_uids: tuple[str, ...] = ()


@dataclass(slots=True, kw_only=True)
class Reading:
    """Busy time merged and cut to a day; how many events were broken, or had a guessed zone.

    `too_often` are those of the unreadable that repeat more often than anybody meets.
    """

    busy: list[Span] = field(default_factory=list)
    events: int = 0
    unreadable: int = 0
    too_often: int = 0
    uncertain: int = 0
