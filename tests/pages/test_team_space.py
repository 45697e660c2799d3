"""A team's space in the portal, and erasing a team: what one team shares touches nobody else."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client as Browser
from django.utils import timezone

from clients.models import Client, Engagement, TeamMember
from clients.services.clients import archive_client
from clients.services.teams import add_team, choose_speaker, join_team, leave_team
from coachops.outbox.models import Message
from coachops.retention.services.erasing import erase_client
from coachops.tenancy.scope import scope, system_scope
from scheduling.models import Seat, Session
from tests.cast import ZONE, Cast, Person, practice_day
from tests.tracking.factories import make_session
from tracking.emails.teams import prepare_team_summary
from tracking.models import ActionItem
from tracking.services.actions import add_action
from tracking.services.goals import add_goal
from tracking.services.reports import check_report, send_for_review, start_report
from tracking.services.summaries import TEAM_KIND, share_summary

SAID = "we let the slow decision go"


@pytest.fixture
def carol(cast: Cast) -> TeamMember:
    """In Bob's team, which has a goal, something to do, and a summary that was shared with it."""
    now = timezone.now()
    with scope(cast.bob.scope()):
        team = add_team(name="Crew of Acme", time_zone=ZONE, coach=cast.bob.membership, now=now)
        run = Engagement.objects.create(
            client=team,
            coach=cast.bob.membership,
            title="Team coaching",
            payer=Engagement.Payer.SELF,
            starts_on=practice_day(),
            ends_on=practice_day() + timedelta(days=60),
        )
        member = join_team(
            team=team, client=cast.carol_client, now=now, since=practice_day() - timedelta(days=9)
        )
        by = {"by": cast.bob.membership, "now": now}
        add_goal(engagement=run, text="Decide sooner", target=8, **by)
        add_action(
            engagement=run, text="One page on who decides", owner="client", due_on=None, **by
        )
        session = make_session(team, run, cast.bob.membership, days=-1, capacity=3)
        share_summary(session=session, text=SAID, version=0, **by)
    return member


def _space(member: TeamMember) -> str:
    return f"/portal/harbour/teams/{member.team_id}/"


def test_a_member_finds_what_the_team_shares_beside_their_own(
    cast: Cast, carol: TeamMember, visit: Callable[[Person], Browser]
) -> None:
    browser = visit(cast.carol)
    assert _space(carol) in browser.get("/portal/harbour/").content.decode()
    page = browser.get(_space(carol)).content.decode()
    for words in (SAID, "Decide sooner", "One page on who decides"):
        assert words in page
    for other in (cast.dave, cast.erin):
        assert visit(other).get(_space(carol)).status_code in {302, 404}


def test_a_member_ticks_off_what_the_team_said_and_nothing_else(
    cast: Cast, carol: TeamMember, visit: Callable[[Person], Browser]
) -> None:
    with scope(cast.bob.scope()):
        item = ActionItem.objects.get(client=carol.team)
    done = f"/portal/harbour/actions/{item.pk}/done/"
    assert visit(cast.dave).post(done, {"done": "on"}).status_code == 404
    told = visit(cast.carol).post(done, {"done": "on", "next": _space(carol)})
    assert told["Location"] == _space(carol)
    assert visit(cast.carol).get(f"/portal/harbour/actions/{item.pk}/").status_code == 404
    with scope(cast.bob.scope()):
        assert item.reload().done_at is not None


def test_whoever_left_keeps_the_summaries_and_sees_no_more(
    cast: Cast, carol: TeamMember, visit: Callable[[Person], Browser]
) -> None:
    with scope(cast.bob.scope()):
        leave_team(member=carol, now=timezone.now())
    page = visit(cast.carol).get(_space(carol)).content.decode()
    assert "You left this team" in " ".join(page.split())
    assert SAID in page
    assert "Decide sooner" not in page


def test_each_member_hears_that_a_summary_waits_and_not_what_it_says(
    cast: Cast, carol: TeamMember, mailoutbox: list
) -> None:
    with scope(system_scope(cast.practice.pk)):
        [row] = Message.objects.filter(kind=TEAM_KIND)
        delivery = prepare_team_summary(row)
    assert delivery is not None
    delivery()
    assert mailoutbox[0].to == [cast.carol.user.email]
    assert SAID not in str(mailoutbox[0].message())


def test_what_is_one_persons_is_not_for_teams(
    cast: Cast, carol: TeamMember, visit: Callable[[Person], Browser]
) -> None:
    bob, about = visit(cast.bob), f"/coach/harbour/clients/{carol.team_id}/"
    assert bob.get(about).status_code == 200
    assert bob.get(f"{about}series/new/").status_code == 404
    assert bob.post(f"{about}intake/ask/").status_code == 404


def test_erasing_a_team_leaves_its_members_and_other_groups_alone(
    cast: Cast, carol: TeamMember
) -> None:
    with scope(cast.bob.scope()):
        team = Client.objects.get(pk=carol.team_id)
        group = make_session(None, None, cast.bob.membership, days=-2, capacity=5)
        archive_client(client=team, now=timezone.now())
    with scope(system_scope(cast.practice.pk)):
        erase_client(client=team, basis="period", by=None, now=timezone.now())
        assert Session.objects.filter(pk=group.pk).exists()
        assert Client.objects.filter(pk=cast.carol_client.pk).exists()
        assert not TeamMember.objects.filter(client=cast.carol_client).exists()
        assert not Seat.objects.filter(name="Carol Harbour").exists()


def test_the_speaker_reads_a_report_before_the_sponsor_and_no_other_member_does(
    cast: Cast, carol: TeamMember, visit: Callable[[Person], Browser]
) -> None:
    now, bob = timezone.now(), cast.bob.membership
    with scope(cast.bob.scope()):
        Engagement.objects.filter(client=carol.team).update(
            payer=Engagement.Payer.SPONSOR, sponsor_organisation=cast.acme, disclosure_level=1
        )
        run = Engagement.objects.get(client=carol.team)
        join_team(team=carol.team, client=cast.dave_client, now=now)
        choose_speaker(member=carol, now=now)
        report = start_report(engagement=run, by=bob, now=now)
        check_report(report=report, by=bob, now=now)
        send_for_review(report=report, by=bob, now=now)
    address = f"/portal/harbour/reports/{report.pk}/"
    speaker = visit(cast.carol)
    assert address in speaker.get(_space(carol)).content.decode()
    assert speaker.get(address).status_code == 200
    dave = visit(cast.dave)
    assert address not in dave.get(_space(carol)).content.decode()
    assert dave.get(address).status_code == 404
    with scope(cast.bob.scope()):
        following = TeamMember.objects.get(team=carol.team, client=cast.dave_client)
        choose_speaker(member=following, now=now + timedelta(minutes=1))
        asked = Message.objects.filter(kind="tracking.report.notice", subject_id=report.pk)
        assert [row.payload["what"] for row in asked].count("review") == 2
    assert address in visit(cast.dave).get(_space(following)).content.decode()
