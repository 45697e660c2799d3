"""Everything on Today: the next conversation, the day, the week, and what needs the reader."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.timesince import timeuntil
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from clients.queries.safes import Safe
from coachops.pages.queries.needs import Need
from coachops.pages.queries.story import thread_of
from coachops.tenancy.scope import confidential
from coachops.web import charts
from scheduling.queries.agenda import MOST_A_DAY, Agenda, agenda_of_coaches
from scheduling.queries.sessions import (
    SessionLine,
    next_session_of_coach,
    sessions_of_engagement,
)
from tracking.queries.actions import ActionRow, open_actions
from tracking.queries.arc import ratings_by_session
from tracking.queries.reflections import ReflectionEntry, read_shared
from tracking.queries.summaries import Summary, open_summary, shared_rows

DAYS_AHEAD = 14
SATURDAY = 5
ACTIONS_IN_BRIEF = 4


@dataclass(frozen=True, slots=True)
class Day:
    """One day of the week at a glance, in the reader's zone; `more` are booked beside these."""

    on: date
    sessions: tuple[SessionLine, ...]
    more: int
    is_today: bool
    is_past: bool


@dataclass(frozen=True, slots=True)
class Brief:
    """Where the coach and the next client left off. Content: only for the assigned coach."""

    thread: charts.Arc
    summary: Summary | None
    actions: tuple[ActionRow, ...]
    reflection: ReflectionEntry | None


@dataclass(frozen=True, slots=True)
class Today:
    on: date
    reading: str
    next: SessionLine | None
    next_in: str
    is_running: bool
    brief: Brief | None
    day: tuple[SessionLine, ...]
    day_more: int
    week: tuple[Day, ...]
    week_count: int
    week_is_next: bool
    needs: tuple[Need, ...]


def agenda_of(coach_ids: list[UUID], now: datetime) -> Agenda:
    """The first of each day from Monday or today until two weeks from now. One query."""
    today = timezone.localdate(now)
    midnight = datetime.combine(today, time.min, tzinfo=timezone.get_current_timezone())
    until = now + timedelta(days=DAYS_AHEAD)
    return agenda_of_coaches(coach_ids, min(_monday(today), midnight), until, now=now)


def next_of(coach_ids: list[UUID], agenda: Agenda, now: datetime) -> SessionLine | None:
    """The running or next session; asks further ahead only when two weeks are empty."""
    for line in agenda.lines:
        if line.ends_at > now:
            return line
    return next_session_of_coach(coach_ids[0], now) if len(coach_ids) == 1 else None


def brief_of(line: SessionLine, safe: Safe, now: datetime) -> Brief | None:
    """What to remember before this session. Five queries; access was checked and recorded."""
    if line.client_id is None or line.engagement_id is None:
        return None
    sessions = sessions_of_engagement(line.engagement_id)
    ratings = ratings_by_session(line.client_id)
    actions = open_actions(line.client_id, today=timezone.localdate(now))
    with confidential():
        row = shared_rows(line.client_id).first()
        summary = open_summary(safe, row) if row else None
        reflections = read_shared(safe, line.client_id, limit=1)
    return Brief(
        thread=thread_of(sessions, ratings, now, total=line.of),
        summary=summary,
        actions=actions[:ACTIONS_IN_BRIEF],
        reflection=next(iter(reflections), None),
    )


def today_page(
    *,
    agenda: Agenda,
    upcoming: SessionLine | None,
    brief: Brief | None,
    needs: tuple[Need, ...],
    has_days: bool,
    now: datetime,
) -> Today:
    """Puts together what has been loaded; with `has_days` sessions are spoken of. No query."""
    on = timezone.localdate(now)
    monday = _monday(on).date()
    week = tuple(_day(monday + timedelta(days=n), agenda, on) for n in range(7))
    day = tuple(line for line in agenda.lines if timezone.localdate(line.starts_at) == on)
    return Today(
        on=on,
        reading=_reading(agenda if has_days else None, on, needs),
        next=upcoming,
        next_in=_next_in(upcoming, now),
        is_running=upcoming is not None and upcoming.starts_at <= now,
        brief=brief,
        day=day,
        day_more=agenda.booked.get(on, 0) - len(day),
        week=week,
        week_count=sum(len(each.sessions) + each.more for each in week),
        week_is_next=on < monday,
        needs=needs,
    )


def _monday(on: date) -> datetime:
    """Monday 00:00 in the reader's zone; at weekends of the next week."""
    workday = on + timedelta(days=2) if on.weekday() >= SATURDAY else on
    monday = workday - timedelta(days=workday.weekday())
    return datetime.combine(monday, time.min, tzinfo=timezone.get_current_timezone())


def _day(on: date, agenda: Agenda, today: date) -> Day:
    lines = [line for line in agenda.lines if timezone.localdate(line.starts_at) == on]
    sessions = tuple(lines[:MOST_A_DAY])
    more = agenda.booked.get(on, 0) - len(sessions)
    return Day(on=on, sessions=sessions, more=more, is_today=on == today, is_past=on < today)


def _next_in(upcoming: SessionLine | None, now: datetime) -> str:
    if upcoming is None:
        return ""
    if upcoming.starts_at <= now:
        return _("Now")
    if timezone.localdate(upcoming.starts_at) == timezone.localdate(now):
        return _("Next, in %(time)s") % {"time": timeuntil(upcoming.starts_at, now, depth=1)}
    day = date_format(timezone.localtime(upcoming.starts_at), "l j F")
    return _("Next, on %(day)s") % {"day": day}


def _reading(agenda: Agenda | None, on: date, needs: tuple[Need, ...]) -> str:
    """One sentence or two that read the day aloud."""
    sentences = [] if agenda is None else [_sessions_read(agenda, on)]
    if needs:
        rest = ngettext("One thing needs you.", "%(n)s things need you.", len(needs))
        sentences.append(rest % {"n": len(needs)})
    else:
        sentences.append(_("Nothing waits for you."))
    return " ".join(sentences)


def _sessions_read(agenda: Agenda, on: date) -> str:
    left = agenda.left.get(on, 0)
    if left:
        first = ngettext(
            "One session still to come today.", "%(n)s sessions still to come today.", left
        )
        return first % {"n": left}
    if agenda.booked.get(on, 0):
        return _("Today’s sessions are done.")
    return _("No sessions today.")
