"""One unchanging view of the whole practice, for as long as it takes to write it out."""

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from typing import NamedTuple
from uuid import UUID

from django.db import connection, transaction
from psycopg import IsolationLevel

from coachops.tenancy.scope import scope, system_scope, transferring
from coachops.transfer.services.archive_plan import Table

_PATIENCE = "SET LOCAL statement_timeout = '10min'"
_SILENCE = "SET LOCAL idle_in_transaction_session_timeout = '10min'"
# One process of the database, whatever there is to read: the others are for pages.
_ALONE = "SET LOCAL max_parallel_workers_per_gather = 0"
_ROWS = 250


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
                cursor.execute(_ALONE)
            yield
    finally:
        if not nested and connection.connection is not None and not connection.connection.closed:
            connection.connection.isolation_level = None


class Line(NamedTuple):
    """A row as PostgreSQL writes it. `is_special`: it holds a key, or names a file."""

    id: bytes
    text: str
    is_special: bool


def rows_of_table(table: Table) -> Iterator[list[Line]]:
    """Each row as JSON, with `_owner`, whose key opens it; some hundred at a time.

    The database writes the lines, since reading and writing them anew would be most of the work.
    """
    statement = (
        f"SELECT uuid_send(line.id), row_to_json(line)::text, {table.special_sql}"  # noqa: S608 -- names of ours
        f' FROM (SELECT t.*, ({table.owner_sql}) AS "_owner" FROM "{table.name}" t'
        " WHERE t.practice_id = (SELECT app.practice_id()) ORDER BY t.id) line"
    )
    role = transferring() if table.is_behind_doors else nullcontext()
    with role, connection.chunked_cursor() as cursor:
        cursor.execute(statement)
        while rows := cursor.fetchmany(_ROWS):
            yield [Line(*row) for row in rows]
