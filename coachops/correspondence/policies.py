"""Which mail may wait, be gathered or be switched off, and when a morning is. Plain values only.

What is not in the table cannot be switched off and is never held back: codes, confirmations of
one's own bookings, invitations, agreements and whatever asks for a decision.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from enum import StrEnum
from typing import Any, Final
from zoneinfo import ZoneInfo

MORNING: Final = time(7, 30)
"""When digests come, in the reader's own zone."""

URGENT_WITHIN: Final = timedelta(hours=3)
"""What loses its sense so soon is not kept for the morning."""

MONDAY: Final = 0


class LogState(StrEnum):
    """How far a mail came."""

    WAITING = "waiting"
    SENDING = "sending"
    SENT = "sent"
    GIVEN_UP = "given_up"
    NOT_SENT = "not_sent"
    OFF = "off"
    HELD = "held"
    DIGEST = "digest"


class Standing(StrEnum):
    """What a reader is to the practice."""

    STAFF = "staff"
    CLIENT = "client"
    CONTACT = "contact"
    DELEGATE = "delegate"
    OTHER = "other"


class Topic(StrEnum):
    """What mail is about, for whoever chooses."""

    ESSENTIAL = "essential"
    REMINDERS = "reminders"
    NUDGES = "nudges"
    NEWS = "news"
    DAY = "day"


class Reminders(StrEnum):
    ALL = "all"
    LAST = "last"
    NONE = "none"


class Digest(StrEnum):
    AT_ONCE = "once"
    DAILY = "daily"
    WEEKLY = "weekly"


class Quiet(StrEnum):
    PRACTICE = "practice"
    OWN = "own"
    NONE = "none"


_STAFF_NEWS: Final = {Standing.STAFF: Topic.NEWS}
_STAFF_DAY: Final = {Standing.STAFF: Topic.DAY}
_CLIENT_NUDGE: Final = {Standing.CLIENT: Topic.NUDGES}

KINDS: Final[Mapping[str, Mapping[Standing, Topic]]] = {
    "scheduling.reminder": {
        Standing.CLIENT: Topic.REMINDERS,
        Standing.CONTACT: Topic.REMINDERS,
    },
    "scheduling.group_reminder": {Standing.CLIENT: Topic.REMINDERS},
    "scheduling.book_please": _CLIENT_NUDGE,
    "clients.intake": _CLIENT_NUDGE,
    "tracking.preparation": _CLIENT_NUDGE,
    "tracking.questionnaire": _CLIENT_NUDGE,
    "tracking.questionnaire_rule": _CLIENT_NUDGE,
    "tracking.summary.shared": {Standing.CLIENT: Topic.NEWS},
    "tracking.summary.team": {Standing.CLIENT: Topic.NEWS},
    "scheduling.dates_copy": {Standing.CONTACT: Topic.NEWS, Standing.DELEGATE: Topic.NEWS},
    "clients.agreement_news": {Standing.STAFF: Topic.NEWS, Standing.CONTACT: Topic.NEWS},
    "clients.intake_sent": _STAFF_NEWS,
    "clients.enquiry": _STAFF_NEWS,
    "tracking.questionnaire_sent": _STAFF_NEWS,
    "tracking.newcomers_asked": _STAFF_NEWS,
    "tracking.preparation_sent": _STAFF_NEWS,
    "clients.notice": _STAFF_NEWS,
    "clients.team_news": {Standing.CLIENT: Topic.NEWS},
    "clients.message_waits": {Standing.STAFF: Topic.NEWS, Standing.CLIENT: Topic.NEWS},
    "tracking.report.notice": _STAFF_NEWS,
    "pages.coach_waits": _STAFF_NEWS,
    "scheduling.declined": _STAFF_NEWS,
    "scheduling.declined_together": _STAFF_NEWS,
    "scheduling.led_alone": _STAFF_NEWS,
    "scheduling.led_together": _STAFF_NEWS,
    "scheduling.second_left": _STAFF_NEWS,
    "scheduling.group_coach": _STAFF_NEWS,
    "scheduling.poll_coach": _STAFF_NEWS,
    "scheduling.preparation": _STAFF_DAY,
    "scheduling.outcome_question": _STAFF_DAY,
}

