"""Pausing or ending an engagement together with what is booked on it."""

from collections.abc import Callable, Collection, Mapping
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import transaction

from clients.models import Engagement
from programs.services.engagements import (
    close_engagement,
    complete_engagement,
    pause_engagement,
    resume_engagement,
)
from scheduling.policies import CancelledBy
from scheduling.queries.coming import coming_sessions
from scheduling.services.changes import cancel_session
from scheduling.services.claims import lock_resources, resources_of
from scheduling.services.polls import open_polls_of, resources_of_polls, withdraw_polls

CHANGES: Final[Mapping[str, Callable[..., None]]] = {
    "pause": pause_engagement,
    "resume": resume_engagement,
    "complete": complete_engagement,
    "close": close_engagement,
}


class StillBooked(Exception):
    """Something is booked that nobody has decided about."""


@transaction.atomic
def change_engagement(
    *,
    engagement: Engagement,
    change: str,
    cancel: Collection[UUID],
    keep: Collection[UUID],
    now: datetime,
) -> int:
    """Pause, resume, complete or close it, and cancel these of its sessions; how many were.

    All coaches and rooms are locked before anything else, in the order of everybody.
    They are cancelled from the coach's side, so they cost the client nothing. Raises StillBooked
    for a session that is in neither list, EngagementRefused, and Refused for one that has begun.
    """
    polls = [] if change == "resume" else open_polls_of(engagement)
    unwanted = [each for each in coming_sessions(engagement.pk, now) if each.pk in cancel]
    lock_resources(resources_of_polls(polls) | resources_of(unwanted))
    withdraw_polls(polls=polls, now=now)
    for session in unwanted:
        cancel_session(session=session, cancelled_by=CancelledBy.COACH, now=now)
    CHANGES[change](engagement=engagement, now=now)
    # Only now nobody can book any more: whoever was quicker is seen here.
    left = coming_sessions(engagement.pk, now)
    if change != "resume" and any(each.pk not in keep for each in left):
        raise StillBooked
    return len(unwanted)
