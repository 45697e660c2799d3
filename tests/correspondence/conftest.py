"""A practice whose outbox is emptied at an hour of one's choice."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
import time_machine
from django.core import mail

from coachops.correspondence.models import MailLogEntry
from coachops.correspondence.services.preferences import choose_mail
from coachops.outbox.engine import drain
from coachops.outbox.queue import enqueue
from coachops.tenancy.models import uuid7
from coachops.tenancy.scope import scope, system_scope
from tests.cast import Cast, Person
from tests.scheduling.conftest import Desk, build_desk

NOW = datetime(2026, 11, 16, 8, 0, tzinfo=UTC)
"""Monday, 9:00 in Berlin."""


@pytest.fixture(autouse=True)
def _monday() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@dataclass(frozen=True)
class Post:
    """What Harbour sends, and its log."""

    cast: Cast

    def coach_news(self, now: datetime = NOW, number: int = 0) -> None:
        """Bob hears that Olga coaches Carol too: news for a member."""
        carol, bob = self.cast.carol_client, self.cast.bob
        with scope(system_scope(self.cast.practice.pk)):
            enqueue(
                kind="clients.notice",
                key=f"client-notice:{carol.pk}:coach_assigned:{bob.membership.pk}:{number}",
                due_at=now,
                subject_id=carol.pk,
                recipient=bob.user.email,
                payload={
                    "notice": "coach_assigned",
                    "reader": str(bob.membership.pk),
                    "by": str(self.cast.alice.membership.pk),
                    "coach": str(self.cast.olga.membership.pk),
                },
            )

    def choose(self, person: Person, **chosen: Any) -> None:
        with scope(person.scope()):
            choose_mail(address=person.user.email, client_id=None, chosen=chosen, now=NOW)

    def deliver(self, now: datetime = NOW) -> list[Any]:
        mail.outbox.clear()
        with time_machine.travel(now, tick=False):
            drain(now=now)
        return list(mail.outbox)

    def log(self, **narrowed: Any) -> list[MailLogEntry]:
        with scope(self.cast.alice.scope()):
            return list(MailLogEntry.objects.filter(**narrowed).order_by("written_at", "pk"))

    def logged(self, address: str = "carol@harbour.example", **facts: Any) -> MailLogEntry:
        """A reminder that went to Carol."""
        values = {
            "message_id": uuid7(),
            "kind": "scheduling.reminder",
            "address": address,
            "client": self.cast.carol_client,
            "subject": "Tomorrow at ten",
            "state": "sent",
            "written_at": NOW,
            **facts,
        }
        with scope(self.cast.alice.scope()):
            return MailLogEntry.objects.create(**values)  # type: ignore[no-any-return]

    @property
    def practice_id(self) -> UUID:
        return self.cast.practice.pk


@pytest.fixture
def post(cast: Cast) -> Post:
    return Post(cast)


@pytest.fixture
def desk(cast: Cast) -> Desk:
    return build_desk(cast)
