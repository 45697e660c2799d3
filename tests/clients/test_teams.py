"""A team as client: who is in it, who speaks for it, and what opens with that."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.db import IntegrityError, ProgrammingError, transaction
from django.test import Client as Browser
from django.utils import timezone

from clients.emails import prepare_team_membership
from clients.models import Client, CoachAssignment, Engagement, TeamMember
from clients.queries.clients import address_of
from clients.services.teams import (
    JoinsTooLate,
    NotForATeam,
    add_team,
    add_to_team,
    choose_speaker,
    join_team,
    leave_team,
)
from coachops.outbox.models import Message
from coachops.tenancy.scope import scope, system_scope
from tests.cast import ZONE, Cast, Person, practice_day


@pytest.fixture
def team(cast: Cast) -> Client:
    """Bob's, with nobody in it."""
    with scope(cast.bob.scope()):
        return add_team(
            name="Crew of Acme", time_zone=ZONE, coach=cast.bob.membership, now=timezone.now()
        )


def _join(cast: Cast, team: Client, client: Client, now: datetime | None = None) -> TeamMember:
    with scope(cast.bob.scope()):
        return join_team(team=team, client=client, now=now or timezone.now())


def _mails(cast: Cast, kind: str) -> list[Message]:
    with scope(system_scope(cast.practice.pk)):
        return list(Message.objects.filter(practice=cast.practice, kind=kind))


def _letter(cast: Cast, row: Message) -> object:
    with scope(system_scope(cast.practice.pk)):
        return prepare_team_membership(row)


def test_coach_adds_a_team_and_somebody_new_who_is_nobodys_client(
    cast: Cast, protected: Callable[[Person], Browser]
) -> None:
    bob = protected(cast.bob)
    assert "A team" in bob.get("/coach/harbour/clients/new/").content.decode()
    team = {"name": "Crew", "time_zone": ZONE}
    made, again = (bob.post("/coach/harbour/clients/new/team/", team) for _click in range(2))
    assert made.status_code == 302
    assert again["Location"] == made["Location"]
    new = {"name": "Nia Berg", "email": "Nia@acme.example", "job_title": "COO", "since": ""}
    assert bob.post(f"{made['Location']}join/", new).status_code == 302
    page = bob.get(made["Location"]).content.decode()
    assert "Nia Berg" in page
    with scope(cast.bob.scope()):
        nia = Client.objects.get(email="nia@acme.example")
        assert not CoachAssignment.objects.filter(client=nia).exists()
    assert bob.get(f"/coach/harbour/clients/{nia.pk}/").status_code == 404
    assert bob.get(f"/coach/harbour/clients/{nia.pk}/goals/").status_code == 404


def test_the_coach_of_a_member_does_not_come_to_the_team_by_that(
    cast: Cast, team: Client, visit: Callable[[Person], Browser]
) -> None:
    with scope(cast.olga.scope()):
        theirs = Client.objects.filter(
            pk__in=CoachAssignment.objects.filter(coach=cast.olga.membership).values("client_id")
        ).first()
    _join(cast, team, theirs or cast.dave_client)
    olga = visit(cast.olga)
    for tail in ("", "team/", "goals/"):
        assert olga.get(f"/coach/harbour/clients/{team.pk}/{tail}").status_code == 404


def test_who_joins_and_who_leaves_is_told_once(cast: Cast, team: Client) -> None:
    member = _join(cast, team, cast.carol_client)
    assert _join(cast, team, cast.carol_client) == member
    [joined] = _mails(cast, "clients.team_membership")
    assert _letter(cast, joined) is not None
    with scope(cast.bob.scope()):
        leave_team(member=member, now=timezone.now())
        leave_team(member=member, now=timezone.now())
    assert _letter(cast, joined) is None
    mails = _mails(cast, "clients.team_membership")
    assert sorted(str(row.payload["why"]) for row in mails) == ["joined", "left"]


def test_whoever_comes_back_gets_another_row(cast: Cast, team: Client) -> None:
    first = _join(cast, team, cast.carol_client)
    with scope(cast.bob.scope()):
        leave_team(member=first, now=timezone.now())
        again = join_team(
            team=team, client=cast.carol_client, now=timezone.now(), since=practice_day()
        )
        assert again.pk != first.pk
        assert again.joined_at >= TeamMember.objects.get(pk=first.pk).left_at


