"""Whole files, sealed block by block: nothing has to be in memory at once.

Each block is bound to its place, and the last one says that it is: what was cut off, put in
another order or taken from another file does not open.
"""

import struct
from collections.abc import Iterator
from typing import IO, Final

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from coachops.encryption.seal import Unreadable, seal_bytes, unseal_bytes

_BLOCK: Final = 1 << 20
_LENGTH: Final = struct.Struct(">I")
_MOST: Final = _BLOCK + 64


def seal_stream(key: AESGCM, source: IO[bytes], target: IO[bytes], *, bound_to: str) -> None:
    """From where `source` stands to its end; an empty one is one empty block."""
    place, block = 0, source.read(_BLOCK)
    while True:
        following = source.read(_BLOCK)
        bound = _bound(bound_to, place, is_last=not following)
        sealed = seal_bytes(key, block, bound_to=bound)
        target.write(_LENGTH.pack(len(sealed)) + sealed)
        if not following:
            return
        place, block = place + 1, following


def unseal_stream(key: AESGCM, source: IO[bytes], *, bound_to: str) -> Iterator[bytes]:
    """Closes `source` at the end, also where nobody reads to the end. Raises Unreadable."""
    with source:
        place, block = 0, _frame(source)
        while block is not None:
            following = _frame(source)
            bound = _bound(bound_to, place, is_last=following is None)
            yield unseal_bytes(key, block, bound_to=bound)
            place, block = place + 1, following


def _bound(bound_to: str, place: int, *, is_last: bool) -> str:
    return f"{bound_to}:{place}:{'last' if is_last else 'more'}"


def _frame(source: IO[bytes]) -> bytes | None:
    head = source.read(_LENGTH.size)
    if not head:
        return None
    if len(head) < _LENGTH.size or (length := _LENGTH.unpack(head)[0]) > _MOST:
        raise Unreadable("not a sealed file")
    block = source.read(length)
    if len(block) < length:
        raise Unreadable("cut off")
    return block
