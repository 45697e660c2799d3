"""What many tests begin with, built once a process by the product's own services.

The statements of the first time are kept; every other test has them written in one go, and gets
copies of the objects of its own. What is written often is written by functions of the session,
which PostgreSQL plans once.
"""

import io
import pickle
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, fields, is_dataclass
from datetime import datetime, timedelta
from typing import Any

import psycopg
from django.db import connection, models, transaction
from django.utils import timezone

from tests.cast import practice_day

WRITES = ("INSERT", "UPDATE", "DELETE", "WITH", "SELECT set_config")
# The wall takes some rows only within five minutes of their date.
FRESH = timedelta(minutes=4)
# What stands in pg_stat_xact_user_tables too, with much else that takes long to find.
_ROWS_WRITTEN = """
SELECT relname, written
FROM pg_class, LATERAL (
    SELECT pg_stat_get_xact_tuples_inserted(oid) + pg_stat_get_xact_tuples_updated(oid)
        + pg_stat_get_xact_tuples_deleted(oid) AS written
) AS counted
WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace AND written > 0
"""
# In one function. PostgreSQL stops a statement that takes long, and a call is one statement.
TOGETHER = 100


@dataclass(frozen=True, eq=False)
class _Kept:
    name: str
    built_at: datetime
    statements: list[bytes]
    objects: bytes
    rows: int

    def write(self) -> None:
        """In the transaction that is open. The first time in a session as it was written."""
        if _functions.get(self.name) == (connection.connection, self):
            found = [f"SELECT {name}()".encode() for name, _ in self._parts()]
        else:
            _wanted.append(self)
            found = self.statements
        with connection.cursor() as cursor:
            cursor.execute(b";\n".join(found))
        _forget_who_acts()

    def make_functions(self) -> None:
        """What writes it from now on, as long as this session lasts."""
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET LOCAL check_function_bodies = off")  # they are known to work
            for name, part in self._parts():
                made = f"CREATE OR REPLACE FUNCTION {name}() RETURNS text LANGUAGE sql AS $again$"
                cursor.execute(b"%s%s;\nSELECT ''$again$" % (made.encode(), b";\n".join(part)))
        _functions[self.name] = (connection.connection, self)

    def _parts(self) -> Iterator[tuple[str, list[bytes]]]:
        for number, first in enumerate(range(0, len(self.statements), TOGETHER)):
            name = f"pg_temp.write_{self.name}_{number}"
            yield name, self.statements[first : first + TOGETHER]


_kept: dict[object, _Kept] = {}
# Those written as they were: next time there shall be functions for them.
_wanted: list[_Kept] = []
# By name, in which session there are functions, and what they write.
_functions: dict[str, tuple[object, _Kept]] = {}
# By the id of its first object: rows written when the newest of what is built upon it was made.
_rows_with: dict[str, int] = {}


def once_then_again[T](name: str, build: Callable[[], T], *, given: object = None) -> T:
    """What `build` makes, in the transaction that is open; without one it is simply built.

    `given`: a dataclass from here whose objects it builds upon; they are the same afterwards.
    Built anew on another day, after some minutes and for something else given; and built each time
    where a test has written more before, which may be found and built upon.
    """
    if not connection.in_atomic_block:
        return build()
    now = timezone.now()
    known = list(_models_in(given)) if given is not None else []
    first = str(known[0].pk) if known else ""
    before = _rows_written()
    if before != _rows_with.get(first, 0):
        return build()
    key = (name, first, before, practice_day(now))
    kept = _kept.get(key)
    if kept is not None and kept.built_at <= now < kept.built_at + FRESH:
        kept.write()
        made = _unpacked(kept.objects, [given, *known])
    else:
        with _written() as statements:
            made = build()
        packed = _packed(made, [given, *known])
        kept = _kept[key] = _Kept(name, now, statements, packed, _rows_written())
    _rows_with[str(next(_models_in(made)).pk)] = kept.rows
    return made  # type: ignore[no-any-return]


def prepare_to_write_again() -> None:
    """Call it before a transaction in which something is to be written again.

    PostgreSQL adds the rows of transactions that are over to its statistics once a second at most,
    and until then counts them as those of the one that is open.
    """
    while _wanted:
        _wanted.pop().make_functions()
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_stat_force_next_flush()")


def rows_written() -> dict[str, int]:
    """By table, PostgreSQL's own count for the transaction that is open, whatever the scope lets
    see or not. Tables into which nothing was written are left out.
    """
    with connection.cursor() as cursor:
        cursor.execute(_ROWS_WRITTEN)
        return dict(cursor.fetchall())


def _rows_written() -> int:
    return sum(rows_written().values())


@contextmanager
def _written() -> Iterator[list[bytes]]:
    """Every statement that changes something, with its values in it."""
    found: list[bytes] = []

    def keep(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        answer = execute(sql, params, many, context)
        if sql.lstrip().startswith(WRITES):
            writer = psycopg.ClientCursor(connection.connection)
            rows = params if many else [params]
            found.extend(writer.mogrify(sql, row).encode() for row in rows)
        return answer

    _forget_who_acts()
    with connection.execute_wrapper(keep):
        yield found


def _forget_who_acts() -> None:
    """The next statement says it: the first that is kept, and the first after those kept."""
    connection.told = None  # type: ignore[attr-defined]


def _models_in(part: object) -> Iterator[models.Model]:
    if isinstance(part, models.Model):
        yield part
    elif is_dataclass(part):
        for field in fields(part):
            yield from _models_in(getattr(part, field.name))


class _Packer(pickle.Pickler):
    def __init__(self, file: io.BytesIO, known: list[object]) -> None:
        super().__init__(file, pickle.HIGHEST_PROTOCOL)
        self._known = {id(each): number for number, each in enumerate(known) if each is not None}

    def persistent_id(self, obj: object) -> int | None:
        return self._known.get(id(obj))


class _Unpacker(pickle.Unpickler):
    def __init__(self, file: io.BytesIO, known: list[object]) -> None:
        super().__init__(file)
        self._known = known

    def persistent_load(self, number: int) -> object:
        return self._known[number]


def _packed(made: object, known: list[object]) -> bytes:
    file = io.BytesIO()
    _Packer(file, known).dump(made)
    return file.getvalue()


def _unpacked(packed: bytes, known: list[object]) -> object:
    return _Unpacker(io.BytesIO(packed), known).load()
