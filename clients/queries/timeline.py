"""The frame of the coaching on a client's timeline: engagements, coaches, what the sponsor sees."""

from datetime import date
from typing import Final

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from clients.queries.disclosure import LEVEL_LABELS
from coachops.web.timeline import Found, Readers, Reading, Source, Strand, Told

# A date stands at noon: it is the same day for nearly every reader.
_BEGUN: Final = """
SELECT (engagement.starts_on + time '12:00') AT TIME ZONE 'UTC' AS at, engagement.id,
  engagement.id AS engagement_id, jsonb_build_object(
    'title', engagement.title, 'coach', coach.name, 'company', company.name) AS facts,
  NULL::bytea AS sealed
FROM clients_engagement engagement
JOIN practices_membership coach
  ON coach.practice_id = engagement.practice_id AND coach.id = engagement.coach_id
LEFT JOIN clients_sponsororganisation company
  ON company.practice_id = engagement.practice_id
  AND company.id = engagement.sponsor_organisation_id
WHERE engagement.practice_id = %(practice)s AND engagement.client_id = %(client)s
"""
_ENDED: Final = """
SELECT (engagement.ends_on + time '12:00') AT TIME ZONE 'UTC' AS at, engagement.id,
  engagement.id AS engagement_id,
  jsonb_build_object('title', engagement.title, 'state', engagement.state) AS facts,
  NULL::bytea AS sealed
FROM clients_engagement engagement
WHERE engagement.practice_id = %(practice)s AND engagement.client_id = %(client)s
  AND engagement.state IN ('completed', 'closed')
"""
_ASSIGNED: Final = """
SELECT (assigned.started_on + time '12:00') AT TIME ZONE 'UTC' AS at, assigned.id,
  NULL::uuid AS engagement_id,
  jsonb_build_object('coach', coach.name, 'until', assigned.ended_on) AS facts,
  NULL::bytea AS sealed
FROM clients_coachassignment assigned
JOIN practices_membership coach
  ON coach.practice_id = assigned.practice_id AND coach.id = assigned.coach_id
WHERE assigned.practice_id = %(practice)s AND assigned.client_id = %(client)s
  AND (assigned.ended_on IS NULL OR assigned.ended_on >= assigned.started_on)
"""
# The row of an engagement says only what holds now; how it came about is in the audit trail.
_DISCLOSED: Final = """
SELECT told.happened_at AS at, told.id, engagement.id AS engagement_id,
  told.facts || jsonb_build_object('event', told.event) AS facts, NULL::bytea AS sealed
FROM clients_engagement engagement
JOIN audit_auditevent told
  ON told.practice_id = engagement.practice_id AND told.subject_id = engagement.id
  AND told.event IN ('disclosure.opened', 'disclosure.lowered', 'disclosure.attendance')
WHERE engagement.practice_id = %(practice)s AND engagement.client_id = %(client)s
"""
_PROPOSED: Final = """
SELECT proposal.proposed_at AS at, proposal.id, engagement.id AS engagement_id,
  jsonb_build_object('level', proposal.level) AS facts, NULL::bytea AS sealed
FROM clients_engagement engagement
JOIN clients_disclosureproposal proposal
  ON proposal.practice_id = engagement.practice_id AND proposal.engagement_id = engagement.id
  AND proposal.state = 'open'
WHERE engagement.practice_id = %(practice)s AND engagement.client_id = %(client)s
"""


def _tell_begun(found: Found, reading: Reading) -> Told:
    facts = found.facts
    with_whom = _("With %(coach)s.") % {"coach": facts["coach"]}
    paid = _("%(company)s pays.") % {"company": facts["company"]} if facts["company"] else ""
    return Told(
        title=_("%(title)s begins") % {"title": facts["title"]},
        text=" ".join(filter(None, (with_whom, paid))),
        symbol="route",
        readers=Readers.ORGANISERS,
        url=reverse("coach:engagement", args=[reading.practice_slug, found.id]),
        is_day=True,
    )


def _tell_ended(found: Found, reading: Reading) -> Told:
    is_early = found.facts["state"] == "closed"
    title = _("%(title)s was closed early") if is_early else _("%(title)s is completed")
    return Told(
        title=title % {"title": found.facts["title"]},
        symbol="flag",
        readers=Readers.ORGANISERS,
        url=reverse("coach:engagement", args=[reading.practice_slug, found.id]),
        is_day=True,
    )


def _tell_assigned(found: Found, reading: Reading) -> Told:
    until = found.facts["until"]
    title = _("%(coach)s was the coach") if until else _("%(coach)s becomes the coach")
    return Told(
        title=title % {"coach": found.facts["coach"]},
        text=_("Until %(day)s.") % {"day": _day(until)} if until else "",
        symbol="user-round",
        readers=Readers.ORGANISERS,
        is_day=True,
    )


def _day(iso: str) -> str:
    return date_format(date.fromisoformat(iso), "j F Y")


def _tell_disclosed(found: Found, reading: Reading) -> Told:
    title, text = _disclosed_words(found, reading.first_name)
    return Told(
        title=title,
        text=text,
        symbol="eye",
        readers=Readers.SPONSOR,
        url=reverse("coach:disclosure", args=[reading.practice_slug, found.engagement_id]),
    )


def _disclosed_words(found: Found, first_name: str) -> tuple[str, str]:
    facts = found.facts
    if facts["event"] == "disclosure.lowered":
        title = _("%(name)s lowered what the sponsor sees") % {"name": first_name}
        return title, str(LEVEL_LABELS[facts["to"]])
    if facts["event"] == "disclosure.opened":
        return _("All three signed what the sponsor sees"), str(LEVEL_LABELS[facts["level"]])
    if facts["shared"]:
        return _("The sponsor may see session dates and attendance"), ""
    return _("Session dates and attendance are closed to the sponsor"), ""


def _tell_proposed(found: Found, reading: Reading) -> Told:
    return Told(
        title=_("Another level for the sponsor was proposed"),
        text=str(LEVEL_LABELS[found.facts["level"]]),
        symbol="signature",
        readers=Readers.SPONSOR,
        url=reverse("coach:disclosure", args=[reading.practice_slug, found.engagement_id]),
        state=_("Waits for signatures"),
        tone="warn",
    )


SOURCES: Final = (
    Source(Strand.FRAME, False, _BEGUN, _tell_begun),
    Source(Strand.FRAME, False, _ENDED, _tell_ended),
    Source(Strand.FRAME, False, _ASSIGNED, _tell_assigned),
    Source(Strand.SPONSOR, False, _DISCLOSED, _tell_disclosed),
    Source(Strand.SPONSOR, False, _PROPOSED, _tell_proposed),
)
