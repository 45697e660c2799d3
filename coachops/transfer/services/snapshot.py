"""One unchanging view of the whole practice, for as long as it takes to write it out."""

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

from django.db import connection, transaction
from psycopg import IsolationLevel

from coachops.tenancy.scope import scope, system_scope, transferring

_PATIENCE = "SET LOCAL statement_timeout = '10min'"
_SILENCE = "SET LOCAL idle_in_transaction_session_timeout = '10min'"
_ROWS = 1_000


@contextmanager
def snapshot(practice_id: UUID) -> Iterator[None]:
    """A transaction that sees the practice as it is now, whatever is written meanwhile."""
    nested = connection.in_atomic_block
    if not nested:
        connection.ensure_connection()
        connection.connection.isolation_level = IsolationLevel.REPEATABLE_READ
    try:
        with scope(system_scope(practice_id)), transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute(_PATIENCE)
                cursor.execute(_SILENCE)
            yield
    finally:
        if not nested and connection.connection is not None and not connection.connection.closed:
            connection.connection.isolation_level = None


def rows_of_table(name: str, owner_sql: str, *, behind_doors: bool) -> Iterator[tuple[str, str]]:
    """Each row as JSON, as PostgreSQL writes it, and whose key opens it. Bounded memory."""
    statement = (
        f"SELECT to_jsonb(t)::text, ({owner_sql})::text"  # noqa: S608 -- names of ours
        f' FROM "{name}" t WHERE practice_id = (SELECT app.practice_id()) ORDER BY id'
    )
    if not behind_doors:
        yield from _fetched(statement)
        return
    with transferring():
        yield from _fetched(statement)


def _fetched(statement: str) -> Iterator[tuple[str, str]]:
    with connection.chunked_cursor() as cursor:
        cursor.execute(statement)
        while rows := cursor.fetchmany(_ROWS):
            yield from rows
