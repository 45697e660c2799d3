"""Before a session: asked by the practice's rule, answered until it begins, read on its page."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime, timedelta

import pytest
from django.core import mail
from django.test import Client as Browser

from clients.models import ContentRead
from clients.queries.safes import safe_of
from coachops.outbox.engine import drain
from coachops.questionnaires.models import QuestionnaireVersion
from coachops.questionnaires.policies.questions import Kind
from coachops.questionnaires.services.questionnaires import create_questionnaire, publish
from coachops.tenancy.scope import scope, system_scope
from scheduling.models import Session
from tests.cast import Cast, Person
from tests.questionnaires.conftest import EVERY_KIND
from tests.questionnaires.test_filling import typed
from tests.tracking.factories import make_plan, make_session
from tracking.models import SessionPreparation
from tracking.queries.preparation import PreparationState, preparation_of
from tracking.services.preparation import ask_preparations, save_preparation_policy

type Acting = Callable[[Person], AbstractContextManager[object]]
type Visit = Callable[[Person], Browser]


@pytest.fixture
def rule(cast: Cast, acting: Acting, now: datetime) -> QuestionnaireVersion:
    """Bob asks three days before."""
    with acting(cast.bob):
        return _rule(cast, "Usual", now)


def _rule(cast: Cast, title: str, now: datetime, **more: object) -> QuestionnaireVersion:
    bob = cast.bob.membership
    made = create_questionnaire(
        kind=Kind.PREPARATION, title=title, content=EVERY_KIND, by=bob, now=now
    )
    version = publish(questionnaire=made, by=bob, now=now)
    values = {"questionnaire_id": made.pk, "days_before": 3, "sends_mail": True, "plans": {}}
    save_preparation_policy(**{**values, **more}, by=bob, now=now)
    return version


def session(cast: Cast, acting: Acting, *, days: float = 2, **fields: object) -> Session:
    with acting(cast.bob):
        return make_session(
            cast.carol_client, cast.carol_engagement, cast.bob.membership, days=days, **fields
        )


def ask(cast: Cast, now: datetime) -> int:
    with scope(system_scope(cast.practice.pk)):
        return ask_preparations(now=now)


def test_is_asked_once_when_the_session_has_come_near(
    cast: Cast, visit: Visit, acting: Acting, now: datetime, rule: QuestionnaireVersion
) -> None:
    near, _far = session(cast, acting), session(cast, acting, days=9)
    assert (ask(cast, now), ask(cast, now)) == (1, 0)
    home = visit(cast.carol).get("/portal/harbour/").text
    assert "Prepare for" in home
    assert f"/portal/harbour/preparation/{near.pk}/" in home
    drain(now=now)
    assert [letter.to for letter in mail.outbox] == [[cast.carol.user.email]]


def test_is_not_asked_about_what_was_cancelled_or_is_over_and_the_mail_knows_too(
    cast: Cast, acting: Acting, now: datetime, rule: QuestionnaireVersion
) -> None:
    session(cast, acting, days=-1)
    gone = session(cast, acting)
    assert ask(cast, now) == 1
    with acting(cast.bob):
        Session.objects.filter(pk=gone.pk).update(state="cancelled", cancelled_at=now)
    drain(now=now)
    assert mail.outbox == []


def test_a_session_plan_may_ask_something_of_its_own(
    cast: Cast, acting: Acting, now: datetime, rule: QuestionnaireVersion
) -> None:
    with acting(cast.bob):
        planned = make_plan(cast.carol_engagement)[0]
        usual = rule.questionnaire_id
        own = _rule(cast, "Own", now)
        plans = {planned.session_plan_id: own.questionnaire_id}
        save_preparation_policy(
            questionnaire_id=usual,
            days_before=3,
            sends_mail=False,
            plans=plans,
            by=cast.bob.membership,
            now=now,
        )
    session(cast, acting, planned_session=planned)
    ask(cast, now)
    with acting(cast.bob):
        asked = SessionPreparation.objects.select_related("response__version").get()
        assert asked.response.version.title == "Own"


def test_the_coach_reads_it_on_the_sessions_page_once_it_is_sent(
    cast: Cast, visit: Visit, acting: Acting, now: datetime, rule: QuestionnaireVersion
) -> None:
    met = session(cast, acting)
    ask(cast, now)
    mine, theirs = f"/portal/harbour/preparation/{met.pk}/", f"/coach/harbour/sessions/{met.pk}/"
    visit(cast.carol).post(mine, typed(why="About my boss"))
    assert "About my boss" not in visit(cast.bob).get(theirs).text
    assert visit(cast.bob).get(f"{theirs}preparation/").status_code == 404
    visit(cast.carol).post(mine, typed(why=("About my boss", 1)) | {"act": "send"})
    assert "About my boss" in visit(cast.bob).get(f"{theirs}preparation/").text
    assert "About my boss" in visit(cast.bob).get(theirs).text
    with acting(cast.bob):
        safe = safe_of(cast.carol_client.pk)
        found = preparation_of(met, safe=safe, reader=cast.bob.membership)
        assert found.state == PreparationState.SENT
        assert [line.words for line in found.lines] == ["About my boss"]
        kinds = ContentRead.objects.filter(reader=cast.bob.membership).values_list(
            "kind", flat=True
        )
        assert "preparation answers" in kinds


def test_it_ends_when_the_session_begins(
    cast: Cast, visit: Visit, acting: Acting, now: datetime, rule: QuestionnaireVersion
) -> None:
    met = session(cast, acting)
    ask(cast, now)
    with acting(cast.bob):
        begun = {"starts_at": now - timedelta(minutes=5)}
        Session.objects.filter(pk=met.pk).update(**begun)
    carol, mine = visit(cast.carol), f"/portal/harbour/preparation/{met.pk}/"
    assert "nothing to prepare any more" in carol.get(mine).text
    carol.post(mine, typed(why="Too late") | {"act": "send"})
    assert "Too late" not in carol.get(mine).text
    assert "Prepare for" not in carol.get("/portal/harbour/").text


@pytest.mark.parametrize("name", ["dave", "erin", "sam", "stella", "vera", "olga", "mallory"])
def test_nobody_else_opens_it(
    name: str,
    cast: Cast,
    visit: Visit,
    acting: Acting,
    now: datetime,
    rule: QuestionnaireVersion,
) -> None:
    met = session(cast, acting)
    ask(cast, now)
    visit(cast.carol).post(
        f"/portal/harbour/preparation/{met.pk}/", typed(why="About my boss") | {"act": "send"}
    )
    stranger = visit(cast.everybody()[name])
    for tree in ("portal/harbour/preparation/%s/", "coach/harbour/sessions/%s/preparation/"):
        assert stranger.get(f"/{tree % met.pk}").status_code == 404


def test_the_rule_is_set_on_a_page_and_bad_values_are_refused_beside_their_field(
    cast: Cast, visit: Visit, acting: Acting, rule: QuestionnaireVersion
) -> None:
    owner, page = visit(cast.alice), "/coach/harbour/questionnaires/preparation/"
    form = {"questionnaire": rule.questionnaire_id, "days_before": 5, "sends_mail": "on"}
    assert owner.post(page, form).status_code == 302
    assert 'value="5"' in owner.get(page).text
    assert owner.post(page, form | {"days_before": 99}).status_code == 422
    assert visit(cast.ines).get(page).status_code == 404
