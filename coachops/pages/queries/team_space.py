"""A team's space, as one of its members sees it: what the team shares, and nobody's own."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils import timezone

from clients.models import TeamMember
from clients.queries.messages import unread_of_member
from clients.queries.safes import Safe
from clients.queries.teams import TeamChange, present_members, team_changes
from coachops.tenancy.scope import confidential
from scheduling.models import Seat, Session
from scheduling.queries.groups import GroupLine, group_lines
from tracking.queries.actions import ActionRow, recent_actions
from tracking.queries.goals import GoalCourse, read_goals
from tracking.queries.reports import ReportLine, reports_in_review
from tracking.queries.summaries import Summary, open_summary, shared_rows

SESSIONS_SHOWN = 6
SUMMARIES_SHOWN = 30


@dataclass(frozen=True, slots=True)
class TeamSpace:
    """For somebody who has left only what they were given before; the rest is empty then."""

    id: UUID
    name: str
    joined_at: datetime
    left_at: datetime | None
    is_speaker: bool
    people: tuple[str, ...]
    sessions: tuple[GroupLine, ...]
    goals: tuple[GoalCourse, ...]
    actions: tuple[ActionRow, ...]
    summaries: tuple[Summary, ...]
    reports: tuple[ReportLine, ...] = ()
    changes: tuple[TeamChange, ...] = ()
    unread: int = 0

    @property
    def is_present(self) -> bool:
        return self.left_at is None


def team_space(place: TeamMember, safe: Safe, now: datetime) -> TeamSpace:
    """Eight queries, for the speaker nine; two for somebody who has left. Which summaries and goals
    are among them, the wall decides."""
    is_present = place.left_at is None
    with confidential():
        rows = shared_rows(place.team_id)[:SUMMARIES_SHOWN]
        summaries = tuple(open_summary(safe, row) for row in rows)
        goals = read_goals(safe, place.team_id) if is_present else ()
    today = timezone.localdate(now)
    people = present_members(place.team_id) if is_present else []
    return TeamSpace(
        id=place.team_id,
        name=place.team.name,
        joined_at=place.joined_at,
        left_at=place.left_at,
        is_speaker=place.is_speaker and is_present,
        people=tuple(each.first_name for each in people if each.pk != place.client_id),
        sessions=tuple(_coming(place, now)) if is_present else (),
        goals=goals,
        actions=recent_actions(place.team_id, today=today, now=now) if is_present else (),
        summaries=summaries,
        reports=reports_in_review(place.team_id, today) if is_present and place.is_speaker else (),
        changes=team_changes(place) if is_present else (),
        unread=unread_of_member(place) if is_present else 0,
    )


def _coming(place: TeamMember, now: datetime) -> list[GroupLine]:
    """What the team has booked, with the reader's own place in it."""
    rows = Session.objects.booked().filter(client=place.team_id, capacity__gt=1, ends_at__gt=now)
    found = list(rows.order_by("starts_at", "pk").values_list("pk", flat=True)[:SESSIONS_SHOWN])
    mine = Seat.objects.filter(session__in=found, client=place.client_id)
    states = dict(mine.exclude(state=Seat.State.CANCELLED).values_list("session_id", "state"))
    shown = Session.objects.filter(pk__in=found)
    return group_lines(shown.order_by("starts_at", "pk"), now, states)
