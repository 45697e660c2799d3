"""A team's session goes to whoever leads its engagement now: every place, at the same time."""

from collections.abc import Callable
from datetime import timedelta
from uuid import uuid4

from django.core import mail
from django.test import Client as Browser

from clients.models import Engagement
from clients.services.assignments import assign_coach, end_assignment
from clients.services.teams import add_team, join_team
from coachops.outbox.engine import drain
from coachops.tenancy.scope import scope
from programs.services.ledger import open_account
from scheduling.models import Offering, Seat
from scheduling.queries.handover import Obstacle, landing_with
from scheduling.services.offerings import create_offering
from scheduling.services.team_sessions import schedule_team_session
from tests.cast import ZONE, Cast, Person
from tests.scheduling.conftest import NOW, TUESDAY_TEN
from tests.scheduling.groups_world import build_circle


def test_a_teams_session_is_handed_over_with_its_places(
    cast: Cast, visit: Callable[[Person], Browser]
) -> None:
    circle, bob, olga = build_circle(cast, people=0), cast.bob.membership, cast.olga.membership
    with scope(cast.bob.scope()):
        team = add_team(name="Crew", time_zone=ZONE, coach=bob, now=NOW)
        engagement = Engagement.objects.create(
            client=team,
            coach=bob,
            title="Team coaching",
            payer=Engagement.Payer.SELF,
            starts_on=NOW.date(),
            ends_on=NOW.date() + timedelta(days=90),
        )
        open_account(engagement=engagement, sessions=2, now=NOW)
        for client in (cast.carol_client, cast.dave_client):
            join_team(team=team, client=client, now=NOW)
        when = {"starts_at": TUESDAY_TEN, "booking_key": uuid4(), "now": NOW}
        session = schedule_team_session(team=team, offering=circle.offering, topic="", **when)
        assert landing_with(session, olga, NOW) is Obstacle.NO_OFFERING
    with scope(cast.alice.scope()):
        create_offering(
            coach=olga,
            name="Teams with Olga",
            kind=Offering.Kind.GROUP,
            bookers=Offering.Bookers.SECRET,
            now=NOW,
            capacity=6,
            duration=90,
            place_details="https://rooms.example/olga",
        )
    drain(now=NOW)
    mail.outbox.clear()
    with scope(cast.alice.scope()):
        assign_coach(client=team, coach=olga, by=cast.alice.membership, now=NOW)
        end_assignment(client=team, coach=bob, by=cast.alice.membership, now=NOW)
    drain(now=NOW)
    with scope(cast.alice.scope()):
        moved = session.reload()
        assert (moved.coach_id, moved.starts_at) == (olga.pk, TUESDAY_TEN)
        assert moved.engagement_id == engagement.pk
        assert Seat.objects.taken().filter(session=session).count() == len({"Carol", "Dave"})
    subjects: dict[str, list[str]] = {}
    for letter in mail.outbox:
        subjects.setdefault(letter.to[0].partition("@")[0], []).append(letter.subject)
    for member in ("carol", "dave"):
        assert [each for each in subjects[member] if each.startswith("Now with Olga Harbour")]
    assert [each for each in subjects["olga"] if each.startswith("Scheduled: Teams with Olga")]
    assert subjects["bob"]
    page = visit(cast.olga).get(f"/coach/harbour/clients/{team.pk}/handover/").content.decode()
    assert "A team has no voice of its own" in page
    assert "asked what passes on" not in page
