"""What needs somebody today: who, what, why, and the one action that resolves it. One query.

States and dates only, so assistants and owners may see it as well as coaches.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext

from coachops.tenancy.scope import current_practice_id

MOST_NEEDS = 30
REPORT_NOTICE_DAYS = 14
UNBOOKED_AFTER_DAYS = 7
ASKED_BEFORE_DAYS = 3

# Each part names the practice itself, so that every index condition leads with it. A session is its
# coach's to confirm for ever; everything else is a matter of whoever coaches the client today.
_SQL = """
WITH coached AS (
  SELECT e.practice_id, e.id, e.client_id, e.coach_id, e.state, e.starts_on, e.ends_on
  FROM clients_engagement e
  WHERE e.practice_id = %(practice)s AND e.coach_id = ANY(%(coaches)s)
    AND EXISTS (
      SELECT FROM clients_coachassignment assigned
      WHERE assigned.practice_id = e.practice_id AND assigned.client_id = e.client_id
        AND assigned.coach_id = e.coach_id AND assigned.started_on <= %(today)s::date
        AND (assigned.ended_on IS NULL OR assigned.ended_on >= %(today)s::date)
    )
)
SELECT * FROM (
  SELECT 'outcome' AS kind, s.id AS subject_id, s.client_id, s.starts_at AS at, s.number AS number,
         coalesce(c.name, s.guest_name) AS who, 1 AS rank
  FROM scheduling_session s
  LEFT JOIN clients_client c ON c.practice_id = s.practice_id AND c.id = s.client_id
  WHERE s.practice_id = %(practice)s AND s.coach_id = ANY(%(coaches)s)
    AND s.starts_at > %(now)s::timestamptz - interval '90 days'
    AND s.ends_at <= %(now)s::timestamptz AND s.state = 'booked' AND s.outcome = ''
  UNION ALL
  SELECT 'request', s.id, s.client_id, s.starts_at, s.number, coalesce(c.name, s.guest_name), 0
  FROM scheduling_session s
  LEFT JOIN clients_client c ON c.practice_id = s.practice_id AND c.id = s.client_id
  WHERE s.practice_id = %(practice)s AND s.coach_id = ANY(%(coaches)s)
    AND s.starts_at > %(now)s::timestamptz AND s.state = 'requested'
  UNION ALL
  SELECT 'declined', s.id, s.client_id, s.starts_at, s.number,
         coalesce(seat.name, c.name, s.guest_name), 0
  FROM scheduling_session s
  JOIN scheduling_invitationreply reply ON reply.practice_id = s.practice_id
    AND reply.session_id = s.id AND reply.answer = 'declined' AND reply.settled_at IS NULL
  LEFT JOIN scheduling_seat seat ON seat.practice_id = s.practice_id
    AND seat.session_id = s.id AND lower(seat.email) = reply.email AND seat.state = 'booked'
  LEFT JOIN clients_client c ON c.practice_id = s.practice_id AND c.id = s.client_id
  WHERE s.practice_id = %(practice)s AND s.coach_id = ANY(%(coaches)s)
    AND s.starts_at > %(now)s::timestamptz AND s.state = 'booked'
    AND (s.capacity = 1 OR seat.id IS NOT NULL)
    AND reply.sequence = CASE WHEN seat.part = 'participant' THEN seat.calendar_sequence
                              ELSE s.calendar_sequence END
  UNION ALL
  SELECT 'signature', e.id, e.client_id, p.proposed_at, p.level, c.name,
         CASE WHEN coach.id IS NULL THEN 0 ELSE 2 END
  FROM clients_disclosureproposal p
  JOIN coached e ON e.practice_id = p.practice_id AND e.id = p.engagement_id
  JOIN clients_client c ON c.practice_id = e.practice_id AND c.id = e.client_id
  LEFT JOIN clients_disclosuresignature coach ON coach.practice_id = p.practice_id
    AND coach.proposal_id = p.id AND coach.party = 'coach'
  WHERE p.practice_id = %(practice)s AND p.state = 'open'
  UNION ALL
  SELECT 'report_' || r.state, r.id, e.client_id, r.due_on::timestamptz, r.number, c.name, 1
  FROM tracking_progressreport r
  JOIN coached e ON e.practice_id = r.practice_id AND e.id = r.engagement_id
  JOIN clients_client c ON c.practice_id = e.practice_id AND c.id = e.client_id
  WHERE r.practice_id = %(practice)s AND r.state IN ('due', 'drafted', 'checked', 'approved')
    AND r.due_on <= %(report_horizon)s::date
  UNION ALL
  SELECT 'overdue', c.id, c.id, min(a.due_on)::timestamptz, count(*)::int, c.name, 3
  FROM tracking_actionitem a
  JOIN coached e ON e.practice_id = a.practice_id AND e.id = a.engagement_id
  JOIN clients_client c ON c.practice_id = a.practice_id AND c.id = a.client_id
  WHERE a.practice_id = %(practice)s AND a.due_on < %(today)s::date
    AND a.done_at IS NULL AND a.dropped_at IS NULL AND e.state = 'active'
  GROUP BY c.id, c.name
  UNION ALL
  SELECT 'unbooked', c.id, c.id, max(s.starts_at), NULL, c.name, 2
  FROM coached e
  JOIN clients_client c ON c.practice_id = e.practice_id AND c.id = e.client_id
  LEFT JOIN scheduling_session s ON s.practice_id = e.practice_id AND s.engagement_id = e.id
    AND s.state = 'booked'
  WHERE e.practice_id = %(practice)s AND e.state = 'active'
    AND e.starts_on <= %(today)s::date AND e.ends_on > %(today)s::date
    AND NOT EXISTS (
      SELECT FROM scheduling_schedulingrequest r
      WHERE r.practice_id = e.practice_id AND r.engagement_id = e.id AND r.state = 'open'
        AND r.asked_at < %(now)s::timestamptz - %(asked)s * interval '1 day'
    )
  GROUP BY c.id, c.name
  HAVING coalesce(max(s.starts_at), '-infinity')
    < %(now)s::timestamptz - %(unbooked)s * interval '1 day'
  UNION ALL
  SELECT 'asked', r.id, e.client_id, r.asked_at, r.nudges::int, c.name, 2
  FROM scheduling_schedulingrequest r
  JOIN coached e ON e.practice_id = r.practice_id AND e.id = r.engagement_id
  JOIN clients_client c ON c.practice_id = e.practice_id AND c.id = e.client_id
  WHERE r.practice_id = %(practice)s AND r.state = 'open' AND e.state = 'active'
    AND r.asked_at < %(now)s::timestamptz - %(asked)s * interval '1 day'
    AND NOT EXISTS (
      SELECT FROM scheduling_session s
      WHERE s.practice_id = r.practice_id AND s.engagement_id = e.id
        AND s.planned_session_id = r.planned_session_id AND s.state <> 'cancelled'
    )
  UNION ALL
  SELECT 'handover', s.id, s.client_id, s.starts_at, s.number, coalesce(c.name, s.guest_name), 0
  FROM practices_membership gone
  JOIN scheduling_session s ON s.practice_id = gone.practice_id AND s.coach_id = gone.id
    AND s.starts_at > %(now)s::timestamptz AND s.state = 'booked'
  LEFT JOIN clients_engagement e ON e.practice_id = s.practice_id AND e.id = s.engagement_id
  LEFT JOIN clients_client c ON c.practice_id = s.practice_id AND c.id = s.client_id
  WHERE gone.practice_id = %(practice)s AND gone.audience = 'staff' AND gone.ended_at IS NOT NULL
    AND (%(is_owner)s OR e.coach_id = ANY(%(coaches)s))
  UNION ALL
  SELECT 'handover', s.id, s.client_id, s.starts_at, s.number, c.name, 0
  FROM coached e
  JOIN scheduling_session s ON s.practice_id = e.practice_id AND s.engagement_id = e.id
    AND s.starts_at > %(now)s::timestamptz AND s.state = 'booked'
  JOIN practices_membership former ON former.practice_id = s.practice_id
    AND former.id = s.coach_id AND former.ended_at IS NULL
  JOIN clients_client c ON c.practice_id = e.practice_id AND c.id = e.client_id
  WHERE e.practice_id = %(practice)s AND s.coach_id <> e.coach_id
  UNION ALL
  SELECT 'handover', s.id, s.client_id, s.starts_at, s.number, c.name, 0
  FROM coached e
  JOIN scheduling_poll poll ON poll.practice_id = e.practice_id AND poll.engagement_id = e.id
    AND poll.state = 'booked'
  JOIN scheduling_session s ON s.practice_id = poll.practice_id AND s.id = poll.session_id
    AND s.starts_at > %(now)s::timestamptz AND s.state = 'booked'
  JOIN practices_membership former ON former.practice_id = s.practice_id
    AND former.id = s.coach_id AND (former.ended_at IS NULL OR NOT %(is_owner)s)
  JOIN clients_client c ON c.practice_id = e.practice_id AND c.id = e.client_id
  WHERE e.practice_id = %(practice)s AND s.coach_id <> e.coach_id
  UNION ALL
  SELECT 'coachless', e.id, e.client_id, NULL, NULL, c.name, 0
  FROM practices_membership gone
  JOIN clients_engagement e ON e.practice_id = gone.practice_id AND e.coach_id = gone.id
    AND e.state IN ('active', 'paused')
  JOIN clients_client c ON c.practice_id = e.practice_id AND c.id = e.client_id
  WHERE gone.practice_id = %(practice)s AND gone.audience = 'staff' AND gone.ended_at IS NOT NULL
    AND %(is_owner)s AND NOT EXISTS (
      SELECT FROM scheduling_session s
      WHERE s.practice_id = e.practice_id AND s.engagement_id = e.id AND s.coach_id = gone.id
        AND s.starts_at > %(now)s::timestamptz AND s.state = 'booked'
    )
) needs
ORDER BY rank, at NULLS FIRST, who
LIMIT %(limit)s
"""


@dataclass(frozen=True, slots=True)
class Need:
    """`symbol` and `tone` are the design system's; `url` is where it is resolved."""

    kind: str
    who: str
    what: str
    why: str
    action: str
    url: str
    symbol: str
    tone: str


