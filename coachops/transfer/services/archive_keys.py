"""The key of one archive: what is sealed with it, who can open it, and how it reaches elsewhere.

The owner who carries the archive has no key. It is wrapped by the master key of the installation
that made it; operators wrap it anew for another installation (`manage.py archive`).
"""

import base64
import hashlib
import hmac
import json
import os
import struct
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import IO, Any, Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

from coachops.encryption.seal import Unreadable, seal_with_master, unseal_with_master
from coachops.transfer.policies import Problem, TransferRefused

_FRAME: Final = 1 << 20
_NONCE: Final = 12
# The quickest: what lies in an archive is mostly JSON, which any level shrinks to a fraction.
_LEVEL: Final = 1
_LENGTH: Final = struct.Struct(">I")
_LAST: Final = b"last"


@dataclass(frozen=True, slots=True)
class ArchiveKey:
    """One archive's own key, in the memory of a worker."""

    raw: bytes
    archive: str

    @classmethod
    def new(cls, archive: str) -> "ArchiveKey":
        return cls(raw=AESGCM.generate_key(bit_length=256), archive=archive)

    def proof(self, content: bytes) -> str:
        """Only whoever has the key can say this about a manifest."""
        return hmac.new(_derived(self.raw, b"manifest"), content, hashlib.sha256).hexdigest()

    def is_proved(self, content: bytes, proof: str) -> bool:
        return hmac.compare_digest(self.proof(content), proof)

    @contextmanager
    def sealing(self, target: IO[bytes], *, name: str) -> Iterator["Sealing"]:
        """What is written inside lies in `target` sealed, packed before it was sealed."""
        sealing = Sealing(self, target, name)
        yield sealing
        sealing.finish()

    def opened(self, source: IO[bytes], *, name: str) -> Iterator[bytes]:
        """The counterpart of `sealing`. Raises TransferRefused for anything that was changed."""
        unpacking = zlib.decompressobj()
        try:
            for block in self._frames(source, name):
                rest = block
                while rest and not unpacking.eof:
                    yield unpacking.decompress(rest, _FRAME)
                    rest = unpacking.unconsumed_tail
            yield unpacking.flush()
        except zlib.error as error:
            raise TransferRefused(Problem.CHANGED) from error
        if not unpacking.eof:
            raise TransferRefused(Problem.CHANGED)

    def _frames(self, source: IO[bytes], name: str) -> Iterator[bytes]:
        cipher = AESGCM(self.raw)
        place, block = 0, _frame(source)
        while block is not None:
            following = _frame(source)
            bound = self.bound(name, place, is_last=following is None)
            try:
                yield cipher.decrypt(block[:_NONCE], block[_NONCE:], bound)
            except InvalidTag as error:
                raise TransferRefused(Problem.CHANGED) from error
            place, block = place + 1, following

    def bound(self, name: str, place: int, *, is_last: bool) -> bytes:
        """What a frame is sealed together with."""
        return f"{self.archive}:{name}:{place}:".encode() + (_LAST if is_last else b"")


class Sealing:
    """In frames, each bound to its place and the last one marked, so that none can be missing,
    exchanged or repeated. Holds a frame at most."""

    def __init__(self, key: ArchiveKey, target: IO[bytes], name: str) -> None:
        self._key, self._target, self._name = key, target, name
        self._cipher = AESGCM(key.raw)
        self._packing = zlib.compressobj(_LEVEL)
        self._waiting = bytearray()
        self._place = 0

    def write(self, block: bytes) -> None:
        self._waiting += self._packing.compress(block)
        self._seal_whole()

    def finish(self) -> None:
        self._waiting += self._packing.flush()
        self._seal_whole()
        self._seal(bytes(self._waiting), is_last=True)

    def _seal_whole(self) -> None:
        while len(self._waiting) > _FRAME:
            self._seal(bytes(self._waiting[:_FRAME]), is_last=False)
            del self._waiting[:_FRAME]

    def _seal(self, block: bytes, *, is_last: bool) -> None:
        nonce = os.urandom(_NONCE)
        bound = self._key.bound(self._name, self._place, is_last=is_last)
        sealed = nonce + self._cipher.encrypt(nonce, block, bound)
        self._target.write(_LENGTH.pack(len(sealed)) + sealed)
        self._place += 1


