"""The cache that all processes share: a table, written by one statement each time.

Django's own counts the whole table before every write, and adds by looking first. Here an upsert
decides, so that of two who add one key exactly one has added it, and a timetable clears away what
has expired. Keys, versions and timeouts are Django's.
"""

import base64
import pickle
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any, Final

from django.core.cache.backends.base import DEFAULT_TIMEOUT
from django.core.cache.backends.db import DatabaseCache
from django.db import connections, router, transaction
from django.db.backends.utils import CursorWrapper
from django.utils import timezone

FOREVER: Final = datetime.max.replace(tzinfo=UTC, microsecond=0)
_SET: Final = """
INSERT INTO {table} AS entry (cache_key, value, expires) VALUES (%s, %s, %s)
ON CONFLICT (cache_key) DO UPDATE SET value = excluded.value, expires = excluded.expires
"""
_ADD: Final = f"{_SET} WHERE entry.expires < %s"
_TOUCH: Final = "UPDATE {table} SET expires = %s WHERE cache_key = %s"
_GET: Final = "SELECT cache_key, value FROM {table} WHERE cache_key = ANY(%s) AND expires >= %s"
_DELETE: Final = "DELETE FROM {table} WHERE cache_key = ANY(%s)"
_LOCK: Final = "SELECT value FROM {table} WHERE cache_key = %s AND expires >= %s FOR NO KEY UPDATE"
_REPLACE: Final = "UPDATE {table} SET value = %s WHERE cache_key = %s"
_FORGET: Final = """
DELETE FROM {table} WHERE cache_key IN (
  SELECT cache_key FROM {table} WHERE expires < %s LIMIT %s FOR UPDATE SKIP LOCKED
)
"""
_COUNT: Final = "SELECT count(*) FROM {table}"
_CULL: Final = """
DELETE FROM {table} WHERE cache_key IN (
  SELECT cache_key FROM {table} ORDER BY expires LIMIT %s FOR UPDATE SKIP LOCKED
)
"""
BATCH: Final = 10_000


class SharedCache(DatabaseCache):
    """For PostgreSQL. Errors of the database are raised: a limit that nobody counts is none."""

    def get_many(self, keys: Iterable[Any], version: int | None = None) -> dict[Any, Any]:
        named = {self.make_and_validate_key(key, version=version): key for key in keys}
        if not named:
            return {}
        with self._cursor(router.db_for_read) as cursor:
            self._execute(cursor, _GET, [list(named), timezone.now()])
            return {named[key]: _unpickled(value) for key, value in cursor.fetchall()}

    def has_key(self, key: Any, version: int | None = None) -> bool:
        return bool(self.get_many([key], version=version))

    def incr(self, key: Any, delta: int = 1, version: int | None = None) -> int:
        """One after the other; how long the entry lives stays as it was."""
        name = self.make_and_validate_key(key, version=version)
        database = router.db_for_write(self.cache_model_class)
        with (
            transaction.atomic(using=database),
            self._cursor(router.db_for_write) as cursor,
        ):
            self._execute(cursor, _LOCK, [name, timezone.now()])
            row = cursor.fetchone()
            if row is None:
                raise ValueError(f"Key {key!r} not found")
            value = int(_unpickled(row[0])) + delta
            self._execute(cursor, _REPLACE, [_pickled(value), name])
        return value

    def clear_away(self, now: datetime) -> int:
        """Delete what has expired, and beyond the most entries those that expire first."""
        deleted = 0
        with self._cursor(router.db_for_write) as cursor:
            while True:
                self._execute(cursor, _FORGET, [now, BATCH])
                deleted += int(cursor.rowcount)
                if cursor.rowcount < BATCH:
                    break
            self._execute(cursor, _COUNT, [])
            too_many = cursor.fetchone()[0] - self._max_entries
            if too_many > 0:
                self._execute(cursor, _CULL, [too_many])
                deleted += int(cursor.rowcount)
        return deleted

    def _base_set(self, mode: str, key: str, value: Any, timeout: Any = DEFAULT_TIMEOUT) -> bool:
        lives_until = self.get_backend_timeout(timeout)
        expires = FOREVER if lives_until is None else datetime.fromtimestamp(lives_until, tz=UTC)
        statement, values = _SET, [key, _pickled(value), expires]
        if mode == "add":
            statement, values = _ADD, [*values, timezone.now()]
        elif mode == "touch":
            statement, values = _TOUCH, [expires, key]
        with self._cursor(router.db_for_write) as cursor:
            self._execute(cursor, statement, values)
            return bool(cursor.rowcount)

    def _base_delete_many(self, keys: Iterable[str]) -> bool:
        names = list(keys)
        if not names:
            return False
        with self._cursor(router.db_for_write) as cursor:
            self._execute(cursor, _DELETE, [names])
            return bool(cursor.rowcount)

    def _cursor(self, database_of: Any) -> CursorWrapper:
        connection = connections[database_of(self.cache_model_class)]
        return connection.cursor()

    def _execute(self, cursor: CursorWrapper, statement: str, values: list[Any]) -> None:
        table = cursor.db.ops.quote_name(self._table)  # type: ignore[attr-defined]
        cursor.execute(statement.format(table=table), values)


def _pickled(value: Any) -> str:
    return base64.b64encode(pickle.dumps(value, pickle.HIGHEST_PROTOCOL)).decode("ascii")


def _unpickled(text: str) -> Any:
    """Only this application writes the table, as with Django's own."""
    return pickle.loads(base64.b64decode(text, validate=True))  # noqa: S301
