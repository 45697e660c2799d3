"""Which mails the finding of a time for three causes, and when it ends by itself."""

from datetime import datetime, timedelta
from typing import Final

from coachops.outbox.queue import FIRST, enqueue, withdraw
from scheduling.models import Poll, PollVoter

POLL_ASKED: Final = "scheduling.poll_asked"
POLL_COACH: Final = "scheduling.poll_coach"
POLL_CLOSES: Final = "scheduling.poll_closes"

# Why the coach is written to.
NO_COMMON_TIME: Final = "no_common_time"
NOT_ANSWERED: Final = "not_answered"

AGAIN_BEFORE: Final = timedelta(hours=24)


def ask_voter(*, poll: Poll, voter: PollVoter, options: int, now: datetime) -> None:
    """One mail with the times, and another a day before answers are due for whoever is silent.

    `options` is how many times there are now: with more times everybody is asked once more.
    """
    key = f"poll:{poll.pk}:ask:{voter.pk}:{options}"
    payload = {"closes_at": poll.closes_at.isoformat()}
    enqueue(
        kind=POLL_ASKED,
        key=key,
        due_at=now,
        subject_id=voter.pk,
        payload={**payload, "again": False},
        not_after=poll.closes_at,
        priority=FIRST,
    )
    again_at = poll.closes_at - AGAIN_BEFORE
    if again_at > now + AGAIN_BEFORE:
        enqueue(
            kind=POLL_ASKED,
            key=f"{key}:again",
            due_at=again_at,
            subject_id=voter.pk,
            payload={**payload, "again": True},
            not_after=poll.closes_at,
        )


def plan_closing(*, poll: Poll) -> None:
    """The held times are given back by themselves when answers are due."""
    withdraw(key_prefix=f"poll:{poll.pk}:closes:")
    enqueue(
        kind=POLL_CLOSES,
        key=f"poll:{poll.pk}:closes:{poll.closes_at:%Y%m%dT%H%M%S}",
        due_at=poll.closes_at,
        subject_id=poll.pk,
    )


def tell_coach_of_poll(*, poll: Poll, why: str, options: int, now: datetime) -> None:
    """Once for each set of times."""
    enqueue(
        kind=POLL_COACH,
        key=f"poll:{poll.pk}:coach:{why}:{options}",
        due_at=now,
        subject_id=poll.pk,
        payload={"why": why},
        priority=FIRST,
    )


def stop_asking(*, poll: Poll) -> None:
    """It is booked or withdrawn: nobody is asked any more."""
    withdraw(key_prefix=f"poll:{poll.pk}:ask:")
    withdraw(key_prefix=f"poll:{poll.pk}:closes:")
