"""What the state of a session allows, and what an outcome does to the ledger."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum


class CancelledBy(StrEnum):
    """Whose decision it was."""

    CLIENT = "client"
    GUEST = "guest"
    COACH = "coach"
    NOBODY = "nobody"
    """A request that was not answered in time."""


class Refusal(StrEnum):
    """Why something cannot be done, whatever time is chosen."""

    NO_ENGAGEMENT = "no_engagement"
    """The client has no running engagement with this coach."""
    NONE_LEFT = "none_left"
    """Every session that was allotted is used or booked."""
    ARCHIVED = "archived"
    """The offering or the client is no longer active."""
    ALREADY_BOOKED = "already_booked"
    """A guest has one open session of an offering at a time."""
    NOT_FOR_YOU = "not_for_you"
    """The offering is for clients only."""
    LINK_USED = "link_used"
    """The secret link was used as often as it may be, has expired or was taken back."""
    NOT_YET_OPEN = "not_yet_open"
    """The program plans this session for later."""
    AGREEMENT_ENDS = "agreement_ends"
    """The day is outside the dates of the engagement."""
    NOT_SIGNED = "not_signed"
    """The practice books only once the coaching agreement is signed, and it is not."""
    NOT_ANSWERED = "not_answered"
    """The coach has not said yes yet, so there is nothing to move or to settle."""
    ALREADY_ANSWERED = "already_answered"
    """The request was answered, withdrawn, or is over."""
    CANCELLED = "cancelled"
    STARTED = "started"
    TOO_LATE = "too_late"
    """Inside the change notice: moving is no longer free, cancelling counts."""
    COACH_LEFT = "coach_left"
    """Whoever was to hold it has left the practice: it is handed over or cancelled, never moved."""
    NOT_OVER = "not_over"
    """An outcome before the session has begun."""
    NO_REASON = "no_reason"
    """A waiver needs a reason from the list."""


class WaiverReason(StrEnum):
    """Why a session does not count. A fixed list, because free text would expose illness."""

    UNFORESEEN = "unforeseen"
    TECHNICAL = "technical"
    GOODWILL = "goodwill"
    BOOKED_BY_MISTAKE = "booked_by_mistake"


class Movement(StrEnum):
    """What a settled session does to the ledger of its engagement."""

    CONSUME = "consume"
    FORFEIT = "forfeit"
    RESTORE = "restore"
    WAIVE = "waive"


USED = frozenset({Movement.CONSUME, Movement.FORFEIT})
NOT_USED = frozenset({"coach_cancelled", "waived"})


class Refused(Exception):
    """The state does not allow it."""

    def __init__(self, reason: Refusal) -> None:
        super().__init__(reason.value)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Standing:
    """What a rule needs to know about one session. Notice is in minutes of elapsed time."""

    starts_at: datetime
    is_cancelled: bool
    outcome: str
    change_notice: int
    coach_has_left: bool = False
    is_requested: bool = False

    @property
    def free_until(self) -> datetime:
        """The last instant at which the booker may still move or cancel without a cost."""
        return self.starts_at - timedelta(minutes=self.change_notice)


def awaits_coach(*, starts_at: datetime, coach_left_at: datetime | None, is_settled: bool) -> bool:
    """Whether nobody leads it for now: its coach left before it was to begin.

    `is_settled`: it was cancelled, or what became of it has been said.
    """
    return coach_left_at is not None and starts_at >= coach_left_at and not is_settled


def is_late(standing: Standing, now: datetime) -> bool:
    """Whether a change by the booker comes after the free time; the boundary itself is in time.

    Never, once the coach has left: whoever then cancels is not the one who broke it off.
    """
    return not standing.coach_has_left and now > standing.free_until


def check_can_move(standing: Standing, now: datetime, *, by_coach: bool) -> None:
    """Raises Refused: cancelled, started, its coach gone, or (the booker) inside the notice."""
    _check_is_ahead(standing, now)
    if standing.is_requested:
        raise Refused(Refusal.NOT_ANSWERED)
    if standing.coach_has_left:
        raise Refused(Refusal.COACH_LEFT)
    if not by_coach and is_late(standing, now):
        raise Refused(Refusal.TOO_LATE)


def may_move(standing: Standing, now: datetime) -> bool:
    """Whether the booker may move it: what a page offers."""
    try:
        check_can_move(standing, now, by_coach=False)
    except Refused:
        return False
    return True


def check_can_cancel(standing: Standing, now: datetime) -> None:
    """Cancelling is allowed until the start, at whatever cost. Raises Refused."""
    _check_is_ahead(standing, now)


def _check_is_ahead(standing: Standing, now: datetime) -> None:
    if standing.is_cancelled:
        raise Refused(Refusal.CANCELLED)
    if now >= standing.starts_at:
        raise Refused(Refusal.STARTED)


def outcome_of_cancelling(standing: Standing, cancelled_by: CancelledBy, now: datetime) -> str:
    """The outcome that a cancellation leaves: none if it came in time, or was never agreed to."""
    if standing.is_requested:
        return ""
    if cancelled_by == CancelledBy.COACH:
        return "coach_cancelled"
    return "late_cancel" if is_late(standing, now) else ""


def check_can_settle(standing: Standing, outcome: str, reason: str, now: datetime) -> None:
    """An outcome is known once the session has begun, or when it was cancelled with a cost.

    Raises Refused. A cancelled session can only be waived, or be cancelled late after all.
    """
    if standing.is_requested:
        raise Refused(Refusal.NOT_ANSWERED)
    if standing.is_cancelled and (
        not standing.outcome or outcome not in {"waived", "late_cancel", "coach_cancelled"}
    ):
        raise Refused(Refusal.CANCELLED)
    if not standing.is_cancelled and now < standing.starts_at:
        raise Refused(Refusal.NOT_OVER)
    if outcome == "waived" and reason not in set(WaiverReason):
        raise Refused(Refusal.NO_REASON)


def effect_of(outcome: str, *, late_cancellation_forfeits: bool) -> Movement | None:
    """What an outcome does to the ledger by itself."""
    if outcome in {"held", "no_show"}:
        return Movement.CONSUME
    if outcome == "late_cancel":
        return Movement.FORFEIT if late_cancellation_forfeits else None
    return Movement.WAIVE if outcome == "waived" else None


def movements(before: str, after: str, *, late_cancellation_forfeits: bool) -> tuple[Movement, ...]:
    """The ledger rows that turn the effect of one outcome into that of another, in order."""
    was = effect_of(before, late_cancellation_forfeits=late_cancellation_forfeits)
    becomes = effect_of(after, late_cancellation_forfeits=late_cancellation_forfeits)
    if was == becomes:
        return ()
    given_back = (Movement.RESTORE,) if was in USED else ()
    return given_back + ((becomes,) if becomes else ())


def keeps_its_number(*, is_cancelled: bool, outcome: str) -> bool:
    """Whether a session still stands for one of the sessions that were allotted."""
    if outcome in NOT_USED:
        return False
    return bool(outcome) or not is_cancelled


def lowest_free_number(taken: set[int]) -> int:
    """The number that the next session of an engagement gets, from 1."""
    number = 1
    while number in taken:
        number += 1
    return number
