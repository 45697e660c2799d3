"""Envelope encryption of what people say in confidence.

Every client has a data key; it is stored wrapped by the master key, which lives in a file outside
the database. Deleting a client's wrapped key makes their sealed texts unreadable in every backup.
AES-256-GCM (NIST SP 800-38D); each text is bound to its row, so a moved ciphertext does not open.
"""

import base64
import os
from functools import lru_cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

_VERSION = b"\x01"
_NONCE_LENGTH = 12
_KEY_BITS = 256


class Unreadable(Exception):
    """The text was sealed with another key, for another row, or has been changed."""


@lru_cache(maxsize=2)
def _master(encoded: str) -> AESGCM:
    return AESGCM(base64.urlsafe_b64decode(encoded))


def _encrypt(cipher: AESGCM, plain: bytes, bound_to: bytes) -> bytes:
    nonce = os.urandom(_NONCE_LENGTH)
    return _VERSION + nonce + cipher.encrypt(nonce, plain, bound_to)


def _decrypt(cipher: AESGCM, sealed: bytes, bound_to: bytes) -> bytes:
    sealed = bytes(sealed)
    if sealed[:1] != _VERSION:
        raise Unreadable("unknown format")
    nonce, body = sealed[1 : 1 + _NONCE_LENGTH], sealed[1 + _NONCE_LENGTH :]
    try:
        return cipher.decrypt(nonce, body, bound_to)
    except InvalidTag as error:
        raise Unreadable("sealed with another key, or changed") from error


def new_wrapped_key(*, bound_to: str) -> bytes:
    """A fresh data key, wrapped by the master key and bound to its owner's id."""
    key = AESGCM.generate_key(bit_length=_KEY_BITS)
    return _encrypt(_master(settings.MASTER_KEY), key, bound_to.encode())


def wrap_raw(key: bytes, *, bound_to: str) -> bytes:
    """A data key that came along from elsewhere, wrapped by the master key of this place."""
    return _encrypt(_master(settings.MASTER_KEY), key, bound_to.encode())


def unwrap_raw(wrapped: bytes, *, bound_to: str) -> bytes:
    """The data key itself, to be sealed for another place. Raises Unreadable."""
    return _decrypt(_master(settings.MASTER_KEY), wrapped, bound_to.encode())


def unwrap(wrapped: bytes, *, bound_to: str) -> AESGCM:
    """The data key, ready to use. Raises Unreadable under another master key."""
    return AESGCM(_decrypt(_master(settings.MASTER_KEY), wrapped, bound_to.encode()))


def seal(key: AESGCM, text: str, *, bound_to: str) -> bytes:
    """The text as ciphertext that opens only with this key and for this row."""
    return _encrypt(key, text.encode(), bound_to.encode())


def unseal(key: AESGCM, sealed: bytes, *, bound_to: str) -> str:
    """The text again. Raises Unreadable."""
    return _decrypt(key, sealed, bound_to.encode()).decode()


def seal_bytes(key: AESGCM, content: bytes, *, bound_to: str) -> bytes:
    """What is no text: blocks of files. See `streams` for whole ones."""
    return _encrypt(key, content, bound_to.encode())


def unseal_bytes(key: AESGCM, sealed: bytes, *, bound_to: str) -> bytes:
    """The counterpart of `seal_bytes`. Raises Unreadable."""
    return _decrypt(key, sealed, bound_to.encode())


def seal_with_master(text: str, *, bound_to: str) -> str:
    """Short secrets that belong to a person and no practice (second factors), as text."""
    sealed = _encrypt(_master(settings.MASTER_KEY), text.encode(), bound_to.encode())
    return base64.urlsafe_b64encode(sealed).decode()


def unseal_with_master(sealed: str, *, bound_to: str) -> str:
    """The counterpart of `seal_with_master`. Raises Unreadable."""
    raw = base64.urlsafe_b64decode(sealed)
    return _decrypt(_master(settings.MASTER_KEY), raw, bound_to.encode()).decode()
