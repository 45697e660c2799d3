"""A long delivery keeps its message for as long as its process lives, and no longer."""

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import DatabaseError, InterfaceError, connection

from coachops.outbox.registry import ClaimedMessage
from coachops.outbox.store import Store

logger = logging.getLogger(__name__)


@contextmanager
def renewed(store: Store, message: ClaimedMessage, lease: float) -> Iterator[None]:
    """While the block runs, its lease (seconds) is begun anew four times before it would end.

    A worker that is killed renews nothing, so that another takes over within one short lease,
    however long the work is.
    """
    is_over = threading.Event()
    keeper = threading.Thread(target=_renew, args=(store, message, lease, is_over), daemon=True)
    keeper.start()
    try:
        yield
    finally:
        is_over.set()
        keeper.join()


def _renew(store: Store, message: ClaimedMessage, lease: float, is_over: threading.Event) -> None:
    """By a connection of its own, as every thread has one."""
    try:
        while not is_over.wait(lease / 4):
            try:
                store.renew(message, lease)
            except (DatabaseError, InterfaceError) as error:
                logger.warning("a lease was not renewed: %s", type(error).__name__)
                connection.close()
    finally:
        connection.close()
