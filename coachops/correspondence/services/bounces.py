"""Mail that comes back: noted once, shown where somebody can do something about it."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from coachops.audit.record import record
from coachops.correspondence.models import AddressBounce, MailLogEntry
from coachops.correspondence.policies import BounceReason
from coachops.correspondence.queries.readers import plain_address
from coachops.tenancy.scope import scope, system_scope


@dataclass(frozen=True, slots=True)
class Bounce:
    """What a provider or a mail server said. `reference` is the one our mail carried."""

    reference: str
    address: str
    reason: BounceReason


def take_bounce(bounce: Bounce, *, now: datetime) -> bool:
    """Note that a mail of ours came back; whether that was news. Called outside every practice.

    It counts only for a mail in some practice's log that went to just this address, and once a
    mail: said twice, or again after somebody asked to try anew, it changes nothing.
    """
    place, _dot, message = bounce.reference.partition(".")
    try:
        practice_id, message_id = UUID(place), UUID(message)
    except ValueError:
        return False
    with scope(system_scope(practice_id)):
        return _note(bounce, message_id, now)


@transaction.atomic
def _note(bounce: Bounce, message_id: UUID, now: datetime) -> bool:
    entries = MailLogEntry.objects.select_for_update().filter(
        message_id=message_id, address=plain_address(bounce.address), bounced_at=None
    )
    entry = entries.first()
    if entry is None:
        return False
    entry.bounced_at, entry.bounce_reason = now, bounce.reason
    entry.save(update_fields=["bounced_at", "bounce_reason"])
    if not bounce.reason.is_for_good:
        return True
    facts = {"reason": bounce.reason, "bounced_at": now, "client_id": _client_of(entry)}
    marked, _is_new = AddressBounce.objects.update_or_create(address=entry.address, defaults=facts)
    record(event="mail.bounced", subject=marked, now=now, facts={"reason": str(bounce.reason)})
    return True


def _client_of(entry: MailLogEntry) -> UUID | None:
    """A copy went to the client's assistant: that address is not the client's."""
    return None if entry.is_copy else entry.client_id


@transaction.atomic
def try_again(*, address: str, now: datetime) -> bool:
    """Write to this address again; whether it was marked."""
    marked = AddressBounce.objects.filter(address=plain_address(address)).first()
    if marked is None:
        return False
    record(event="mail.tried_again", subject=marked, now=now)
    marked.delete()
    return True
