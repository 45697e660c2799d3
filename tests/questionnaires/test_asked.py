"""Questionnaires at any time: by somebody or by a rule, answered in the portal or by a link."""

import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime, timedelta

import pytest
from django.core import mail
from django.test import Client as Browser
from django.utils import timezone

from clients.models import Client, CoachAssignment, ContentRead
from clients.services.assignments import assign_coach
from clients.services.clients import add_client
from coachops.outbox.engine import drain
from coachops.questionnaires.models import QuestionnaireVersion
from programs.services.engagements import complete_engagement
from programs.services.ledger import open_account
from scheduling.services.outcomes import confirm_outcome
from tests.cast import Cast, Person, practice_day
from tests.questionnaires.conftest import feedback
from tests.questionnaires.test_filling import typed
from tests.questionnaires.test_preparation import session
from tests.tracking.factories import make_plan
from tracking.models import AskedQuestionnaire
from tracking.services.preparation import ask_preparation
from tracking.services.questionnaire_rules import save_questionnaire_rules
from tracking.services.questionnaires import ask_questionnaire

type Visit = Callable[[Person], Browser]
type Acting = Callable[[Person], AbstractContextManager[object]]


@pytest.fixture
def asked_about(cast: Cast, acting: Acting, now: datetime) -> QuestionnaireVersion:
    with acting(cast.bob):
        open_account(engagement=cast.carol_engagement, sessions=6, now=now)
        return feedback("How was it?", cast.bob.membership, now)


@pytest.fixture
def page(cast: Cast) -> str:
    return f"/coach/harbour/clients/{cast.carol_client.pk}/questionnaires/"


def the_one(cast: Cast, acting: Acting) -> AskedQuestionnaire:
    with acting(cast.bob):
        return AskedQuestionnaire.objects.select_related("response__version").get()


def test_an_assistant_asks_and_reminds_and_the_coach_alone_reads(
    cast: Cast, visit: Visit, acting: Acting, page: str, asked_about: QuestionnaireVersion
) -> None:
    form = {"questionnaire": asked_about.questionnaire_id}
    assert visit(cast.vera).post(f"{page}ask/", form).status_code == 302
    asked = the_one(cast, acting)
    theirs, mine = (
        f"/coach/harbour/questionnaires/asked/{asked.pk}/",
        f"/portal/harbour/questions/{asked.pk}/",
    )
    visit(cast.vera).post(f"{theirs}remind/")
    drain()
    assert {letter.to[0] for letter in mail.outbox} == {cast.carol.user.email}
    assert mine in visit(cast.carol).get("/portal/harbour/").text
    visit(cast.carol).post(mine, typed(q="My secret answer"))
    assert "secret" not in visit(cast.bob).get(theirs).text
    visit(cast.carol).post(mine, typed(q=("My secret answer", 1)) | {"act": "send"})
    drain()
    assert mail.outbox[-1].to == [cast.bob.user.email]
    assert "secret" not in str(mail.outbox[-1].body)
    assert "Answered" in visit(cast.vera).get(theirs).text
    assert "secret" not in visit(cast.vera).get(theirs).text
    assert visit(cast.vera).post(theirs, {"act": "comment:q", "comment-q": "x"}).status_code == 404
    assert "My secret answer" in visit(cast.bob).get(theirs).text
    visit(cast.bob).post(theirs, {"act": "comment:q", "comment-q": "Tell me more"})
    assert "Tell me more" in visit(cast.carol).get(mine).text
    assert mine in visit(cast.carol).get("/portal/harbour/questions/").text
    with acting(cast.bob):
        kinds = ContentRead.objects.filter(reader=cast.bob.membership).values_list("kind")
        assert ("questionnaire answers",) in set(kinds)


@pytest.mark.parametrize("asks", ["olga", "vera", "alice"])
def test_on_the_day_of_a_handover_the_new_coach_asks(
    cast: Cast,
    visit: Visit,
    acting: Acting,
    page: str,
    asked_about: QuestionnaireVersion,
    now: datetime,
    asks: str,
) -> None:
    with acting(cast.bob):
        before, carol, olga = cast.bob.membership, cast.carol_client, cast.olga.membership
        assign_coach(client=carol, coach=olga, by=before, now=now)
        CoachAssignment.objects.filter(coach=before).update(ended_on=practice_day())
    form = {"questionnaire": asked_about.questionnaire_id}
    assert visit(getattr(cast, asks)).post(f"{page}ask/", form).status_code == 302
    drain()
    (subject,) = (each.subject for each in mail.outbox if "How was it?" in each.subject)
    assert subject.startswith(cast.olga.membership.name)


def test_the_same_one_is_not_asked_twice_and_days_that_are_over_are_refused(
    cast: Cast, visit: Visit, acting: Acting, page: str, asked_about: QuestionnaireVersion
) -> None:
    form = {"questionnaire": asked_about.questionnaire_id}
    bob = visit(cast.bob)
    late = bob.post(f"{page}ask/", form | {"due_on": "2020-01-01"})
    assert (late.status_code, "That day is over" in late.text) == (422, True)
    bob.post(f"{page}ask/", form)
    again = bob.post(f"{page}ask/", form)
    assert (again.status_code, "waits for an answer" in again.text) == (422, True)
    asked = the_one(cast, acting)
    bob.post(f"/coach/harbour/questionnaires/asked/{asked.pk}/withdraw/")
    assert visit(cast.carol).get(f"/portal/harbour/questions/{asked.pk}/").status_code == 404
    drain()
    assert mail.outbox == []
    assert visit(cast.bob).post(f"{page}ask/", form).status_code == 302