def test_a_team_consists_of_people_today(cast: Cast, team: Client) -> None:
    with scope(cast.bob.scope()):
        now = timezone.now()
        other = add_team(name="Other", time_zone=ZONE, coach=cast.bob.membership, now=now)
        with pytest.raises(NotForATeam):
            join_team(team=team, client=other, now=now)
        with pytest.raises(NotForATeam):
            join_team(team=cast.dave_client, client=cast.carol_client, now=now)
        with pytest.raises(JoinsTooLate):
            join_team(
                team=team,
                client=cast.carol_client,
                now=now,
                since=practice_day() + timedelta(days=1),
            )
        with pytest.raises(ProgrammingError), transaction.atomic():
            TeamMember.objects.create(team=team, client=other, joined_at=now)


@pytest.mark.parametrize("name", ["alice", "vera", "olga"])
def test_only_its_coach_says_who_is_in_a_team_and_who_signs_for_it(
    name: str, cast: Cast, team: Client, visit: Callable[[Person], Browser]
) -> None:
    """An address of one's own in a team would open all that the team was shared."""
    carol = _join(cast, team, cast.carol_client)
    person = getattr(cast, name)
    browser, page = visit(person), f"/coach/harbour/clients/{team.pk}/team/"
    new = {"name": "Max", "email": "alice@elsewhere.example", "job_title": "", "since": ""}
    assert browser.post(f"{page}join/", new).status_code == 404
    assert browser.post(f"/coach/harbour/team-members/{carol.pk}/speaker/").status_code == 404
    assert "join/" not in browser.get(page).content.decode()
    with (
        scope(person.scope()),
        pytest.raises(ProgrammingError, match="row-level security"),
        transaction.atomic(),
    ):
        TeamMember.objects.create(team=team, client=cast.dave_client, joined_at=timezone.now())


def test_no_client_writes_themself_into_a_team(cast: Cast, team: Client) -> None:
    with (
        scope(cast.carol.scope()),
        pytest.raises(ProgrammingError, match="row-level security"),
        transaction.atomic(),
    ):
        TeamMember.objects.create(team=team, client=cast.carol_client, joined_at=timezone.now())


def test_a_team_has_no_address_of_its_own_in_the_database(cast: Cast, team: Client) -> None:
    with scope(cast.bob.scope()), pytest.raises(IntegrityError), transaction.atomic():
        Client.objects.filter(pk=team.pk).update(email="crew@acme.example")


def test_the_speaker_is_reached_for_the_team_and_there_is_one(cast: Cast, team: Client) -> None:
    carol, dave = (_join(cast, team, each) for each in (cast.carol_client, cast.dave_client))
    with scope(cast.bob.scope()):
        assert address_of(team) == ""
        choose_speaker(member=carol, now=timezone.now())
        assert address_of(team) == cast.carol.user.email
        choose_speaker(member=dave, now=timezone.now())
        assert address_of(team) == cast.dave.user.email
        leave_team(member=dave, now=timezone.now())
        assert address_of(team) == ""


def test_the_speaker_opens_what_the_team_signs_and_others_do_not(
    cast: Cast, team: Client, visit: Callable[[Person], Browser]
) -> None:
    carol, _dave = (_join(cast, team, each) for each in (cast.carol_client, cast.dave_client))
    with scope(cast.bob.scope()):
        choose_speaker(member=carol, now=timezone.now())
        run = Engagement.objects.create(
            client=team,
            coach=cast.bob.membership,
            sponsor_organisation=cast.acme,
            title="Team coaching",
            payer=Engagement.Payer.SPONSOR,
            starts_on=practice_day(),
            ends_on=practice_day() + timedelta(days=90),
        )
    address = f"/portal/harbour/disclosure/{run.pk}/"
    assert visit(cast.carol).get(address).status_code == 200
    assert visit(cast.dave).get(address).status_code == 404


def test_somebody_who_works_here_sees_a_team_they_are_in_from_the_portal_alone(
    cast: Cast, team: Client, visit: Callable[[Person], Browser]
) -> None:
    alice = visit(cast.alice)
    assert alice.get(f"/coach/harbour/clients/{team.pk}/").status_code == 200
    with scope(cast.bob.scope()):
        add_to_team(
            team=team,
            name="Alice as a member",
            email=cast.alice.user.email,
            job_title="",
            now=timezone.now(),
        )
    assert alice.get(f"/coach/harbour/clients/{team.pk}/").status_code == 404


def test_an_address_that_is_taken_is_said_beside_the_field(
    cast: Cast, team: Client, visit: Callable[[Person], Browser]
) -> None:
    new = {"name": "Dave again", "email": cast.dave.user.email, "job_title": ""}
    answer = visit(cast.bob).post(f"/coach/harbour/clients/{team.pk}/team/join/", new)
    assert answer.status_code == 422
    assert "already has this address" in answer.content.decode()
    assert "Dave again" in answer.content.decode()
