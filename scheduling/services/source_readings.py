"""A worker reads a calendar: first everything that talks to somebody else, then one transaction.

The rows of the outbox carry it on: each reading plans the next before it begins, so a worker that
is lost loses nothing. Nothing becomes free because something could not be read.
"""

import hashlib
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Final

from django.db import transaction
from django.utils import timezone

from coachops.audit.record import record
from coachops.encryption.seal import Unreadable as Sealed
from coachops.outbox.queue import enqueue
from coachops.outbox.registry import ClaimedMessage, Delivery
from coachops.tenancy.models import uuid7
from coachops.tenancy.scope import current_practice_id, scope, system_scope
from scheduling.calendars import dav, fetching
from scheduling.calendars.problems import Problem, Unreadable
from scheduling.calendars.question import Question, Reading
from scheduling.calendars.sandbox import read_safely
from scheduling.models import BusyBlock, BusySource
from scheduling.queries.own_events import own_uids
from scheduling.services.booking import mail_domain
from scheduling.services.busy_sources import guard, is_asked_for, next_time, plan_reading
from scheduling.services.calendar_copies import plan_missing_copies
from scheduling.services.source_providers import read_provider
from scheduling.services.source_secrets import ChosenCalendar, keep_secrets, secrets_of
from scheduling.services.source_tasks import Found, Task, as_chosen_meanwhile

STOPPED: Final = "scheduling.calendar_stopped"
BACK: Final = timedelta(days=2)
AHEAD: Final = timedelta(days=400)
GIVE_UP: Final = timedelta(days=14)


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
        allows_http=source.allows_http,
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
            return read_provider(task)


def _read_subscription(task: Task) -> Found:
    """The window moves on, so once a day also an unchanged calendar is fetched and read again."""
    known = fetching.Known(etag=task.etag, last_modified=task.last_modified)
    is_of_today = task.content_hash.startswith(task.day)
    answer = fetching.fetch(
        task.secrets.address,
        guard=guard(allows_http=task.allows_http),
        known=known if is_of_today else None,
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
        if source is None or is_asked_for(source, now):
            return  # gone, or changed while it was read: the reading that was asked for decides
        if found is None:
            _note_failure(source, problem or Problem.NO_ANSWER, now)
        else:
            _keep(source, found, task, now)
            plan_reading(source=source, at=next_time(0, now))
            if source.writes_back:
                plan_missing_copies(source=source, now=now)


def _keep(source: BusySource, found: Found, task: Task, now: datetime) -> None:
    if found.secrets != task.secrets:
        keep_secrets(source, as_chosen_meanwhile(source, found.secrets, task))
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
