"""Writing to each other: kept once, taken back for a quarter of an hour, announced without words.

A thread without a coach is the one about logistics.
"""

from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Final
from uuid import UUID

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils import timezone

from clients.models import (
    AnswerPromise,
    Client,
    CoachingMessage,
    LogisticsMessage,
    MessageThread,
)
from clients.policies import (
    LONGEST_MESSAGE,
    QUIET_BETWEEN_MAILS,
    USUAL_ANSWER,
    answer_day,
    may_take_back,
)
from clients.queries.clients import assigned_coaches, has_portal
from clients.queries.messages import confidential_where, type_of
from clients.queries.safes import safe_of
from clients.queries.teams import has_readers
from clients.services.thread_readers import (
    count_for_members,
    mark_opened,
    members_to_tell,
    reads_for_team,
    uncount_for_members,
)
from coachops.audit.record import record
from coachops.outbox.queue import enqueue, together
from coachops.practices.models import Membership
from coachops.practices.queries.assistants import assistants_of
from coachops.questionnaires.services.files import FORGET_KIND
from coachops.tenancy.models import uuid7
from coachops.tenancy.scope import confidential, current_practice_id
from coachops.web.uploads import CleanUpload

WAITS_KIND: Final = "clients.message_waits"


class MessageRefused(Exception):
    """Nothing to say, more than fits, or nobody there to read it; forms and pages say so before."""


class TooLateToTakeBack(Exception):
    """It has been there for longer than a quarter of an hour."""


@dataclass(frozen=True, slots=True)
class Written:
    """What somebody sends. `key` is the form's own: the same key is written once."""

    text: str
    key: UUID
    upload: CleanUpload | None = None


@transaction.atomic
def write_message(
    *, client: Client, coach: Membership | None, written: Written, by: Membership, now: datetime
) -> bool:
    """Put it into the thread with this coach, or (None) about logistics; whether it is new there.

    Raises MessageRefused.
    """
    text = written.text.replace("\r\n", "\n").strip()
    if len(text) > LONGEST_MESSAGE or not (text or written.upload):
        raise MessageRefused
    if client.archived_at is not None or not _is_read(client, coach):
        raise MessageRefused
    thread = _locked(client, coach, now)
    if _is_there(thread, written.key, by):
        return False
    is_from_client = _is_from_client(client, coach, by)
    if coach is None:
        LogisticsMessage.objects.create(
            thread=thread,
            client=client,
            author=by,
            is_from_client=is_from_client,
            key=written.key,
            sent_at=now,
            body=text,
        )
    else:
        _keep_sealed(thread, coach, replace(written, text=text), by, now)
    _count(thread, is_from_client=is_from_client, now=now)
    if client.is_team:
        count_for_members(thread=thread, by=by)
    _announce(thread, client, is_from_client=is_from_client, by=by, now=now)
    record(event="message.sent", subject=thread, now=now)
    return True


def _is_read(client: Client, coach: Membership | None) -> bool:
    """Whether somebody is there on the client's side."""
    return has_readers(client.pk) if client.is_team else has_portal(client)


def _is_from_client(client: Client, coach: Membership | None, by: Membership) -> bool:
    if not client.is_team:
        return bool(by.pk == client.membership_id)
    return by.pk != coach.pk if coach is not None else reads_for_team(client, by)


def _locked(client: Client, coach: Membership | None, now: datetime) -> MessageThread:
    """The thread, made if it is the first message; others who write to it wait."""
    thread, _ = MessageThread.objects.get_or_create(
        client=client, coach=coach, defaults={"last_at": now}
    )
    locked: MessageThread = MessageThread.objects.select_for_update().get(pk=thread.pk)
    return locked


def _is_there(thread: MessageThread, key: UUID, by: Membership) -> bool:
    with confidential_where(thread):
        return bool(type_of(thread).objects.filter(author=by, key=key).exists())


def _keep_sealed(
    thread: MessageThread, coach: Membership, written: Written, by: Membership, now: datetime
) -> None:
    row_id, upload = uuid7(), written.upload
    safe = safe_of(thread.client_id)
    row = CoachingMessage(
        id=row_id,
        thread=thread,
        client_id=thread.client_id,
        coach=coach,
        author=by,
        is_from_client=by.pk != coach.pk,
        key=written.key,
        sent_at=now,
        sealed_body=safe.close(written.text, row_id=row_id),
    )
    if upload is not None:
        name = f"{current_practice_id()}/messages/{thread.pk}/{row_id.hex}"
        sealed = safe.close_bytes(upload.content, row_id=row_id)
        row.stored_as = default_storage.save(name, ContentFile(sealed))
        row.sealed_name = safe.close(upload.name, row_id=row_id)
        row.media_type, row.size = upload.media_type, len(upload.content)
    with confidential():
        row.save(force_insert=True)


def _count(thread: MessageThread, *, is_from_client: bool, now: datetime) -> None:
    """Who has something to read, and since when the client waits."""
    thread.last_at = now
    if not is_from_client:
        thread.unread_by_client += 1
        thread.unanswered_at = thread.answer_due_at = None
    else:
        thread.unread_by_staff += 1
        if thread.unanswered_at is None:
            thread.unanswered_at, thread.answer_due_at = now, _due(thread, now)
    thread.save()


