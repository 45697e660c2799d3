"""Claim, prepare, hand over, confirm: no transaction is open while something is being delivered.

Any number of drains may run at once, in workers of Celery or in `manage.py outbox --loop`. Each
message is delivered once, unless a process dies between the acceptance of its message and our
confirmation: then that one is delivered again, or held for a person, as its kind says.
"""

import logging
import time
from collections.abc import Callable
from contextlib import nullcontext
from datetime import datetime

from django.db import InterfaceError, OperationalError, connection, transaction

from coachops.outbox.leases import renewed
from coachops.outbox.registry import (
    ClaimedMessage,
    Delivery,
    Handler,
    Later,
    NotDelivered,
    Undeliverable,
    finish_drain,
    handler_for,
    held_kinds,
    prepared,
)
from coachops.outbox.store import MAY_HAVE_BEEN_SENT, Store, lease_seconds
from coachops.tenancy.scope import scope, system_scope

logger = logging.getLogger(__name__)

_PAUSES_BEFORE_CONFIRMING_AGAIN = (0.5, 1.0, 2.0, 4.0, 8.0)


def drain(
    *,
    batch: int = 10,
    seconds: float = 25.0,
    now: datetime | None = None,
    should_stop: Callable[[], bool] = lambda: False,
) -> int:
    """Deliver what is due until nothing is left or the time is up; how many were delivered.

    Called outside of every scope and transaction. `now` replaces the database's clock in tests.
    """
    store = Store(now=now)
    ends_at = time.monotonic() + seconds
    delivered = 0

    def is_over() -> bool:
        return should_stop() or time.monotonic() >= ends_at

    try:
        store.open(held_kinds())
        while not is_over():
            messages = store.claim(batch)
            if not messages:
                break
            delivered += _work_through(store, messages, is_over)
    finally:
        finish_drain()
    return delivered


def _work_through(store: Store, messages: list[ClaimedMessage], is_over: Callable[[], bool]) -> int:
    delivered = 0
    for index, message in enumerate(messages):
        if is_over():
            store.release(messages[index:])
            break
        delivered += _deliver(store, message)
    return delivered


def _deliver(store: Store, message: ClaimedMessage) -> bool:
    """Bring one message to its next state. True if it was delivered."""
    if message.is_too_late:
        store.expired(message)
        return False
    try:
        handler = handler_for(message.kind)
        delivery = _prepare(handler, message)
    except Exception as error:  # noqa: BLE001 -- any fault of a handler is this message's alone
        _note_failure(store, message, error, before_hand_off=True)
        return False
    if delivery is None or isinstance(delivery, Later):
        _set_aside(store, message, delivery)
        return False
    if not store.hand_off(message, handler.lease_seconds):
        return False
    lease = handler.lease_seconds or lease_seconds()
    try:
        with renewed(store, message, lease) if handler.is_long else nullcontext():
            delivery()
    except Exception as error:  # noqa: BLE001 -- any fault of a delivery is this message's alone
        _note_failure(store, message, error, hold=handler.when_unsure == "hold")
        return False
    _confirm(store, message)
    return True


def _set_aside(store: Store, message: ClaimedMessage, later: Later | None) -> None:
    if later is None:
        store.expired(message)
    else:
        store.postponed(message, later.until)


def _prepare(handler: Handler, message: ClaimedMessage) -> Delivery | Later | None:
    practice = message.practice_id
    with scope(system_scope(practice)) if practice else nullcontext(), transaction.atomic():
        return prepared(handler, message)


def _note_failure(
    store: Store,
    message: ClaimedMessage,
    error: Exception,
    *,
    before_hand_off: bool = False,
    hold: bool = False,
) -> None:
    unsure = not before_hand_off and not isinstance(error, NotDelivered)
    text = f"{type(error).__name__}: {error}"
    if unsure:
        text = f"{MAY_HAVE_BEEN_SENT}: {text}"
    logger.warning(
        "outbox message %s (%s) failed at attempt %d: %s",
        message.id,
        message.kind,
        message.attempts,
        type(error).__name__,
    )
    final = isinstance(error, Undeliverable) or (unsure and hold)
    store.failed(message, text, final=final, unsure=unsure)


def _confirm(store: Store, message: ClaimedMessage) -> None:
    """A database that restarts at this moment must not cost the reader a second copy."""
    for pause in _PAUSES_BEFORE_CONFIRMING_AGAIN:
        try:
            store.sent(message)
        except (OperationalError, InterfaceError):
            connection.close()
            time.sleep(pause)
        else:
            return
    store.sent(message)
