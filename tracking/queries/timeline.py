"""What coach and client keep between them, and reports, on a client's timeline."""

from base64 import b64decode
from datetime import date
from typing import Final
from uuid import UUID

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from coachops.web.timeline import Found, Readers, Reading, Source, Strand, Told
from tracking.markdown import excerpt
from tracking.models import ActionItem, GoalRating, ProgressReport

EXCERPT: Final = 180

_SUMMARIES: Final = """
SELECT summary.shared_at AS at, summary.id, session.engagement_id, jsonb_build_object(
    'session', session.id, 'number', session.number, 'author', author.name,
    'themes', ARRAY(
      SELECT theme.name FROM tracking_sessiontheme given
      JOIN tracking_theme theme
        ON theme.practice_id = given.practice_id AND theme.id = given.theme_id
      WHERE given.practice_id = summary.practice_id AND given.session_id = summary.session_id
        AND given.author_id = %(reader)s ORDER BY theme.position)) AS facts,
  summary.sealed_body AS sealed
FROM tracking_sessionsummary summary
JOIN scheduling_session session
  ON session.practice_id = summary.practice_id AND session.id = summary.session_id
JOIN practices_membership author
  ON author.practice_id = summary.practice_id AND author.id = summary.author_id
WHERE summary.practice_id = %(practice)s AND summary.client_id = %(client)s
  AND summary.shared_at IS NOT NULL
"""
_NOTES: Final = """
SELECT note.saved_at AS at, note.id, session.engagement_id,
  jsonb_build_object('session', session.id, 'number', session.number) AS facts,
  note.sealed_body AS sealed
FROM tracking_privatenote note
JOIN scheduling_session session
  ON session.practice_id = note.practice_id AND session.id = note.session_id
WHERE note.practice_id = %(practice)s AND note.client_id = %(client)s
  AND note.author_id = %(reader)s
"""
_FOR_THE_FILE: Final = """
SELECT summary.saved_at AS at, summary.id, session.engagement_id, jsonb_build_object(
    'session', session.id, 'number', session.number,
    'agreed', EXISTS (
      SELECT FROM tracking_fileconsent consent
      WHERE consent.practice_id = summary.practice_id
        AND consent.client_id = summary.client_id)) AS facts,
  summary.sealed_body AS sealed
FROM tracking_filesummary summary
JOIN scheduling_session session
  ON session.practice_id = summary.practice_id AND session.id = summary.session_id
WHERE summary.practice_id = %(practice)s AND summary.client_id = %(client)s
"""
_WORDINGS: Final = """
SELECT wording.worded_at AS at, wording.id, goal.engagement_id,
  jsonb_build_object('goal', goal.id, 'number', wording.number,
    'reason', translate(encode(wording.sealed_reason, 'base64'), chr(10), '')) AS facts,
  wording.sealed_text AS sealed
FROM tracking_goalwording wording
JOIN tracking_goal goal
  ON goal.practice_id = wording.practice_id AND goal.id = wording.goal_id
WHERE wording.practice_id = %(practice)s AND wording.client_id = %(client)s
"""
# What one person rated in one conversation, or on one day outside of any, is one entry.
_RATINGS: Final = """
SELECT max(rating.rated_at) AS at,
  (array_agg(rating.id ORDER BY goal.position, rating.id))[1] AS id,
  (array_agg(goal.engagement_id))[1] AS engagement_id, jsonb_build_object(
    'rater', rating.rater, 'goal', (array_agg(goal.id ORDER BY goal.position))[1],
    'scores', jsonb_agg(jsonb_build_array(wording.id,
      translate(encode(wording.sealed_text, 'base64'), chr(10), ''), rating.score)
      ORDER BY goal.position)) AS facts,
  NULL::bytea AS sealed
FROM tracking_goal goal
JOIN tracking_goalrating rating
  ON rating.practice_id = goal.practice_id AND rating.goal_id = goal.id
JOIN LATERAL (
  SELECT latest.id, latest.sealed_text FROM tracking_goalwording latest
  WHERE latest.practice_id = goal.practice_id AND latest.goal_id = goal.id
  ORDER BY latest.number DESC LIMIT 1) wording ON true
WHERE goal.practice_id = %(practice)s AND goal.client_id = %(client)s
GROUP BY rating.session_id, rating.rater, date_trunc('day', rating.rated_at)
"""
_ACTIONS: Final = """
SELECT event.at, action.id, action.engagement_id, jsonb_build_object(
    'event', event.name, 'text', action.text, 'owner', action.owner, 'due', action.due_on) AS facts,
  NULL::bytea AS sealed
FROM tracking_actionitem action
CROSS JOIN LATERAL (VALUES ('made', action.created_at), ('done', action.done_at),
  ('let_go', action.dropped_at)) event (name, at)
WHERE action.practice_id = %(practice)s AND action.client_id = %(client)s AND event.at IS NOT NULL
"""
_REFLECTIONS: Final = """
SELECT reflection.shared_at AS at, reflection.id, NULL::uuid AS engagement_id,
  jsonb_build_object('changed', reflection.saved_at > reflection.shared_at) AS facts,
  reflection.sealed_body AS sealed
FROM tracking_reflection reflection
WHERE reflection.practice_id = %(practice)s AND reflection.client_id = %(client)s
  AND reflection.shared_at IS NOT NULL
"""
_REPORTS: Final = """
SELECT coalesce(report.issued_at, (report.due_on + time '12:00') AT TIME ZONE 'UTC') AS at,
  report.id, report.engagement_id, jsonb_build_object('state', report.state,
    'number', report.number, 'from', report.period_starts_on, 'to', report.period_ends_on) AS facts,
  NULL::bytea AS sealed
FROM tracking_progressreport report
WHERE report.practice_id = %(practice)s AND report.client_id = %(client)s
"""


