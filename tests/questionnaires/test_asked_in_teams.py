"""A questionnaire asked of each in a team: answered alone, read by the team's coach alone."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.core import mail
from django.test import Client as Browser
from django.utils import timezone

from clients.models import (
    Client,
    CoachAssignment,
    ContentRead,
    Engagement,
    OnboardingStep,
    TeamMember,
)
from clients.services.teams import add_team, join_team, leave_team
from coachops.outbox.engine import drain
from coachops.questionnaires.models import (
    Questionnaire,
    QuestionnaireVersion,
    Response,
    ResponseAnswer,
)
from coachops.tenancy.scope import confidential, scope, system_scope
from tests.cast import ZONE, Cast, Person, practice_day
from tests.questionnaires.conftest import feedback
from tests.questionnaires.test_filling import typed
from tracking.models import AskedQuestionnaire

SECRET = "We avoid the hard talks"


@pytest.fixture
def team(cast: Cast) -> Client:
    """Olga's, of Carol and Dave, whom Bob coaches."""
    now = timezone.now()
    with scope(cast.olga.scope()):
        made = add_team(name="Crew", time_zone=ZONE, coach=cast.olga.membership, now=now)
        for client in (cast.carol_client, cast.dave_client):
            join_team(team=made, client=client, now=now)
    return made


@pytest.fixture
def version(cast: Cast) -> QuestionnaireVersion:
    with scope(cast.olga.scope()):
        return feedback("How do you see the team?", cast.olga.membership, timezone.now())


def _page(client: Client) -> str:
    return f"/coach/harbour/clients/{client.pk}/questionnaires/"


def _ask(visit: Callable[[Person], Browser], by: Person, team: Client, version: object) -> object:
    form = {"questionnaire": version.questionnaire_id}
    return visit(by).post(f"{_page(team)}ask/", form)


def _asked(cast: Cast, client: Client) -> AskedQuestionnaire:
    with scope(cast.olga.scope()):
        return AskedQuestionnaire.objects.select_related("response").get(client=client)


def _answer(visit: Callable[[Person], Browser], by: Person, asked: AskedQuestionnaire) -> None:
    address = f"/portal/harbour/questions/{asked.pk}/"
    visit(by).post(address, typed(q=SECRET))
    visit(by).post(address, typed(q=(SECRET, 1)) | {"act": "send"})


def _rows(person: Person) -> int:
    with scope(person.scope()), confidential():
        return ResponseAnswer.objects.count()


def test_each_is_asked_and_the_teams_coach_sees_who_answered_and_reads(
    cast: Cast, team: Client, version: QuestionnaireVersion, visit: Callable[[Person], Browser]
) -> None:
    assert _ask(visit, cast.olga, team, version).status_code == 302
    drain()
    to = {each.to[0] for each in mail.outbox if "You are asked as one of Crew" in each.body}
    assert to == {cast.carol.user.email, cast.dave.user.email}
    asked = _asked(cast, cast.carol_client)
    theirs = f"/coach/harbour/questionnaires/asked/{asked.pk}/"
    assert "Asked of each in Crew" in " ".join(
        visit(cast.carol).get(f"/portal/harbour/questions/{asked.pk}/").text.split()
    )
    _answer(visit, cast.carol, asked)
    drain()
    assert mail.outbox[-1].to == [cast.olga.user.email]
    page = " ".join(visit(cast.olga).get(_page(team)).text.split())
    assert "1 of 2 answered" in page
    assert SECRET not in page
    assert SECRET in visit(cast.olga).get(theirs).text
    with scope(cast.olga.scope()):
        assert ContentRead.objects.filter(
            client=cast.carol_client, reader=cast.olga.membership
        ).exists()
    visit(cast.olga).post(theirs, {"act": "comment:q", "comment-q": "Which of them?"})
    own = visit(cast.carol).get(f"/portal/harbour/questions/{asked.pk}/").text
    assert "Which of them?" in own
    assert _ask(visit, cast.olga, team, version).status_code == 302, "whoever has answered"
    assert _ask(visit, cast.olga, team, version).status_code == 422, "everybody is at it"


def test_neither_their_own_coach_nor_the_others_read_what_was_answered(
    cast: Cast, team: Client, version: QuestionnaireVersion, visit: Callable[[Person], Browser]
) -> None:
    _ask(visit, cast.olga, team, version)
    asked = _asked(cast, cast.carol_client)
    _answer(visit, cast.carol, asked)
    theirs = f"/coach/harbour/questionnaires/asked/{asked.pk}/"
    for person in (cast.bob, cast.vera, cast.ines):
        assert visit(person).get(theirs).status_code == 404
    assert visit(cast.dave).get(f"/portal/harbour/questions/{asked.pk}/").status_code == 404
    assert f"asked/{asked.pk}" not in visit(cast.bob).get(_page(cast.carol_client)).text
    timeline = f"/coach/harbour/clients/{cast.carol_client.pk}/timeline/"
    assert "How do you see the team?" not in visit(cast.bob).get(timeline).text
    assert (_rows(cast.olga), _rows(cast.bob), _rows(cast.carol), _rows(cast.dave)) == (1, 0, 1, 0)
    alice = visit(cast.alice)
    assert "1 of 2 answered" in " ".join(alice.get(_page(team)).text.split())
    assert SECRET not in alice.get(theirs).text


def test_a_later_coach_of_the_team_reads_what_was_sent_since(
    cast: Cast, team: Client, version: QuestionnaireVersion, visit: Callable[[Person], Browser]
) -> None:
    _ask(visit, cast.olga, team, version)
    _answer(visit, cast.carol, _asked(cast, cast.carol_client))
    with scope(system_scope(cast.practice.pk)):
        CoachAssignment.objects.create(
            client=team, coach=cast.bob.membership, started_on=practice_day()
        )
    assert (_rows(cast.olga), _rows(cast.bob)) == (1, 0)
    _answer(visit, cast.dave, _asked(cast, cast.dave_client))
    assert (_rows(cast.olga), _rows(cast.bob)) == (2, 1)


