"""Rows by the thousand. COPY does not write through row-level security, an INSERT does."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from django.db import connection
from django.db.models import Field, JSONField, Model
from django.utils import timezone
from psycopg import sql
from psycopg.types.json import Jsonb

from coachops.tenancy.scope import transferring

_BESIDE = sql.SQL("CREATE TEMP TABLE IF NOT EXISTS {0} AS SELECT {1} FROM {2} WITH NO DATA")
_COPY = sql.SQL("COPY {0} ({1}) FROM STDIN")
_INSERT = sql.SQL("INSERT INTO {2} ({1}) SELECT {1} FROM {0}")
_EMPTY = sql.SQL("DELETE FROM {0}")


@dataclass(frozen=True, slots=True)
class _Way:
    """How rows of one model are written: what is sent, and how each value is read from a row."""

    beside: str
    copy: str
    insert: str
    empty: str
    values: tuple[Callable[[Any, datetime], Any], ...]


def insert[M](model: type[M], rows: Iterable[M]) -> list[M]:
    """The rows, written as the role and in the practice of the scope; what `save` does is not done.

    They are copied into a table of this connection first, so call it inside a transaction.
    """
    made = list(rows)
    if made:
        _write(_way(model, "copied"), made)  # type: ignore[arg-type]  # every M is a model
    return made


def insert_anybodys[M](model: type[M], rows: Iterable[M]) -> list[M]:
    """The same for what only its author may write, for many authors at once: as rows of a practice
    that comes in. Needs the system's scope."""
    made = list(rows)
    if made:
        with transferring():
            _write(_way(model, "carried"), made)  # type: ignore[arg-type]  # every M is a model
    return made


def _write(way: _Way, rows: list[Any]) -> None:
    now = timezone.now()
    with connection.cursor() as cursor:
        cursor.execute(way.beside)
        with cursor.copy(way.copy) as copy:
            for row in rows:
                copy.write_row([value(row, now) for value in way.values])
        cursor.execute(way.insert)
        cursor.execute(way.empty)


@cache
def _way(model: type[Model], prefix: str) -> _Way:
    """Each role has tables of its own to copy into."""
    fields: list[Any] = [field for field in model._meta.concrete_fields if not field.generated]
    parts = (
        sql.Identifier(f"{prefix}_{model._meta.db_table}"[:63]),
        sql.SQL(", ").join(sql.Identifier(field.column) for field in fields),
        sql.Identifier(model._meta.db_table),
    )
    beside, copy, written, empty = (
        statement.format(*parts).as_string() for statement in (_BESIDE, _COPY, _INSERT, _EMPTY)
    )
    return _Way(beside, copy, written, empty, tuple(_reader(field) for field in fields))


def _reader(field: "Field[Any, Any]") -> Callable[[Any, datetime], Any]:
    name = field.attname
    if isinstance(field, JSONField):
        return lambda row, _now: Jsonb(getattr(row, name))
    if getattr(field, "auto_now_add", False):
        return lambda row, now: now if getattr(row, name) is None else getattr(row, name)
    return lambda row, _now: getattr(row, name)
