"""Mail without a practice: sign-in codes and the like, kept with its content until it is sent."""

import json
from base64 import b64decode, b64encode
from datetime import timedelta
from functools import partial
from uuid import UUID

from django.utils import timezone

from coachops.mail.message import Attachment, Invitation, Mail, send_mail
from coachops.outbox.queue import FIRST, Timing, enqueue_global
from coachops.outbox.registry import ClaimedMessage, Delivery

KIND = "mail.global"
WORTH_SENDING_FOR = timedelta(hours=1)


def enqueue_global_mail(mail: Mail, key: str, timing: Timing | None = None) -> UUID | None:
    """Send this mail at once, before all others, outside of every practice and only once a key.

    Without a `timing` it is dropped after an hour: a late code helps nobody. Its content can be
    read by the dispatcher alone, and is erased when it has been sent or given up.
    """
    usual = Timing(not_after=timezone.now() + WORTH_SENDING_FOR, priority=FIRST)
    return enqueue_global(
        kind=KIND, key=key, recipient=mail.to, body=_to_json(mail), timing=timing or usual
    )


def prepare_global_mail(message: ClaimedMessage) -> Delivery:
    return partial(send_mail, _from_json(message.body), message_id=message.id)


def _to_json(mail: Mail) -> str:
    calendar = mail.calendar
    return json.dumps(
        {
            "to": mail.to,
            "subject": mail.subject,
            "text": mail.text,
            "html": mail.html,
            "from_name": mail.from_name,
            "reply_to": mail.reply_to,
            "headers": dict(mail.headers),
            "calendar": [calendar.method, calendar.content] if calendar else None,
            "attachments": [
                [file.name, file.type, b64encode(file.content).decode()]
                for file in mail.attachments
            ],
        }
    )


def _from_json(body: str) -> Mail:
    values = json.loads(body)
    calendar = values.pop("calendar")
    attachments = tuple(
        Attachment(name, media_type, b64decode(content))
        for name, media_type, content in values.pop("attachments")
    )
    return Mail(
        **values,
        calendar=Invitation(*calendar) if calendar else None,
        attachments=attachments,
    )