def test_whoever_leaves_is_asked_no_more_and_what_they_sent_goes_with_the_team(
    cast: Cast, team: Client, version: QuestionnaireVersion, visit: Callable[[Person], Browser]
) -> None:
    _ask(visit, cast.olga, team, version)
    _answer(visit, cast.carol, _asked(cast, cast.carol_client))
    with scope(cast.olga.scope()):
        dave = TeamMember.objects.get(client=cast.dave_client)
        leave_team(member=dave, now=timezone.now())
    assert _asked(cast, cast.dave_client).withdrawn_at is not None
    assert _asked(cast, cast.carol_client).withdrawn_at is None
    with scope(system_scope(cast.practice.pk)):
        AskedQuestionnaire.objects.filter(team=team).delete()
        assert not Response.objects.filter(subject_id=cast.carol_client.pk).exists()


def test_with_nobody_in_it_the_page_says_so(
    cast: Cast, version: QuestionnaireVersion, visit: Callable[[Person], Browser]
) -> None:
    with scope(cast.olga.scope()):
        empty = add_team(
            name="Empty", time_zone=ZONE, coach=cast.olga.membership, now=timezone.now()
        )
    answer = _ask(visit, cast.olga, empty, version)
    assert answer.status_code == 422
    assert "Nobody is in the team yet" in answer.content.decode()


def test_whoever_joins_is_asked_what_is_still_open_and_the_coach_hears_of_it(
    cast: Cast, team: Client, version: QuestionnaireVersion, visit: Callable[[Person], Browser]
) -> None:
    with scope(cast.olga.scope()):
        dave = TeamMember.objects.get(client=cast.dave_client)
        leave_team(member=dave, now=timezone.now())
    _ask(visit, cast.olga, team, version)
    drain()
    now = timezone.now()
    with scope(cast.olga.scope()):
        join_team(team=team, client=cast.dave_client, now=now)
    drain(now=now + timedelta(hours=1))
    asked = _asked(cast, cast.dave_client)
    assert asked.team_asked_at < asked.asked_at
    titles = {tuple(each.to): each.subject for each in mail.outbox}
    assert titles[(cast.dave.user.email,)].endswith("How do you see the team?")
    told = next(each for each in mail.outbox if "asked whoever joined" in each.subject)
    assert told.to == [cast.olga.user.email]
    assert "Dave Harbour: How do you see the team?" in told.body
    page = " ".join(visit(cast.olga).get(_page(team)).text.split())
    assert "0 of 2 answered" in page
    assert "Joined since, asked" in page
    _answer(visit, cast.dave, asked)
    assert _rows(cast.olga) == 1


def test_what_is_answered_by_all_or_over_is_not_asked_of_whoever_joins(
    cast: Cast, team: Client, version: QuestionnaireVersion, visit: Callable[[Person], Browser]
) -> None:
    with scope(cast.olga.scope()):
        dave = TeamMember.objects.get(client=cast.dave_client)
        leave_team(member=dave, now=timezone.now())
    _ask(visit, cast.olga, team, version)
    with scope(cast.olga.scope()):
        AskedQuestionnaire.objects.update(due_on=practice_day() - timedelta(days=1))
        back = join_team(team=team, client=cast.dave_client, now=timezone.now())
        leave_team(member=back, now=timezone.now())
        AskedQuestionnaire.objects.update(due_on=None)
    _answer(visit, cast.carol, _asked(cast, cast.carol_client))
    with scope(cast.olga.scope()):
        join_team(team=team, client=cast.dave_client, now=timezone.now())
        assert not AskedQuestionnaire.objects.filter(client=cast.dave_client).exists()


def test_whoever_has_answered_and_comes_back_is_not_asked_again(
    cast: Cast, team: Client, version: QuestionnaireVersion, visit: Callable[[Person], Browser]
) -> None:
    _ask(visit, cast.olga, team, version)
    _answer(visit, cast.carol, _asked(cast, cast.carol_client))
    with scope(cast.olga.scope()):
        carol = TeamMember.objects.get(client=cast.carol_client)
        leave_team(member=carol, now=timezone.now())
        join_team(team=team, client=cast.carol_client, now=timezone.now())
        assert AskedQuestionnaire.objects.filter(client=cast.carol_client).count() == 1


def test_the_teams_intake_is_ticked_off_once_all_have_answered(
    cast: Cast, team: Client, visit: Callable[[Person], Browser]
) -> None:
    with scope(cast.olga.scope()):
        made = feedback("Before we begin", cast.olga.membership, timezone.now())
        Questionnaire.objects.filter(pk=made.questionnaire_id).update(kind="intake")
        run = Engagement.objects.create(
            client=team,
            coach=cast.olga.membership,
            title="Team coaching",
            payer=Engagement.Payer.SELF,
            starts_on=practice_day(),
            ends_on=practice_day() + timedelta(days=90),
        )
        step = OnboardingStep.objects.create(
            engagement=run,
            kind="intake",
            title="Intake",
            owner="client",
            due_on=practice_day(),
            created_at=timezone.now(),
        )
    _ask(visit, cast.olga, team, made)
    _answer(visit, cast.carol, _asked(cast, cast.carol_client))
    for is_done, answers in ((False, cast.dave), (True, None)):
        with scope(cast.olga.scope()):
            step.refresh_from_db()
        assert (step.settled_at is not None) is is_done
        if answers is not None:
            _answer(visit, answers, _asked(cast, cast.dave_client))
