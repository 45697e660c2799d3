"""Asking a client what passes on: in the portal, or by a link to the address they had then."""

from datetime import datetime, timedelta
from typing import Final

from django.db import transaction
from django.utils import timezone

from clients.models import Client, Handover, HandoverLink
from clients.queries.clients import has_portal
from clients.queries.handover_states import may_be_asked
from coachops.audit.record import record
from coachops.outbox.queue import enqueue, withdraw
from coachops.practices.models import Membership
from coachops.practices.services.links import revoke_links

REQUEST_KIND: Final = "clients.handover"
CODE_KIND: Final = "clients.handover_code"
ANSWERED_KIND: Final = "clients.handover_answered"
ANSWER_PURPOSE: Final = "handover.answer"
# After asking, as long as nothing was said.
REMINDERS: Final = (timedelta(days=4), timedelta(days=11))
ASKED_FOR: Final = timedelta(days=60)


def begin_to_ask(*, handover: Handover, now: datetime) -> None:
    """Part of a service. Whoever has a portal hears of it in the mail about their new coach.

    A record without an address is not asked: only dates and contacts pass on.
    """
    client = handover.client
    if not has_portal(client) and client.email:
        HandoverLink.objects.create(client=client, handover=handover, opened_at=now)
        _write(handover, now, "0", number=0)
    for number, later in enumerate(REMINDERS, start=1):
        _write(handover, now + later, str(number), number=number, until=now + ASKED_FOR)


@transaction.atomic
def remind_handover(*, handover: Handover, by: Membership, now: datetime) -> bool:
    """One more mail, at most one a day; whether there was anybody to ask, and room for it."""
    if handover.answered_at is not None or not may_be_asked(handover):
        return False
    day = timezone.localdate(now, by.practice.zone).isoformat()
    if not _write(handover, now, f"again:{day}", number=1):
        return False
    record(event="handover.reminded", subject=handover.client, now=now)
    return True


def show_brief_by_link(*, client: Client, now: datetime) -> None:
    """Part of a service: clients without a portal are told of a brief, and how to read it."""
    ways = HandoverLink.objects.select_related("handover").filter(client=client, closed_at=None)
    for way in ways.filter(handover__assignment__ended_on=None):
        _write(way.handover, now, f"brief:{now.isoformat()}", number=2)


def settle_asking(*, handover: Handover, by_link: bool, now: datetime) -> None:
    """Part of a service: they have said. Whoever did so by a link can take it back by the next."""
    withdraw(key_prefix=f"handover:{handover.pk}:")
    if by_link:
        enqueue(
            kind=ANSWERED_KIND,
            key=f"handover-answered:{handover.pk}:{now.isoformat()}",
            due_at=now,
            subject_id=handover.pk,
        )


def close_ways(*, client: Client, now: datetime) -> None:
    """Part of a service: the record gets another address. Whoever holds it was never asked."""
    for way in HandoverLink.objects.filter(client=client, closed_at=None):
        withdraw(key_prefix=f"handover:{way.handover_id}:")
        revoke_links(subject_id=way.pk, now=now, purpose=ANSWER_PURPOSE)
        HandoverLink.objects.filter(pk=way.pk).update(closed_at=now)


def _write(
    handover: Handover, due_at: datetime, key: str, *, number: int, until: datetime | None = None
) -> bool:
    """0 asks, 1 asks again, 2 says that there is a brief."""
    sent = enqueue(
        kind=REQUEST_KIND,
        key=f"handover:{handover.pk}:{key}",
        due_at=due_at,
        subject_id=handover.pk,
        payload={"number": number},
        not_after=until,
    )
    return sent is not None
