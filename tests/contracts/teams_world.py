"""A team with the client of a story in it, and words that only the team and its coach may read."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from clients.models import Engagement
from clients.queries.safes import safe_of
from clients.services.teams import add_team, join_team
from coachops.practices.policies import Data
from coachops.tenancy.scope import confidential
from tests.cast import practice_day
from tests.tracking.factories import make_session
from tracking.models import SessionSummary
from tracking.services.goals import add_goal

if TYPE_CHECKING:
    from tests.contracts.world import Story, World


def add_team_space(world: "World", things: dict[str, Any], story: "Story", now: datetime) -> None:
    """Called in the scope of the story's coach."""
    word, coach = story.word, story.coach
    team = add_team(name="Steering crew", time_zone="Europe/Berlin", coach=coach, now=now)
    member = join_team(
        team=team, client=story.client, now=now, since=practice_day() - timedelta(days=30)
    )
    run = Engagement.objects.create(
        client=team,
        coach=coach,
        title="Team coaching",
        payer=Engagement.Payer.SELF,
        starts_on=practice_day() - timedelta(days=30),
        ends_on=practice_day() + timedelta(days=60),
    )
    goal = world.plant(f"{word}s-goal-of-the-team", Data.TEAM, word)
    add_goal(engagement=run, text=goal, target=8, by=coach, now=now)
    session = make_session(team, run, coach, days=-3, now=now, capacity=2)
    row = SessionSummary(session=session, client=team, author=coach, saved_at=now, shared_at=now)
    said = world.plant(f"{word}s-summary-of-the-team", Data.TEAM, word)
    row.sealed_body = safe_of(team.pk).close(said, row_id=row.pk)
    with confidential():
        row.save(force_insert=True)
    things |= {"team": team.pk, "team_member": member.pk, "team_session": session.pk}
