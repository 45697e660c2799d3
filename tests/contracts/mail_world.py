"""A mail in a client's log that came back, and the addresses under it."""

from datetime import datetime
from typing import Any

from clients.models import Client
from coachops.correspondence.models import AddressBounce, MailLogEntry
from coachops.correspondence.policies import LogState, Topic
from coachops.correspondence.queries.links import preferences_url, unsubscribe_url
from coachops.tenancy.models import uuid7


def mail_things(client: Client, now: datetime) -> dict[str, Any]:
    """Tokens and ids of the client's practice, whose scope is open."""
    address = f"old.{client.email}"
    MailLogEntry.objects.create(
        message_id=uuid7(),
        kind="scheduling.reminder",
        address=address,
        client=client,
        subject=f"Your session, {client.name}",
        state=LogState.SENT,
        written_at=now,
        bounced_at=now,
        bounce_reason="invalid",
    )
    bounce = AddressBounce.objects.create(address=address, reason="invalid", bounced_at=now)
    practice_id = client.practice_id
    choices = preferences_url(practice_id, address)
    off = unsubscribe_url(practice_id, address, Topic.REMINDERS)
    return {
        "bounce": bounce.pk,
        "choices_link": choices.rstrip("/").rpartition("/")[2],
        "off_link": off.rstrip("/").rpartition("/")[2],
    }
