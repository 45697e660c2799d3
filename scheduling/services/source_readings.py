"""A worker reads a calendar: first everything that talks to somebody else, then one transaction.

The rows of the outbox carry it on: each reading plans the next before it begins, so a worker that
is lost loses nothing. Nothing becomes free because something could not be read.
"""

import hashlib
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Final
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from coachops.audit.record import record
from coachops.encryption.seal import Unreadable as Sealed
from coachops.outbox.queue import enqueue
from coachops.outbox.registry import ClaimedMessage, Delivery
from coachops.practices.emails import absolute
from coachops.tenancy.models import uuid7
from coachops.tenancy.scope import current_practice_id, scope, system_scope
from scheduling.calendars import dav, fetching, providers
from scheduling.calendars.intervals import cut, merged, within
from scheduling.calendars.problems import Problem, Unreadable
from scheduling.calendars.question import Question, Reading
from scheduling.calendars.sandbox import read_safely
from scheduling.models import BusyBlock, BusySource
from scheduling.queries.own_events import own_uids
from scheduling.services.booking import mail_domain
from scheduling.services.busy_sources import guard, next_time, plan_reading
from scheduling.services.calendar_copies import plan_missing_copies
from scheduling.services.source_secrets import (
    ChosenCalendar,
    Secrets,
    keep_secrets,
    secrets_of,
)

