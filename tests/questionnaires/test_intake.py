"""Asking for an intake and chasing it: states for many, answers for two."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client as Browser
from django.utils import timezone

from clients.models import Intake
from coachops.questionnaires.models import QuestionnaireVersion
from coachops.tenancy.scope import scope
from tests.cast import Cast, Person, practice_day
from tests.questionnaires.test_filling import typed

type Visit = Callable[[Person], Browser]


@pytest.fixture
def page(cast: Cast) -> str:
    return f"/coach/harbour/clients/{cast.carol_client.pk}/intake/"


def test_an_assistant_asks_reminds_withdraws_and_reads_nothing(
    cast: Cast,
    visit: Visit,
    page: str,
    version: QuestionnaireVersion,
) -> None:
    vera, carol = visit(cast.vera), visit(cast.carol)
    due = practice_day() + timedelta(days=7)
    form = {"questionnaire": version.questionnaire_id, "due_on": due.isoformat()}
    assert vera.post(f"{page}ask/", form).status_code == 302
    with scope(cast.bob.scope()):
        asked = Intake.objects.get(client=cast.carol_client)
    assert "Not begun" in vera.get(page).text
    vera.post(f"/coach/harbour/intakes/{asked.pk}/remind/")
    assert "Your intake" in carol.get("/portal/harbour/").text
    mine = f"/portal/harbour/intake/{asked.pk}/"
    carol.post(mine, typed(why="My secret reason"))
    found = vera.get(page).text
    assert "1 of 8 answered" in " ".join(found.split())
    assert "secret" not in found
    carol.post(mine, typed(why=("My secret reason", 1)) | {"act": "send"})
    assert "Answered" in vera.get(page).text
    assert "secret" not in vera.get(page).text
    assert vera.post(page, {"act": "comment:why", "comment-why": "x"}).status_code == 404
    assert "Your intake" not in carol.get("/portal/harbour/").text


def test_a_second_one_is_not_asked_while_one_is_open(
    cast: Cast,
    visit: Visit,
    page: str,
    intake: Intake,
) -> None:
    bob = visit(cast.bob)
    with scope(cast.bob.scope()):
        form = {"questionnaire": intake.response.version.questionnaire_id}
    answer = bob.post(f"{page}ask/", form, follow=True)
    assert "There is an open one already" in answer.text
    bob.post(f"/coach/harbour/intakes/{intake.pk}/withdraw/")
    bob.post(f"{page}ask/", form)
    with scope(cast.bob.scope()):
        assert Intake.objects.filter(client=cast.carol_client).count() == 2


def test_a_day_that_is_over_is_refused_beside_the_field(
    cast: Cast,
    visit: Visit,
    page: str,
    version: QuestionnaireVersion,
) -> None:
    form = {"questionnaire": version.questionnaire_id, "due_on": "2020-01-01"}
    answer = visit(cast.bob).post(f"{page}ask/", form)
    assert answer.status_code == 422
    assert "That day is over" in answer.text


def test_one_that_waits_too_long_needs_the_coach(
    cast: Cast,
    visit: Visit,
    page: str,
    intake: Intake,
) -> None:
    assert "Intake not sent yet" not in visit(cast.bob).get("/coach/harbour/").text
    with scope(cast.bob.scope()):
        Intake.objects.update(asked_at=timezone.now() - timedelta(days=6))
    today = visit(cast.bob).get("/coach/harbour/").text
    assert "Intake not sent yet" in today
    assert page in today


def test_a_sponsors_contact_who_is_a_client_too_finds_answers_only_as_the_client(
    cast: Cast,
    visit: Visit,
    intake: Intake,
) -> None:
    mine = f"/portal/harbour/intake/{intake.pk}/"
    visit(cast.carol).post(mine, typed(why="My secret reason") | {"act": "send"})
    sam = visit(cast.sam)
    assert sam.get(mine).status_code == 404
    assert sam.get(mine.replace("portal", "sponsor")).status_code == 404
    coachee = f"/sponsor/harbour/coachees/{cast.carol_engagement.pk}/"
    assert "secret" not in sam.get(coachee).text
    assert "intake" not in sam.get(coachee).text.lower()
