"""One sheet before a conversation: where it stands, what was promised, what changed, what to ask.

Content: only for the assigned coach, whose read has been written down.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final
from uuid import UUID

from django.db import connection
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from clients.queries.safes import open_wrapped
from coachops.pages.queries.attention import RENEWAL_DAYS, RENEWAL_SESSIONS
from coachops.pages.queries.timeline import APART, Entry, Place, Wanted, timeline_of
from coachops.practices.models import Membership
from coachops.tenancy.scope import current_practice_id
from coachops.web.timeline import Strand
from scheduling.models import Session
from tracking.models import ProgressReport
from tracking.queries.clients import client_id_of
from tracking.queries.prep import OwnNote, own_notes
from tracking.queries.session_page import SessionDesk, session_desk

GOALS_SHOWN: Final = 4
ACTIONS_SHOWN: Final = 8
CHANGES_SHOWN: Final = 7
CHANGES_ASKED: Final = 40
REPORT_NOTICE_DAYS: Final = 14
THREE_WAY_EVERY_DAYS: Final = 90
# What was rated, agreed and written down in the last conversation itself is no news.
CONVERSATION: Final = timedelta(hours=3)
# What is no news on the sheet: what the other parts of it show already.
_NO_NEWS: Final = APART | {Strand.SESSIONS, Strand.NOTES, Strand.FRAME}

_STANDING: Final = """
SELECT engagement.ends_on, engagement.payer = 'sponsor', engagement.starts_on,
  coalesce(engagement.report_every_days, %(every)s),
  (SELECT sum(entry.change) FROM programs_ledgeraccount account
   JOIN programs_ledgerentry entry
     ON entry.practice_id = account.practice_id AND entry.account_id = account.id
   WHERE account.practice_id = engagement.practice_id AND account.engagement_id = engagement.id),
  report.id, report.due_on, coalesce(report.state, ''),
  (SELECT max(met.starts_at) FROM scheduling_session met
   JOIN scheduling_offering kind
     ON kind.practice_id = met.practice_id AND kind.id = met.offering_id
     AND kind.kind = 'three_way'
   WHERE met.practice_id = engagement.practice_id AND met.client_id = engagement.client_id
     AND met.state = 'booked' AND met.outcome IN ('', 'held')),
  EXISTS (SELECT FROM scheduling_poll poll
   WHERE poll.practice_id = engagement.practice_id AND poll.engagement_id = engagement.id
     AND poll.state = 'open')
FROM clients_engagement engagement
LEFT JOIN LATERAL (
  SELECT id, due_on, state FROM tracking_progressreport waiting
  WHERE waiting.practice_id = engagement.practice_id AND waiting.engagement_id = engagement.id
    AND waiting.state <> 'issued' ORDER BY waiting.due_on LIMIT 1) report ON true
WHERE engagement.practice_id = %(practice)s AND engagement.id = %(engagement)s
"""


@dataclass(frozen=True, slots=True)
class Flag:
    """Something to bring up or to arrange, with where that is done."""

    text: str
    url: str
    symbol: str


@dataclass(frozen=True, slots=True)
class Standing:
    """Where the engagement stands. `left`: sessions of the ledger, None without one."""

    engagement_id: UUID
    ends_on: date
    is_sponsored: bool
    starts_on: date
    three_way_every: int
    left: int | None
    report_id: UUID | None
    report_due_on: date | None
    report_state: str
    last_three_way: datetime | None
    three_way_is_asked: bool


@dataclass(frozen=True, slots=True)
class PrepSheet:
    """Everything on the sheet."""

    desk: SessionDesk
    standing: Standing | None
    flags: tuple[Flag, ...]
    notes: tuple[OwnNote, ...]
    changes: tuple[Entry, ...]
    more_changed: bool
    client_zone: str
    client_time: str
    """When it begins on the client's own clock."""

    @property
    def goals(self) -> tuple[Any, ...]:
        """Each with what the client said about it in this session, if they did."""
        return self.desk.ratings[:GOALS_SHOWN]

    @property
    def more_goals(self) -> int:
        return max(0, len(self.desk.goals) - GOALS_SHOWN)

    @property
    def commitments(self) -> tuple[Any, ...]:
        return self.desk.open_actions[:ACTIONS_SHOWN]

    @property
    def more_commitments(self) -> int:
        return max(0, len(self.desk.open_actions) - ACTIONS_SHOWN)


