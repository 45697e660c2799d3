"""A link to answer by shows what was written in one browser alone: the one that began."""

import hashlib


def browser_hash(secret: str) -> bytes:
    """What is kept of the secret that only that browser has: SHA-256."""
    return hashlib.sha256(secret.encode()).digest()


def is_same_browser(kept: bytes | memoryview | None, secret: str) -> bool:
    """Whether this browser is the one that began; `kept` is None while none has."""
    return bool(secret) and kept is not None and bytes(kept) == browser_hash(secret)
