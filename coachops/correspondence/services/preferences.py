"""Choosing which mail comes, when, and how often."""

from datetime import datetime, time
from typing import Any
from uuid import UUID

from django.db import transaction

from coachops.audit.record import record
from coachops.correspondence.models import MailPreference
from coachops.correspondence.policies import Reminders, Topic
from coachops.correspondence.queries.readers import plain_address


@transaction.atomic
def choose_mail(
    *,
    address: str,
    client_id: UUID | None,
    chosen: dict[str, str | list[str] | time | None],
    now: datetime,
) -> MailPreference:
    """Save what the reader at an address chose; `chosen` names columns of MailPreference."""
    preference, _is_new = MailPreference.objects.update_or_create(
        address=plain_address(address),
        defaults={**chosen, "client_id": client_id, "changed_at": now},
    )
    record(event="mail.chosen", subject=preference, now=now)
    return preference  # type: ignore[no-any-return]


@transaction.atomic
def switch_off(*, address: str, topic: Topic, client_id: UUID | None, now: datetime) -> None:
    """Stop mail of one kind. Doing it twice is doing it once."""
    values: dict[str, Any] = {"changed_at": now, "client_id": client_id}
    preference, is_new = MailPreference.objects.select_for_update().get_or_create(
        address=plain_address(address), defaults=values
    )
    if topic == Topic.REMINDERS:
        changed = preference.reminders != Reminders.NONE
        preference.reminders = Reminders.NONE
    else:
        changed = str(topic) not in preference.off
        preference.off = sorted({*preference.off, str(topic)})
    if changed or is_new:
        preference.changed_at = now
        preference.save()
        record(event="mail.switched_off", subject=preference, now=now, facts={"topic": str(topic)})


@transaction.atomic
def follow_address(*, old: str, new: str, now: datetime) -> None:
    """What was chosen at the old address holds at the new one, unless that has choices already."""
    kept = MailPreference.objects.filter(address=plain_address(new)).exists()
    preference = MailPreference.objects.filter(address=plain_address(old)).first()
    if preference is None or kept:
        return
    preference.address = plain_address(new)
    preference.save(update_fields=["address"])
    record(event="mail.choices_followed", subject=preference, now=now)
