"""A mail in a client's log that came back, and the addresses under it."""

from datetime import datetime
from typing import TYPE_CHECKING, Any

from coachops.correspondence.models import AddressBounce, MailLogEntry
from coachops.correspondence.policies import LogState, Topic
from coachops.correspondence.queries.links import preferences_url, unsubscribe_url
from coachops.practices.policies import Data
from coachops.tenancy.models import uuid7

if TYPE_CHECKING:
    from tests.contracts.world import Story, World


def mail_things(world: "World", story: "Story", now: datetime) -> dict[str, Any]:
    """Tokens and ids of the client's practice, whose scope is open."""
    client = story.client
    subject = world.plant(f"{story.word}s-mail-subject", Data.MAIL_LOG, story.word)
    address = f"old.{client.email}"
    MailLogEntry.objects.create(
        message_id=uuid7(),
        kind="scheduling.reminder",
        address=address,
        client=client,
        subject=subject,
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
