"""New numbers for old ones, so that a copy can stand beside its original."""

import hashlib
import json
import re
from typing import Any, Final
from uuid import UUID

from coachops.transfer.services.archive_plan import Table

_UUID: Final = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
_TIME_BYTES: Final = 6


class Numbers:
    """The same old number always gives the same new one, with its instant: rows keep their order.

    Numbers that are no row's of the archive (a random key, somebody's account) stay as they are.
    """

    def __init__(self, practice_id: UUID, ids: bytes) -> None:
        self._practice = practice_id
        self._known = {ids[at : at + 16] for at in range(0, len(ids), 16)}
        self._fixed: dict[str, str] = {}

    def fix(self, old: str, new: UUID) -> None:
        """What is somewhere already: people, the practice itself, its owner's membership."""
        self._fixed[old] = str(new)

    def of(self, old: str) -> str:
        fixed = self._fixed.get(old)
        if fixed is not None:
            return fixed
        number = UUID(old).bytes
        if number not in self._known:
            return old
        digest = hashlib.sha256(self._practice.bytes + number).digest()[:10]
        new = bytearray(number[:_TIME_BYTES] + digest)
        new[6] = (new[6] & 0x0F) | 0x70
        new[8] = (new[8] & 0x3F) | 0x80
        return str(UUID(bytes=bytes(new)))

    def in_text(self, text: str) -> str:
        return _UUID.sub(lambda match: self.of(match[0]), text)

    def in_row(self, table: Table, row: dict[str, Any]) -> dict[str, Any]:
        """New numbers in its references and in what is nested; texts stay as they are."""
        new = dict(row)
        for column in table.uuids:
            if row.get(column):
                new[column] = self.of(row[column])
        for column in table.nested:
            value = row.get(column)
            if isinstance(value, (dict, list, str)) and value:
                new[column] = json.loads(self.in_text(json.dumps(value)))
        return new
