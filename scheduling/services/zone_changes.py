"""When the rules of a time zone change: notice which sessions it concerns, and do as is decided.

Nothing moves by itself. What is compared is the offset that was written down when a time was chosen
with the one that is known now.
"""

from datetime import datetime

from django.db import transaction

from coachops.audit.record import record
from scheduling.models import Session
from scheduling.models.session import utc_offset
from scheduling.queries.zone_changes import meant_instant
from scheduling.services.planning import ChangedMeanwhile, move_as_seen


class NoSuchTime(Exception):
    """The clock never shows the time that was meant, or it is not known."""


@transaction.atomic
def note_zone_changes(*, now: datetime) -> int:
    """Look at every session to come of the active practice; how many are newly off their time.

    Those of which nobody wrote down what was meant are taken as they are now.
    """
    noted = 0
    rows = Session.objects.kept().filter(starts_at__gt=now)
    columns = ("pk", "starts_at", "coach_time_zone", "coach_utc_offset", "clock_shift")
    for key, starts_at, zone, meant, known_shift in rows.values_list(*columns).iterator():
        offset = utc_offset(starts_at, zone)
        if meant is None:
            _write(key, starts_at, coach_utc_offset=offset)
        elif offset - meant != known_shift and _write(key, starts_at, clock_shift=offset - meant):
            noted += offset != meant
    return noted


def _write(key: object, starts_at: datetime, **values: int) -> int:
    """Only while it stands at the time that was looked at."""
    return int(Session.objects.filter(pk=key, starts_at=starts_at).update(**values))


@transaction.atomic
def keep_instant(*, session: Session, sequence: int, now: datetime) -> Session:
    """It stays when it is, and that is what is meant from now on. Nobody hears of it.

    Raises ChangedMeanwhile when it is no longer as it was seen.
    """
    session = Session.objects.select_for_update(of=("self",)).get(pk=session.pk)
    if session.calendar_sequence != sequence:
        raise ChangedMeanwhile
    session.stand_on_clock_of(session.coach_time_zone)
    session.save(update_fields=["coach_utc_offset", "clock_shift"])
    record(event="session.instant_kept", subject=session, now=now)
    return session


def move_to_meant_time(*, session: Session, sequence: int, now: datetime) -> Session:
    """Move it to the wall time that was meant, as any move: with invitations and reminders.

    Raises NoSuchTime, and what `move_as_seen` raises.
    """
    if session.calendar_sequence != sequence:
        raise ChangedMeanwhile
    at = meant_instant(session)
    if at is None or at <= now:
        raise NoSuchTime
    return move_as_seen(session=session, starts_at=at, sequence=sequence, now=now)
