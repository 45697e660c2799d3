"""Scheduling on the timetable."""

import logging
from datetime import timedelta
from uuid import UUID

from celery import shared_task
from celery.schedules import crontab
from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from coachops.mail.inbound import MailboxUnreachable, read_mailbox
from coachops.tenancy.celery import TimetableEntry
from coachops.tenancy.scope import dispatching, scope, system_scope
from scheduling.invitations import BIGGEST_MESSAGE
from scheduling.services.asking import ask_who_is_due, nudge_who_waits
from scheduling.services.holds import forget_released_holds
from scheduling.services.replies import take_mail
from scheduling.services.zone_changes import note_zone_changes

logger = logging.getLogger(__name__)


@shared_task(name="scheduling.read_replies", soft_time_limit=300)
def read_replies() -> int:
    """Answers to invitations from the mailbox, where there is one; how many mails were read.

    Two runs at once do no harm: the same answer twice is one answer.
    """
    mailbox = settings.INBOUND_MAIL.mailbox
    if mailbox is None:
        return 0
    try:
        return read_mailbox(mailbox, _take, biggest=BIGGEST_MESSAGE)
    except MailboxUnreachable as error:
        logger.warning("the mailbox for answers cannot be read: %s", error)
        return 0


@shared_task(name="scheduling.ask_to_book", soft_time_limit=600)
def ask_to_book() -> int:
    """Ask and remind clients of what their programs say is due; how many heard of it.

    Every practice in a transaction of its own. Running twice asks once.
    """
    asked = 0
    for practice_id in _practices():
        try:
            with scope(system_scope(practice_id)), transaction.atomic():
                now = timezone.now()
                asked += ask_who_is_due(now=now) + nudge_who_waits(now=now)
        except Exception:  # trouble in one practice is not the next one's
            logger.exception("clients of practice %s were not asked to book", practice_id)
    return asked


@shared_task(name="scheduling.forget_holds", soft_time_limit=600)
def forget_holds() -> int:
    """Delete what was held for a while and let go of, a day later; how much that was."""
    forgotten, before = 0, timezone.now() - timedelta(days=1)
    for practice_id in _practices():
        try:
            with scope(system_scope(practice_id)):
                forgotten += forget_released_holds(before=before)
        except Exception:  # trouble in one practice is not the next one's
            logger.exception("holds of practice %s were not forgotten", practice_id)
    return forgotten


@shared_task(name="scheduling.note_zone_changes", soft_time_limit=600)
def note_changed_zones() -> int:
    """Which sessions stand at another wall time than was meant; how many newly do.

    Once a night: the rules come with a release, which restarts the workers.
    """
    noted, now = 0, timezone.now()
    for practice_id in _practices():
        try:
            with scope(system_scope(practice_id)):
                noted += note_zone_changes(now=now)
        except Exception:  # trouble in one practice is not the next one's
            logger.exception("the clocks of practice %s were not looked at", practice_id)
    return noted


def _practices() -> list[UUID]:
    """Ids alone: a round looks across practices, and at nothing else of them."""
    with dispatching(), connection.cursor() as cursor:
        cursor.execute("SELECT id FROM practices_practice ORDER BY id")
        return [row[0] for row in cursor.fetchall()]


def _take(mail: bytes) -> bool:
    return take_mail(mail, now=timezone.now()).is_dealt_with


TIMETABLE = {
    "read answers to invitations": TimetableEntry(read_replies.name, 60.0, expires=60.0),
    "ask clients to book": TimetableEntry(ask_to_book.name, crontab(hour=6, minute=35)),
    "note changed zones": TimetableEntry(note_changed_zones.name, crontab(hour=3, minute=20)),
    "forget holds": TimetableEntry(forget_holds.name, crontab(hour=3, minute=50)),
}