def test_a_session_that_was_held_is_asked_about_once_and_not_if_it_was_not(
    cast: Cast, acting: Acting, now: datetime, asked_about: QuestionnaireVersion
) -> None:
    met = session(cast, acting, days=-1)
    with acting(cast.alice):
        save_questionnaire_rules(
            practice=cast.practice,
            held=asked_about.questionnaire_id,
            end=None,
            plans={},
            by=cast.alice.membership,
            now=now,
        )
    with acting(cast.bob):
        for outcome in ("held", "no_show", "held"):
            confirm_outcome(session=met, outcome=outcome, reason="", now=now)
        asked = AskedQuestionnaire.objects.get(session=met)
        assert (asked.by_rule, asked.closed_at, asked.withdrawn_at) == (True, None, None)
        confirm_outcome(session=met, outcome="no_show", reason="", now=now)
        asked.refresh_from_db()
        assert asked.withdrawn_at == now


def test_what_somebody_withdrew_is_not_asked_again_when_an_outcome_is_corrected(
    cast: Cast, visit: Visit, acting: Acting, now: datetime, asked_about: QuestionnaireVersion
) -> None:
    met, rule = session(cast, acting, days=-1), asked_about.questionnaire_id
    with acting(cast.alice):
        by = cast.alice.membership
        save_questionnaire_rules(
            practice=cast.practice, held=rule, end=None, plans={}, by=by, now=now
        )
    with acting(cast.bob):
        confirm_outcome(session=met, outcome="held", reason="", now=now)
    asked = the_one(cast, acting)
    visit(cast.bob).post(f"/coach/harbour/questionnaires/asked/{asked.pk}/withdraw/")
    with acting(cast.bob):
        for outcome in ("no_show", "held"):
            confirm_outcome(session=met, outcome=outcome, reason="", now=now)
    assert the_one(cast, acting).withdrawn_at is not None


def test_a_conversation_may_ask_its_own_and_the_end_something_else(
    cast: Cast, visit: Visit, acting: Acting, now: datetime, asked_about: QuestionnaireVersion
) -> None:
    with acting(cast.bob):
        planned = make_plan(cast.carol_engagement)[0]
        own = feedback("Looking back", cast.bob.membership, now)
    form = {
        "held": "",
        "end": asked_about.questionnaire_id,
        f"plan_{planned.session_plan_id.hex}": own.questionnaire_id,
    }
    rules = "/coach/harbour/questionnaires/after/"
    assert visit(cast.alice).post(rules, form).status_code == 302
    met = session(cast, acting, days=-1, planned_session=planned)
    with acting(cast.bob):
        confirm_outcome(session=met, outcome="held", reason="", now=now)
        complete_engagement(engagement=cast.carol_engagement, now=now)
        rows = AskedQuestionnaire.objects.order_by("asked_at", "pk")
        found = rows.values_list("response__version__title", "session", "engagement")
        assert list(found) == [
            ("Looking back", met.pk, None),
            ("How was it?", None, cast.carol_engagement.pk),
        ]


def test_a_link_goes_on_in_one_browser_and_not_at_an_address_that_was_changed(
    cast: Cast, acting: Acting, now: datetime, asked_about: QuestionnaireVersion
) -> None:
    with acting(cast.bob):
        wanda = add_client(
            name="Wanda New",
            email="wanda@new.example",
            time_zone="Europe/Berlin",
            coach=cast.bob.membership,
            now=now,
        )
        ask_questionnaire(
            client=wanda,
            version=asked_about,
            due_on=None,
            session=None,
            by=cast.bob.membership,
            now=now,
        )
    drain(now=now)
    link = re.findall(r"(/l/\S+/)", str(mail.outbox[-1].body))[-1]
    browser = Browser()
    browser.post(link, {"act": "begin"})
    browser.post(link, typed(q="My secret answer"))
    assert "My secret answer" in browser.get(link).text
    stranger = Browser()
    assert "another browser" in stranger.get(link).text
    with acting(cast.bob):
        Client.objects.filter(pk=wanda.pk).update(email="coach@new.example")
    assert "secret" not in browser.get(link).text
    mail.outbox.clear()
    drain(now=now + timedelta(days=5))
    fresh = re.findall(r"(/l/\S+/)", str(mail.outbox[-1].body))[-1]
    stranger.post(fresh, {"act": "renew"})
    stranger.post(fresh, {"act": "begin"})
    assert "secret" not in stranger.get(fresh).text


def test_the_coach_hears_that_the_client_has_prepared(
    cast: Cast, visit: Visit, acting: Acting, now: datetime, asked_about: QuestionnaireVersion
) -> None:
    met = session(cast, acting)
    with acting(cast.bob):
        ask_preparation(session=met, version=asked_about, by_mail=False, now=timezone.now())
    mine = f"/portal/harbour/preparation/{met.pk}/"
    visit(cast.carol).post(mine, typed(q="About my boss") | {"act": "send"})
    drain()
    assert [letter.to for letter in mail.outbox] == [[cast.bob.user.email]]
    assert "has prepared" in mail.outbox[0].subject
    assert "my boss" not in str(mail.outbox[0].body)
