"""Move a session from the calendar, as it was when the coach looked at it."""

from datetime import datetime

from django.db import transaction

from scheduling.models import Session
from scheduling.services.changes import move_session
from scheduling.services.groups import move_group


class ChangedMeanwhile(Exception):
    """Somebody else changed the session since it was looked at. Nothing was moved."""


@transaction.atomic
def move_as_seen(*, session: Session, starts_at: datetime, sequence: int, now: datetime) -> Session:
    """Move a session, or a whole group, if it is still at the calendar revision that was seen.

    The revision is compared after the move, under the locks that the move takes; when it is not
    the next one, the move is undone. Raises ChangedMeanwhile, SlotTaken, Refused or GroupRefused.
    """
    if session.capacity > 1:
        moved = move_group(session=session, starts_at=starts_at, now=now)
    else:
        moved = move_session(session=session, starts_at=starts_at, now=now, by_coach=True)
    if moved.calendar_sequence not in {sequence, sequence + 1}:
        raise ChangedMeanwhile
    return moved