def _tell_summary(found: Found, reading: Reading) -> Told:
    return Told(
        title=_of_session(_("Summary of session %(number)s"), _("Summary"), found),
        text=_text(found, reading),
        symbol="notebook-text",
        readers=Readers.PAIR,
        url=_session_page(found, reading),
        state=", ".join(found.facts["themes"]),
    )


def _tell_note(found: Found, reading: Reading) -> Told:
    return Told(
        title=_of_session(_("Your notes on session %(number)s"), _("Your notes"), found),
        text=_text(found, reading),
        symbol="notebook-pen",
        readers=Readers.AUTHOR,
        url=_session_page(found, reading),
    )


def _tell_for_the_file(found: Found, reading: Reading) -> Told:
    return Told(
        title=_of_session(_("For the file, session %(number)s"), _("For the file"), found),
        text=_text(found, reading),
        symbol="folder",
        readers=Readers.ORGANISERS if found.facts["agreed"] else Readers.PAIR,
        url=_session_page(found, reading),
    )


def _tell_wording(found: Found, reading: Reading) -> Told:
    facts = found.facts
    text = reading.unseal(found.sealed or b"", found.id)
    if facts["number"] == 1:
        text = _("“%(words)s”") % {"words": text}
    elif facts["reason"]:
        text = f"{text} ({reading.unseal(b64decode(facts['reason']), found.id)})"
    return Told(
        title=_("A goal, in the first words") if facts["number"] == 1 else _("A goal was reworded"),
        text=text,
        symbol="target",
        readers=Readers.PAIR,
        url=reverse("coach:goal", args=[reading.practice_slug, facts["goal"]]),
    )


