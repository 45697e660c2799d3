"""Many clients at once, by statements that are as many for a thousand as for one."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from clients.models import Client, ClientKey, CoachAssignment
from coachops.audit.record import record_all
from coachops.encryption.seal import new_wrapped_key
from coachops.practices.models import Membership
from coachops.tenancy.scope import current_practice_id

_TEXTS: Final = (
    "name", "preferred_name", "email", "phone", "job_title", "employer", "time_zone",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class NewClient:
    """A record to be made. `details`: preferred_name, phone, job_title, employer."""

    name: str
    email: str
    time_zone: str
    coach: Membership
    details: dict[str, str] = field(default_factory=dict)


@transaction.atomic
def add_clients(*, clients: Sequence[NewClient], now: datetime) -> list[Client]:
    """Records, keys and first coaches, as `add_client` makes each; nothing is sent.

    The caller has looked that the addresses are free and that nobody would coach themself; an
    address taken meanwhile raises IntegrityError.
    """
    practice_id = current_practice_id()
    made = [
        Client(
            name=each.name.strip(),
            email=each.email.strip().lower(),
            time_zone=each.time_zone,
            created_at=now,
            **each.details,
        )
        for each in clients
    ]
    Client.insert_all([_columns(one) for one in made], created_at=now)
    ClientKey.insert_all(
        [{"client_id": str(one.pk), "wrapped": _new_key(practice_id, one)} for one in made]
    )
    _assign(made, clients, now)
    record_all(event="client.added", subjects=[(one, {}) for one in made], now=now)
    record_all(
        event="coach.assigned",
        subjects=[
            (one, {"coach": str(new.coach.pk)}) for one, new in zip(made, clients, strict=True)
        ],
        now=now,
    )
    return made


def _assign(made: Sequence[Client], clients: Sequence[NewClient], now: datetime) -> None:
    coaches = {each.coach.pk: each.coach for each in clients}
    days = {
        pk: timezone.localdate(now, timezone=coach.practice.zone).isoformat()
        for pk, coach in coaches.items()
    }
    CoachAssignment.insert_all(
        [
            {
                "client_id": str(one.pk),
                "coach_id": str(new.coach.pk),
                "started_on": days[new.coach.pk],
            }
            for one, new in zip(made, clients, strict=True)
        ]
    )


def _columns(client: Client) -> dict[str, str]:
    return {"id": str(client.pk), **{name: getattr(client, name) for name in _TEXTS}}


def _new_key(practice_id: UUID, client: Client) -> str:
    """As PostgreSQL reads bytes."""
    return "\\x" + new_wrapped_key(bound_to=f"{practice_id}:{client.pk}").hex()
