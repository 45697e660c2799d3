"""What a client is asked: reminded by mail, begun in one browser, closed when sent or withdrawn."""

import secrets
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction
from django.utils import timezone

from clients.models import Asking
from clients.queries.clients import address_of, assigned_coaches
from coachops.audit.record import Fact, record
from coachops.outbox.queue import enqueue, withdraw
from coachops.practices.models import Membership, SignedLink
from coachops.practices.services.links import revoke_links
from coachops.questionnaires.policies.browsers import browser_hash

ASKED_FOR: Final = timedelta(days=60)


class AlreadyAsked(Exception):
    """The same waits for an answer already; remind, or withdraw it first."""


class IsArchived(Exception):
    """The client's record is archived: nothing is asked any more."""


def plan_mails(asking: Asking, now: datetime) -> None:
    """Part of a service that asks: please, and the reminders to come."""
    for number, later in enumerate((timedelta(), *asking.manner.reminders)):
        _write(asking, now + later, key=str(number), number=number)


def _write(asking: Asking, due_at: datetime, *, key: str, number: int) -> bool:
    sent = enqueue(
        kind=asking.manner.request_kind,
        key=f"{asking.manner.word}:{asking.pk}:{key}",
        due_at=due_at,
        subject_id=asking.pk,
        payload={"number": number},
        not_after=max(asking.asked_at + ASKED_FOR, due_at + timedelta(days=1)),
    )
    return sent is not None


@transaction.atomic
def remind(*, asking: Asking, by: Membership, now: datetime) -> bool:
    """One more mail, at most one a day; whether there was room for it."""
    day = timezone.localdate(now, by.practice.zone)
    if not _write(asking, now, key=f"again:{day.isoformat()}", number=1):
        return False
    record(event=f"{asking.manner.word}.reminded", subject=asking, now=now)
    return True


@transaction.atomic
def withdraw_asking(*, asking: Asking, now: datetime, by: Membership | None = None) -> None:
    """It is not asked any more; what was begun stays with the client and is never read.

    `by` is who decided so, after which no rule asks it again; nobody where it follows from
    something else.
    """
    open_ones = type(asking).objects.filter(pk=asking.pk, closed_at=None)
    if open_ones.update(closed_at=now, withdrawn_at=now):
        _stop_asking(asking, now)
        facts: dict[str, Fact] = {"by": str(by.pk)} if by else {}
        record(event=f"{asking.manner.word}.withdrawn", subject=asking, now=now, facts=facts)


@transaction.atomic
def take_up_link(*, asking: Asking, now: datetime) -> str | None:
    """The browser that begins by a link; its secret, or None if another one was quicker.

    From then on the link shows nothing in any other browser.
    """
    secret = secrets.token_urlsafe(24)
    free = type(asking).objects.filter(pk=asking.pk, browser_hash=None)
    if not free.update(browser_hash=browser_hash(secret)):
        return None
    record(event=f"{asking.manner.word}.link_taken_up", subject=asking, now=now)
    return secret


@transaction.atomic
def send_new_link(*, asking: Asking, now: datetime) -> None:
    """To the client's own address, and the ones before it are over: at most one in an hour.

    Nothing where the address has changed since the first one: what was begun there is not shown to
    whoever reads at the new one. It can be withdrawn and asked anew.
    """
    purpose = asking.manner.answer_purpose
    links = SignedLink.objects.filter(subject_id=asking.pk, purpose=purpose)
    if links.exclude(recipient=address_of(asking.client)).exists():
        return
    hour = now.replace(minute=0, second=0, microsecond=0)
    if not _write(asking, now, key=f"link:{hour.isoformat()}", number=0):
        return
    revoke_links(subject_id=asking.pk, now=now, purpose=purpose)
    type(asking).objects.filter(pk=asking.pk).update(browser_hash=None)
    record(event=f"{asking.manner.word}.link_renewed", subject=asking, now=now)


@transaction.atomic
def close_asking(*, asking: Asking, now: datetime) -> None:
    """The answers were sent: nothing more is asked, links are spent, and the coaches are told."""
    type(asking).objects.filter(pk=asking.pk).update(closed_at=now)
    _stop_asking(asking, now)
    today = timezone.localdate(now, asking.client.practice.zone)
    for coach in assigned_coaches(asking.coached, today):
        enqueue(
            kind=asking.manner.sent_kind,
            key=f"{asking.manner.word}_sent:{asking.pk}:{coach.pk}:{now.isoformat()}",
            due_at=now,
            subject_id=asking.pk,
            payload={"coach": str(coach.pk)},
        )


def _stop_asking(asking: Asking, now: datetime) -> None:
    withdraw(key_prefix=f"{asking.manner.word}:{asking.pk}:")
    revoke_links(subject_id=asking.pk, now=now, purpose=asking.manner.answer_purpose)
