"""Who does the same at the same moment is told so, or finds what the first made; nothing breaks."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, transaction
from django.utils import timezone

from clients.services.clients import EmailTaken, add_client
from clients.services.sponsors import NameTaken, add_organisation
from coachops.questionnaires.models import Questionnaire
from coachops.questionnaires.queries.starters import starter
from coachops.questionnaires.services.questionnaires import create_questionnaire
from coachops.retention.models import SecondPerson
from coachops.retention.services.second_person import name_second_person
from coachops.tenancy.scope import scope
from scheduling.models import CalendarFeed
from scheduling.services.feeds import make_feed
from tests.cast import Cast, Person, build_cast
from tests.racing import until_somebody_waits
from tracking.models import ActionItem, Goal
from tracking.services.actions import add_action
from tracking.services.goals import add_goal


def _client(cast: Cast) -> object:
    coach, zone = cast.bob.membership, "Europe/Berlin"
    return add_client(
        name="Ada", email="ada@x.example", time_zone=zone, coach=coach, now=timezone.now()
    )


def _company(_cast: Cast) -> object:
    return add_organisation(name="Nova", now=timezone.now())


def _feed(cast: Cast) -> object:
    kind = CalendarFeed.Kind.FULL
    return make_feed(membership=cast.bob.membership, kind=kind, now=timezone.now())


def _goal(cast: Cast) -> Goal:
    run, bob = cast.carol_engagement, cast.bob.membership
    return add_goal(engagement=run, text="Decide sooner", target=8, by=bob, now=timezone.now())


def _action(cast: Cast) -> ActionItem:
    run, bob, owner = cast.carol_engagement, cast.bob.membership, ActionItem.Owner.CLIENT
    return add_action(
        engagement=run, text="Call Jo", owner=owner, due_on=None, by=bob, now=timezone.now()
    )


def _questionnaire(cast: Cast) -> Questionnaire:
    begun, bob = starter("intake"), cast.bob.membership
    assert begun is not None
    return create_questionnaire(
        kind=begun.kind, title="Mine", content=begun.content, by=bob, now=timezone.now()
    )


def _second_person(cast: Cast) -> None:
    alice, ines = cast.alice.membership, cast.ines.membership
    name_second_person(practice=cast.practice, member=ines, by=alice, now=timezone.now())


def _answer(cast: Cast, act: Callable[[Cast], object], who: Person) -> str:
    try:
        with transaction.atomic(), scope(who.scope()):
            act(cast)
    except (EmailTaken, NameTaken):
        return "taken"
    finally:
        connection.close()
    return "done"


@pytest.mark.django_db(transaction=True)
def test_the_second_waits_for_the_first_and_is_answered() -> None:
    with transaction.atomic():
        cast = build_cast()
    answers = []
    for act in (_client, _company, _feed, _goal, _action, _questionnaire, _second_person):
        who = cast.alice if act is _second_person else cast.bob
        with ThreadPoolExecutor(1) as worker:
            with transaction.atomic(), scope(who.scope()):
                act(cast)
                second = worker.submit(_answer, cast, act, who)
                until_somebody_waits(second)
            answers.append(second.result())
    assert answers == ["taken", "taken", *["done"] * 5]
    with transaction.atomic(), scope(cast.bob.scope()):
        made = [model.objects.count() for model in (Goal, ActionItem, Questionnaire, SecondPerson)]
    assert made == [1, 1, 1, 1]
