"""How far a long transaction is, said by a connection of its own, and whether it is still wanted.

What the transaction itself writes is seen by nobody until it ends.
"""

import time
from types import TracebackType
from typing import Self
from uuid import UUID

from django.db import connection

_UPDATE = """
UPDATE transfer_transfer SET done = %s, total = %s
WHERE practice_id = %s AND id = %s RETURNING turn, state
"""


class Stopped(Exception):
    """Somebody cancelled it, or another worker has taken it over."""


class Progress:
    """`with Progress(…) as progress: progress.tell(3, 10)`; Raises Stopped inside `tell`."""

    def __init__(self, practice_id: UUID, transfer_id: UUID, turn: int) -> None:
        self._side = connection.copy()
        self._of = (practice_id, transfer_id)
        self._turn = turn
        self._told_at = 0.0

    def tell(self, done: int, total: int) -> None:
        """Once a second at most."""
        if time.monotonic() - self._told_at < 1:
            return
        self._told_at = time.monotonic()
        self._side.set_autocommit(False)
        try:
            with self._side.cursor() as cursor:
                cursor.execute(_UPDATE, [done, max(done, total), *map(str, self._of)])
                found = cursor.fetchone()
            self._side.commit()
        finally:
            self._side.set_autocommit(True)
        if found is not None and found != (self._turn, "running"):
            raise Stopped

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._side.close()
