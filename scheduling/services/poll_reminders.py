"""Ask once more whoever has not said which times suit."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from coachops.audit.record import record
from coachops.outbox.queue import FIRST, enqueue
from coachops.practices.models import Membership
from scheduling.models import Poll, PollVoter
from scheduling.services.poll_notices import POLL_ASKED


@transaction.atomic
def remind_voters(*, poll: Poll, by: Membership, now: datetime) -> int:
    """One mail to everybody who is silent, at most one a day; how many that makes.

    Nobody is asked once it is booked, withdrawn or over.
    """
    row: Poll = Poll.objects.select_for_update(of=("self",)).get(pk=poll.pk)
    if row.state != Poll.State.OPEN or row.closes_at <= now:
        return 0
    day = timezone.localdate(now, by.practice.zone).isoformat()
    silent = PollVoter.objects.filter(poll=row, answered_at=None).order_by("pk")
    asked = sum(_ask(row, voter, day, now) for voter in silent)
    if asked:
        record(event="poll.reminded", subject=row, now=now, facts={"voters": asked})
    return asked


def _ask(poll: Poll, voter: PollVoter, day: str, now: datetime) -> bool:
    asked = enqueue(
        kind=POLL_ASKED,
        key=f"poll:{poll.pk}:ask:{voter.pk}:on:{day}",
        due_at=now,
        subject_id=voter.pk,
        payload={"closes_at": poll.closes_at.isoformat(), "again": True},
        not_after=poll.closes_at,
        priority=FIRST,
    )
    return asked is not None
