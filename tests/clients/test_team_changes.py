"""Who came and who left, and what becomes of what was out to a former speaker."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.core import mail
from django.test import Client as Browser
from django.utils import timezone

from clients.models import Agreement, AgreementSignature, Client, Engagement, TeamMember
from clients.policies import AgreementRefusal, AgreementRefused, Party
from clients.services import agreements
from clients.services.teams import add_team, add_to_team, choose_speaker, join_team, leave_team
from coachops.outbox.engine import drain
from coachops.tenancy.scope import scope
from tests.cast import ZONE, Cast, Person, practice_day
from tests.clients.agreements import Sent, draft, link_in, mail_to, proved, send

CAROL, DAVE = "carol@harbour.example", "dave@harbour.example"
NEWS, NOT_ANY_MORE = "Who is in Crew", "You need not sign for Crew any more"
SIGNED = {"step": "sign", "name": "Dave Harbour", "agree": "on"}


@pytest.fixture
def crew(cast: Cast) -> dict[str, TeamMember]:
    """Bob's team of Carol, who speaks for it, and Dave."""
    now = timezone.now()
    with scope(cast.bob.scope()):
        team = add_team(name="Crew", time_zone=ZONE, coach=cast.bob.membership, now=now)
        carol = join_team(team=team, client=cast.carol_client, now=now)
        dave = join_team(team=team, client=cast.dave_client, now=now)
        choose_speaker(member=carol, now=now)
    return {"carol": carol, "dave": dave}


@pytest.fixture
def sent(cast: Cast, crew: dict[str, TeamMember]) -> Sent:
    """A paper for the team, its speaker first; they have been asked."""
    with scope(cast.bob.scope()):
        run = Engagement.objects.create(
            client=crew["carol"].team,
            coach=cast.bob.membership,
            title="Team coaching",
            payer=Engagement.Payer.SELF,
            starts_on=practice_day(),
            ends_on=practice_day() + timedelta(days=90),
        )
    order = (Party.CLIENT, Party.COACH)
    made = send(cast, draft(cast, None, engagement=run, kind="two_party", order=order))
    drain()
    return made


def _hour_after(now: datetime) -> datetime:
    return now + timedelta(hours=1)


def _subjects(address: str) -> list[str]:
    return [each.subject for each in mail.outbox if each.to == [address]]


def _add(cast: Cast, team: Client, name: str, now: datetime) -> TeamMember:
    email = f"{name.lower()}@acme.example"
    with scope(cast.bob.scope()):
        return add_to_team(team=team, name=f"{name} Berg", email=email, job_title="", now=now)


def test_the_others_hear_once_an_hour_who_came_and_left_by_first_name(
    cast: Cast, crew: dict[str, TeamMember]
) -> None:
    now = timezone.now().replace(hour=10, minute=10) + timedelta(days=1)
    team = crew["carol"].team
    for name in ("Nia", "Omar", "Pia"):
        newcomer = _add(cast, team, name, now)
    with scope(cast.bob.scope()):
        leave_team(member=newcomer, now=now + timedelta(minutes=5))
        leave_team(member=crew["dave"], now=now + timedelta(minutes=6))
    drain(now=now + timedelta(minutes=20))
    assert NEWS not in _subjects(CAROL), "the hour is not over"
    drain(now=_hour_after(now))
    assert _subjects(CAROL).count(NEWS) == 1
    told = mail_to(CAROL)
    assert "New in the team: Nia, Omar." in told
    assert "No longer in it: Dave." in told
    assert "Berg" not in told
    assert "Pia" not in told, "who came and left again is nobody's news"
    assert NEWS not in _subjects(DAVE), "they have left"
    assert "Nia" not in mail_to("nia@acme.example").split("New in the team:")[-1]


def test_each_finds_the_changes_since_they_joined_in_the_teams_space(
    cast: Cast, crew: dict[str, TeamMember], visit: Callable[[Person], Browser]
) -> None:
    later = timezone.now() + timedelta(minutes=1)
    team = crew["carol"].team
    nia = _add(cast, team, "Nia", later)
    with scope(cast.bob.scope()):
        leave_team(member=nia, now=later + timedelta(minutes=1))
    page = " ".join(
        visit(cast.carol).get(f"/portal/harbour/teams/{team.pk}/").content.decode().split()
    )
    assert "Nia joined" in page
    assert "Nia left" in page
    assert "Berg" not in page


def test_what_the_former_speaker_was_asked_is_asked_of_the_new_one(
    cast: Cast, crew: dict[str, TeamMember], sent: Sent
) -> None:
    old = link_in(mail_to(CAROL))
    browser = proved(old, CAROL)
    with scope(cast.bob.scope()):
        choose_speaker(member=crew["dave"], now=timezone.now())
    assert browser.get(old).status_code == 404, "also for whoever had shown the code"
    assert browser.post(old, {**SIGNED, "text_hash": sent.agreement.text_hash}).status_code == 404
    drain()
    assert _subjects(CAROL)[-1] == NOT_ANY_MORE
    path = link_in(mail_to(DAVE))
    done = proved(path, DAVE).post(path, {**SIGNED, "text_hash": sent.agreement.text_hash})
    assert "Signed, thank you" in done.content.decode()
    with scope(cast.bob.scope()):
        signature = AgreementSignature.objects.get()
        assert (signature.email, signature.way, signature.party) == (DAVE, "link", "client")
    drain(now=timezone.now() + timedelta(days=30))
    after = _subjects(CAROL)[_subjects(CAROL).index(NOT_ANY_MORE) + 1 :]
    assert after == [NEWS], "nobody reminds them"


def test_a_paper_waits_while_nobody_speaks_and_is_asked_once_somebody_does(
    cast: Cast, crew: dict[str, TeamMember], sent: Sent, visit: Callable[[Person], Browser]
) -> None:
    old, now = link_in(mail_to(CAROL)), timezone.now()
    with scope(cast.vera.scope()):
        leave_team(member=crew["carol"], now=now)
    assert Browser().get(old).status_code == 404
    later = now + timedelta(minutes=2)
    with scope(cast.vera.scope()), pytest.raises(AgreementRefused) as refused:
        agreements.chase(agreement=sent.agreement, now=later)
    assert refused.value.reason is AgreementRefusal.NO_SPEAKER
    drain()
    assert _subjects("bob@harbour.example")[-1] == "Nobody speaks for Crew"
    team = f"/coach/harbour/clients/{crew['dave'].team_id}/team/"
    assert team in mail_to("bob@harbour.example")
    bob = visit(cast.bob)
    assert "An agreement waits for the team’s signature" in " ".join(
        bob.get(team).content.decode().split()
    )
    bob.post(f"/coach/harbour/team-members/{crew['dave'].pk}/speaker/")
    drain()
    path = link_in(mail_to(DAVE))
    assert "Between us" in proved(path, DAVE).get(path).content.decode()
    assert NOT_ANY_MORE in _subjects(CAROL)


def test_nobody_signs_for_the_team_and_for_its_coach(
    cast: Cast, crew: dict[str, TeamMember], sent: Sent
) -> None:
    """The coach's own address in the team: what is out is void."""
    with scope(cast.bob.scope()):
        Client.objects.filter(pk=cast.dave_client.pk).update(membership=None, email="x@x.example")
    cast.bob.user.email = "x@x.example"
    cast.bob.user.save()
    with scope(cast.bob.scope()):
        choose_speaker(member=crew["dave"], now=timezone.now())
        assert sent.agreement.reload().state == Agreement.State.VOID
