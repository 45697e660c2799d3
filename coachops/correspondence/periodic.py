"""The mail log on the timetable."""

import logging
from uuid import UUID

from celery import shared_task
from celery.schedules import crontab
from django.db import connection, transaction
from django.utils import timezone

from coachops.correspondence.services.settling import forget_old, settle
from coachops.tenancy.celery import TimetableEntry
from coachops.tenancy.scope import dispatching, scope, system_scope

logger = logging.getLogger(__name__)


@shared_task(name="correspondence.settle", soft_time_limit=800)
def settle_everywhere() -> int:
    """What a lost worker left open in the mail logs, and what is old; how many lines changed."""
    changed = 0
    for practice_id in _practices():
        try:
            with scope(system_scope(practice_id)), transaction.atomic():
                changed += settle() + forget_old(now=timezone.now())
        except Exception:  # trouble in one practice is not the next one's
            logger.exception("the mail log of practice %s was not settled", practice_id)
    return changed


def _practices() -> list[UUID]:
    """Ids alone: a round looks across practices, and at nothing else of them."""
    with dispatching(), connection.cursor() as cursor:
        cursor.execute("SELECT id FROM practices_practice ORDER BY id")
        return [row[0] for row in cursor.fetchall()]


# Before the outbox forgets what has finished.
TIMETABLE = {
    "settle the mail log": TimetableEntry(settle_everywhere.name, crontab(hour=3, minute=5)),
}
