"""Rows by the thousand. COPY does not write through row-level security, an INSERT does."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import Field, JSONField
from django.utils import timezone
from psycopg import sql
from psycopg.types.json import Jsonb

_BESIDE = sql.SQL("CREATE TEMP TABLE IF NOT EXISTS {0} AS SELECT {1} FROM {2} WITH NO DATA")
_COPY = sql.SQL("COPY {0} ({1}) FROM STDIN")
_INSERT = sql.SQL("INSERT INTO {2} ({1}) SELECT {1} FROM {0}")
_EMPTY = sql.SQL("DELETE FROM {0}")


def insert[M](model: type[M], rows: Iterable[M]) -> list[M]:
    """The rows, written as the role and in the practice of the scope; what `save` does is not done.

    They are copied into a table of this connection first, so call it inside a transaction.
    """
    made = list(rows)
    meta: Any = model._meta  # type: ignore[attr-defined]
    fields = [field for field in meta.concrete_fields if not field.generated]
    parts = (
        sql.Identifier(f"copied_{meta.db_table}"),
        sql.SQL(", ").join(sql.Identifier(field.column) for field in fields),
        sql.Identifier(meta.db_table),
    )
    now = timezone.now()
    with connection.cursor() as cursor:
        cursor.execute(_BESIDE.format(*parts))
        with cursor.copy(_COPY.format(*parts)) as copy:
            for row in made:
                copy.write_row([_value(row, field, now) for field in fields])
        cursor.execute(_INSERT.format(*parts))
        cursor.execute(_EMPTY.format(*parts))
    return made


def _value(row: Any, field: "Field[Any, Any]", now: datetime) -> Any:
    value = getattr(row, field.attname)
    if isinstance(field, JSONField):
        return Jsonb(value)
    return now if value is None and getattr(field, "auto_now_add", False) else value
