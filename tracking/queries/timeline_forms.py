"""What a client was asked, on their timeline: that it was, and that it came back. No answer."""

from typing import Final

from django.urls import reverse
from django.utils.translation import gettext as _

from coachops.web.timeline import Found, Readers, Reading, Source, Strand, Told

_PREPARATIONS: Final = """
SELECT event.at, md5(asked.id || event.name)::uuid AS id, session.engagement_id,
  jsonb_build_object('event', event.name, 'session', session.id, 'number', session.number) AS facts,
  NULL::bytea AS sealed
FROM tracking_sessionpreparation asked
JOIN questionnaires_response response
  ON response.practice_id = asked.practice_id AND response.id = asked.response_id
JOIN scheduling_session session
  ON session.practice_id = asked.practice_id AND session.id = asked.session_id
CROSS JOIN LATERAL (VALUES ('asked', asked.asked_at), ('sent', response.sent_at)) event (name, at)
WHERE asked.practice_id = %(practice)s AND asked.client_id = %(client)s AND event.at IS NOT NULL
"""
_QUESTIONNAIRES: Final = """
SELECT event.at, md5(asked.id || event.name)::uuid AS id,
  coalesce(asked.engagement_id, session.engagement_id) AS engagement_id,
  jsonb_build_object('event', event.name, 'title', version.title, 'of', asked.id) AS facts,
  NULL::bytea AS sealed
FROM tracking_askedquestionnaire asked
JOIN questionnaires_response response
  ON response.practice_id = asked.practice_id AND response.id = asked.response_id
JOIN questionnaires_questionnaireversion version
  ON version.practice_id = response.practice_id AND version.id = response.version_id
LEFT JOIN scheduling_session session
  ON session.practice_id = asked.practice_id AND session.id = asked.session_id
CROSS JOIN LATERAL (VALUES ('asked', asked.asked_at), ('sent', response.sent_at),
  ('withdrawn', asked.withdrawn_at)) event (name, at)
WHERE asked.practice_id = %(practice)s AND asked.client_id = %(client)s AND asked.team_id IS NULL
  AND event.at IS NOT NULL
"""
_SYMBOLS: Final = {"asked": "mail", "sent": "clipboard-check", "withdrawn": "x"}


def _tell_preparation(found: Found, reading: Reading) -> Told:
    facts = found.facts
    number = facts["number"]
    if facts["event"] == "sent":
        numbered = _("%(name)s prepared for session %(number)s")
        plain = _("%(name)s prepared for a session")
    else:
        numbered = _("%(name)s was asked to prepare for session %(number)s")
        plain = _("%(name)s was asked to prepare for a session")
    is_open = reading.opens_content and facts["event"] == "sent"
    page = reverse("coach:preparation", args=[reading.practice_slug, facts["session"]])
    return Told(
        title=(numbered if number else plain) % {"name": reading.first_name, "number": number},
        symbol=_SYMBOLS[facts["event"]],
        readers=Readers.ORGANISERS,
        url=page if is_open else "",
        is_news=facts["event"] == "sent",
    )


def _tell_questionnaire(found: Found, reading: Reading) -> Told:
    titles = {
        "asked": _("%(name)s was asked: %(title)s"),
        "sent": _("%(name)s answered: %(title)s"),
        "withdrawn": _("No longer asked: %(title)s"),
    }
    page = reverse("coach:asked_questionnaire", args=[reading.practice_slug, found.facts["of"]])
    words = {"name": reading.first_name, "title": found.facts["title"]}
    return Told(
        title=titles[found.facts["event"]] % words,
        symbol=_SYMBOLS[found.facts["event"]],
        readers=Readers.ORGANISERS,
        url=page,
        is_news=found.facts["event"] == "sent",
    )


SOURCES: Final = (
    Source(Strand.FORMS, False, _PREPARATIONS, _tell_preparation),
    Source(Strand.FORMS, False, _QUESTIONNAIRES, _tell_questionnaire),
)
