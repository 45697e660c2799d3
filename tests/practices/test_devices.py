"""Where somebody is signed in, and signing out there."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.test import Client as Browser
from django.utils import timezone

from coachops.audit.models import AuditEvent
from coachops.practices.models import User
from coachops.practices.periodic import forget_ended_sessions
from coachops.practices.queries.devices import words_of
from tests.cast import Cast, Person
from tests.contracts.counting import opened

PASSWORD = "four words nobody guesses"
LIST = "/accounts/sessions/"
SAFARI = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like"
    " Gecko) Version/18.6 Mobile/15E148 Safari/604.1"
)
FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:145.0) Gecko/20100101 Firefox/145.0"
CHROME = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/142.0.0.0 Safari/537.36"
ANDROID = "Mozilla/5.0 (Linux; Android 10; K) Chrome/142.0.0.0 Mobile Safari/537.36"
TABLET = "Mozilla/5.0 (Linux; Android 10; K) Chrome/142.0.0.0 Safari/537.36"
EDGE = "Mozilla/5.0 (Macintosh; Intel Mac OS X) Chrome/142.0 Safari/537.36 Edg/142.0"


@pytest.mark.parametrize(
    ("user_agent", "words"),
    [
        (SAFARI, "Safari on an iPhone"),
        (FIREFOX, "Firefox on a Windows computer"),
        (CHROME, "Chrome on a Linux computer"),
        (ANDROID, "Chrome on an Android phone"),
        (TABLET, "Chrome on an Android tablet"),
        (EDGE, "Edge on a Mac"),
        ("curl/8.0 (Linux)", "A browser on a Linux computer"),
        ("curl/8.0", "An unknown browser"),
        ("", "An unknown browser"),
    ],
)
def test_device_is_named_in_words(user_agent: str, words: str) -> None:
    assert words_of(user_agent)[0] == words


def sign_in(user: User, user_agent: str) -> Browser:
    browser = Browser(headers={"User-Agent": user_agent})
    browser.post("/accounts/login/", {"login": user.email, "password": PASSWORD})
    return browser


def is_signed_in(browser: Browser) -> bool:
    return browser.get("/profile/").status_code == 200


@pytest.fixture
def alice(cast: Cast) -> User:
    """Alice, with a password."""
    return _with_password(cast.alice)


def _with_password(person: Person) -> User:
    cache.clear()
    user = person.user
    user.set_password(PASSWORD)
    user.save()
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    return user


def test_list_shows_each_device_and_marks_this_one(alice: User) -> None:
    sign_in(alice, SAFARI)
    page = sign_in(alice, FIREFOX).get(LIST).content.decode()
    here, there = page.index("Firefox on a Windows computer"), page.index("Safari on an iPhone")
    assert here < page.index("This device") < there, "this one first, and marked"
    assert page.count("This device") == 1
    assert "127.0.0.1" in page


def test_one_device_is_signed_out_by_its_own_button(
    cast: Cast, alice: User, acting: Callable
) -> None:
    phone, tablet, here = (sign_in(alice, each) for each in (SAFARI, TABLET, FIREFOX))
    row = UserSession.objects.get(user_agent=SAFARI)
    assert f'action="{LIST}{row.pk}/end/"' in here.get(LIST).content.decode()
    page = here.post(f"{LIST}{row.pk}/end/", follow=True).content.decode()
    assert "Signed out there: Safari on an iPhone." in page
    assert not is_signed_in(phone)
    assert is_signed_in(tablet)
    assert is_signed_in(here)
    with acting(cast.alice):
        event = AuditEvent.objects.get(event="member.devices_ended")
    assert (event.actor_user_id, event.subject_id, event.facts) == (
        alice.pk,
        cast.alice.membership.pk,
        {"devices": 1},
    )


def test_all_others_are_signed_out_together(cast: Cast, alice: User, acting: Callable) -> None:
    phone, tablet, here = (sign_in(alice, each) for each in (SAFARI, TABLET, FIREFOX))
    page = here.post(f"{LIST}end-others/", follow=True).content.decode()
    assert "Signed out of 2 other devices." in page
    assert [is_signed_in(each) for each in (phone, tablet, here)] == [False, False, True]
    assert "everywhere else" not in page
    here.post(f"{LIST}end-others/")
    with acting(cast.alice):
        assert AuditEvent.objects.filter(event="member.devices_ended").count() == 1


def test_this_device_is_signed_out_by_signing_out(alice: User) -> None:
    here = sign_in(alice, FIREFOX)
    row = UserSession.objects.get(user_agent=FIREFOX)
    answer = here.post(f"{LIST}{row.pk}/end/")
    assert answer.headers["Location"] == "/accounts/logout/"
    assert is_signed_in(here)


def test_nobody_ends_a_device_of_somebody_else(cast: Cast, alice: User, visit: Callable) -> None:
    here = sign_in(alice, FIREFOX)
    row = UserSession.objects.get(user_agent=FIREFOX)
    for person in (cast.bob, cast.mallory):
        assert visit(person).post(f"{LIST}{row.pk}/end/").status_code == 404
        visit(person).post(f"{LIST}end-others/")
    assert is_signed_in(here)
    assert Browser().post(f"{LIST}{row.pk}/end/").headers["Location"].startswith("/accounts/login/")


def test_device_changes_by_post_with_a_token_alone(alice: User) -> None:
    here = sign_in(alice, FIREFOX)
    row = UserSession.objects.get(user_agent=FIREFOX)
    assert here.get(f"{LIST}{row.pk}/end/").status_code == 405
    strict = Browser(enforce_csrf_checks=True)
    strict.cookies = here.cookies
    assert strict.post(f"{LIST}{row.pk}/end/").status_code == 403


def test_device_that_is_no_longer_signed_in_is_not_listed(alice: User) -> None:
    sign_in(alice, SAFARI).post("/accounts/logout/")
    here = sign_in(alice, FIREFOX)
    assert "iPhone" not in here.get(LIST).content.decode()


def test_new_password_takes_other_devices_off_the_list(alice: User) -> None:
    phone, here = sign_in(alice, SAFARI), sign_in(alice, FIREFOX)
    new = "other words for tomorrow"
    here.post(
        "/accounts/password/change/",
        {"oldpassword": PASSWORD, "password1": new, "password2": new},
    )
    page = here.get(LIST).content.decode()
    assert "iPhone" not in page
    assert "Firefox on a Windows computer" in page
    assert not is_signed_in(phone)


def test_list_costs_the_same_for_many_devices(alice: User) -> None:
    here = sign_in(alice, FIREFOX)
    _, few = opened(here, LIST)
    for user_agent in (SAFARI, TABLET, ANDROID):
        sign_in(alice, user_agent)
    _, many = opened(here, LIST)
    assert len(many) == len(few)


def test_ended_sessions_are_forgotten_after_a_month(alice: User) -> None:
    sign_in(alice, SAFARI)
    month_old = Session.objects.get()
    month_old.expire_date = timezone.now() - timedelta(days=31)
    month_old.save()
    here = sign_in(alice, FIREFOX)
    forget_ended_sessions()
    assert not Session.objects.filter(pk=month_old.pk).exists()
    assert [row.user_agent for row in UserSession.objects.all()] == [FIREFOX]
    assert is_signed_in(here)