def needs_of(
    coach_ids: list[UUID], *, practice_slug: str, now: datetime, is_owner: bool = False
) -> tuple[Need, ...]:
    """The most urgent first, at most thirty. Owners also see what coaches who left have left."""
    today = timezone.localdate(now)
    with connection.cursor() as cursor:
        cursor.execute(
            _SQL,
            {
                "practice": current_practice_id(),
                "coaches": coach_ids,
                "is_owner": is_owner,
                "now": now,
                "today": today,
                "report_horizon": today + timedelta(days=REPORT_NOTICE_DAYS),
                "unbooked": UNBOOKED_AFTER_DAYS,
                "asked": ASKED_BEFORE_DAYS,
                "limit": MOST_NEEDS,
            },
        )
        rows = cursor.fetchall()
    return tuple(_need(row, practice_slug, today) for row in rows)


def _need(row: tuple[Any, ...], slug: str, today: date) -> Need:
    kind, subject_id, client_id, at, number, who, rank = row
    if kind.startswith("report_"):
        return _report(kind.removeprefix("report_"), subject_id, at, who, slug)
    words: dict[str, Callable[[], Need]] = {
        "handover": lambda: _left_behind(kind, subject_id, client_id, at, who, slug),
        "coachless": lambda: _left_behind(kind, subject_id, client_id, at, who, slug),
        "outcome": lambda: _outcome(subject_id, at, who, slug),
        "declined": lambda: _declined(subject_id, at, who, slug),
        "request": lambda: _request(subject_id, at, who, slug),
        "signature": lambda: _signature(subject_id, who, slug, waits_for_coach=rank == 0),
        "overdue": lambda: _overdue(client_id, at, number, who, slug, today),
        "asked": lambda: _asked(subject_id, at, number, who, slug),
        "unbooked": lambda: _unbooked(client_id, at, who, slug),
    }
    return words[kind]()


