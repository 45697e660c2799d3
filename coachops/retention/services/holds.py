"""Legal holds: while one stands, nothing of the client is removed."""

from datetime import datetime

from django.db import IntegrityError, transaction

from clients.models import Client
from coachops.audit.record import record
from coachops.practices.models import Membership, Practice
from coachops.retention.models import LegalHold
from coachops.tenancy.scope import current_practice_id


class OnHold(Exception):
    """A legal hold stands: nothing may be removed."""

    def __init__(self, hold: LegalHold) -> None:
        super().__init__(hold.reason)
        self.hold = hold


class AlreadyHeld(Exception):
    """One hold is enough."""


class IsErased(Exception):
    """The client's records were destroyed a moment ago."""


def standing_hold(client: Client) -> LegalHold | None:
    """The hold that stands on this client. One query."""
    holds = LegalHold.objects.select_related("placed_by")
    return holds.filter(client=client, lifted_at=None).first()  # type: ignore[no-any-return]


def check_not_held(client: Client) -> None:
    """Raises OnHold."""
    if hold := standing_hold(client):
        raise OnHold(hold)


def wait_for_holds() -> None:
    """Part of a transaction that removes rows: a hold that is being placed in this practice is
    waited for, and the next one waits until this is over."""
    Practice.objects.select_for_update(no_key=True).get(pk=current_practice_id())


@transaction.atomic
def place_hold(*, client: Client, reason: str, by: Membership, now: datetime) -> LegalHold:
    """From now on nothing of the client is removed; what is being removed at this moment is waited
    for. Raises AlreadyHeld, and IsErased where nothing is left to hold."""
    wait_for_holds()
    if not Client.objects.select_for_update().filter(pk=client.pk).exists():
        raise IsErased
    try:
        with transaction.atomic():
            hold = LegalHold.objects.create(
                client=client, reason=reason, placed_by=by, placed_at=now
            )
    except IntegrityError:
        raise AlreadyHeld from None
    record(event="hold.placed", subject=client, now=now, facts={"reason": reason})
    return hold  # type: ignore[no-any-return]


@transaction.atomic
def lift_hold(*, client: Client, by: Membership, now: datetime) -> None:
    """Periods and erasure apply again, from tonight on. Once is enough."""
    lifted = LegalHold.objects.filter(client=client, lifted_at=None).update(
        lifted_by=by, lifted_at=now
    )
    if lifted:
        record(event="hold.lifted", subject=client, now=now)
