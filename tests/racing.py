"""For tests of two at the same moment: wait until one really waits for the other."""

from concurrent.futures import Future
from time import monotonic
from typing import Any

import pytest
from django.db import connection

PATIENCE = 20
"""Seconds until a test gives up waiting for somebody to wait."""

_WAITING = """
SELECT count(*) FROM pg_stat_activity
WHERE datname = current_database() AND wait_event_type = 'Lock'
"""


def until_somebody_waits(act: Future[Any]) -> None:
    """Until another connection, which does `act`, waits for a lock that somebody has."""
    deadline = monotonic() + PATIENCE
    with connection.cursor() as cursor:
        while monotonic() < deadline:
            cursor.execute("SELECT pg_stat_clear_snapshot()")
            cursor.execute(_WAITING)
            if cursor.fetchone()[0]:
                return
            if act.done():
                pytest.fail(f"it did not wait: {act.result()}")
    pytest.fail("nobody waits")