def _day(at: datetime) -> str:
    return date_format(timezone.localtime(at), "D j M")


def _outcome(session_id: UUID, at: datetime, who: str, slug: str) -> Need:
    return Need(
        kind="outcome",
        who=who,
        what=_("Session not confirmed"),
        why=_("You met on %(day)s. Was it held?") % {"day": _day(at)},
        action=_("Confirm"),
        url=reverse("coach:unconfirmed", args=[slug]),
        symbol="calendar-check",
        tone="warn",
    )


def _request(session_id: UUID, at: datetime, who: str, slug: str) -> Need:
    return Need(
        kind="request",
        who=who,
        what=_("Asks for a time"),
        why=_("It is kept on %(day)s until you say yes or no.") % {"day": _day(at)},
        action=_("Answer"),
        url=reverse("coach:booking", args=[slug, session_id]),
        symbol="calendar-plus",
        tone="warn",
    )


def _declined(session_id: UUID, at: datetime, who: str, slug: str) -> Need:
    """Their calendar said no; nothing happens until the coach decides."""
    return Need(
        kind="declined",
        who=who,
        what=_("Invitation declined"),
        why=_("Their calendar said no to %(day)s. It is still booked.") % {"day": _day(at)},
        action=_("Decide"),
        url=reverse("coach:session_reply", args=[slug, session_id]),
        symbol="calendar-x",
        tone="risk",
    )


