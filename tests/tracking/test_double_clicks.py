"""A form that is sent twice, as without scripts by a double click, makes one thing."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta

import pytest
from django.test import Client as Browser
from django.utils import timezone

from clients.models import Engagement, OnboardingStep
from coachops.questionnaires.models import Questionnaire
from coachops.tenancy.models import PracticeModel
from coachops.tenancy.scope import confidential
from programs.services.ledger import open_account
from tests.cast import Cast, Person
from tracking.models import ActionItem, Goal, GoalWording, ProgressReport, Reflection

type Acting = Callable[[Person], AbstractContextManager[object]]
type Visit = Callable[[Person], Browser]

GOAL = {"text": "Decide sooner", "target": "8"}
ACTION = {"text": "Call Jo", "owner": "client", "due_on": ""}
REVISED = {"text": "Decide within a day", "reason": "clearer"}
STEP = {"title": "Call IT", "kind": "other", "owner": "coach", "due_on": "2026-12-01"}
WORDS = {"text": "I listened first."}
QUESTIONS = {"start": "intake", "kind": "intake", "title": "Mine"}
CLIENT, RUN = "/coach/harbour/clients/{client}/", "/coach/harbour/engagements/{run}/"
A_MINUTE = timedelta(minutes=1)


@pytest.mark.parametrize(
    ("who", "address", "form", "model"),
    [
        ("bob", f"{CLIENT}goals/new/", GOAL, Goal),
        ("carol", "/portal/harbour/goals/new/", GOAL, Goal),
        ("bob", f"{CLIENT}actions/new/", ACTION, ActionItem),
        ("carol", "/portal/harbour/actions/new/", ACTION, ActionItem),
        ("bob", "/coach/harbour/questionnaires/new/", QUESTIONS, Questionnaire),
        ("bob", f"{RUN}reports/start/", {}, ProgressReport),
        ("bob", f"{RUN}onboarding/", STEP, OnboardingStep),
        ("carol", "/portal/harbour/journal/", WORDS, Reflection),
    ],
)
def test_sent_twice_is_made_once(
    who: str,
    address: str,
    form: dict[str, str],
    model: type[PracticeModel],
    cast: Cast,
    visit: Visit,
    acting: Acting,
) -> None:
    with acting(cast.bob):
        Engagement.objects.filter(pk=cast.carol_engagement.pk).update(disclosure_level=1)
    browser = visit(getattr(cast, who))
    place = address.format(client=cast.carol_client.pk, run=cast.carol_engagement.pk)
    first, second = (browser.post(place, form) for _click in range(2))
    assert first.status_code == 302
    assert second["Location"] == first["Location"]
    with acting(getattr(cast, who)), confidential():
        assert model.objects.count() == 1


def test_a_goal_is_worded_anew_once(cast: Cast, visit: Visit, acting: Acting) -> None:
    bob = visit(cast.bob)
    bob.post(f"{CLIENT.format(client=cast.carol_client.pk)}goals/new/", GOAL)
    with acting(cast.bob):
        goal = Goal.objects.get()
    for _click in range(2):
        bob.post(f"/coach/harbour/goals/{goal.pk}/wording/", REVISED)
    with acting(cast.bob), confidential():
        assert GoalWording.objects.count() == 2


def test_sessions_are_added_once_and_once_more_after_a_look(
    cast: Cast, visit: Visit, acting: Acting
) -> None:
    with acting(cast.bob):
        open_account(engagement=cast.carol_engagement, sessions=3, now=timezone.now())
    bob, run = visit(cast.bob), RUN.format(run=cast.carol_engagement.pk)
    for seen in ("3", "3", "5"):
        bob.post(f"{run}allot/", {"sessions": "2", "allotted": seen})
    assert 'name="allotted" value="7"' in " ".join(bob.get(run).content.decode().split())


def test_the_same_words_are_meant_a_minute_later_and_other_words_at_once(
    cast: Cast, visit: Visit, acting: Acting
) -> None:
    bob, client = visit(cast.bob), CLIENT.format(client=cast.carol_client.pk)
    sent = (
        (f"{client}goals/new/", GOAL, Goal),
        (f"{client}actions/new/", ACTION, ActionItem),
        ("/coach/harbour/questionnaires/new/", QUESTIONS, Questionnaire),
    )
    for address, form, model in sent:
        bob.post(address, form)
        name = "title" if model is Questionnaire else "text"
        bob.post(address, form | {name: "Something else"})
        with acting(cast.bob):
            assert model.objects.count() == 2
            earlier = timezone.now() - A_MINUTE
            if model is Goal:
                with confidential():
                    GoalWording.objects.update(worded_at=earlier)
            else:
                model.objects.update(created_at=earlier)
        bob.post(address, form)
        with acting(cast.bob):
            assert model.objects.count() == 3


def test_what_was_done_at_once_can_be_added_again(cast: Cast, visit: Visit, acting: Acting) -> None:
    bob = visit(cast.bob)
    address = f"{CLIENT.format(client=cast.carol_client.pk)}actions/new/"
    bob.post(address, ACTION)
    with acting(cast.bob):
        ActionItem.objects.update(done_at=timezone.now())
    bob.post(address, ACTION)
    with acting(cast.bob):
        assert ActionItem.objects.count() == 2
