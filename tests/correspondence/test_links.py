"""The addresses under each mail: one click stops it, and only for whoever has the mail."""

from email import message_from_bytes, policy

import pytest
from django.core import signing
from django.test import Client as Browser

from coachops.correspondence.models import MailPreference
from coachops.correspondence.policies import Topic
from coachops.correspondence.queries.links import preferences_url, unsubscribe_url
from coachops.correspondence.services.preferences import follow_address
from coachops.tenancy.scope import scope
from tests.correspondence.conftest import NOW, Post

BOB = "bob@harbour.example"


def path(url: str) -> str:
    return url.removeprefix("http://localhost:8000")


def chosen(post: Post, address: str = BOB) -> MailPreference | None:
    with scope(post.cast.alice.scope()):
        return MailPreference.objects.filter(address=address).first()


def test_one_click_in_the_mail_program_stops_mail_of_that_kind(post: Post) -> None:
    post.coach_news(number=1)
    (sent,) = post.deliver()
    raw = message_from_bytes(sent.message().as_bytes(), policy=policy.default)
    assert raw["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    address = str(raw["List-Unsubscribe"]).strip("<>")
    assert f"\nList-Unsubscribe: <{address}>\n".encode() in sent.message().as_bytes()
    program = Browser(enforce_csrf_checks=True)
    for _twice in range(2):
        answer = program.post(
            path(address), "List-Unsubscribe=One-Click", "application/x-www-form-urlencoded"
        )
        assert answer.status_code == 200
    kept = chosen(post)
    assert kept is not None
    assert kept.off == ["news"]
    post.coach_news(number=2)
    assert post.deliver() == []
    assert sorted(entry.state for entry in post.log()) == ["off", "sent"]


def test_looking_at_the_address_stops_nothing(post: Post) -> None:
    page = Browser().get(path(unsubscribe_url(post.practice_id, BOB, Topic.NEWS)))
    assert page.status_code == 200
    assert b"No more news by e-mail?" in page.content
    assert chosen(post) is None


def test_forged_and_foreign_tokens_are_the_same_404(post: Post) -> None:
    good = path(unsubscribe_url(post.practice_id, BOB, Topic.NEWS))
    theirs = good.replace(str(post.practice_id), str(post.cast.other_practice.pk))
    essential = path(unsubscribe_url(post.practice_id, BOB, Topic.ESSENTIAL))
    unsigned = f"/mail/off/{post.practice_id}.{signing.dumps([BOB, 'news'])}/"
    nowhere = good.replace(str(post.practice_id), "nowhere")
    for address in (theirs, good[:-3] + "/", unsigned, nowhere, essential):
        assert Browser().post(address).status_code == 404
    choices = path(preferences_url(post.practice_id, BOB)).replace(
        str(post.practice_id), str(post.cast.other_practice.pk)
    )
    assert Browser().get(choices).status_code == 404
    assert chosen(post) is None


def test_readers_choose_by_the_link_without_an_account(post: Post) -> None:
    address = path(preferences_url(post.practice_id, "carol@harbour.example"))
    page = Browser().get(address)
    assert b"Reminders of sessions" in page.content
    assert b"When news comes" not in page.content
    saved = Browser().post(address, {"reminders": "last", "quiet": "practice", "news": "on"})
    assert saved.status_code == 302
    kept = chosen(post, "carol@harbour.example")
    assert kept is not None
    assert (kept.reminders, kept.off) == ("last", ["nudges"])
    assert kept.client_id == post.cast.carol_client.pk


def test_a_guest_s_link_asks_only_for_quiet_hours(post: Post) -> None:
    page = Browser().get(path(preferences_url(post.practice_id, "guest@new.example")))
    assert b"Quiet hours" in page.content
    assert b"Reminders of sessions" not in page.content


def test_choices_follow_to_a_new_address(post: Post) -> None:
    post.choose(post.cast.bob, digest="daily")
    with scope(post.cast.bob.scope()):
        follow_address(old=BOB, new="Robert@new.example", now=NOW)
    assert chosen(post) is None
    kept = chosen(post, "robert@new.example")
    assert kept is not None
    assert kept.digest == "daily"


@pytest.mark.parametrize(
    ("hours", "said"),
    [
        ({}, b"From when?"),
        ({"quiet_from": "20:00"}, b"Until when?"),
        ({"quiet_from": "20:00", "quiet_until": "20:00"}, b"quiet all day"),
        ({"quiet_from": "late", "quiet_until": "07:00"}, b"such as 20:00"),
    ],
)
def test_what_is_wrong_stands_beside_the_field_and_what_was_typed_is_kept(
    post: Post, visit: object, hours: dict[str, str], said: bytes
) -> None:
    page = visit(post.cast.bob).post(
        "/coach/harbour/mail/", {"quiet": "own", "news": "on", "day": "on", **hours}
    )
    assert page.status_code == 422
    assert said in page.content
    assert all(f'value="{typed}"'.encode() in page.content for typed in hours.values())
    assert chosen(post) is None