def _left_behind(
    kind: str, session_id: UUID, client_id: UUID, at: datetime | None, who: str, slug: str
) -> Need:
    """A session that its engagement's coach does not hold, or an engagement that nobody leads."""
    if kind == "handover" and at is not None:
        return Need(
            kind=kind,
            who=who,
            what=_("Booked with another coach"),
            why=_("Whoever was to hold it on %(day)s can no longer do so.") % {"day": _day(at)},
            action=_("Hand over or cancel"),
            url=reverse("coach:session_hand_over", args=[slug, session_id]),
            symbol="calendar-x",
            tone="risk",
        )
    return Need(
        kind=kind,
        who=who,
        what=_("Nobody leads the engagement"),
        why=_("Its coach has left the practice."),
        action=_("Assign a coach"),
        url=reverse("coach:client_edit", args=[slug, client_id]),
        symbol="user-cog",
        tone="risk",
    )


def _signature(engagement_id: UUID, who: str, slug: str, *, waits_for_coach: bool) -> Need:
    return Need(
        kind="signature",
        who=who,
        what=_("What the sponsor sees is not agreed"),
        why=_("The coach has not signed yet.")
        if waits_for_coach
        else _("The coach has signed; somebody else has not."),
        action=_("Open it") if waits_for_coach else _("See who is missing"),
        url=reverse("coach:disclosure", args=[slug, engagement_id]),
        symbol="file-pen-line",
        tone="risk" if waits_for_coach else "warn",
    )


_REPORT_STEPS = {
    "due": (gettext_noop("Progress report due"), gettext_noop("Draft it")),
    "drafted": (gettext_noop("Report drafted"), gettext_noop("Check it")),
    "checked": (gettext_noop("Report checked"), gettext_noop("Send for review")),
    "approved": (gettext_noop("Report approved"), gettext_noop("Issue it")),
}


def _report(state: str, report_id: UUID, at: datetime, who: str, slug: str) -> Need:
    what, action = _REPORT_STEPS[state]
    return Need(
        kind="report",
        who=who,
        what=_(what),
        why=_("Due to the sponsor on %(day)s.") % {"day": _day(at)},
        action=_(action),
        url=reverse("coach:report", args=[slug, report_id]),
        symbol="file-text",
        tone="warn",
    )


def _overdue(client_id: UUID, at: datetime, number: int, who: str, slug: str, today: date) -> Need:
    days = (today - at.date()).days
    return Need(
        kind="overdue",
        who=who,
        what=ngettext("One action overdue", "%(number)s actions overdue", number)
        % {"number": number},
        why=ngettext("The oldest is one day late.", "The oldest is %(days)s days late.", days)
        % {"days": days},
        action=_("Review"),
        url=reverse("coach:client", args=[slug, client_id]),
        symbol="list-checks",
        tone="plain",
    )


def _unbooked(client_id: UUID, at: datetime | None, who: str, slug: str) -> Need:
    why = (
        _("The last one was on %(day)s.") % {"day": _day(at)}
        if at
        else _("No session has been booked yet.")
    )
    return Need(
        kind="unbooked",
        who=who,
        what=_("Nothing booked"),
        why=why,
        action=_("Book a session"),
        url=reverse("coach:book_for_client", args=[slug, client_id]),
        symbol="calendar-plus",
        tone="warn",
    )


def _asked(request_id: UUID, at: datetime, nudges: int, who: str, slug: str) -> Need:
    why = _("Asked on %(day)s.") % {"day": _day(at)}
    if nudges:
        again = ngettext("Reminded once since.", "Reminded %(times)s times since.", nudges)
        why = f"{why} {again % {'times': nudges}}"
    return Need(
        kind="asked",
        who=who,
        what=_("Asked to book, nothing booked yet"),
        why=why,
        action=_("Remind or book"),
        url=reverse("coach:scheduling_request", args=[slug, request_id]),
        symbol="calendar-clock",
        tone="warn",
    )
