"""Reports on the timetable: those that are due, and reviews that nobody answered."""

import logging
from uuid import UUID

from celery import shared_task
from celery.schedules import crontab
from django.db import connection, transaction
from django.utils import timezone

from coachops.tenancy.celery import TimetableEntry
from coachops.tenancy.scope import dispatching, scope, system_scope
from tracking.services.preparation import ask_preparations
from tracking.services.reports import open_due_reports, pass_silent_reviews

logger = logging.getLogger(__name__)


@shared_task(name="tracking.reports", soft_time_limit=600)
def look_after_reports() -> int:
    """Every practice in a transaction of its own; how many reports were opened or passed."""
    changed = 0
    for practice_id in _practices():
        try:
            changed += _in_practice(practice_id)
        except Exception:  # trouble in one practice is not the next one's
            logger.exception("reports of practice %s were not looked after", practice_id)
    return changed


@shared_task(name="tracking.preparations", soft_time_limit=600)
def ask_before_sessions() -> int:
    """Every practice in a transaction of its own; about how many sessions was asked."""
    asked = 0
    for practice_id in _practices():
        try:
            with scope(system_scope(practice_id)), transaction.atomic():
                asked += ask_preparations(now=timezone.now())
        except Exception:  # trouble in one practice is not the next one's
            logger.exception("preparations of practice %s were not asked", practice_id)
    return asked


def _in_practice(practice_id: UUID) -> int:
    now = timezone.now()
    with scope(system_scope(practice_id)), transaction.atomic():
        return open_due_reports(now=now) + pass_silent_reviews(now=now)


def _practices() -> list[UUID]:
    """Ids alone: the round is the one place that looks across practices."""
    with dispatching(), connection.cursor() as cursor:
        cursor.execute("SELECT id FROM practices_practice ORDER BY id")
        return [row[0] for row in cursor.fetchall()]


TIMETABLE = {
    "ask before sessions": TimetableEntry(ask_before_sessions.name, crontab(minute="*/15")),
    "look after progress reports": TimetableEntry(look_after_reports.name, crontab(minute=10)),
}
