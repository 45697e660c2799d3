"""What a team shares, as the database keeps it: raw SELECTs in each person's own role."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest
from django.db import connection, transaction
from django.utils import timezone

from clients.models import Client, ClientKey, Engagement, TeamMember
from clients.queries.safes import safe_of
from clients.services.teams import add_team, join_team, leave_team
from coachops.tenancy.scope import confidential, scope
from tests.cast import ZONE, Cast, Person, practice_day
from tests.tracking.factories import make_session
from tracking.models import PrivateNote, Reflection, SessionSummary
from tracking.services.goals import add_goal

LONG_AGO = timedelta(days=20)


@dataclass(frozen=True)
class Crew:
    """Bob's team. Carol was in it from the beginning, Dave came later."""

    team: Client
    carol: TeamMember
    dave: TeamMember


@pytest.fixture
def crew(cast: Cast) -> Crew:
    """One summary from before Dave came, one since, one not shared; a goal; a private note."""
    now = timezone.now()
    with scope(cast.bob.scope()):
        team = add_team(name="Crew", time_zone=ZONE, coach=cast.bob.membership, now=now)
        run = Engagement.objects.create(
            client=team,
            coach=cast.bob.membership,
            title="Team coaching",
            payer=Engagement.Payer.SELF,
            starts_on=practice_day() - LONG_AGO,
            ends_on=practice_day() + LONG_AGO,
        )
        first = join_team(
            team=team, client=cast.carol_client, now=now, since=practice_day() - LONG_AGO
        )
        second = join_team(
            team=team, client=cast.dave_client, now=now, since=practice_day() - timedelta(days=5)
        )
        for days, shared in ((10, True), (2, True), (1, False)):
            at = now - timedelta(days=days)
            _say(cast, team, run, at, shared_at=at if shared else None)
        add_goal(engagement=run, text="Decide sooner", target=8, by=cast.bob.membership, now=now)
    return Crew(team, first, second)


def _say(
    cast: Cast, team: Client, run: Engagement, at: datetime, *, shared_at: datetime | None
) -> None:
    session = make_session(team, run, cast.bob.membership, now=at, capacity=4)
    about = {"session": session, "client": team, "author": cast.bob.membership, "saved_at": at}
    with confidential():
        for model, more in ((SessionSummary, {"shared_at": shared_at}), (PrivateNote, {})):
            row = model(**about, **more)
            row.sealed_body = safe_of(team.pk).close("said together", row_id=row.pk)
            row.save()


def _count(person: Person, table: str, client: Client) -> int:
    with (
        scope(person.scope()),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("SET LOCAL ROLE coachops_confidential")
        cursor.execute(f"SELECT count(*) FROM {table} WHERE client_id = %s", [client.pk])  # noqa: S608
        return int(cursor.fetchone()[0])


def _sees(person: Person, crew: Crew) -> tuple[int, int, int]:
    """Summaries, wordings of goals, private notes."""
    return (
        _count(person, "tracking_sessionsummary", crew.team),
        _count(person, "tracking_goalwording", crew.team),
        _count(person, "tracking_privatenote", crew.team),
    )


def test_each_member_reads_what_was_shared_while_they_were_in_it(cast: Cast, crew: Crew) -> None:
    assert _sees(cast.bob, crew) == (3, 1, 3)
    assert _sees(cast.carol, crew) == (2, 1, 0)
    assert _sees(cast.dave, crew) == (1, 1, 0)


@pytest.mark.parametrize("name", ["alice", "olga", "ines", "vera", "sam", "stella", "mallory"])
def test_nobody_else_reads_a_row(name: str, cast: Cast, crew: Crew) -> None:
    assert _sees(getattr(cast, name), crew) == (0, 0, 0)


def test_the_client_of_another_practice_reads_nothing(cast: Cast, crew: Crew) -> None:
    assert _sees(cast.erin, crew) == (0, 0, 0)


def test_whoever_left_keeps_what_they_were_given_and_gets_nothing_more(
    cast: Cast, crew: Crew
) -> None:
    left = timezone.now() - timedelta(days=1)
    with scope(cast.bob.scope()):
        leave_team(member=crew.carol, now=left)
    assert _sees(cast.carol, crew) == (2, 0, 0)
    with scope(cast.bob.scope()), confidential():
        given = SessionSummary.objects.filter(client=crew.team, shared_at__lt=left)
        given.filter(pk=given.first().pk).update(saved_at=timezone.now())
    assert _sees(cast.carol, crew) == (1, 0, 0)


def test_being_in_a_team_opens_no_members_own_words(cast: Cast, crew: Crew) -> None:
    with scope(cast.carol.scope()), confidential():
        row = Reflection(client=cast.carol_client, written_at=timezone.now())
        row.shared_at = timezone.now()
        row.sealed_body = safe_of(cast.carol_client.pk).close("mine", row_id=row.pk)
        row.save()
    for table in ("tracking_reflection", "tracking_goalwording", "tracking_sessionsummary"):
        assert _count(cast.dave, table, cast.carol_client) == 0
    assert _count(cast.dave, "clients_coachingmessage", cast.carol_client) == 0


def test_nobody_reads_another_team_by_being_in_one(cast: Cast, crew: Crew) -> None:
    with scope(cast.bob.scope()):
        other = add_team(
            name="Other", time_zone=ZONE, coach=cast.bob.membership, now=timezone.now()
        )
        join_team(team=other, client=cast.dave_client, now=timezone.now())
        leave_team(member=crew.dave, now=timezone.now() - timedelta(days=4))
    assert _sees(cast.dave, crew) == (0, 0, 0)


def test_a_member_changes_nothing_that_the_team_was_shared(cast: Cast, crew: Crew) -> None:
    with scope(cast.carol.scope()), confidential():
        assert SessionSummary.objects.filter(client=crew.team).update(version=9) == 0
        assert SessionSummary.objects.filter(client=crew.team).delete()[0] == 0


def test_each_team_has_a_key_of_its_own(cast: Cast, crew: Crew) -> None:
    with scope(cast.bob.scope()):
        wrapped = {bytes(key.wrapped) for key in ClientKey.objects.all()}
        assert len(wrapped) == ClientKey.objects.count()
        assert ClientKey.objects.filter(client=crew.team).exists()
