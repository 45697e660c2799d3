"""Ask for a side effect: a row in the caller's own transaction. Nothing here talks to a broker."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

from coachops.tenancy.models import uuid7
from coachops.tenancy.scope import ScopeError, current_practice_id, current_scope

type Payload = Mapping[str, str | int | float | bool | list[str] | None]
type Row = dict[str, Any]

FIRST = 0
ORDINARY = 5
# What takes a worker a minute: nothing that was claimed together with it waits behind it.
LAST = 9

# Withdrawn and expired rows are revived, so that a session moved away and back is reminded again;
# waiting, sent and dead ones stay as they are, so that a replay does nothing. The rows come as one
# value, so that any number of them is the same prepared statement. Only global rows have a body,
# and come alone: the web role may not read it back as excluded.
_INSERT = """
INSERT INTO outbox_message AS message
  (id, practice_id, kind, key, subject_id, recipient, payload, body, priority, due_at, not_after,
   state, attempts, max_attempts, claimed_by, last_error, unsure, created_at)
SELECT id, practice_id, kind, key, subject_id, recipient, payload, body, priority,
  coalesce(due_at, statement_timestamp()), not_after,
  'pending', 0, 8, '', '', 0, statement_timestamp()
FROM json_to_recordset(%(rows)s::json) AS wanted
  (id uuid, practice_id uuid, kind text, key text, subject_id uuid, recipient text, payload jsonb,
   body text, priority smallint, due_at timestamptz, not_after timestamptz)
ON CONFLICT (practice_id, key) DO UPDATE SET
  kind = excluded.kind, subject_id = excluded.subject_id, recipient = excluded.recipient,
  payload = excluded.payload, body = %(body)s, priority = excluded.priority,
  due_at = excluded.due_at, not_after = excluded.not_after, state = 'pending', attempts = 0,
  claim = NULL, handoff_at = NULL, lease_until = NULL, last_error = ''
WHERE message.state IN ('cancelled', 'expired')
RETURNING message.id, message.key
"""

# A row that a worker has claimed but not handed over is withdrawn too: its claim no longer counts.
_WITHDRAW = """
UPDATE outbox_message SET state = 'cancelled', claim = NULL, lease_until = NULL, body = ''
WHERE practice_id = %(practice)s AND key >= %(first)s AND key < %(last)s
  AND (state = 'pending' OR (state = 'sending' AND handoff_at IS NULL))
"""
_AFTER_EVERY_KEY = chr(0x10FFFF)
_waiting: ContextVar[list[Row] | None] = ContextVar("outbox_waiting", default=None)
_watching: ContextVar[list[Row] | None] = ContextVar("outbox_watching", default=None)


@dataclass(frozen=True, slots=True)
class Timing:
    """When a message is due (None: at once), until when it makes sense, and what goes first."""

    due_at: datetime | None = None
    not_after: datetime | None = None
    priority: int = ORDINARY


def enqueue(  # noqa: PLR0913 -- the columns of one row, all by name
    *,
    kind: str,
    key: str,
    due_at: datetime,
    subject_id: UUID | None = None,
    recipient: str = "",
    payload: Payload | None = None,
    not_after: datetime | None = None,
    priority: int = ORDINARY,
) -> UUID | None:
    """Ask for one side effect of the active practice, at `due_at`, and never twice for one key.

    Returns the row's id, or None when the key is taken by a row that waits, was sent or was given
    up. The payload holds ids and short facts, never a person's words. Raises ScopeError outside a
    practice.
    """
    return _insert(
        practice_id=current_practice_id(),
        columns={
            "kind": kind,
            "key": key,
            "subject_id": subject_id,
            "recipient": recipient,
            "payload": dict(payload or {}),
            "body": "",
        },
        timing=Timing(due_at=due_at, not_after=not_after, priority=priority),
    )


def enqueue_global(
    *, kind: str, key: str, recipient: str, body: str, timing: Timing | None = None
) -> UUID | None:
    """Ask for a side effect that belongs to no practice, with its content, at once and first.

    The content can be read by the dispatcher alone and is emptied when the message is finished.
    Raises ScopeError inside a practice: what happens there is a row of that practice.
    """
    active = current_scope()
    if active is not None and active.practice_id is not None:
        raise ScopeError("a message without a practice was asked for inside a practice")
    return _insert(
        practice_id=None,
        columns={
            "kind": kind,
            "key": key,
            "subject_id": None,
            "recipient": recipient,
            "payload": {},
            "body": body,
        },
        timing=timing or Timing(priority=FIRST),
    )


def withdraw(*, key_prefix: str) -> int:
    """Cancel what waits under keys that start so, in the caller's transaction; how many there were.

    What has been handed over already cannot be called back and is left alone.
    """
    if not key_prefix:
        raise ValueError("an empty prefix would withdraw everything of the practice")
    with connection.cursor() as cursor:
        cursor.execute(
            _WITHDRAW,
            {
                "practice": current_practice_id(),
                "first": key_prefix,
                "last": key_prefix + _AFTER_EVERY_KEY,
            },
        )
        return int(cursor.rowcount)


@contextmanager
def together() -> Iterator[None]:
    """Ask for everything inside in one statement, at the end of the block.

    Meanwhile `enqueue` answers None, and a key may come once. What is withdrawn inside is
    withdrawn at once, so before what the block asks for.
    """
    rows: list[Row] = []
    waiting = _waiting.set(rows)
    try:
        yield
    finally:
        _waiting.reset(waiting)
    if rows:
        _write(rows)


@contextmanager
def watched() -> Iterator[list[Row]]:
    """Hand out what is asked for inside, as it is written: for whoever wants to look before it is.

    Keys that were taken are left out, as nothing comes of them.
    """
    rows: list[Row] = []
    token = _watching.set(rows)
    try:
        yield rows
    finally:
        _watching.reset(token)


def show(row: Row) -> None:
    """Hand a row that is to go out once more to whoever looks (`watched`)."""
    watching = _watching.get()
    if watching is not None:
        watching.append(row)


def _insert(*, practice_id: UUID | None, columns: Row, timing: Timing) -> UUID | None:
    row = {
        "id": uuid7(),
        "practice_id": practice_id,
        **columns,
        "priority": timing.priority,
        "due_at": timing.due_at,
        "not_after": timing.not_after,
    }
    waiting = _waiting.get()
    if waiting is not None:
        waiting.append(row)
        return None
    return _write([row])


def _write(rows: list[Row]) -> UUID | None:
    """The id of the first row that was written."""
    values = {"rows": json.dumps(rows, default=str), "body": rows[0]["body"]}
    with connection.cursor() as cursor:
        cursor.execute(_INSERT, values)
        found = cursor.fetchall()
    watching = _watching.get()
    if watching is not None:
        written = {key for _id, key in found}
        watching.extend(row for row in rows if row["key"] in written)
    return found[0][0] if found else None
