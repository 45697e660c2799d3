"""The state changes of the dispatcher: short transactions as the role that sees the outbox only.

Times are the database's clock, never the worker's, unless a test gives an instant. It is the
statement's time, because an index cannot be searched for clock_timestamp(), which is volatile.
"""

import json
import os
import socket
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import OperationalError, connection
from psycopg.errors import LockNotAvailable

from coachops.outbox.queue import LAST
from coachops.outbox.registry import ClaimedMessage
from coachops.tenancy.scope import dispatching

MAY_HAVE_BEEN_SENT = "may have been sent"

# What is claimed is the claimer's own; its rows are called "due".
_TAKE = """
UPDATE outbox_message AS message SET
  state = 'sending', attempts = attempts + 1, claim = gen_random_uuid(),
  claimed_by = %(worker)s, handoff_at = NULL, lease_until = @lease
FROM due WHERE message.id = due.id
RETURNING message.id, practice_id, claim, kind, key, subject_id, recipient, payload::text,
  body, due_at, not_after, attempts, unsure, coalesce(not_after <= @now, false),
  priority
"""

_CLOCK = "coalesce(%(now)s::timestamptz, statement_timestamp())"
_LEASE = f"{_CLOCK} + make_interval(secs => %(lease)s::float8)"


def _timed(sql: str) -> str:
    """The statement with its marks filled in: @take, @now, and @lease for when a lease ends."""
    return sql.replace("@take", _TAKE).replace("@now", _CLOCK).replace("@lease", _LEASE)


# Messages lost before they were handed over come back spread in time after the first loss, so that
# one that kills its worker does not take the same neighbours with it again.
_REAP = _timed("""
WITH lost AS (
  SELECT id, handoff_at IS NOT NULL AND kind = ANY(%(held)s::text[]) AS held,
         attempts >= max_attempts AS spent
  FROM outbox_message WHERE state = 'sending' AND lease_until < @now
  ORDER BY lease_until LIMIT 500 FOR UPDATE SKIP LOCKED
)
UPDATE outbox_message AS message SET
  state = CASE WHEN held OR spent THEN 'dead' ELSE 'pending' END,
  body = CASE WHEN held OR spent THEN '' ELSE body END,
  unsure = unsure + (handoff_at IS NOT NULL)::int,
  lease_until = NULL,
  due_at = @now + make_interval(secs => (attempts - 1) * 30 * random()),
  last_error = CASE WHEN handoff_at IS NULL THEN 'the worker was lost before sending'
                    ELSE 'the worker was lost while sending: may have been sent' END
FROM lost WHERE message.id = lost.id
""")

_CLAIM = _timed("""
WITH due AS (
  SELECT id FROM outbox_message WHERE state = 'pending' AND due_at <= @now AND priority < %(last)s
  ORDER BY priority, due_at LIMIT %(batch)s FOR UPDATE SKIP LOCKED
)
@take""")

# What takes minutes is claimed alone, when nothing else waits, and only so many at a time: else
# two exports hold up the mail of everybody. Who may look is told by a lock in a statement before,
# so that two workers cannot both find the place free.
_MAY_CLAIM_LONG = _timed("""
SELECT pg_try_advisory_xact_lock(%(lock)s) FROM (
  SELECT FROM outbox_message WHERE state = 'pending' AND due_at <= @now AND priority >= %(last)s
  LIMIT 1) waiting
""")
_CLAIM_LONG = _timed("""
WITH due AS (
  SELECT id FROM outbox_message WHERE state = 'pending' AND due_at <= @now AND priority >= %(last)s
    AND %(at_once)s > (SELECT count(*) FROM outbox_message
                       WHERE state = 'sending' AND lease_until > @now AND priority >= %(last)s)
  ORDER BY due_at LIMIT 1 FOR UPDATE SKIP LOCKED
)
@take""")
_LONG_LOCK = 0x636F_6163_686F_7073

_RENEWED = _timed("""
UPDATE outbox_message SET lease_until = @lease
WHERE id = %(id)s AND claim = %(claim)s AND state = 'sending'
""")

# The lease starts anew, so that a slow delivery late in a batch is not taken for a lost one.
_HAND_OFF = _timed("""
UPDATE outbox_message SET handoff_at = @now, lease_until = @lease
WHERE id = %(id)s AND claim = %(claim)s AND state = 'sending' AND lease_until > @now
  AND (not_after IS NULL OR not_after > @now)
""")

# Also a worker whose lease ran out may say that it did send, until somebody else has the claim.
_SENT = _timed("""
UPDATE outbox_message SET state = 'sent', sent_at = @now, lease_until = NULL, last_error = '',
  body = ''
WHERE id = %(id)s AND claim = %(claim)s
""")

_FAILED = _timed("""
UPDATE outbox_message SET
  state = CASE WHEN %(final)s OR attempts >= max_attempts THEN 'dead' ELSE 'pending' END,
  body = CASE WHEN %(final)s OR attempts >= max_attempts THEN '' ELSE body END,
  unsure = unsure + %(unsure)s, last_error = left(%(error)s, 300), lease_until = NULL,
  due_at = @now + make_interval(
    secs => least(3600, 15 * power(2, attempts - 1)) * (0.8 + 0.4 * random()))
WHERE id = %(id)s AND claim = %(claim)s AND state = 'sending'
""")

_EXPIRED = """
UPDATE outbox_message SET state = 'expired', lease_until = NULL, body = ''
WHERE id = %(id)s AND claim = %(claim)s AND state = 'sending'
"""

