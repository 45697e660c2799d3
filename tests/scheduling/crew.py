"""Bob's team, whose engagement has two sessions."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import uuid4

from clients.models import Client, Engagement, TeamMember
from clients.services.teams import add_team, join_team
from coachops.tenancy.scope import scope
from programs.services.ledger import open_account
from scheduling.models import Session
from scheduling.services.team_sessions import schedule_team_session
from tests.cast import ZONE, Cast
from tests.scheduling.conftest import NOW
from tests.scheduling.groups_world import MONDAY_FIVE, Circle, build_circle

AFTER = MONDAY_FIVE + timedelta(hours=2)


@dataclass(frozen=True)
class Crew:
    """Bob's team with Carol, whom Bob coaches, and Dave, who is somebody else's."""

    circle: Circle
    team: Client
    engagement: Engagement
    carol: TeamMember
    dave: TeamMember

    def book(self) -> Session:
        with scope(self.circle.cast.bob.scope()):
            return schedule_team_session(
                team=self.team,
                offering=self.circle.offering,
                starts_at=MONDAY_FIVE,
                topic="",
                booking_key=uuid4(),
                now=NOW,
            )


def build_crew(cast: Cast) -> Crew:
    circle = build_circle(cast, people=3)
    with scope(cast.bob.scope()):
        team = add_team(name="Crew", time_zone=ZONE, coach=cast.bob.membership, now=NOW)
        run = Engagement.objects.create(
            client=team,
            coach=cast.bob.membership,
            title="Team coaching",
            payer=Engagement.Payer.SELF,
            starts_on=NOW.date(),
            ends_on=NOW.date() + timedelta(days=90),
        )
        open_account(engagement=run, sessions=2, now=NOW)
        members = [
            join_team(team=team, client=client, now=NOW)
            for client in (cast.carol_client, cast.dave_client)
        ]
    return Crew(circle, team, run, *members)