def _due(thread: MessageThread, since: datetime) -> datetime:
    """The midnight after the last day of an answer, on the practice's clock."""
    promise = AnswerPromise.objects.filter(coach=thread.coach_id).first()
    days = (promise.working_days if promise else None) or USUAL_ANSWER
    away_until = promise.last_away_on if promise else None
    zone = thread.practice.zone
    last = answer_day(timezone.localdate(since, zone), days, away_until)
    return timezone.make_aware(datetime.combine(last + timedelta(days=1), time()), zone)


def _announce(
    thread: MessageThread, client: Client, *, is_from_client: bool, by: Membership, now: datetime
) -> None:
    """One mail to the other side in a quiet half hour; it says who wrote, and is not sent any more
    once the thread was opened. In a team everybody but the writer is the other side.
    """
    told = members_to_tell(thread=thread, by=by, now=now) if client.is_team else []
    if is_from_client or not client.is_team:
        told += _other_side(thread, client, is_from_client=is_from_client, now=now)
    with together():
        for reader, due in told:
            enqueue(
                kind=WAITS_KIND,
                key=f"message:{thread.pk}:{reader.pk}:{due.isoformat()}",
                due_at=due,
                subject_id=thread.pk,
                payload={"reader": str(reader.pk), "by": str(by.pk)},
            )


def _other_side(
    thread: MessageThread, client: Client, *, is_from_client: bool, now: datetime
) -> list[tuple[Membership, datetime]]:
    column = "staff_mail_at" if is_from_client else "client_mail_at"
    last: datetime | None = getattr(thread, column)
    if last is not None and last > now:
        return []
    due = now if last is None else max(now, last + QUIET_BETWEEN_MAILS)
    setattr(thread, column, due)
    thread.save(update_fields=[column])
    readers = _staff_of(thread, client, now) if is_from_client else [client.membership]
    return [(reader, due) for reader in readers]


def _staff_of(thread: MessageThread, client: Client, now: datetime) -> list[Membership]:
    """The coach of the thread; about logistics the coaches' assistants, or else the coaches."""
    today = timezone.localdate(now, thread.practice.zone)
    coaches = assigned_coaches(client, today)
    if thread.coach_id is not None:
        return [each for each in coaches if each.pk == thread.coach_id]
    return assistants_of([each.pk for each in coaches], today) or coaches


@transaction.atomic
def open_thread(*, thread: MessageThread, is_client: bool, by: Membership, now: datetime) -> None:
    """Somebody of this side has it before their eyes; what the other side is told afterwards."""
    if is_client and thread.client.is_team:
        mark_opened(thread=thread, reader=by, now=now)
        return
    side = "client" if is_client else "staff"
    MessageThread.objects.filter(pk=thread.pk).update(
        **{f"{side}_opened_at": now, f"unread_by_{side}": 0}
    )


@transaction.atomic
def take_back(*, thread: MessageThread, message_id: UUID, by: Membership, now: datetime) -> None:
    """Delete what one wrote a moment ago; a line stays. Twice is once.

    Raises TooLateToTakeBack, or DoesNotExist for somebody else's.
    """
    locked: MessageThread = MessageThread.objects.select_for_update().get(pk=thread.pk)
    rows = type_of(locked).objects.filter(thread=locked, author=by)
    with confidential_where(locked):
        message = rows.get(pk=message_id)
        if message.deleted_at is not None:
            return
        if not may_take_back(sent_at=message.sent_at, now=now):
            raise TooLateToTakeBack
        _empty(message, now)
        message.save()
    if locked.client.is_team:
        uncount_for_members(thread=locked, message=message)
    _uncount(locked, message)
    record(event="message.taken_back", subject=locked, now=now)


def _empty(message: CoachingMessage | LogisticsMessage, now: datetime) -> None:
    message.deleted_at = now
    if isinstance(message, LogisticsMessage):
        message.body = ""
        return
    if message.stored_as:
        enqueue(
            kind=FORGET_KIND,
            key=f"forget_file:{message.pk}",
            due_at=now,
            payload={"stored_as": message.stored_as},
        )
    message.sealed_body = safe_of(message.client_id).close("", row_id=message.pk)
    message.sealed_name, message.stored_as, message.media_type, message.size = None, "", "", 0


def _uncount(thread: MessageThread, message: CoachingMessage | LogisticsMessage) -> None:
    """As if it had never been written: unread, and since when the client waits."""
    side = "staff" if message.is_from_client else "client"
    opened_at: datetime | None = getattr(thread, f"{side}_opened_at")
    unread = f"unread_by_{side}"
    if (opened_at is None or opened_at < message.sent_at) and getattr(thread, unread):
        setattr(thread, unread, getattr(thread, unread) - 1)
    if message.is_from_client and thread.unanswered_at != message.sent_at:
        thread.save()  # somebody waits since before, or was answered since
        return
    with confidential_where(thread):
        left = type_of(thread).objects.filter(thread=thread, deleted_at=None)
        answered = left.filter(is_from_client=False).order_by("-sent_at").first()
        waiting = left.filter(is_from_client=True).order_by("sent_at")
        if answered is not None:
            waiting = waiting.filter(sent_at__gt=answered.sent_at)
        first = waiting.first()
    thread.unanswered_at = first.sent_at if first else None
    thread.answer_due_at = _due(thread, first.sent_at) if first else None
    thread.save()


@transaction.atomic
def promise_answers(
    *, working_days: int | None, away_until: date | None, by: Membership, now: datetime
) -> None:
    """How soon this coach answers, from now on."""
    promise, _ = AnswerPromise.objects.update_or_create(
        coach=by, defaults={"working_days": working_days, "last_away_on": away_until}
    )
    record(event="answers.promised", subject=promise, now=now)
