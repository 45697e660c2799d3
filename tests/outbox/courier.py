"""A practice, and a courier whose deliveries a test can see and trouble."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from uuid import UUID

from django.db import connection, transaction

from coachops.outbox.models import Message
from coachops.outbox.queue import enqueue
from coachops.outbox.registry import ClaimedMessage, Delivery, register
from coachops.practices.models import Practice
from coachops.tenancy.models import uuid7
from coachops.tenancy.scope import current_scope, scope, system_scope

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)


@dataclass
class Courier:
    """What was delivered, and what shall happen instead."""

    delivered: list[str] = field(default_factory=list)
    prepared_in: list[UUID | None] = field(default_factory=list)
    outside_of_everything: list[bool] = field(default_factory=list)
    troubles: list[Exception] = field(default_factory=list)
    unwanted: set[str] = field(default_factory=set)
    before_hand_off: list = field(default_factory=list)
    after_delivery: list = field(default_factory=list)

    def prepare(self, message: ClaimedMessage) -> Delivery | None:
        active = current_scope()
        self.prepared_in.append(active.practice_id if active else None)
        for intervene in self.before_hand_off:
            intervene(message)
        if message.key in self.unwanted:
            return None
        return lambda: self._deliver(message)

    def _deliver(self, message: ClaimedMessage) -> None:
        if self.troubles:
            raise self.troubles.pop(0)
        self.outside_of_everything.append(current_scope() is None)
        self.delivered.append(message.key)
        for intervene in self.after_delivery:
            intervene()


the_courier = Courier()


def _prepare(message: ClaimedMessage) -> Delivery | None:
    return the_courier.prepare(message)


register("test.note", _prepare)
register("test.report", _prepare, when_unsure="hold")


def open_practice(slug: str) -> UUID:
    practice_id = uuid7()
    with scope(system_scope(practice_id)), transaction.atomic():
        Practice.objects.create(id=practice_id, name=slug.title(), slug=slug, time_zone="UTC")
    return practice_id


def ask(practice_id: UUID, key: str, *, kind: str = "test.note", **columns) -> UUID | None:
    with scope(system_scope(practice_id)), transaction.atomic():
        return enqueue(kind=kind, key=key, **{"due_at": NOW, **columns})


def row(practice_id: UUID, key: str) -> Message:
    with scope(system_scope(practice_id)), transaction.atomic():
        return Message.objects.get(key=key)


def later(**duration: float) -> datetime:
    return NOW + timedelta(**duration)


def body_of_global(key: str) -> tuple[str, str]:
    """The state and the content of a message without a practice, as the dispatcher sees them."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL ROLE coachops_dispatch")
        cursor.execute("SELECT state, body FROM outbox_message WHERE key = %s", [key])
        found = cursor.fetchone()
        cursor.execute("SET LOCAL ROLE NONE")
    return found
