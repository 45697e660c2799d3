"""When a hold ends by itself. Listings look at the clock; this frees the row for everybody else."""

from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import transaction

from coachops.outbox.queue import enqueue, withdraw
from scheduling.models import Claim

HOLD_END: Final = "scheduling.hold_end"


def plan_hold_end(*, hold_key: UUID, expires_at: datetime) -> None:
    """The row stands in the way of other practices until somebody releases it."""
    withdraw_hold_end(hold_key)
    enqueue(
        kind=HOLD_END,
        key=f"hold:{hold_key}:{expires_at:%Y%m%dT%H%M%S}",
        due_at=expires_at,
        subject_id=hold_key,
    )


def withdraw_hold_end(hold_key: UUID) -> None:
    withdraw(key_prefix=f"hold:{hold_key}:")


@transaction.atomic
def end_hold(*, hold_key: UUID, now: datetime) -> None:
    """Release what was not confirmed in time."""
    Claim.objects.filter(hold_key=hold_key, state=Claim.State.HELD, expires_at__lte=now).update(
        state=Claim.State.RELEASED, expires_at=None
    )
