"""How each mail ended, copied into its log from the outbox, which forgets after ninety days.

At the end of every drain for what it handled; each night for what a lost worker left behind.
"""

import logging
from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.db import DatabaseError, connection, transaction

from coachops.correspondence.models import DigestLine, MailLogEntry
from coachops.tenancy.scope import current_practice_id, scope, system_scope

logger = logging.getLogger(__name__)

FORGOTTEN_AFTER: Final = timedelta(days=90)
LINES_FORGOTTEN_AFTER: Final = timedelta(days=30)

# What was switched off, held back or gathered keeps that; the outbox knows no such ends.
_SETTLE: Final = """
UPDATE correspondence_maillogentry AS entry SET
  state = CASE message.state
    WHEN 'sent' THEN 'sent' WHEN 'dead' THEN 'given_up' WHEN 'pending' THEN 'waiting'
    WHEN 'sending' THEN 'sending' ELSE 'not_sent' END,
  may_have_been_sent = message.unsure > 0 AND message.state <> 'sent',
  due_at = CASE WHEN message.state = 'pending' THEN message.due_at END,
  settled_at = CASE WHEN message.state IN ('pending', 'sending') THEN NULL
    ELSE coalesce(message.sent_at, statement_timestamp()) END
FROM outbox_message AS message
WHERE entry.practice_id = %(practice)s AND message.practice_id = %(practice)s
  AND message.id = entry.message_id AND entry.settled_at IS NULL
  AND entry.state NOT IN ('off', 'held', 'digest')
  AND (entry.message_id = ANY(%(messages)s::uuid[]) OR %(all)s)
"""

_handled: defaultdict[UUID, list[UUID]] = defaultdict(list)


def to_be_settled(practice_id: UUID, message_id: UUID) -> None:
    """This process has a message in its hands: look at its end when the drain is over."""
    _handled[practice_id].append(message_id)


def settle_handled() -> None:
    """Called at the end of every drain, outside of every scope. Trouble waits for the night."""
    handled = dict(_handled)
    _handled.clear()
    for practice_id, messages in handled.items():
        try:
            with scope(system_scope(practice_id)), transaction.atomic():
                settle(messages)
        except DatabaseError as error:
            logger.warning("the mail log is settled later: %s", type(error).__name__)


def settle(messages: Iterable[UUID] | None = None) -> int:
    """Copy the ends of these messages (None: of all) of the active practice; how many lines."""
    with connection.cursor() as cursor:
        cursor.execute(
            _SETTLE,
            {
                "practice": current_practice_id(),
                "messages": list(messages or ()),
                "all": messages is None,
            },
        )
        return int(cursor.rowcount)


@transaction.atomic
def forget_old(*, now: datetime) -> int:
    """Forget old mail in no client's log, and lines of digests that have gone out."""
    others = MailLogEntry.objects.filter(client=None, written_at__lt=now - FORGOTTEN_AFTER)
    lines = DigestLine.objects.filter(written_at__lt=now - LINES_FORGOTTEN_AFTER)
    return int(others.delete()[0]) + int(lines.delete()[0])
