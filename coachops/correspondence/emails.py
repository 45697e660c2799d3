"""What the digest says: one line for each mail that would have come by itself."""

from datetime import datetime
from functools import partial
from typing import Final

from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from coachops.correspondence.models import DigestLine
from coachops.correspondence.policies import GATHERED, Standing, Topic
from coachops.correspondence.queries.readers import reader_of_message
from coachops.mail.message import Reader, render_mail, send_mail
from coachops.outbox.registry import ClaimedMessage, Delivery
from coachops.practices.emails import absolute, sender_of
from coachops.practices.models import Practice
from coachops.tenancy.scope import current_practice_id

MOST_LINES: Final = 100


def prepare_digest(message: ClaimedMessage) -> Delivery | None:
    """All lines of one reader that no digest has had; a second try says the same as the first.

    None when there are none, when the reader does not belong here any more, or has switched them
    off meanwhile.
    """
    known = reader_of_message(message.id, message.recipient)
    if not known.standings & GATHERED or known.choices.is_off(Topic.NEWS):
        return None
    open_lines = DigestLine.objects.filter(address=known.address)
    open_lines.filter(digest_id=None).update(digest_id=message.id)
    lines = list(open_lines.filter(digest_id=message.id).order_by("written_at", "pk"))
    if not lines:
        return None
    practice = Practice.objects.get(pk=current_practice_id())
    reader = Reader(
        address=message.recipient,
        language=str(message.payload["language"]),
        time_zone=str(message.payload["time_zone"]),
    )
    home = "coach:today" if Standing.STAFF in known.standings else "sponsor:home"
    with translation.override(reader.language):
        reason = _("Sent because you chose to get news from %(practice)s together.") % {
            "practice": practice.name
        }
    mail = render_mail(
        name="correspondence/digest",
        context={
            "practice": practice,
            "lines": [_shown(line) for line in lines[:MOST_LINES]],
            "more": max(0, len(lines) - MOST_LINES),
            "count": len(lines),
            "url": absolute(reverse(home, args=[practice.slug])),
        },
        reader=reader,
        sender=sender_of(practice),
        reason=reason,
    )
    return partial(send_mail, mail, message_id=message.id)


def _shown(line: DigestLine) -> dict[str, str | datetime]:
    url = absolute(line.path) if line.path else ""
    return {"subject": line.subject, "url": url, "at": line.written_at}