def _frame(source: IO[bytes]) -> bytes | None:
    head = source.read(_LENGTH.size)
    if not head:
        return None
    if len(head) < _LENGTH.size:
        raise TransferRefused(Problem.CHANGED)
    (length,) = _LENGTH.unpack(head)
    if not _NONCE < length <= _FRAME + 64:
        raise TransferRefused(Problem.CHANGED)
    return source.read(length)


def lines_of(blocks: Iterator[bytes]) -> Iterator[dict[str, Any]]:
    """JSON, one value a line, from blocks that end anywhere."""
    rest = b""
    for block in blocks:
        *whole, rest = (rest + block).split(b"\n")
        for line in whole:
            yield json.loads(line)
    if rest:
        yield json.loads(rest)


def blocks_of(source: IO[bytes]) -> Iterator[bytes]:
    while block := source.read(_FRAME):
        yield block


def installation() -> str:
    """A name for this installation that says nothing about its key."""
    return _derived(_master(), b"installation")[:16].hex()


def wrap(key: ArchiveKey) -> dict[str, str]:
    """What lies in the archive beside the manifest: the key, for this installation."""
    text = base64.urlsafe_b64encode(key.raw).decode()
    return {
        "for": installation(),
        "wrapped": seal_with_master(text, bound_to=f"archive:{key.archive}"),
    }


def unwrap(entry: dict[str, str], *, archive: str) -> ArchiveKey:
    """Raises TransferRefused for an archive of another installation."""
    if entry.get("for") != installation():
        raise TransferRefused(Problem.OTHER_KEY)
    try:
        text = unseal_with_master(entry["wrapped"], bound_to=f"archive:{archive}")
    except (Unreadable, ValueError, KeyError) as error:
        raise TransferRefused(Problem.OTHER_KEY) from error
    return ArchiveKey(raw=base64.urlsafe_b64decode(text), archive=archive)


def public_key() -> str:
    """What the operator of another installation needs in order to send an archive here."""
    return base64.urlsafe_b64encode(_private().public_key().public_bytes_raw()).decode()


def readdress(key: ArchiveKey, *, to: str) -> dict[str, str]:
    """The key for another installation alone. Raises ValueError for what is no public key."""
    theirs = X25519PublicKey.from_public_bytes(base64.urlsafe_b64decode(to))
    once = X25519PrivateKey.generate()
    shared = _derived(once.exchange(theirs), b"readdress")
    nonce = os.urandom(_NONCE)
    sealed = nonce + AESGCM(shared).encrypt(nonce, key.raw, key.archive.encode())
    return {
        "for": to,
        "once": base64.urlsafe_b64encode(once.public_key().public_bytes_raw()).decode(),
        "wrapped": base64.urlsafe_b64encode(sealed).decode(),
    }


def adopt(entry: dict[str, str], *, archive: str) -> ArchiveKey:
    """An archive that was readdressed to this installation. Raises TransferRefused."""
    if entry.get("for") != public_key():
        raise TransferRefused(Problem.OTHER_KEY)
    theirs = X25519PublicKey.from_public_bytes(base64.urlsafe_b64decode(entry["once"]))
    shared = _derived(_private().exchange(theirs), b"readdress")
    sealed = base64.urlsafe_b64decode(entry["wrapped"])
    try:
        raw = AESGCM(shared).decrypt(sealed[:_NONCE], sealed[_NONCE:], archive.encode())
    except InvalidTag as error:
        raise TransferRefused(Problem.OTHER_KEY) from error
    return ArchiveKey(raw=raw, archive=archive)


def _private() -> X25519PrivateKey:
    return X25519PrivateKey.from_private_bytes(_derived(_master(), b"archives from elsewhere"))


def _master() -> bytes:
    return base64.urlsafe_b64decode(settings.MASTER_KEY)


def _derived(secret: bytes, purpose: bytes) -> bytes:
    return HKDF(SHA256(), 32, None, b"coachops " + purpose).derive(secret)
