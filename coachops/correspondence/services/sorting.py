"""What happens to each mail of a practice before it goes out: the one place that decides it.

Runs in the transaction that prepared the mail. A message that is tried again comes here again and
writes the same line of the log and of the digest, so both hold it once.
"""

from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import Any, Final
from uuid import UUID

from django.conf import settings
from django.utils import timezone

from coachops.correspondence.models import DigestLine, MailLogEntry
from coachops.correspondence.policies import (
    GATHERED,
    Digest,
    LogState,
    Reminders,
    Standing,
    Topic,
    may_wait,
    next_digest,
    topic_of,
)
from coachops.correspondence.queries.links import preferences_url, unsubscribe_url
from coachops.correspondence.queries.readers import (
    KnownReader,
    reader_of_message,
    remember,
    spoken_to,
)
from coachops.correspondence.services.settling import to_be_settled
from coachops.mail.message import Mail, Reader, header_value, send_mail
from coachops.outbox.models import Message, MessageState
from coachops.outbox.queue import enqueue
from coachops.outbox.registry import ClaimedMessage, Delivery, Later, being_prepared

DIGEST_KIND: Final = "correspondence.digest"
_LONGEST_PATH: Final = 300


def complete_reader(reader: Reader) -> Reader:
    """Where the reader of the mail that is being prepared chooses what they get."""
    message = being_prepared()
    if message is None or message.practice_id is None:
        return reader
    known = spoken_to(
        reader_of_message(message.id, reader.address),
        language=reader.language,
        time_zone=reader.time_zone,
    )
    remember(message.id, known)
    topic, _standing = topic_of(message.kind, message.payload, known.standings)
    if message.kind == DIGEST_KIND:
        topic = Topic.NEWS
    off = ""
    if topic != Topic.ESSENTIAL:
        off = unsubscribe_url(message.practice_id, known.address, topic)
    choices = preferences_url(message.practice_id, known.address)
    return replace(reader, preferences_url=choices, unsubscribe_url=off)


def sort_mail(message: ClaimedMessage, delivery: Delivery) -> Delivery | Later | None:
    """Send it, keep it for the morning or the digest, or not at all; and write down which."""
    mail = _mail_of(delivery)
    if mail is None:
        return delivery
    reader = reader_of_message(message.id, mail.to)
    now = timezone.now()
    state, due_at = _fate(message, reader, now)
    if state == LogState.DIGEST and due_at is not None:
        _gather(message, mail, reader, due_at, now)
    _write_down(message, mail, reader, state, due_at, now)
    if state in {LogState.OFF, LogState.HELD}:
        return None
    if state == LogState.WAITING and due_at is not None:
        return Later(due_at)
    if state == LogState.DIGEST:
        return _nothing_now
    reference = f"{message.practice_id}.{message.id}"
    return partial(send_mail, replace(mail, reference=reference), message_id=message.id)


def _mail_of(delivery: Delivery) -> Mail | None:
    """The mail that a delivery sends; None for other work."""
    if isinstance(delivery, partial) and delivery.func is send_mail:
        mail: Any = delivery.args[0]
        return mail if isinstance(mail, Mail) else None
    return None


def _nothing_now() -> None:
    """The line waits in the digest."""


def _fate(
    message: ClaimedMessage, reader: KnownReader, now: datetime
) -> tuple[LogState, datetime | None]:
    topic, standing = topic_of(message.kind, message.payload, reader.standings)
    if topic == Topic.ESSENTIAL:
        return LogState.SENDING, None
    if _is_unwanted(message, reader, topic, now):
        return LogState.OFF, None
    if reader.bounces:
        return LogState.HELD, None
    until = _digest_at(message, reader, topic, standing, now)
    if until is not None:
        return LogState.DIGEST, until
    until = _end_of_quiet(reader, topic, now)
    if until is not None and may_wait(until, now, message.not_after):
        return LogState.WAITING, until
    return LogState.SENDING, None


def _is_unwanted(message: ClaimedMessage, reader: KnownReader, topic: Topic, now: datetime) -> bool:
    if reader.choices.is_off(topic):
        return True
    if topic == Topic.REMINDERS and reader.choices.reminders == Reminders.LAST:
        return _another_comes(message, now)
    return False


def _another_comes(message: ClaimedMessage, now: datetime) -> bool:
    """Whether a later reminder of the same session waits for this reader.

    Keys are `reminder:<session>:<reader>:<minutes>:<revision>`; bookers have no part of a reader.
    """
    start, _minutes, revision = message.key.rsplit(":", 2)
    waiting = Message.objects.filter(
        key__startswith=f"{start}:",
        key__regex=f"^{start}:[0-9]+:{revision}$",
        kind=message.kind,
        state=MessageState.PENDING,
        due_at__gt=now,
    )
    return bool(waiting.exists())


def _digest_at(
    message: ClaimedMessage, reader: KnownReader, topic: Topic, standing: Standing, now: datetime
) -> datetime | None:
    if topic != Topic.NEWS or standing not in GATHERED:
        return None
    if reader.choices.digest == Digest.AT_ONCE:
        return None
    until = next_digest(now, reader.zone, Digest(reader.choices.digest))
    return until if may_wait(until, now, message.not_after) else None


def _end_of_quiet(reader: KnownReader, topic: Topic, now: datetime) -> datetime | None:
    """Reminders are planned around the practice's quiet hours: only one's own still move them."""
    if topic == Topic.REMINDERS and not reader.choices.is_quiet_own:
        return None
    quiet = reader.quiet_hours
    around = quiet.around(now, reader.zone) if quiet is not None else None
    return around[1] if around is not None else None


def _gather(
    message: ClaimedMessage, mail: Mail, reader: KnownReader, due_at: datetime, now: datetime
) -> None:
    line, _is_new = DigestLine.objects.get_or_create(
        message_id=message.id,
        defaults={
            "address": reader.address,
            "subject": header_value(mail.subject),
            "path": _path_in(mail),
            "written_at": now,
        },
    )
    if line.digest_id is not None:
        return
    enqueue(
        kind=DIGEST_KIND,
        key=f"digest:{reader.address}:{due_at:%Y%m%dT%H%M}",
        due_at=due_at,
        recipient=reader.address,
        payload={"language": reader.language, "time_zone": reader.time_zone},
    )


def _path_in(mail: Mail) -> str:
    """Where the mail leads: its first address on our pages. Never one that acts by itself."""
    for word in mail.text.split():
        if not word.startswith(f"{settings.BASE_URL}/"):
            continue
        path = word.removeprefix(settings.BASE_URL)
        if path.startswith(("/coach/", "/sponsor/", "/portal/")) and len(path) <= _LONGEST_PATH:
            return path
    return ""


def _write_down(
    message: ClaimedMessage,
    mail: Mail,
    reader: KnownReader,
    state: LogState,
    due_at: datetime | None,
    now: datetime,
) -> None:
    """One line a message, however often it is tried. One statement."""
    MailLogEntry.objects.bulk_create(
        [
            MailLogEntry(
                message_id=message.id,
                kind=message.kind,
                address=reader.address,
                client_id=reader.client_id,
                is_copy=reader.is_copy,
                subject=header_value(mail.subject),
                state=state,
                due_at=due_at,
                may_have_been_sent=message.unsure > 0,
                written_at=now,
            )
        ],
        update_conflicts=True,
        unique_fields=["practice", "message_id"],
        update_fields=["address", "subject", "state", "due_at", "may_have_been_sent"],
    )
    _note(message.id, message.practice_id)


def _note(message_id: UUID, practice_id: UUID | None) -> None:
    if practice_id is not None:
        to_be_settled(practice_id, message_id)
