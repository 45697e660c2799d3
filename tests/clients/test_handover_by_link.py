"""A client without a portal says what passes on by a link; without an address, nothing does."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta

import pytest
from django.core import mail
from django.db import DatabaseError, transaction
from django.test import Client as Browser
from django.utils import timezone

from clients.access.handover import room_of, speaking_for
from clients.models import Client, HandedOn, Handover, HandoverBrief, HandoverLink
from clients.services import clients
from clients.services.assignments import assign_coach
from clients.services.handover import save_brief, share_brief
from clients.services.handover_asking import remind_handover
from coachops.outbox.engine import drain
from coachops.tenancy.scope import Scope, confidential, scope
from tests.cast import Cast, Person
from tests.clients.agreements import link_in, mail_to, proved
from tracking.models import Goal
from tracking.services.goals import add_goal

NOW = timezone.now
ADDRESS = "carol@harbour.example"

type Acting = Callable[[Person], AbstractContextManager[object]]
type Visit = Callable[[Person], Browser]


def _hand_over(cast: Cast, acting: Acting, **record: object) -> Handover:
    """Carol, whose record is like this, gets Olga beside Bob, who wrote a goal with her."""
    carol, bob = cast.carol_client, cast.bob.membership
    with acting(cast.carol):
        add_goal(
            engagement=cast.carol_engagement,
            text="old-goal",
            target=8,
            by=cast.carol.membership,
            now=NOW(),
        )
    with acting(cast.bob):
        Client.objects.filter(pk=carol.pk).update(**record)
        carol.refresh_from_db()
        assign_coach(client=carol, coach=cast.olga.membership, by=bob, now=NOW())
        asked: Handover = Handover.objects.select_related("client").get()
    return asked


def _brief(cast: Cast, acting: Acting) -> None:
    carol, bob = cast.carol_client, cast.bob.membership
    same = {"client": carol, "by": bob, "now": NOW()}
    with acting(cast.bob):
        brief = save_brief(text="a-brief-of-bob", version=0, next_coach=None, **same)
        share_brief(brief=brief, **same)


def _goals_of_olga(cast: Cast) -> int:
    with scope(cast.olga.scope()), confidential():
        return int(Goal.objects.count())


@pytest.fixture
def asked(cast: Cast, acting: Acting) -> Handover:
    handover = _hand_over(cast, acting, membership=None)
    drain()
    return handover


def test_a_client_without_a_portal_decides_by_link_and_code_and_takes_it_back(
    asked: Handover, cast: Cast, acting: Acting
) -> None:
    _brief(cast, acting)
    drain()
    path = link_in(mail_to(ADDRESS))
    first = Browser().get(path).content.decode()
    assert "Is it you?" in first
    assert "a-brief-of-bob" not in first
    browser = proved(path, ADDRESS)
    page = browser.get(path).content.decode()
    assert "a-brief-of-bob" in page
    assert "What passes on to Olga Harbour?" in page
    assert _goals_of_olga(cast) == 0
    done = browser.post(path, {"kinds": ["brief", "goals"]}).content.decode()
    assert "It is noted" in done
    assert _goals_of_olga(cast) == 1
    second = browser.post(path, {"nothing": "1"}).content.decode()
    assert "goals and action items" in second, "a second click changes nothing and says what is"
    assert _goals_of_olga(cast) == 1
    assert browser.get(path).status_code == 404
    drain()
    told = mail_to(ADDRESS)
    assert "can read what you passed on: the brief, goals and action items" in " ".join(
        told.split()
    )
    again = link_in(told)
    assert again != path
    proved(again, ADDRESS).post(again, {"nothing": "1", "kinds": ["goals"]})
    assert _goals_of_olga(cast) == 0


def test_a_forwarded_link_decides_nothing_without_the_code(asked: Handover, cast: Cast) -> None:
    path = link_in(mail_to(ADDRESS))
    stranger = Browser()
    assert "It is noted" not in stranger.post(path, {"kinds": ["goals"]}).content.decode()
    assert stranger.post(path, {"step": "code", "code": "000000"}).status_code == 422
    assert _goals_of_olga(cast) == 0


def test_who_holds_another_address_was_never_asked(
    asked: Handover, cast: Cast, acting: Acting, visit: Visit
) -> None:
    path = link_in(mail_to(ADDRESS))
    browser = proved(path, ADDRESS)
    bob, olga = cast.bob.membership, cast.olga.membership
    with acting(cast.bob):
        clients.edit_client(client=asked.client, by=bob, email="o@mail.example", now=NOW())
    with acting(cast.olga):
        asked.client.refresh_from_db()
        assert not remind_handover(handover=asked, by=olga, now=NOW())
    assert browser.get(path).status_code == 404
    mail.outbox.clear()
    drain(now=NOW() + timedelta(days=12))
    assert not [each for each in mail.outbox if "/l/" in each.body]
    page = visit(cast.olga).get(f"/coach/harbour/clients/{asked.client_id}/handover/")
    assert "another address than when the handover" in " ".join(page.content.decode().split())


def test_without_an_address_dates_and_contacts_pass_on_alone(
    cast: Cast, acting: Acting, visit: Visit
) -> None:
    asked = _hand_over(cast, acting, membership=None, email="")
    drain()
    assert not [each for each in mail.outbox if "/l/" in each.body]
    page = visit(cast.alice).get(f"/coach/harbour/clients/{asked.client_id}/handover/")
    assert "Dates and contacts only" in page.content.decode()
    record = f"/coach/harbour/clients/{asked.client_id}/"
    assert "Nothing of before is open to you" in visit(cast.olga).get(record).content.decode()
    assert _goals_of_olga(cast) == 0


def test_the_wall_lets_a_link_in_for_one_client_and_while_it_stands(
    asked: Handover, cast: Cast, acting: Acting
) -> None:
    _brief(cast, acting)
    by_link = Scope(practice_id=cast.practice.pk, roles=frozenset({"link"}))
    given = {
        "client": asked.client,
        "assignment_id": asked.assignment_id,
        "kind": HandedOn.Kind.GOALS,
        "given_at": NOW(),
    }
    with scope(by_link):
        with room_of(cast.dave_client.pk):
            assert not HandoverBrief.objects.exists()
        with room_of(asked.client_id):
            assert HandoverBrief.objects.count() == 1
        with speaking_for(cast.dave_client.pk), pytest.raises(DatabaseError), transaction.atomic():
            HandedOn.objects.create(**given)
        HandoverLink.objects.update(closed_at=NOW())
        assert HandoverLink.objects.update(closed_at=None) == 0
        with room_of(asked.client_id):
            assert not HandoverBrief.objects.exists()
        with speaking_for(asked.client_id), pytest.raises(DatabaseError), transaction.atomic():
            HandedOn.objects.create(**given)


def test_reminded_twice_and_by_hand_once_a_day_until_they_have_said(
    asked: Handover, cast: Cast, acting: Acting
) -> None:
    with acting(cast.bob):
        assert remind_handover(handover=asked, by=cast.bob.membership, now=NOW())
        assert not remind_handover(handover=asked, by=cast.bob.membership, now=NOW())
    drain()
    assert "Still open" in next(m for m in reversed(mail.outbox) if m.to == [ADDRESS]).subject
    path = link_in(mail_to(ADDRESS))
    proved(path, ADDRESS).post(path, {"nothing": "1"})
    drain()
    mail.outbox.clear()
    drain(now=NOW() + timedelta(days=12))
    assert not [each for each in mail.outbox if each.to == [ADDRESS]]
