"""A goal's title for the coach's assistant: the client gives it, and takes it away."""

from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from django.test import Client as Browser
from django.utils import timezone

from clients.models import ContentRead
from tests.cast import Cast, Person
from tracking.models import Goal, GoalTitle
from tracking.services.goals import add_goal

type Acting = Callable[[Person], AbstractContextManager[object]]
type Visit = Callable[[Person], Browser]

TITLE = "Leading-the-new-team"


@pytest.fixture
def carols_goal(cast: Cast, acting: Acting) -> Goal:
    me = cast.carol.membership
    with acting(cast.carol):
        return add_goal(
            engagement=cast.carol_engagement, text="WORDS", target=8, by=me, now=timezone.now()
        )


@pytest.fixture
def titled(cast: Cast, visit: Visit, carols_goal: Goal) -> Goal:
    address = f"/portal/harbour/goals/{carols_goal.pk}/title/"
    assert visit(cast.carol).post(address, {"title": f"{TITLE} <b>x</b>"}).status_code == 302
    return carols_goal


def test_assistant_reads_title_and_state_until_the_client_takes_it_back(
    cast: Cast, acting: Acting, visit: Visit, titled: Goal
) -> None:
    profile = f"/coach/harbour/clients/{titled.client_id}/"
    page = visit(cast.vera).get(profile).content.decode()
    assert TITLE in page
    assert "WORDS" not in page
    assert "Open" in page
    assert "<b>x" not in page
    with acting(cast.vera):
        assert ContentRead.objects.filter(reader=cast.vera.membership, kind="goals").count() == 1
    assert TITLE not in visit(cast.alice).get(profile).content.decode()
    own = visit(cast.carol)
    assert TITLE in own.get("/portal/harbour/what-an-assistant-sees/").content.decode()
    own.post(f"/portal/harbour/goals/{titled.pk}/title/", {"do": "close"})
    assert TITLE not in visit(cast.vera).get(profile).content.decode()


def test_too_long_a_title_is_said_beside_the_field(
    cast: Cast, visit: Visit, carols_goal: Goal
) -> None:
    address = f"/portal/harbour/goals/{carols_goal.pk}/title/"
    answer = visit(cast.carol).post(address, {"title": "long " * 20})
    assert answer.status_code == 422
    assert "long long" in answer.content.decode()


@pytest.mark.parametrize("name", ["alice", "olga", "ines", "dave", "sam"])
def test_database_gives_it_to_nobody_else(
    cast: Cast, acting: Acting, titled: Goal, name: str
) -> None:
    with acting(getattr(cast, name)):
        assert GoalTitle.objects.count() == 0
