"""Pausing or ending an engagement together with what is booked on it."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
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
from scheduling.queries.coming import coming_places, coming_sessions
from scheduling.services.changes import cancel_session
from scheduling.services.claims import lock_resources, resources_of
from scheduling.services.places import free_places
from scheduling.services.polls import open_polls_of, resources_of_polls, withdraw_polls

CHANGES: Final[Mapping[str, Callable[..., None]]] = {
    "pause": pause_engagement,
    "resume": resume_engagement,
    "complete": complete_engagement,
    "close": close_engagement,
}


ENDS: Final = frozenset({"complete", "close"})


@dataclass(frozen=True, slots=True)
class Changed:
    """How many of its sessions were cancelled, and how many places in groups given up."""

    sessions: int
    places: int


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
    frees_places: bool | None = None,
) -> Changed:
    """Pause, resume, complete or close it, and cancel these of its sessions.

    Places in group sessions are given up when it ends and kept when it pauses, unless
    `frees_places` says otherwise; whoever waits for them moves up.
    All coaches and rooms are locked before anything else, in the order of everybody.
    The sessions are cancelled from the coach's side, so they cost the client nothing. Raises
    StillBooked for a session that is in neither list, EngagementRefused, and Refused for one that
    has begun.
    """
    polls = [] if change == "resume" else open_polls_of(engagement)
    unwanted = [each for each in coming_sessions(engagement.pk, now) if each.pk in cancel]
    lock_resources(resources_of_polls(polls) | resources_of(unwanted))
    withdraw_polls(polls=polls, now=now)
    for session in unwanted:
        cancel_session(session=session, cancelled_by=CancelledBy.COACH, now=now)
    frees = change in ENDS if frees_places is None else frees_places
    freed = free_places(engagement=engagement, now=now) if frees else 0
    CHANGES[change](engagement=engagement, now=now)
    # Only now nobody can book any more: whoever was quicker is seen here.
    left = coming_sessions(engagement.pk, now)
    if change != "resume" and any(each.pk not in keep for each in left):
        raise StillBooked
    if frees and coming_places(engagement, now):
        raise StillBooked
    return Changed(sessions=len(unwanted), places=freed)
