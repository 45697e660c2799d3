"""Who does what: one handler for each kind of message, filled by the apps when they are ready."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

type Delivery = Callable[[], object]
type Prepare = Callable[[ClaimedMessage], Delivery | None]
type Sort = Callable[[ClaimedMessage, Delivery], Delivery | Later | None]
type WhenUnsure = Literal["resend", "hold"]


class NotDelivered(Exception):
    """For certain nothing went out, and trying again later may help."""


class Undeliverable(NotDelivered):
    """For certain nothing went out, and trying again cannot help."""


@dataclass(frozen=True, slots=True)
class Later:
    """Not now: the message waits until then, and this was no attempt."""

    until: datetime


@dataclass(frozen=True, slots=True)
class ClaimedMessage:
    """One message in the hands of one worker. `body` is there for messages without a practice."""

    id: UUID
    practice_id: UUID | None
    claim: UUID
    kind: str
    key: str
    subject_id: UUID | None
    recipient: str
    payload: dict[str, Any]
    body: str
    due_at: datetime
    not_after: datetime | None
    attempts: int
    unsure: int
    is_too_late: bool


@dataclass(frozen=True, slots=True)
class Handler:
    """How one kind is prepared and what happens when nobody knows whether it went out."""

    prepare: Prepare
    when_unsure: WhenUnsure
    lease_seconds: int
    is_long: bool


_handlers: dict[str, Handler] = {}
_after_drain: list[Callable[[], None]] = []
_sorting: list[Sort] = []
_preparing: ContextVar[ClaimedMessage | None] = ContextVar("outbox_preparing", default=None)


def register(
    kind: str,
    prepare: Prepare,
    *,
    when_unsure: WhenUnsure = "resend",
    lease_seconds: int | None = None,
    is_long: bool = False,
) -> None:
    """Make `prepare` answer for a kind of message. Called in AppConfig.ready, once a kind.

    `prepare` runs in a transaction with the system scope of the message's practice, looks at the
    facts again and returns the delivery, or None when the message is no longer wanted. The delivery
    runs outside of any transaction and any scope, and may take `lease_seconds` (None: the usual
    lease); one that `is_long` may take minutes, since its lease is renewed while its process lives.
    If a worker is lost in the middle of it, "resend" risks a second copy and "hold" leaves the
    decision to a person.
    """
    if kind in _handlers and _handlers[kind].prepare is not prepare:
        raise ValueError(f"there are two handlers for {kind}")
    _handlers[kind] = Handler(prepare, when_unsure, lease_seconds or 0, is_long)


def before_delivery(sort: Sort) -> None:
    """Have `sort` look at every delivery of a practice, in the transaction it was prepared in.

    It answers the delivery (or another one), Later, or None when it shall not go out at all. Here
    is decided what is nobody's own business to think of: what readers chose, and when they sleep.
    """
    if sort not in _sorting:
        _sorting.append(sort)


def being_prepared() -> ClaimedMessage | None:
    """The message whose content is being made right now."""
    return _preparing.get()


@contextmanager
def preparing(message: ClaimedMessage) -> Iterator[None]:
    """For whoever makes a message's content without sending it."""
    token = _preparing.set(message)
    try:
        yield
    finally:
        _preparing.reset(token)


def prepared(handler: Handler, message: ClaimedMessage) -> Delivery | Later | None:
    """The handler's delivery, after everybody who sorts has seen it."""
    token = _preparing.set(message)
    try:
        delivery = handler.prepare(message)
        for sort in _sorting if message.practice_id else ():
            if delivery is None:
                return None
            answer = sort(message, delivery)
            if isinstance(answer, Later):
                return answer
            delivery = answer
        return delivery
    finally:
        _preparing.reset(token)


def handler_for(kind: str) -> Handler:
    """Raises NotDelivered for an unknown kind: during an upgrade a newer worker may know it."""
    try:
        return _handlers[kind]
    except KeyError:
        raise NotDelivered(f"no handler for messages of the kind {kind}") from None


def held_kinds() -> list[str]:
    """The kinds about which a person decides when nobody knows whether they went out."""
    return [kind for kind, handler in _handlers.items() if handler.when_unsure == "hold"]


def after_drain(tidy: Callable[[], None]) -> None:
    """Have `tidy` called at the end of every drain, to close what was kept open for the batch."""
    if tidy not in _after_drain:
        _after_drain.append(tidy)


def finish_drain() -> None:
    for tidy in _after_drain:
        tidy()
