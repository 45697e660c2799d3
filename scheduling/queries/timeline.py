"""Sessions on a client's timeline: dates, places in groups and what became of them; no content."""

from typing import Final

from django.urls import reverse
from django.utils.translation import gettext as _

from coachops.web.timeline import Found, Readers, Reading, Source, Strand, Told
from scheduling.models import Offering, Session
from scheduling.queries.seats import SEAT_OUTCOMES

_SESSIONS: Final = """
SELECT session.starts_at AS at, session.id, session.engagement_id, jsonb_build_object(
    'number', session.number, 'plan', plan.title, 'offering', offering.name,
    'kind', offering.kind, 'coach', coach.name, 'state', session.state,
    'outcome', session.outcome) AS facts,
  NULL::bytea AS sealed
FROM scheduling_session session
JOIN scheduling_offering offering
  ON offering.practice_id = session.practice_id AND offering.id = session.offering_id
JOIN practices_membership coach
  ON coach.practice_id = session.practice_id AND coach.id = session.coach_id
LEFT JOIN programs_plannedsession planned
  ON planned.practice_id = session.practice_id AND planned.id = session.planned_session_id
LEFT JOIN programs_sessionplan plan
  ON plan.practice_id = planned.practice_id AND plan.id = planned.session_plan_id
WHERE session.practice_id = %(practice)s AND session.client_id = %(client)s
"""
_PLACES: Final = """
SELECT session.starts_at AS at, seat.id, seat.engagement_id, jsonb_build_object(
    'topic', session.topic, 'offering', offering.name, 'coach', coach.name, 'state', seat.state,
    'session_state', session.state, 'outcome', seat.outcome) AS facts,
  NULL::bytea AS sealed
FROM scheduling_seat seat
JOIN scheduling_session session
  ON session.practice_id = seat.practice_id AND session.id = seat.session_id
  AND session.capacity > 1 AND session.client_id IS NULL
JOIN scheduling_offering offering
  ON offering.practice_id = session.practice_id AND offering.id = session.offering_id
JOIN practices_membership coach
  ON coach.practice_id = session.practice_id AND coach.id = session.coach_id
WHERE seat.practice_id = %(practice)s AND seat.client_id = %(client)s
  AND (seat.state <> 'cancelled' OR seat.outcome <> '')
"""
_TONES: Final = {
    Session.Outcome.HELD: "good",
    Session.Outcome.NO_SHOW: "warn",
    Session.Outcome.LATE_CANCEL: "warn",
}


def _tell_session(found: Found, reading: Reading) -> Told:
    facts = found.facts
    title = facts["plan"] or facts["offering"]
    if facts["number"]:
        title = _("Session %(number)s, %(title)s") % {"number": facts["number"], "title": title}
    page = reverse("coach:session", args=[reading.practice_slug, found.id])
    is_of_three = facts["kind"] == Offering.Kind.THREE_WAY
    return Told(
        title=title,
        text=_("With %(coach)s.") % {"coach": facts["coach"]},
        symbol="users-round" if is_of_three else "calendar",
        readers=Readers.ORGANISERS,
        url=page if reading.opens_content else "",
        state=_state(facts["state"], facts["outcome"]),
        tone=_TONES.get(facts["outcome"], "line"),
    )


def _state(state: str, outcome: str) -> str:
    """What became of it; nothing for what is booked and has no outcome yet."""
    if outcome:
        return str(Session.Outcome(outcome).label)
    if state == Session.State.CANCELLED:
        return _("Cancelled")
    return _("Asked for") if state == Session.State.REQUESTED else ""


def _tell_place(found: Found, reading: Reading) -> Told:
    facts = found.facts
    is_off = facts["session_state"] == Session.State.CANCELLED
    state = SEAT_OUTCOMES[facts["outcome"]] if facts["outcome"] else ""
    if not state and is_off:
        state = _("Cancelled")
    elif not state and facts["state"] == "waiting":
        state = _("On the waiting list")
    return Told(
        title=facts["topic"] or facts["offering"],
        text=_("In a group with %(coach)s.") % {"coach": facts["coach"]},
        symbol="users",
        readers=Readers.ORGANISERS,
        state=str(state),
        tone=_TONES.get(facts["outcome"], "line"),
    )


SOURCES: Final = (
    Source(Strand.SESSIONS, False, _SESSIONS, _tell_session),
    Source(Strand.SESSIONS, False, _PLACES, _tell_place),
)