STOPPED: Final = "scheduling.calendar_stopped"
BACK: Final = timedelta(days=2)
AHEAD: Final = timedelta(days=400)
GIVE_UP: Final = timedelta(days=14)


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """Everything a reading needs, taken along out of the transaction."""

    source_id: UUID
    practice_id: UUID
    kind: str
    secrets: Secrets
    question: Question
    day: str
    etag: str
    last_modified: str
    content_hash: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What came of it. `reading` is None where nothing has changed."""

    reading: Reading | None
    secrets: Secrets
    etag: str = ""
    last_modified: str = ""
    content_hash: str = ""


def prepare_reading(message: ClaimedMessage) -> Delivery | None:
    """Take along what is needed and plan the next reading; None for a source that is gone."""
    now = timezone.now()
    source = BusySource.objects.select_related("coach__user").filter(pk=message.subject_id).first()
    if source is None or source.coach.ended_at is not None:
        return None
    if source.state == BusySource.State.STOPPED:
        return None
    plan_reading(source=source, at=next_time(source.failures, now))
    try:
        task = _task(source, now)
    except Sealed:
        _note_failure(source, Problem.NOT_ALLOWED, now)
        return None
    return partial(_read_and_keep, task)


def _task(source: BusySource, now: datetime) -> Task:
    return Task(
        source_id=source.pk,
        practice_id=current_practice_id(),
        kind=source.kind,
        secrets=secrets_of(source),
        question=Question(
            start=int((now - BACK).timestamp()),
            end=int((now + AHEAD).timestamp()),
            zone=source.coach.user.time_zone,
            counts_free=source.counts_free,
            counts_tentative=source.counts_tentative,
            own_uids=own_uids(source, since=now - BACK, domain=mail_domain()),
        ),
        day=f"{now:%Y%m%d}",
        etag=source.etag,
        last_modified=source.last_modified,
        content_hash=source.content_hash,
    )


def _read_and_keep(task: Task) -> None:
    """Outside of every transaction until something is known."""
    try:
        found = _read(task)
    except Unreadable as error:
        _finish(task, None, error.problem)
    else:
        _finish(task, found, None)


def _read(task: Task) -> Found:
    match task.kind:
        case BusySource.Kind.ICS:
            return _read_subscription(task)
        case BusySource.Kind.CALDAV:
            return _read_account(task)
        case _:
            return _read_provider(task)


def _read_subscription(task: Task) -> Found:
    """The window moves on, so once a day also an unchanged calendar is fetched and read again."""
    known = fetching.Known(etag=task.etag, last_modified=task.last_modified)
    is_of_today = task.content_hash.startswith(task.day)
    answer = fetching.fetch(
        task.secrets.address, guard=guard(), known=known if is_of_today else None
    )
    if answer is None:
        return Found(
            reading=None,
            secrets=task.secrets,
            etag=task.etag,
            last_modified=task.last_modified,
            content_hash=task.content_hash,
        )
    digest = _digest(task, answer.body)
    return Found(
        reading=None if digest == task.content_hash else read_safely(answer.body, task.question),
        secrets=task.secrets,
        etag=answer.headers.get("etag", "")[:200],
        last_modified=answer.headers.get("last-modified", "")[:100],
        content_hash=digest,
    )


def _read_account(task: Task) -> Found:
    """All calendars of the account, until somebody chooses; looked for the first time."""
    secrets = task.secrets
    account = dav.Account(address=secrets.address, user=secrets.user, password=secrets.password)
    budget = fetching.Budget(dav.WHOLE)
    if not secrets.calendars:
        listed = dav.list_calendars(account, guard(), budget)
        secrets = replace(secrets, calendars=tuple(ChosenCalendar.of(each) for each in listed))
    body = dav.busy_file(
        account,
        [each.address for each in secrets.calendars if each.reads],
        (task.question.start, task.question.end),
        guard(),
        written_into=secrets.written_into,
        budget=budget,
    )
    digest = _digest(task, body)
    reading = None if digest == task.content_hash else read_safely(body, task.question)
    return Found(reading=reading, secrets=secrets, content_hash=digest)


def _read_provider(task: Task) -> Found:
    desk = desk_of(task.kind)
    if desk is None:
        raise Unreadable(Problem.CONSENT_ENDED)
    secrets = task.secrets
    if secrets.code:
        token = desk.exchange(secrets.code, back_to=back_to(task.kind))
        secrets = _with_token(task, secrets, token)
    access, token = desk.renew(secrets.token)
    if token != secrets.token:
        secrets = _with_token(task, secrets, token)
    window = (task.question.start, task.question.end)
    try:
        spans = desk.busy(access, window, counts_tentative=task.question.counts_tentative)
    except (KeyError, TypeError, ValueError) as error:
        raise Unreadable(Problem.STRANGE_ANSWER) from error
    busy = cut(merged(within(spans, window)))
    return Found(reading=Reading(busy=busy, events=len(spans)), secrets=secrets)


def _with_token(task: Task, secrets: Secrets, token: str) -> Secrets:
    """Kept at once: a code is good for one token, and the reading may fail all the same."""
    secrets = replace(secrets, code="", token=token)
    with scope(system_scope(task.practice_id)), transaction.atomic():
        source = BusySource.objects.select_for_update().filter(pk=task.source_id).first()
        if source is not None:
            keep_secrets(source, secrets)
            source.save(update_fields=["sealed_address", "sealed_secret", "sealed_calendars"])
    return secrets


def desk_of(name: str) -> providers.Desk | None:
    """Our desk at a provider; None where the installation has none."""
    known = settings.CALENDAR_PROVIDERS.get(name)
    if not known or not known.get("client_id"):
        return None
    provider = providers.PROVIDERS[name]
    base = known.get("base", "")
    return providers.Desk(
        provider=provider.at(base) if base else provider,
        client_id=known["client_id"],
        client_secret=known["client_secret"],
        guard=guard(),
    )


def back_to(name: str) -> str:
    """Where a provider sends people back to."""
    return absolute(reverse("calendar_connected", args=[name]))


def _digest(task: Task, body: bytes) -> str:
    """Of the file and of what was asked of it, beginning with the day; 64 characters."""
    asked = replace(task.question, start=0, end=0)
    return f"{task.day}{hashlib.sha256(repr(asked).encode() + body).hexdigest()[:56]}"


def _finish(task: Task, found: Found | None, problem: Problem | None) -> None:
    """One transaction: the busy times are replaced whole, or stay as they are."""
    now = timezone.now()
    with scope(system_scope(task.practice_id)), transaction.atomic():
        source = (
            BusySource.objects.select_for_update(of=("self",))
            .select_related("coach")
            .filter(pk=task.source_id)
            .first()
        )
        if source is None:
            return
        if found is None:
            _note_failure(source, problem or Problem.NO_ANSWER, now)
        else:
            _keep(source, found, task, now)
            plan_reading(source=source, at=next_time(0, now))
            if source.writes_back:
                plan_missing_copies(source=source, now=now)


def _keep(source: BusySource, found: Found, task: Task, now: datetime) -> None:
    if found.secrets != task.secrets:
        keep_secrets(source, found.secrets)
    reading = found.reading
    if reading is not None:
        _replace_blocks(source, reading)
        source.unreadable_events = reading.unreadable
        source.uncertain_zones = reading.uncertain
        source.problem = ""
        if reading.unreadable:
            broken = Problem.TOO_OFTEN if reading.too_often else Problem.BROKEN_EVENTS
            source.problem = broken.value
    elif source.state != BusySource.State.READ:
        source.problem = Problem.BROKEN_EVENTS.value if source.unreadable_events else ""
    source.state = BusySource.State.READ
    source.failures = 0
    source.etag, source.last_modified = found.etag, found.last_modified
    source.content_hash = found.content_hash
    source.last_tried_at = source.last_read_at = now
    source.save()


def _replace_blocks(source: BusySource, reading: Reading) -> None:
    BusyBlock.objects.filter(source=source).delete()
    BusyBlock.objects.bulk_create(
        [
            BusyBlock(
                id=uuid7(),
                source=source,
                resource_id=source.resource_id,
                starts_at=datetime.fromtimestamp(start, UTC),
                ends_at=datetime.fromtimestamp(end, UTC),
            )
            for start, end in reading.busy
        ],
        batch_size=1000,
    )


def _note_failure(source: BusySource, problem: Problem, now: datetime) -> None:
    """What was read last still holds. After two weeks nobody tries any more; the coach hears."""
    source.failures = min(source.failures + 1, 1000)
    source.problem = problem.value
    source.state = BusySource.State.STALE
    source.last_tried_at = now
    since = source.last_read_at or source.created_at
    if now - since < GIVE_UP:
        source.save()
        plan_reading(source=source, at=next_time(source.failures, now))
        return
    source.state, source.next_try_at = BusySource.State.STOPPED, None
    source.save()
    enqueue(
        kind=STOPPED,
        key=f"calendar-stopped:{source.pk}:{now:%Y%m%d%H%M}",
        due_at=now,
        subject_id=source.pk,
    )
    record(event="calendar.stopped", subject=source, now=now, facts={"problem": problem.value})


def offered_providers() -> list[providers.Provider]:
    """Those where this installation has a desk."""
    return [each for name, each in providers.PROVIDERS.items() if desk_of(name) is not None]
