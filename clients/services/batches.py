"""Many clients at once, by statements that are as many for a thousand as for one."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from clients.models import Client, ClientKey, CoachAssignment
from coachops.audit.record import record_all
from coachops.encryption.seal import new_wrapped_key
from coachops.practices.models import Membership
from coachops.tenancy.scope import current_practice_id


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
            **each.details,
        )
        for each in clients
    ]
    Client.objects.bulk_create(made)
    ClientKey.objects.bulk_create(
        ClientKey(client=one, wrapped=new_wrapped_key(bound_to=f"{practice_id}:{one.pk}"))
        for one in made
    )
    CoachAssignment.objects.bulk_create(
        CoachAssignment(
            client=one,
            coach=new.coach,
            started_on=timezone.localdate(now, timezone=new.coach.practice.zone),
        )
        for one, new in zip(made, clients, strict=True)
    )
    record_all(event="client.added", subjects=[(one, {}) for one in made], now=now)
    record_all(
        event="coach.assigned",
        subjects=[
            (one, {"coach": str(new.coach.pk)}) for one, new in zip(made, clients, strict=True)
        ],
        now=now,
    )
    return made