_POSTPONED = """
UPDATE outbox_message SET state = 'pending', lease_until = NULL, attempts = attempts - 1,
  due_at = %(until)s
WHERE id = %(id)s AND claim = %(claim)s AND state = 'sending'
"""

_RELEASED = """
UPDATE outbox_message SET state = 'pending', lease_until = NULL, attempts = attempts - 1
WHERE claim = ANY(%(claims)s::uuid[]) AND state = 'sending' AND handoff_at IS NULL
"""

_BEAT = """
INSERT INTO outbox_heartbeat AS beat (worker, drained_at, oldest_due_at)
SELECT %(worker)s, statement_timestamp(), min(due_at) FROM outbox_message
WHERE state = 'pending' AND due_at <= statement_timestamp()
ON CONFLICT (worker) DO UPDATE
SET drained_at = excluded.drained_at, oldest_due_at = excluded.oldest_due_at
WHERE beat.drained_at < statement_timestamp() - interval '5 seconds'
"""

_FORGET_MESSAGES = """
DELETE FROM outbox_message WHERE id IN (
  SELECT id FROM outbox_message
  WHERE state NOT IN ('pending', 'sending') AND created_at < %(before)s LIMIT 1000)
"""
_FORGET_WORKERS = """
DELETE FROM outbox_heartbeat WHERE drained_at < statement_timestamp() - interval '1 day'
"""


def worker_name() -> str:
    return f"{socket.gethostname()}:{os.getpid()}"[:80]


def lease_seconds() -> int:
    """How long a worker may be silent about a message before another one takes it."""
    return int(settings.OUTBOX_LEASE_SECONDS)


@dataclass(frozen=True)
class Store:
    """One dispatcher's view of the outbox. `now` replaces the database's clock in tests."""

    now: datetime | None = None
    worker: str = field(default_factory=worker_name)

    def open(self, held: list[str]) -> None:
        """Take back what lost workers held, and say that this one is alive."""
        with dispatching():
            self._run(_REAP, {"held": held})
            self._run(_BEAT, {"worker": self.worker})

    def claim(self, batch: int) -> list[ClaimedMessage]:
        """Take up to `batch` due messages: the urgent first, then those that wait longest.

        With nothing of these, one that takes minutes, unless enough of them are being worked on.
        """
        parameters = {
            "now": self.now,
            "batch": batch,
            "worker": self.worker,
            "lease": lease_seconds(),
            "last": LAST,
            "at_once": settings.OUTBOX_LONG_AT_ONCE,
            "lock": _LONG_LOCK,
        }
        with dispatching(), connection.cursor() as cursor:
            cursor.execute(_CLAIM, parameters)
            rows = cursor.fetchall()
            if not rows:
                cursor.execute(_MAY_CLAIM_LONG, parameters)
                if cursor.fetchone() == (True,):
                    cursor.execute(_CLAIM_LONG, parameters)
                    rows = cursor.fetchall()
        rows.sort(key=lambda row: (row[-1], row[9]))
        return [_claimed(row[:-1]) for row in rows]

    def hand_off(self, message: ClaimedMessage, lease: int) -> bool:
        """Write down that the content is leaving now. False: the message is not ours any more.

        Other claims lock the row for a moment, which is waited for. Whoever holds it longer than
        the role's lock timeout is withdrawing it; if that is rolled back, the lease brings it back.
        """
        try:
            return self._change(_HAND_OFF, message, lease=lease or lease_seconds()) == 1
        except OperationalError as error:
            if isinstance(error.__cause__, LockNotAvailable):
                return False
            raise

    def renew(self, message: ClaimedMessage, lease: float) -> None:
        """The lease begins anew: whoever works on it is alive."""
        self._change(_RENEWED, message, lease=lease)

    def sent(self, message: ClaimedMessage) -> None:
        self._change(_SENT, message)

    def expired(self, message: ClaimedMessage) -> None:
        self._change(_EXPIRED, message)

    def postponed(self, message: ClaimedMessage, until: datetime) -> None:
        """Let it wait until then. It does not count as an attempt."""
        self._change(_POSTPONED, message, until=until)

    def failed(self, message: ClaimedMessage, error: str, *, final: bool, unsure: bool) -> None:
        """Try again after 15 s * 2^n (at most an hour, 20 % either way), or give up."""
        # PostgreSQL text cannot hold NUL, and a server's answer may.
        text = error.replace("\x00", "")
        self._change(_FAILED, message, final=final, unsure=int(unsure), error=text)

    def release(self, messages: list[ClaimedMessage]) -> None:
        """Give back what was claimed and not begun; it does not count as an attempt."""
        if messages:
            with dispatching():
                self._run(_RELEASED, {"claims": [message.claim for message in messages]})

    def _change(self, sql: str, message: ClaimedMessage, **parameters: Any) -> int:
        with dispatching():
            return self._run(sql, {"id": message.id, "claim": message.claim, **parameters})

    def _run(self, sql: str, parameters: Mapping[str, Any]) -> int:
        with connection.cursor() as cursor:
            cursor.execute(sql, {"now": self.now, **parameters})
            return int(cursor.rowcount)


def forget(*, before: datetime) -> int:
    """Delete finished messages created before that instant; how many there were."""
    forgotten = 0
    while True:
        with dispatching(), connection.cursor() as cursor:
            cursor.execute(_FORGET_MESSAGES, {"before": before})
            deleted = int(cursor.rowcount)
            cursor.execute(_FORGET_WORKERS)
        forgotten += deleted
        if deleted == 0:
            return forgotten


def _claimed(row: tuple[Any, ...]) -> ClaimedMessage:
    values = list(row)
    payload_at = 7
    values[payload_at] = json.loads(values[payload_at])
    return ClaimedMessage(*values)
