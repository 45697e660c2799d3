"""Sealed texts under new keys and for their new rows; keys are made afresh for every copy.

A text is bound to its practice and row, so it cannot simply be moved; and a copy that shared the
keys of its original could still be read after the original has been erased.
"""

from dataclasses import dataclass, field
from typing import Any, Final
from uuid import UUID

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from coachops.encryption.seal import Unreadable, seal_bytes, unseal_bytes, wrap_raw
from coachops.transfer.policies import Problem, TransferRefused
from coachops.transfer.services.archive_plan import Table

_HEX: Final = "\\x"


@dataclass(frozen=True, slots=True)
class _Keys:
    old: AESGCM
    new: AESGCM


@dataclass
class Sealer:
    """Knows the keys of all clients, old and new, for the length of one import."""

    old_practice: str
    new_practice: UUID
    _clients: dict[str, _Keys] = field(default_factory=dict)

    def take_client_key(self, old: dict[str, Any], new: dict[str, Any]) -> None:
        """Remember a client's key, and put a fresh one, wrapped for this place, into the row."""
        raw = AESGCM.generate_key(bit_length=256)
        self._clients[old["client_id"]] = _Keys(AESGCM(_bytes(old["wrapped"])), AESGCM(raw))
        bound_to = f"{self.new_practice}:{new['client_id']}"
        new["wrapped"] = _text(wrap_raw(raw, bound_to=bound_to))

    def reseal(self, table: Table, old: dict[str, Any], new: dict[str, Any]) -> None:
        """Everything sealed in one row. Raises TransferRefused for what cannot be opened."""
        keys = self._own_key(old, new) if _has_own_key(table, old) else None
        for column in table.sealed:
            if old.get(column) is None:
                continue
            keys = keys or self._clients.get(old.get("_owner") or "")
            if keys is None:
                # The client was erased: without the key nobody opens this again, here or there.
                continue
            new[column] = _text(
                self._again(keys, _bytes(old[column]), old=old["id"], new=new["id"])
            )

    def reseal_file(self, sealed: bytes, *, owner: str, old: str, new: str) -> bytes:
        """A file that is sealed as a whole; as it was where the key is gone."""
        keys = self._clients.get(owner)
        return self._again(keys, sealed, old=old, new=new) if keys else sealed

    def _own_key(self, old: dict[str, Any], new: dict[str, Any]) -> _Keys:
        raw = AESGCM.generate_key(bit_length=256)
        bound_to = f"{self.new_practice}:{new['id']}"
        new["wrapped_key"] = _text(wrap_raw(raw, bound_to=bound_to))
        return _Keys(AESGCM(_bytes(old["wrapped_key"])), AESGCM(raw))

    def _again(self, keys: _Keys, sealed: bytes, *, old: str, new: str) -> bytes:
        try:
            content = unseal_bytes(keys.old, sealed, bound_to=f"{self.old_practice}:{old}")
        except Unreadable as error:
            raise TransferRefused(Problem.CHANGED) from error
        return seal_bytes(keys.new, content, bound_to=f"{self.new_practice}:{new}")


def _has_own_key(table: Table, row: dict[str, Any]) -> bool:
    return table.has_own_key and bool(row.get("wrapped_key"))


def _bytes(text: str) -> bytes:
    return bytes.fromhex(text.removeprefix(_HEX))


def _text(value: bytes) -> str:
    return _HEX + value.hex()
