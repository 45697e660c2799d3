"""The outbox on the timetable: looked through each second, tidied each night."""

from datetime import timedelta

from celery import shared_task
from celery.schedules import crontab
from django.utils import timezone

from coachops.outbox.engine import drain
from coachops.outbox.store import forget
from coachops.tenancy.celery import TimetableEntry

KEEP_FINISHED = timedelta(days=90)


@shared_task(name="outbox.drain", soft_time_limit=600)
def drain_outbox() -> int:
    """Deliver what is due.

    With a backlog every free process is busy within seconds, because the timetable asks each
    second; waking another from here would mean waiting for a broker that may be gone.
    """
    return drain()


@shared_task(name="outbox.forget")
def forget_finished() -> int:
    """Delete finished messages after 90 days: they hold addresses."""
    return forget(before=timezone.now() - KEEP_FINISHED)


TIMETABLE = {
    "drain the outbox": TimetableEntry(drain_outbox.name, 1.0, expires=2.0),
    "forget finished messages": TimetableEntry(forget_finished.name, crontab(hour=3, minute=20)),
}
