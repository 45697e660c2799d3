"""The client's home: the next session, what was agreed, the goals, the way so far."""

from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from clients.models import Client
from clients.queries.engagements import EngagementFacts, engagements_of
from clients.queries.safes import Safe
from coachops.pages.queries.profile import arc_points
from coachops.pages.queries.questions_waiting import WaitingQuestions, waiting_questions
from coachops.tenancy.scope import confidential
from coachops.web import charts
from programs.queries.plan import Journey, journey
from scheduling.queries.sessions import SessionLine
from scheduling.queries.waiting import VoterLine, WaitingRequest, sessions_and_questions
from tracking.queries.actions import ActionRow, recent_actions
from tracking.queries.goals import GoalCourse, read_goals
from tracking.queries.reports import ReportLine, reports_in_review
from tracking.queries.summaries import Summary, open_summary, shared_rows

SUMMARIES_SHOWN = 3
GOALS_SHOWN = 4
GROUPS_SHOWN = 3
MORNING_ENDS, AFTERNOON_ENDS = 12, 18


@dataclass(frozen=True, slots=True)
class PortalHome:
    client: Client
    greeting: str
    reading: str
    engagement: EngagementFacts | None
    journey: Journey | None
    next: SessionLine | None
    is_today: bool
    may_move: bool
    asked: WaitingRequest | None
    waits_for_coach: bool
    polls: tuple[VoterLine, ...]
    groups: tuple[SessionLine, ...]
    thread: charts.Arc | None
    goals: tuple[GoalCourse, ...]
    actions: tuple[ActionRow, ...]
    summaries: tuple[Summary, ...]
    reports: tuple[ReportLine, ...]
    questions: tuple[WaitingQuestions, ...]


def portal_home(client: Client, safe: Safe, now: datetime) -> PortalHome:
    """Nine queries at most; the client's own content, so nothing is written to the ledger."""
    today = timezone.localdate(now)
    current = next(iter(engagements_of(client.pk)), None)
    plan = journey(current, today) if current else None
    lines, asked, polls = sessions_and_questions(client.pk, now)
    with confidential():
        goals = read_goals(safe, client.pk)
        summaries = tuple(
            open_summary(safe, row) for row in shared_rows(client.pk)[:SUMMARIES_SHOWN]
        )
    story = [line for line in reversed(lines) if current and line.engagement_id == current.id]
    upcoming = [line for line in lines if line.ends_at > now and not line.is_cancelled]
    upcoming.sort(key=lambda line: line.starts_at)
    following = next((line for line in upcoming if not line.is_waiting), None)
    points = arc_points(story, plan, goals, now)
    return PortalHome(
        client=client,
        greeting=_greeting(client, now),
        reading=_reading(story, plan, following),
        engagement=current,
        journey=plan,
        next=following,
        is_today=following is not None and timezone.localdate(following.starts_at) == today,
        may_move=following is not None and following.may_be_moved(now),
        asked=asked,
        waits_for_coach=bool(current and current.is_running and current.coach_has_left),
        polls=polls,
        groups=tuple(line for line in upcoming if line.is_group)[:GROUPS_SHOWN],
        thread=charts.arc(points, frame=charts.ARC_THREAD) if points else None,
        goals=tuple(goal for goal in goals if goal.is_open)[:GOALS_SHOWN],
        actions=recent_actions(client.pk, today=today, now=now),
        summaries=summaries,
        reports=reports_in_review(client.pk, today),
        questions=waiting_questions(client.pk, now),
    )


def _greeting(client: Client, now: datetime) -> str:
    hour = timezone.localtime(now).hour
    if hour < MORNING_ENDS:
        words = _("Good morning, %(name)s")
    elif hour < AFTERNOON_ENDS:
        words = _("Good afternoon, %(name)s")
    else:
        words = _("Good evening, %(name)s")
    return words % {"name": client.first_name}


def _reading(story: list[SessionLine], plan: Journey | None, following: SessionLine | None) -> str:
    held = sum(line.outcome == "held" for line in story)
    if held == 0:
        return _("Your coaching begins here.")
    done = ngettext("One session behind you", "%(n)s sessions behind you", held) % {"n": held}
    left = max(plan.total_sessions - held, 0) if plan else 0
    if not left:
        return f"{done}."
    rest = ngettext("one ahead", "%(n)s ahead", left) % {"n": left}
    return f"{done}, {rest}."
