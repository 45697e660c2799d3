"""Other calendars of a coach: added, changed, removed. Reading them is a worker's business."""

import random
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final
from urllib.parse import urlsplit

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Q

from coachops.audit.record import record
from coachops.outbox.models import Message, MessageState
from coachops.outbox.queue import enqueue, withdraw
from coachops.practices.models import Membership
from coachops.tenancy.models import uuid7
from scheduling.calendars.addresses import Guard
from scheduling.models import BusySource
from scheduling.services.source_secrets import (
    ChosenCalendar,
    Secrets,
    keep_secrets,
    secrets_of,
)

READ: Final = "scheduling.read_calendar"
MOST_OF_ONE_COACH: Final = 10
OFTEN: Final = (timedelta(minutes=10), timedelta(minutes=15))
SELDOM: Final = timedelta(hours=6)
ASKED_AT_MOST_EVERY: Final = timedelta(minutes=1)
_NOT_BEGUN: Final = (
    MessageState.PENDING,
    MessageState.SENT,
    MessageState.EXPIRED,
    MessageState.CANCELLED,
)


class TooManySources(Exception):
    """A coach reads at most ten calendars."""


class NameTaken(Exception):
    """Another calendar of this coach is called so."""


class ReadLately(Exception):
    """It is being read, or was less than a minute ago."""


def guard(*, allows_http: bool = False) -> Guard:
    """What may be called in this installation; over http where the coach said so."""
    return Guard(allows_loopback=settings.CALENDARS_ON_LOOPBACK, allows_http=allows_http)


@transaction.atomic
def add_source(
    *,
    coach: Membership,
    kind: BusySource.Kind,
    name: str,
    secrets: Secrets,
    now: datetime,
    counts_free: bool = False,
    counts_tentative: bool = True,
    allows_http: bool = False,
) -> BusySource:
    """A calendar whose busy times are kept free from now on; it is read at once by a worker.

    The address has been checked by the form. Raises TooManySources or NameTaken.
    """
    if BusySource.objects.filter(coach=coach).count() >= MOST_OF_ONE_COACH:
        raise TooManySources
    source = BusySource(
        id=uuid7(),
        coach=coach,
        resource_id=coach.user_id,
        kind=kind,
        name=name,
        host=urlsplit(secrets.address).hostname or "",
        counts_free=counts_free,
        counts_tentative=counts_tentative,
        allows_http=allows_http,
        next_try_at=now,
    )
    keep_secrets(source, secrets)
    _save_named(source)
    record(event="calendar.added", subject=source, now=now, facts={"kind": kind})
    plan_reading(source=source, at=now)
    return source


@transaction.atomic
def change_source(
    *,
    source: BusySource,
    name: str,
    counts_free: bool,
    counts_tentative: bool,
    now: datetime,
    allows_http: bool = False,
) -> None:
    """Another name, or another view of what counts; a worker reads it anew. Raises NameTaken."""
    source.name = name
    source.counts_free, source.counts_tentative = counts_free, counts_tentative
    source.allows_http = allows_http and source.kind == BusySource.Kind.ICS
    source.content_hash = ""
    _save_named(source, "name", "counts_free", "counts_tentative", "allows_http", "content_hash")
    record(event="calendar.changed", subject=source, now=now)
    read_soon(source=source, now=now)


@transaction.atomic
def choose_calendars(
    *, source: BusySource, reads: Sequence[str], now: datetime, writes: str = ""
) -> None:
    """Which calendars of an account are read, and into which one sessions are written, if any.

    The list is taken as it is now: a worker may just have found others.
    """
    source = BusySource.objects.select_for_update(of=("self",)).get(pk=source.pk)
    secrets = secrets_of(source)
    chosen = tuple(
        ChosenCalendar(
            address=each.address,
            name=each.name,
            reads=each.address in reads,
            writes=each.address == writes,
        )
        for each in secrets.calendars
    )
    keep_secrets(source, replace(secrets, calendars=chosen))
    source.writes_back = any(each.writes for each in chosen)
    source.writing_problem = ""
    source.content_hash = ""
    source.save()
    record(
        event="calendar.chosen",
        subject=source,
        now=now,
        facts={"reads": sum(each.reads for each in chosen), "writes_back": source.writes_back},
    )
    read_soon(source=source, now=now)


@transaction.atomic
def read_on_demand(*, source: BusySource, now: datetime) -> None:
    """The coach presses the button. Raises ReadLately: other people's servers are not hammered."""
    rows = BusySource.objects.select_for_update(no_key=True)
    last = rows.values_list("last_tried_at", flat=True).get(pk=source.pk)
    is_under_way = (
        Message.objects.filter(kind=READ, subject_id=source.pk)
        .filter(Q(state=MessageState.SENDING) | Q(state=MessageState.PENDING, due_at__lte=now))
        .exists()
    )
    if is_under_way or (last is not None and now - last < ASKED_AT_MOST_EVERY):
        raise ReadLately
    read_soon(source=source, now=now)


@transaction.atomic
def read_soon(*, source: BusySource, now: datetime) -> None:
    """By a worker, and until then it counts as not read yet; one that was given up is tried again.

    What was read before keeps the coach busy meanwhile.
    """
    if source.state == BusySource.State.STOPPED:
        source.failures, source.last_tried_at = 0, None
    source.state = BusySource.State.NEW
    source.save(update_fields=["state", "failures", "last_tried_at"])
    plan_reading(source=source, at=now)


@transaction.atomic
def remove_source(*, source: BusySource, now: datetime) -> None:
    """Its busy times go with it, and so do its address and password."""
    withdraw(key_prefix=f"calendar:{source.pk}:")
    record(event="calendar.removed", subject=source, now=now, facts={"kind": source.kind})
    source.delete()


def plan_reading(*, source: BusySource, at: datetime) -> None:
    """One reading waits for each source, never two; what is finished is forgotten at once."""
    # Not the one that a worker is about to begin, from which this may be called.
    Message.objects.filter(kind=READ, subject_id=source.pk, state__in=_NOT_BEGUN).delete()
    enqueue(
        kind=READ,
        key=f"calendar:{source.pk}:{at:%Y%m%dT%H%M%S.%f}",
        due_at=at,
        subject_id=source.pk,
    )
    BusySource.objects.filter(pk=source.pk).update(next_try_at=at)


def is_asked_for(source: BusySource, now: datetime) -> bool:
    """Whether somebody wants it read, and no worker has begun."""
    waiting = Message.objects.filter(kind=READ, subject_id=source.pk, state=MessageState.PENDING)
    return bool(waiting.filter(due_at__lte=now).exists())


def next_time(failures: int, now: datetime) -> datetime:
    """Ten to fifteen minutes after a success, then longer and longer up to six hours.

    Spread by chance, so that not all calendars of a server are asked for at once.
    """
    first, last = OFTEN
    wait = first + (last - first) * random.random()  # noqa: S311 -- no secret
    doubled: timedelta = wait * 2 ** min(failures, 10)
    return now + min(doubled, SELDOM)


def _save_named(source: BusySource, *fields: str) -> None:
    """All of it, or these fields alone: a worker may have kept another token meanwhile."""
    try:
        with transaction.atomic():
            source.save(update_fields=fields or None)
    except IntegrityError as error:
        raise NameTaken from error
