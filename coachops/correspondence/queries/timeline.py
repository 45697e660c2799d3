"""Mails on a client's timeline: the subject and how far each came, as the mail log has it."""

from typing import Final

from django.urls import reverse
from django.utils.translation import gettext as _

from coachops.correspondence.queries.log import state_words
from coachops.web.timeline import Found, Readers, Reading, Source, Strand, Told

_MAILS: Final = """
SELECT mail.written_at AS at, mail.id, NULL::uuid AS engagement_id, jsonb_build_object(
    'subject', mail.subject, 'state', mail.state, 'is_copy', mail.is_copy,
    'bounced', mail.bounced_at IS NOT NULL) AS facts, NULL::bytea AS sealed
FROM correspondence_maillogentry mail
WHERE mail.practice_id = %(practice)s AND mail.client_id = %(client)s
"""


def _tell_mail(found: Found, reading: Reading) -> Told:
    facts = found.facts
    state, tone = state_words(facts["state"], is_bounced=facts["bounced"])
    return Told(
        title=facts["subject"],
        text=_("To their assistant.") if facts["is_copy"] else "",
        symbol="mail",
        readers=Readers.ORGANISERS,
        url=reverse("coach:client_mail", args=[reading.practice_slug, reading.client_id]),
        state=str(state),
        tone=tone,
    )


SOURCES: Final = (Source(Strand.MAIL, False, _MAILS, _tell_mail),)