def prep_sheet(
    session: Session, *, reader: Membership, today: date, now: datetime, practice_slug: str
) -> PrepSheet:
    """For a session loaded with its client and the client's key. Nine queries."""
    desk = session_desk(session, reader=reader, today=today, now=now)
    engagement_id = session.engagement_id
    standing = _standing(engagement_id) if engagement_id else None
    changes = _changes(session, desk.last_met, now, practice_slug)
    return PrepSheet(
        desk=desk,
        standing=standing,
        flags=_flags(standing, today, practice_slug) if standing else (),
        notes=own_notes(session, reader=reader),
        changes=changes[:CHANGES_SHOWN],
        more_changed=len(changes) > CHANGES_SHOWN,
        client_zone=session.client.time_zone,
        client_time=date_format(session.starts_at.astimezone(session.client.zone), "H:i"),
    )


def _changes(
    session: Session, since: datetime | None, now: datetime, slug: str
) -> tuple[Entry, ...]:
    """What happened between the sessions, latest first; nothing before a first one."""
    if since is None:
        return ()
    safe = open_wrapped(session.wrapped_key, client_id_of(session))  # type: ignore[attr-defined]
    wanted = Wanted(left_out=_NO_NEWS, after=since + CONVERSATION, before=Place(now))
    found = timeline_of(
        session.client, safe, wanted, now=now, practice_slug=slug, limit=CHANGES_ASKED
    )
    return tuple(each for each in found.entries if each.told.is_news)


def _standing(engagement_id: UUID) -> Standing | None:
    asked: dict[str, Any] = {
        "practice": current_practice_id(),
        "engagement": engagement_id,
        "every": THREE_WAY_EVERY_DAYS,
    }
    with connection.cursor() as cursor:
        cursor.execute(_STANDING, asked)
        row = cursor.fetchone()
    return Standing(engagement_id, *row) if row else None


def _flags(standing: Standing, today: date, slug: str) -> tuple[Flag, ...]:
    flags = (
        _renewal(standing, today, slug),
        _report(standing, today, slug),
        _three_way(standing, today, slug),
    )
    return tuple(flag for flag in flags if flag is not None)


def _renewal(standing: Standing, today: date, slug: str) -> Flag | None:
    days = (standing.ends_on - today).days
    is_short = standing.left is not None and standing.left <= RENEWAL_SESSIONS
    if days < 0 or not (is_short or days <= RENEWAL_DAYS):
        return None
    text = (
        ngettext("Renewal: one session left", "Renewal: %(n)s sessions left", standing.left or 0)
        % {"n": standing.left}
        if is_short
        else ngettext("Renewal: ends in one day", "Renewal: ends in %(n)s days", days) % {"n": days}
    )
    return Flag(text, reverse("coach:engagement", args=[slug, standing.engagement_id]), "repeat")


def _report(standing: Standing, today: date, slug: str) -> Flag | None:
    due_on = standing.report_due_on
    if due_on is None or due_on > today + timedelta(days=REPORT_NOTICE_DAYS):
        return None
    state = str(ProgressReport.State(standing.report_state).label).lower()
    text = _("Report due %(day)s (%(state)s)") % {
        "day": date_format(due_on, "j M"),
        "state": state,
    }
    return Flag(text, reverse("coach:report", args=[slug, standing.report_id]), "file-text")


def _three_way(standing: Standing, today: date, slug: str) -> Flag | None:
    """Due as often as reports are, counted from the last one, or from the beginning."""
    if not standing.is_sponsored or standing.three_way_is_asked:
        return None
    last = standing.last_three_way.date() if standing.last_three_way else standing.starts_on
    if last + timedelta(days=standing.three_way_every) > today:
        return None
    url = reverse("coach:three_ways", args=[slug, standing.engagement_id])
    return Flag(_("Three-way check-in due"), url, "users-round")