def _tell_rating(found: Found, reading: Reading) -> Told:
    facts = found.facts
    scores = facts["scores"]
    who = {
        GoalRating.Rater.SELF: reading.first_name,
        GoalRating.Rater.COACH: _("The coach"),
        GoalRating.Rater.MANAGER: _("The manager"),
    }[facts["rater"]]
    title = ngettext("%(who)s rated a goal", "%(who)s rated %(n)s goals", len(scores))
    lines = (
        _("%(score)s of 10 for “%(goal)s”")
        % {"goal": reading.unseal(b64decode(sealed), UUID(wording)).rstrip("."), "score": score}
        for wording, sealed, score in scores
    )
    return Told(
        title=title % {"who": who, "n": len(scores)},
        text="; ".join(lines),
        symbol="chart-line",
        readers=Readers.PAIR,
        url=reverse("coach:goal", args=[reading.practice_slug, facts["goal"]]),
    )


def _tell_action(found: Found, reading: Reading) -> Told:
    facts = found.facts
    titles = {"made": _("Agreed to do"), "done": _("Done"), "let_go": _("Let go")}
    symbols = {"made": "circle-plus", "done": "circle-check", "let_go": "circle-x"}
    is_coachs = facts["owner"] == ActionItem.Owner.COACH
    due = facts["event"] == "made" and facts["due"]
    return Told(
        title=titles[facts["event"]],
        text=facts["text"],
        symbol=symbols[facts["event"]],
        readers=Readers.PAIR,
        url=reverse("coach:actions", args=[reading.practice_slug, reading.client_id]),
        state=_by(facts["due"]) if due else _("The coach’s") if is_coachs else "",
    )


def _tell_reflection(found: Found, reading: Reading) -> Told:
    return Told(
        title=_("%(name)s wrote and shared") % {"name": reading.first_name},
        text=_text(found, reading),
        symbol="book-open",
        readers=Readers.PAIR,
        url=reverse("coach:reflections", args=[reading.practice_slug, reading.client_id]),
        state=_("Changed since") if found.facts["changed"] else "",
    )


def _tell_report(found: Found, reading: Reading) -> Told:
    facts = found.facts
    is_issued = facts["state"] == ProgressReport.State.ISSUED
    title = _("Progress report %(number)s issued") if is_issued else _("Progress report %(number)s")
    page = reverse("coach:report", args=[reading.practice_slug, found.id])
    return Told(
        title=title % {"number": facts["number"]},
        text=_("%(start)s to %(end)s.") % {"start": _day(facts["from"]), "end": _day(facts["to"])},
        symbol="file-check" if is_issued else "file-text",
        readers=Readers.SPONSOR if is_issued else Readers.ORGANISERS,
        url=page if reading.opens_content else "",
        is_day=not is_issued,
        state="" if is_issued else str(ProgressReport.State(facts["state"]).label),
        tone="warn" if facts["state"] == ProgressReport.State.DUE else "line",
    )


def _text(found: Found, reading: Reading) -> str:
    return excerpt(reading.unseal(found.sealed or b"", found.id), EXCERPT)


def _of_session(numbered: str, plain: str, found: Found) -> str:
    number = found.facts["number"]
    return numbered % {"number": number} if number else plain


def _session_page(found: Found, reading: Reading) -> str:
    return reverse("coach:session", args=[reading.practice_slug, found.facts["session"]])


def _day(iso: str) -> str:
    return date_format(date.fromisoformat(iso), "j M Y")


def _by(iso: str) -> str:
    return _("By %(day)s") % {"day": date_format(date.fromisoformat(iso), "j M")}


SOURCES: Final = (
    Source(Strand.NOTES, True, _SUMMARIES, _tell_summary),
    Source(Strand.NOTES, True, _NOTES, _tell_note),
    Source(Strand.NOTES, True, _FOR_THE_FILE, _tell_for_the_file),
    Source(Strand.GOALS, True, _WORDINGS, _tell_wording),
    Source(Strand.GOALS, True, _RATINGS, _tell_rating),
    Source(Strand.ACTIONS, True, _ACTIONS, _tell_action),
    Source(Strand.REFLECTIONS, True, _REFLECTIONS, _tell_reflection),
    Source(Strand.SPONSOR, False, _REPORTS, _tell_report),
)
