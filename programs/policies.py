"""Dates and numbers of a plan: pure rules."""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

LONGEST_WINDOW = timedelta(days=13)
SHORTEST_WINDOW = timedelta(days=6)
MOST_SESSIONS = 200


class Refusal(StrEnum):
    """Why an engagement cannot be opened or changed like this."""

    NOT_PUBLISHED = "not_published"
    NO_SESSIONS = "no_sessions"
    SPONSOR_MISSING = "sponsor_missing"
    SPONSOR_NOT_PAYING = "sponsor_not_paying"
    CONTACT_ELSEWHERE = "contact_elsewhere"
    COACH_NOT_ASSIGNED = "coach_not_assigned"
    WRONG_STATE = "wrong_state"


class EngagementRefused(Exception):
    """A named reason; the page says it in words."""

    def __init__(self, reason: Refusal) -> None:
        super().__init__(reason)
        self.reason = reason


class PhaseState(StrEnum):
    DONE = "done"
    CURRENT = "current"
    FUTURE = "future"


@dataclass(frozen=True, slots=True)
class PhaseDates:
    """Both days inclusive."""

    starts_on: date
    ends_on: date


@dataclass(frozen=True, slots=True)
class Window:
    """The days in which a session should be booked, both inclusive."""

    opens_on: date
    due_on: date


def phase_dates(starts_on: date, weeks: list[int]) -> list[PhaseDates]:
    """Phases follow each other without a gap, in whole weeks from the start."""
    dates, start = [], starts_on
    for length in weeks:
        following = start + timedelta(weeks=max(length, 1))
        dates.append(PhaseDates(start, following - timedelta(days=1)))
        start = following
    return dates


def phase_state(dates: PhaseDates, today: date, *, is_over: bool = False) -> PhaseState:
    """Where a phase stands on that day; in a finished engagement all are done."""
    if is_over or today > dates.ends_on:
        return PhaseState.DONE
    return PhaseState.FUTURE if today < dates.starts_on else PhaseState.CURRENT


def bar_span(weeks: int) -> int:
    """How wide a phase is drawn, from 1 to 6: one step for two weeks."""
    return min(max((weeks + 1) // 2, 1), 6)


def windows(starts_on: date, weeks: list[int]) -> list[Window]:
    """One window for each session; `weeks` count from the start of the plan, in order.

    A window opens on the Monday of its week (never before the start) and is due the day before
    the next one opens, but stays open at least a week and at most two.
    """
    opens = [_monday(starts_on + timedelta(weeks=week), starts_on) for week in weeks]
    following: list[date | None] = [*opens[1:], None]
    return [Window(day, _due(day, after)) for day, after in zip(opens, following, strict=True)]


def _monday(day: date, earliest: date) -> date:
    return max(day - timedelta(days=day.weekday()), earliest)


def _due(opens_on: date, next_opens_on: date | None) -> date:
    latest = opens_on + LONGEST_WINDOW
    if next_opens_on is None:
        return latest
    return max(min(latest, next_opens_on - timedelta(days=1)), opens_on + SHORTEST_WINDOW)


def check_payer(*, is_sponsored: bool, has_organisation: bool, contacts_elsewhere: bool) -> None:
    """A sponsor pays through a company of its own people; who pays for themself has no sponsor.

    Raises EngagementRefused.
    """
    if is_sponsored and not has_organisation:
        raise EngagementRefused(Refusal.SPONSOR_MISSING)
    if not is_sponsored and has_organisation:
        raise EngagementRefused(Refusal.SPONSOR_NOT_PAYING)
    if contacts_elsewhere:
        raise EngagementRefused(Refusal.CONTACT_ELSEWHERE)


def check_sessions(sessions: int) -> None:
    """At least one, and no typing error. Raises EngagementRefused."""
    if not 1 <= sessions <= MOST_SESSIONS:
        raise EngagementRefused(Refusal.NO_SESSIONS)


@dataclass(frozen=True, slots=True)
class ChecklistLine:
    """A step of a program's onboarding. `days` counts from the start, negative before it."""

    kind: str
    title: str
    owner: str
    days: int


@dataclass(frozen=True, slots=True)
class Limits:
    """From which number on an engagement is at risk, and from which off track.

    Sessions held fewer than planned; days without a session while none is booked; overdue
    commitments; forms not returned.
    """

    behind_at_risk: int = 1
    behind_off_track: int = 2
    gap_at_risk: int = 28
    gap_off_track: int = 49
    overdue_at_risk: int = 2
    overdue_off_track: int = 5
    forms_at_risk: int = 2
    forms_off_track: int = 4
