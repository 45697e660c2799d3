"""A limit on how often something is done, kept by each process for itself and without a query.

For what must stay cheap even when it is refused. Limits that guard a sign-in are shared by all
processes and live in the cache.
"""

import time
from collections import OrderedDict
from threading import Lock

MOST_KEYS = 10_000


class TooMany(Exception):
    """Asked too often; `seconds` says when to ask again."""

    def __init__(self, seconds: int) -> None:
        super().__init__(str(seconds))
        self.seconds = seconds


_windows: "OrderedDict[str, tuple[float, int]]" = OrderedDict()
_lock = Lock()


def allow(key: str, *, most: int, seconds: int) -> None:
    """Count one. Raises TooMany beyond `most` in so many seconds."""
    now = time.monotonic()
    with _lock:
        since, count = _windows.pop(key, (now, 0))
        if now - since >= seconds:
            since, count = now, 0
        _windows[key] = (since, count + 1)
        while len(_windows) > MOST_KEYS:
            _windows.popitem(last=False)
    if count >= most:
        raise TooMany(int(seconds - (now - since)) + 1)
