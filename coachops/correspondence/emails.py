"""What the digest says: one line for each mail that would have come by itself."""

from datetime import datetime
from typing import Final

from django.utils.translation import gettext_lazy as _

from clients.emails.people import Letter, acting_practice, delivery_of, page_address
from coachops.correspondence.models import DigestLine
from coachops.correspondence.policies import GATHERED, Standing, Topic
from coachops.correspondence.queries.readers import reader_of_message
from coachops.mail.message import Reader
from coachops.outbox.registry import ClaimedMessage, Delivery
from coachops.practices.emails import absolute

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
    practice = acting_practice()
    reader = Reader(
        address=message.recipient,
        language=str(message.payload["language"]),
        time_zone=str(message.payload["time_zone"]),
    )
    home = "coach:today" if Standing.STAFF in known.standings else "sponsor:home"
    letter = Letter(
        name="correspondence/digest",
        reader=reader,
        reason=_("Sent because you chose to get news from %(practice)s together."),
        context={
            "practice": practice,
            "lines": [_shown(line) for line in lines[:MOST_LINES]],
            "more": max(0, len(lines) - MOST_LINES),
            "count": len(lines),
            "url": page_address(home, practice),
        },
    )
    return delivery_of(letter, practice, message)


def _shown(line: DigestLine) -> dict[str, str | datetime]:
    url = absolute(line.path) if line.path else ""
    return {"subject": line.subject, "url": url, "at": line.written_at}
