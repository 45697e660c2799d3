"""Openings of sealed records on a client's timeline, once their coach has been told of them."""

from typing import Final

from django.utils.translation import gettext as _

from coachops.web.timeline import Found, Readers, Reading, Source, Strand, Told

# A duty of the law can hold the notice back; until then nothing is told here either.
_OPENINGS: Final = """
SELECT event.at, md5(asked.id || event.name)::uuid AS id, NULL::uuid AS engagement_id,
  jsonb_build_object('event', event.name, 'reader', reader.name) AS facts, NULL::bytea AS sealed
FROM retention_breakglass asked
JOIN practices_membership reader
  ON reader.practice_id = asked.practice_id AND reader.id = asked.reader_id
LEFT JOIN retention_breakglassconsent consent
  ON consent.practice_id = asked.practice_id AND consent.request_id = asked.id
CROSS JOIN LATERAL (VALUES ('asked', asked.asked_at), ('opened', consent.given_at),
  ('ended', asked.ended_at)) event (name, at)
WHERE asked.practice_id = %(practice)s AND asked.client_id = %(client)s
  AND asked.notice_at <= now() AND event.at IS NOT NULL
"""


def _tell_opening(found: Found, _reading: Reading) -> Told:
    titles = {
        "asked": _("%(reader)s asked to open what was shared with a coach who is gone"),
        "opened": _("%(reader)s may read what was shared with a coach who is gone"),
        "ended": _("What was shared with a coach who is gone is closed again"),
    }
    symbols = {"asked": "lock-keyhole", "opened": "lock-open", "ended": "lock"}
    return Told(
        title=titles[found.facts["event"]] % {"reader": found.facts["reader"]},
        symbol=symbols[found.facts["event"]],
        readers=Readers.PAIR,
    )


SOURCES: Final = (Source(Strand.FRAME, True, _OPENINGS, _tell_opening),)