# The first mail asks; only what comes after it is a nudge.
_FIRST_IS_ESSENTIAL: Final = frozenset({"clients.intake", "tracking.questionnaire"})

GATHERED: Final = frozenset({Standing.STAFF, Standing.CONTACT})
"""Whose news may come together."""

TOPICS_OF: Final[Mapping[Standing, tuple[Topic, ...]]] = {
    Standing.STAFF: (Topic.NEWS, Topic.DAY),
    Standing.CLIENT: (Topic.REMINDERS, Topic.NUDGES, Topic.NEWS),
    Standing.CONTACT: (Topic.REMINDERS, Topic.NEWS),
    Standing.DELEGATE: (Topic.NEWS,),
    Standing.OTHER: (),
}


def topic_of(
    kind: str, payload: Mapping[str, Any], standings: frozenset[Standing]
) -> tuple[Topic, Standing]:
    """What a mail is about for this reader, and as whom they read it.

    Somebody may be several things at one address; the kind of mail tells which of them is meant.
    """
    if kind in _FIRST_IS_ESSENTIAL and not payload.get("number"):
        return Topic.ESSENTIAL, Standing.OTHER
    for standing, topic in KINDS.get(kind, {}).items():
        if standing in standings:
            return topic, standing
    return Topic.ESSENTIAL, Standing.OTHER


@dataclass(frozen=True, slots=True)
class Choices:
    """What somebody chose, with the practice's own quiet hours where they chose none."""

    off: frozenset[str] = frozenset()
    reminders: str = Reminders.ALL
    digest: str = Digest.AT_ONCE
    quiet_from: time | None = None
    quiet_until: time | None = None
    is_quiet_own: bool = False

    def is_off(self, topic: Topic) -> bool:
        if topic == Topic.REMINDERS:
            return self.reminders == Reminders.NONE
        return topic in self.off


def next_digest(now: datetime, zone: ZoneInfo, digest: str) -> datetime:
    """The next morning, or Monday's, at half past seven of that zone; strictly after `now`.

    Wall time: on the day the clocks change it is still half past seven.
    """
    day = now.astimezone(zone).date()
    while True:
        at = datetime.combine(day, MORNING, zone).astimezone(UTC)
        if at > now and (digest == Digest.DAILY or day.weekday() == MONDAY):
            return at
        day += timedelta(days=1)


def may_wait(until: datetime, now: datetime, not_after: datetime | None) -> bool:
    """Whether a mail still makes sense then. What is urgent now is never kept."""
    if not_after is None:
        return True
    return until < not_after and not_after - now > URGENT_WITHIN


class BounceReason(StrEnum):
    """Why mail came back, in one word; what the server wrote may repeat what we wrote."""

    INVALID = "invalid"
    BOUNCED = "bounced"
    BLOCKED = "blocked"
    SPAM = "spam"
    UNSUBSCRIBED = "unsubscribed"
    COMPLAINED = "complained"
    TIMED_OUT = "timed_out"
    OTHER = "other"

    @property
    def is_for_good(self) -> bool:
        """Whether writing again would come back again. A full mailbox may be emptied."""
        return self is not BounceReason.TIMED_OUT


def reason_of(word: str | None) -> BounceReason:
    """The reason for a provider's normalised word."""
    try:
        return BounceReason(word or "")
    except ValueError:
        return BounceReason.OTHER


def reason_of_status(status: str) -> BounceReason | None:
    """The reason for an enhanced status code (RFC 3463); None where mail may still arrive."""
    kind, _dot, detail = status.strip().partition(".")
    if kind == "4":
        return BounceReason.TIMED_OUT
    if kind != "5":
        return None
    subject = detail.partition(".")[0]
    if subject == "1":
        return BounceReason.INVALID
    return BounceReason.BLOCKED if subject == "7" else BounceReason.BOUNCED
