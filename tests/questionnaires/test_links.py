"""Answering by a signed link: whoever begins goes on, nobody else sees a word."""

import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime, timedelta

import pytest
from django.core import mail
from django.test import Client as Browser

from clients.models import Client, CoachAssignment, Intake
from clients.services.asking import remind, withdraw_asking
from clients.services.clients import edit_client
from clients.services.intake import ask_intake
from clients.services.keys import make_client_key
from coachops.outbox.engine import drain
from coachops.practices.models import SignedLink
from coachops.questionnaires.models import QuestionnaireVersion, Response
from tests.cast import Cast, Person, practice_day
from tests.questionnaires.test_filling import HTMX, typed

type Acting = Callable[[Person], AbstractContextManager[object]]


@pytest.fixture
def wanda(cast: Cast, version: QuestionnaireVersion, acting: Acting, now: datetime) -> Intake:
    """The intake of a client of Bob's who has no portal yet."""
    with acting(cast.bob):
        client = Client.objects.create(
            name="Wanda New", email="wanda@new.example", time_zone="Europe/Berlin"
        )
        make_client_key(client=client)
        CoachAssignment.objects.create(
            client=client, coach=cast.bob.membership, started_on=practice_day(now)
        )
        return ask_intake(
            client=client, version=version, due_on=None, by=cast.bob.membership, now=now
        )


def newest_link(now: datetime) -> str:
    drain(now=now)
    body = str(mail.outbox[-1].body)
    assert mail.outbox[-1].to == ["wanda@new.example"]
    return str(re.findall(r"(/l/\S+/)", body)[-1])


@pytest.fixture
def link(wanda: Intake, now: datetime) -> str:
    return newest_link(now)


def begin(link: str) -> Browser:
    browser = Browser()
    assert browser.get(link).status_code == 200
    browser.post(link, {"act": "begin"})
    return browser


def test_is_resumed_until_it_is_sent_and_then_the_link_is_spent(
    cast: Cast, link: str, wanda: Intake, acting: Acting, visit: Callable[[Person], Browser]
) -> None:
    browser = begin(link)
    assert browser.post(link, typed(why="A fresh start"), headers=HTMX).status_code == 200
    assert "A fresh start" in browser.get(link).text
    thanks = browser.post(link, typed(why=("A fresh start", 1)) | {"act": "send"})
    assert "Thank you" in thanks.text
    assert browser.get(link).status_code == 404
    assert browser.post(link, typed(why=("Other", 1))).status_code == 404
    with acting(cast.bob):
        found = Response.objects.get(pk=wanda.response_id)
        assert found.sent_at is not None
    reading = f"/coach/harbour/clients/{wanda.client_id}/intake/"
    assert "A fresh start" in visit(cast.bob).get(reading).text


def test_forwarded_it_shows_nothing_and_a_fresh_one_goes_to_the_clients_own_address(
    link: str, now: datetime
) -> None:
    browser, other = begin(link), Browser()
    browser.post(link, typed(why="A fresh start"), headers=HTMX)
    page = other.get(link)
    assert "begun in another browser" in page.text
    assert "A fresh start" not in page.text
    assert "A fresh start" not in other.post(link, {"act": "begin"}).text
    other.post(link, typed(why="Not me"))
    other.post(link, {"act": "renew"})
    fresh = newest_link(now + timedelta(seconds=5))
    assert other.get(link).status_code == 404
    assert "A fresh start" in begin(fresh).get(fresh).text


def test_looking_at_it_alone_begins_nothing(link: str) -> None:
    Browser().get(link)
    assert "Before you begin" in Browser().get(link).text


def test_opens_nothing_once_expired_withdrawn_or_changed(
    cast: Cast, link: str, wanda: Intake, acting: Acting, now: datetime
) -> None:
    browser = begin(link)
    assert browser.get(f"{link[:-4]}abc/").status_code == 404
    for ends, status in ((-1, 404), (1, 200)):
        with acting(cast.bob):
            links = SignedLink.objects.filter(subject_id=wanda.pk)
            links.update(expires_at=now + timedelta(days=ends))
        assert browser.get(link).status_code == status
    with acting(cast.bob):
        withdraw_asking(asking=wanda, now=now)
    assert browser.get(link).status_code == 404


def test_two_reminders_follow_and_stop_when_it_is_sent(
    cast: Cast, link: str, wanda: Intake, now: datetime, acting: Acting
) -> None:
    drain(now=now + timedelta(days=4, hours=1))
    assert [letter.to for letter in mail.outbox] == [["wanda@new.example"]] * 2
    begin(link).post(link, typed(why="Sent now") | {"act": "send"})
    drain(now=now + timedelta(days=30))
    assert mail.outbox[2].to == [cast.bob.user.email]
    assert "Sent now" not in str(mail.outbox[2].body)
    assert len(mail.outbox) == 3


def test_a_reminder_by_hand_goes_out_once_a_day(
    cast: Cast, wanda: Intake, now: datetime, acting: Acting
) -> None:
    with acting(cast.bob):
        bob = cast.bob.membership
        assert remind(asking=wanda, by=bob, now=now)
        assert not remind(asking=wanda, by=bob, now=now)
        assert remind(asking=wanda, by=bob, now=now + timedelta(days=1))


@pytest.mark.parametrize(
    ("days", "words"), [(0, "Please send it by"), (-1, "It was wanted by")], ids=["today", "over"]
)
def test_a_reminder_says_whether_its_day_is_over(
    cast: Cast, wanda: Intake, now: datetime, acting: Acting, days: int, words: str
) -> None:
    due = practice_day(now) + timedelta(days=days)
    with acting(cast.bob):
        Intake.objects.filter(pk=wanda.pk).update(due_on=due)
        remind(asking=wanda, by=cast.bob.membership, now=now)
    drain(now=now)
    letters = [each for each in mail.outbox if "waiting" in each.subject]
    (html,) = (part.content for part in letters[0].alternatives)
    assert f"{words} {due:%A} {due.day} {due:%B}" in letters[0].body
    assert words in html


def test_whoever_has_a_portal_is_sent_there(cast: Cast, intake: Intake, now: datetime) -> None:
    drain(now=now)
    body = str(mail.outbox[-1].body)
    assert f"/portal/harbour/intake/{intake.pk}/" in body
    assert "/l/" not in body


def test_after_a_change_of_address_nobody_goes_on_where_the_client_stopped(
    cast: Cast, link: str, wanda: Intake, acting: Acting, now: datetime
) -> None:
    """Whoever changed it gets an empty sheet, and only by asking again."""
    browser = begin(link)
    browser.post(link, typed(why="Nobody else may read this"), headers=HTMX)
    bob = cast.bob.membership
    with acting(cast.bob):
        asked = Intake.objects.select_related("client", "response__version").get(pk=wanda.pk)
        edit_client(client=asked.client, by=bob, email="bob@elsewhere.example", now=now)
        assert Intake.objects.get(pk=wanda.pk).withdrawn_at is not None
    assert browser.get(link).status_code == 404
    drain(now=now + timedelta(days=10))
    assert not [each for each in mail.outbox if each.to == ["bob@elsewhere.example"]]
    with acting(cast.bob):
        again = ask_intake(
            client=asked.client.reload(),
            version=asked.response.version,
            due_on=None,
            by=bob,
            now=now,
        )
        assert again.response_id != asked.response_id
    drain(now=now + timedelta(minutes=1))
    fresh = str(re.findall(r"(/l/\S+/)", str(mail.outbox[-1].body))[-1])
    assert "Nobody else" not in begin(fresh).get(fresh).text
