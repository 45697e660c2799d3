"""What the state of a group session allows to whom."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum


class GroupRefusal(StrEnum):
    """Why something cannot be done with a group session, or with a place in it."""

    NOT_A_GROUP = "not_a_group"
    """Places are given away in sessions of a group offering with more than one of them."""
    ARCHIVED = "archived"
    """The offering or the person is no longer active, or the coach has left."""
    IN_THE_PAST = "in_the_past"
    NOT_A_CLIENT = "not_a_client"
    """Only clients of the coach who holds it take part."""
    ROSTER_TOO_LARGE = "roster_too_large"
    CANCELLED = "cancelled"
    STARTED = "started"
    TOO_LATE = "too_late"
    """Inside the booking notice."""
    NO_ENGAGEMENT = "no_engagement"
    """Each place counts as a session, and the person has no running engagement."""
    NONE_LEFT = "none_left"
    NOT_SIGNED = "not_signed"
    NO_PLACE = "no_place"
    """The person is neither booked nor waiting."""
    NO_MAKE_UP = "no_make_up"
    """Nothing was missed that could be made up."""
    FULL = "full"
    """There is no place on that date for somebody who wants to come then or not at all."""
    NOT_OPEN = "not_open"
    """Its places are not for whoever asks: guests of a closed one, or of another offering."""
    BOOKED_ALREADY = "booked_already"
    """A guest has one open place of an offering, and an address stands in a session once."""
    TOO_LATE_TO_MOVE = "too_late_to_move"
    """After the free time a place is kept or given up, not exchanged."""
    TOO_MANY_DATES = "too_many_dates"
    """A cohort has between two and fifty-two."""


class GroupRefused(Exception):
    """The state does not allow it. `who` is the person it is about, where it is about one."""

    def __init__(self, reason: GroupRefusal, who: str = "") -> None:
        super().__init__(reason.value)
        self.reason = reason
        self.who = who


@dataclass(frozen=True, slots=True)
class GroupStanding:
    """What a rule needs to know about a group session. `notice` is in minutes of elapsed time."""

    starts_at: datetime
    is_cancelled: bool
    notice: int

    @property
    def open_until(self) -> datetime:
        """Until then people join by themselves, and whoever waits moves up by itself."""
        return self.starts_at - timedelta(minutes=self.notice)


def check_can_join(standing: GroupStanding, now: datetime, *, by_coach: bool) -> None:
    """The coach's side may add people until it begins. Raises GroupRefused."""
    check_is_ahead(standing, now)
    if not by_coach and not moves_up(standing, now):
        raise GroupRefused(GroupRefusal.TOO_LATE)


def check_is_ahead(standing: GroupStanding, now: datetime) -> None:
    """Raises GroupRefused: cancelled or begun."""
    if standing.is_cancelled:
        raise GroupRefused(GroupRefusal.CANCELLED)
    if now >= standing.starts_at:
        raise GroupRefused(GroupRefusal.STARTED)


def moves_up(standing: GroupStanding, now: datetime) -> bool:
    """Whether a place that becomes free goes to the waiting list: nobody is booked overnight."""
    return not standing.is_cancelled and now <= standing.open_until


def may_make_up(*, missed: int, made_up: int, allowed: int) -> bool:
    """Whether one more missed session of an offering may be made up on another date."""
    return missed > made_up and made_up < allowed
