"""Transfers on the timetable: files that have been kept long enough."""

import logging
from uuid import UUID

from celery import shared_task
from celery.schedules import crontab
from django.db import connection, transaction
from django.utils import timezone

from coachops.tenancy.celery import TimetableEntry
from coachops.tenancy.scope import dispatching, scope, system_scope
from coachops.transfer.services.forgetting import forget_expired

logger = logging.getLogger(__name__)


@shared_task(name="transfer.forget", soft_time_limit=600)
def forget_files() -> int:
    """Every practice in a transaction of its own; how many transfers lost their files."""
    forgotten = 0
    for practice_id in _practices():
        try:
            with scope(system_scope(practice_id)), transaction.atomic():
                forgotten += forget_expired(now=timezone.now())
        except Exception:  # trouble in one practice is not the next one's
            logger.exception("files of practice %s were not removed", practice_id)
    return forgotten


def _practices() -> list[UUID]:
    """Ids alone: the round is the one place that looks across practices."""
    with dispatching(), connection.cursor() as cursor:
        cursor.execute("SELECT id FROM practices_practice ORDER BY id")
        return [row[0] for row in cursor.fetchall()]


TIMETABLE = {
    "forget transferred files": TimetableEntry(forget_files.name, crontab(hour=3, minute=20)),
}
