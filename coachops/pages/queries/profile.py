"""A client's record on one page: what happened, what was said they would do, how far along."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from statistics import mean
from typing import Final
from uuid import UUID

from django.db.models import QuerySet
from django.db.models.expressions import Combinable, RawSQL
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from clients.models import Client
from clients.queries.disclosure import Badge, level_badge
from clients.queries.engagements import EngagementFacts, engagements_of
from clients.queries.safes import Safe
from clients.queries.sponsors import ContactFacts, people_of
from clients.queries.teams import MemberLine, roster_of
from coachops.pages.queries.story import arc_sessions
from coachops.tenancy.scope import confidential
from coachops.web import charts
from programs.queries.plan import Journey, journey
from scheduling.queries.sessions import SessionLine, sessions_of_engagement
from scheduling.queries.waiting import WaitingRequest, sessions_and_request
from tracking.queries.actions import ActionRow, recent_actions
from tracking.queries.goals import GoalCourse, read_goals
from tracking.queries.reflections import ReflectionEntry, read_shared

SESSIONS_SHOWN = 6
AHEAD_SHOWN = 3
GOALS_SHOWN = 6
REFLECTIONS_SHOWN = 2
ACTIONS_SHOWN = 5
SESSIONS_ASKED = 200
MOST_DELEGATES = 10
_DELEGATES: Final = """ARRAY(
  SELECT member.name FROM clients_delegation given
  JOIN practices_membership member
    ON member.practice_id = given.practice_id AND member.id = given.membership_id
  WHERE given.practice_id = clients_client.practice_id AND given.client_id = clients_client.id
    AND given.ended_on IS NULL
  ORDER BY member.name LIMIT %s
)"""
_COMES_BACK: Final = """EXISTS (
  SELECT FROM correspondence_addressbounce bounced
  WHERE bounced.practice_id = clients_client.practice_id AND bounced.address = lower(coalesce(
    (SELECT person.email FROM practices_membership member
     JOIN practices_user person ON person.id = member.user_id
     WHERE member.practice_id = clients_client.practice_id
       AND member.id = clients_client.membership_id),
    clients_client.email))
)"""


@dataclass(frozen=True, slots=True)
class ArcRow:
    """The arc as a table, for whoever reads rather than looks."""

    number: str
    day: str
    rating: str


@dataclass(frozen=True, slots=True)
class Logistics:
    """What whoever looks after the client may know: facts, dates, states. No content.

    Of the sessions in `to_confirm` nobody has said yet what became.
    """

    client: Client
    engagement: EngagementFacts | None
    other_engagements: tuple[EngagementFacts, ...]
    is_latest: bool
    people: tuple[ContactFacts, ...]
    disclosure: Badge | None
    journey: Journey | None
    sessions: tuple[SessionLine, ...]
    to_confirm: frozenset[UUID]
    story: tuple[SessionLine, ...]
    next: SessionLine | None
    asked: WaitingRequest | None
    held: int
    reading: str
    local_time: str
    team: tuple[MemberLine, ...] = ()

    @property
    def is_running(self) -> bool:
        """Whether there is something that a new goal could belong to."""
        shown = (self.engagement, *self.other_engagements)
        return any(each is not None and each.is_running for each in shown)


@dataclass(frozen=True, slots=True)
class Content:
    """What coach and client know. Only for the assigned coach."""

    arc: charts.Arc
    arc_narrow: charts.Arc
    arc_rows: tuple[ArcRow, ...]
    goals: tuple[GoalCourse, ...]
    goal_count: int
    actions: tuple[ActionRow, ...]
    reflections: tuple[ReflectionEntry, ...]

    @property
    def more_goals(self) -> int:
        return self.goal_count - len(self.goals)


def marks() -> dict[str, Combinable]:
    """For a query of clients: `delegates`, the names of those who may move their sessions, and
    `mail_comes_back`, whether it does from where they are reached.
    """
    return {
        "delegates": RawSQL(_DELEGATES, [MOST_DELEGATES]),  # noqa: S611 -- values apart
        "mail_comes_back": RawSQL(_COMES_BACK, []),  # noqa: S611 -- no values in it
    }


def logistics_of(
    client: Client, now: datetime, chosen: str = "", readable: QuerySet[Client] | None = None
) -> Logistics:
    """Four queries: engagements, the plan of one, its people, sessions. Two more for a team's
    members; `readable` are the clients whose records the reader may open.

    The newest engagement, or the one whose id was `chosen`: past ones stay readable, for one query
    more, as their sessions may be far back.
    """
    engagements = engagements_of(client.pk)
    latest = next(iter(engagements), None)
    current = next((each for each in engagements if str(each.id) == chosen), latest)
    plan = journey(current, timezone.localdate(now)) if current else None
    lines, asked = sessions_and_request(client.pk, now, limit=SESSIONS_ASKED)
    upcoming = [line for line in lines if line.ends_at > now and not line.is_cancelled]
    if current is None or current is latest:
        story = [line for line in reversed(lines) if current and line.engagement_id == current.id]
    else:
        story = sessions_of_engagement(current.id)
    held = sum(line.outcome == "held" for line in story)
    return Logistics(
        client=client,
        engagement=current,
        other_engagements=tuple(each for each in engagements if each is not current),
        is_latest=current is latest,
        people=people_of(current) if current else (),
        disclosure=level_badge(current.disclosure_level)
        if current and current.is_sponsored
        else None,
        journey=plan,
        sessions=_around(lines, now),
        to_confirm=frozenset(line.id for line in lines if _is_to_confirm(line, now)),
        story=tuple(story),
        next=min(upcoming, key=lambda line: line.starts_at, default=None),
        asked=asked,
        held=held,
        reading=_reading(current, plan, held),
        local_time=date_format(timezone.localtime(now, client.zone), "H:i"),
        team=roster_of(client, readable).present if client.is_team else (),
    )


def _is_to_confirm(line: SessionLine, now: datetime) -> bool:
    is_open = not (line.outcome or line.is_cancelled or line.is_requested or line.is_group)
    return is_open and line.ends_at <= now


def _around(lines: Sequence[SessionLine], now: datetime) -> tuple[SessionLine, ...]:
    """The next few and what was before them, newest first: a long series hides nothing."""
    ahead = [line for line in lines if line.ends_at > now]
    past = [line for line in lines if line.ends_at <= now]
    few = max(AHEAD_SHOWN, SESSIONS_SHOWN - len(past))
    return tuple([*ahead[-few:], *past][:SESSIONS_SHOWN])


def content_of(page: Logistics, safe: Safe, now: datetime) -> Content:
    """Four queries: goals with wordings, ratings, actions, reflections."""
    client_id = page.client.pk
    with confidential():
        goals = read_goals(safe, client_id)
        reflections = read_shared(safe, client_id, limit=REFLECTIONS_SHOWN)
    actions = recent_actions(client_id, today=timezone.localdate(now), now=now)
    if page.engagement and not page.is_latest:
        goals = tuple(goal for goal in goals if goal.engagement_id == page.engagement.id)
    points = arc_points(page.story, page.journey, goals, now)
    phases = phases_of(page.journey)
    return Content(
        arc=charts.arc(points, phases),
        arc_narrow=charts.arc(points, phases, frame=charts.ARC_NARROW),
        arc_rows=_arc_rows(points),
        goals=goals[:GOALS_SHOWN],
        goal_count=len(goals),
        actions=actions[:ACTIONS_SHOWN],
        reflections=reflections,
    )


def arc_points(
    story: Sequence[SessionLine],
    plan: Journey | None,
    goals: Sequence[GoalCourse],
    now: datetime,
) -> list[charts.ArcSession]:
    """Sessions with the mean of what the client rated in each, then the planned ones."""
    labels = [date_format(each.due_on, "j M") for each in plan.sessions] if plan else []
    total = plan.total_sessions if plan else None
    return arc_sessions(story, _ratings(goals), now, planned_labels=labels, total=total)


def phases_of(plan: Journey | None) -> list[charts.ArcPhase]:
    """Each phase as wide as the sessions it plans."""
    if plan is None:
        return []
    counts: dict[str, int] = defaultdict(int)
    for planned in plan.sessions:
        counts[planned.phase_name] += 1
    return [charts.ArcPhase(phase.name, counts[phase.name]) for phase in plan.phases]


def _ratings(goals: Sequence[GoalCourse]) -> dict[UUID, float]:
    scores: dict[UUID, list[int]] = defaultdict(list)
    for goal in goals:
        for rating in goal.ratings:
            if rating.session_id and rating.rater == "self":
                scores[rating.session_id].append(rating.score)
    return {session: round(mean(given), 1) for session, given in scores.items()}


def _arc_rows(points: Sequence[charts.ArcSession]) -> tuple[ArcRow, ...]:
    words = {"planned": _("Planned"), "next": _("Next"), "missed": _("Missed"), "done": _("Held")}
    return tuple(
        ArcRow(str(n), point.label, str(point.rating) if point.rating else words[point.state])
        for n, point in enumerate(points, start=1)
    )


def _reading(current: EngagementFacts | None, plan: Journey | None, held: int) -> str:
    if current is None:
        return _("No engagement yet.")
    dates = _("%(start)s to %(end)s.") % {
        "start": date_format(current.starts_on, "j F"),
        "end": date_format(current.ends_on, "j F Y"),
    }
    done = ngettext("One session held", "%(n)s sessions held", held) % {"n": held}
    left = max(plan.total_sessions - held, 0) if plan else 0
    rest = ngettext("one to go", "%(n)s to go", left) % {"n": left}
    return f"{dates} {done}, {rest}." if plan else f"{dates} {done}."
