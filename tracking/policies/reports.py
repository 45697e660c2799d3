"""The life of a progress report and what it may hold, as plain rules."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from clients.policies import Part

REVIEW_FOR = timedelta(days=10)
REMIND_BEFORE_END = timedelta(days=3)
NOTICE_DAYS = 14
LONGEST_NARRATIVE = 4_000
LONGEST_STATEMENT = 1_000
LONGEST_REQUEST = 2_000


class ReportState(StrEnum):
    DUE = "due"
    DRAFTED = "drafted"
    CHECKED = "checked"
    IN_REVIEW = "in_review"
    APPROVED = "approved"
    ISSUED = "issued"


class Step(StrEnum):
    """Something that somebody does to a report."""

    DRAFT = "draft"
    REFRESH = "refresh"
    WRITE = "write"
    CHECK = "check"
    REOPEN = "reopen"
    SEND = "send"
    RELEASE = "release"
    ASK_FOR_CHANGES = "ask_for_changes"
    ISSUE = "issue"


class Refusal(StrEnum):
    """Why a step is not possible."""

    WRONG_STATE = "wrong_state"
    ISSUED = "issued"
    SELF_PAYING = "self_paying"
    CLOSED = "closed"
    NOTHING_NEW = "nothing_new"
    CLIENT_NOT_INVITED = "client_not_invited"
    NOT_THE_CLIENT = "not_the_client"
    NOT_THE_COACH = "not_the_coach"
    NO_SUCH_PART = "no_such_part"
    NOT_AS_SHOWN = "not_as_shown"
    TOO_LONG = "too_long"
    READER_IS_STAFF = "reader_is_staff"


class ReportRefused(Exception):
    """A named reason; the page says it in words. `who` is the person it is about, if any."""

    def __init__(self, reason: Refusal, *, who: str = "") -> None:
        super().__init__(reason)
        self.reason = reason
        self.who = who


class OptionalPart(StrEnum):
    """What the client may leave out of one report, whatever the level allows."""

    GOALS = "goals"
    NARRATIVE = "narrative"
    ATTENDANCE = "attendance"


@dataclass(frozen=True, slots=True)
class Contents:
    """Which parts beyond the facts for invoicing a report holds."""

    attendance: bool = False
    progress: bool = False
    wordings: bool = False
    narrative: bool = False
    statement: bool = False


@dataclass(frozen=True, slots=True)
class Period:
    """The days a report is about, both inclusive, and the day it should be out."""

    starts_on: date
    ends_on: date
    due_on: date
    is_final: bool


@dataclass(frozen=True, slots=True)
class Run:
    """The dates of an engagement. `every_days` None: only a report at the end."""

    starts_on: date
    ends_on: date
    is_over: bool
    every_days: int | None


_POSSIBLE_IN: dict[Step, frozenset[ReportState]] = {
    Step.DRAFT: frozenset({ReportState.DUE}),
    Step.REFRESH: frozenset({ReportState.DRAFTED}),
    Step.WRITE: frozenset({ReportState.DRAFTED}),
    Step.CHECK: frozenset({ReportState.DRAFTED}),
    Step.REOPEN: frozenset({ReportState.CHECKED, ReportState.IN_REVIEW, ReportState.APPROVED}),
    Step.SEND: frozenset({ReportState.CHECKED}),
    Step.RELEASE: frozenset({ReportState.IN_REVIEW}),
    Step.ASK_FOR_CHANGES: frozenset({ReportState.IN_REVIEW}),
    Step.ISSUE: frozenset({ReportState.APPROVED}),
}


def check_step(step: Step, state: str) -> None:
    """Raises ReportRefused: ISSUED for a report that is frozen, WRONG_STATE for any other."""
    if ReportState(state) in _POSSIBLE_IN[step]:
        return
    raise ReportRefused(Refusal.ISSUED if state == ReportState.ISSUED else Refusal.WRONG_STATE)


def check_sponsored(*, is_sponsored: bool, level: int | None) -> None:
    """A report needs a sponsor who may be told something. Raises ReportRefused."""
    if not is_sponsored:
        raise ReportRefused(Refusal.SELF_PAYING)
    if level is None:
        raise ReportRefused(Refusal.CLOSED)


def check_length(text: str, longest: int) -> str:
    """The text. Raises ReportRefused TOO_LONG."""
    if len(text) > longest:
        raise ReportRefused(Refusal.TOO_LONG)
    return text


def is_silent(*, state: str, review_ends_at: datetime | None, now: datetime) -> bool:
    """The client was asked and has not answered in time."""
    if state != ReportState.IN_REVIEW or review_ends_at is None:
        return False
    return now >= review_ends_at


def contents(
    parts: frozenset[Part], *, struck: Collection[str] = (), by_silence: bool = False
) -> Contents:
    """What a report holds under the level in force, after what the client left out.

    Figures come with level 1, words with level 2: the sponsor wording, the coach's narrative, the
    client's statement. Silence releases the facts for invoicing and nothing else.
    """
    if by_silence:
        return Contents()
    progress = Part.GOAL_PROGRESS in parts and OptionalPart.GOALS not in struck
    words = Part.SPONSOR_WORDING in parts
    return Contents(
        attendance=Part.ATTENDANCE in parts and OptionalPart.ATTENDANCE not in struck,
        progress=progress,
        wordings=progress and words,
        narrative=words and OptionalPart.NARRATIVE not in struck,
        statement=Part.CLIENT_STATEMENT in parts,
    )


def checked_parts(struck: Collection[str]) -> list[str]:
    """What the client leaves out, in a fixed order. Raises ReportRefused NO_SUCH_PART."""
    if not set(struck) <= set(OptionalPart):
        raise ReportRefused(Refusal.NO_SUCH_PART)
    return [str(part) for part in OptionalPart if part in struck]


def next_period(run: Run, *, last_end: date | None, today: date) -> Period | None:
    """The period the next report is about; None when the last one has been made.

    A rest shorter than a third of the cadence joins the period before it. An engagement that is
    over has its last report at once, unless the latest one already reached its end.
    """
    starts_on = run.starts_on if last_end is None else last_end + timedelta(days=1)
    latest = min(run.ends_on, max(today, starts_on)) if run.is_over else run.ends_on
    if starts_on > latest:
        return None
    if run.is_over:
        return Period(starts_on, latest, due_on=latest, is_final=True)
    if run.every_days is None:
        return Period(starts_on, run.ends_on, due_on=run.ends_on, is_final=True)
    ends_on = starts_on + timedelta(days=run.every_days - 1)
    if (run.ends_on - ends_on).days < max(run.every_days // 3, 1):
        ends_on = run.ends_on
    return Period(starts_on, ends_on, due_on=ends_on, is_final=ends_on == run.ends_on)


def is_near(period: Period, today: date) -> bool:
    """It is time to begin: two weeks before the report should be out."""
    return period.due_on <= today + timedelta(days=NOTICE_DAYS)


def period_until(period: Period, today: date) -> Period:
    """The same period for a report that is made today. Raises ReportRefused NOTHING_NEW."""
    if today < period.starts_on:
        raise ReportRefused(Refusal.NOTHING_NEW)
    ends_on = min(today, period.ends_on)
    is_final = period.is_final and ends_on == period.ends_on
    return Period(period.starts_on, ends_on, due_on=min(today, period.due_on), is_final=is_final)


def days_late(*, state: str, due_on: date, today: date) -> int:
    """0 while there is time, and once it is out."""
    if state == ReportState.ISSUED:
        return 0
    return max((today - due_on).days, 0)
