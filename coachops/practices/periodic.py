"""Signing in, on the timetable."""

from datetime import timedelta

from celery import shared_task
from celery.schedules import crontab
from django.utils import timezone

from coachops.practices.services.devices import forget_sessions
from coachops.tenancy.celery import TimetableEntry

# So long an ended session can still say why it ended.
KEEP_ENDED = timedelta(days=30)


@shared_task(name="practices.forget_sessions")
def forget_ended_sessions() -> int:
    """Delete sessions that ended a month ago, with the network addresses they came from."""
    return forget_sessions(before=timezone.now() - KEEP_ENDED)


TIMETABLE = {
    "forget ended sessions": TimetableEntry(forget_ended_sessions.name, crontab(hour=3, minute=40)),
}
