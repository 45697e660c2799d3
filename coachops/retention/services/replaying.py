"""A restored backup brings nobody back who was erased after it was made."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from clients.models import Client
from coachops.retention.models import Erasure, LegalHold
from coachops.retention.services.erasing import erase_client
from coachops.retention.services.erasure_ledger import hash_of
from coachops.retention.services.rounds import practice_ids
from coachops.tenancy.scope import scope, system_scope
from scheduling.queries.archiving import coming_of
from scheduling.services.archiving import archive_with_dates


def replay(*, hashes: set[str], now: datetime) -> int:
    """Erase whoever the hashes name, in all practices; how many were found. Outside of a scope."""
    if not hashes:
        return 0
    return sum(_in_practice(practice_id, hashes, now) for practice_id in practice_ids())


def _in_practice(practice_id: UUID, hashes: set[str], now: datetime) -> int:
    with scope(system_scope(practice_id)):
        with transaction.atomic():
            found = [
                client
                for client in Client.objects.order_by("pk")
                if hash_of(practice_id, client.pk) in hashes
            ]
        for client in found:
            erase_again(client=client, now=now)
    return len(found)


@transaction.atomic
def erase_again(*, client: Client, now: datetime) -> Erasure:
    """What has come back of holds and dates was settled before the erasure, so it goes too."""
    LegalHold.objects.filter(client=client, lifted_at=None).delete()
    Erasure.objects.filter(client=client, state=Erasure.State.PLANNED).delete()
    archive_with_dates(client=client, named=coming_of(client, now).ids, now=now)
    return erase_client(client=client, basis=Erasure.Basis.RESTORED, by=None, now=now)
