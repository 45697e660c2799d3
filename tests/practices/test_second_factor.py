"""A page asks for a second factor first; once it is set up, the person goes on there."""

import time
from collections.abc import Callable

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.totp.internal import auth as totp
from django.core.cache import cache
from django.test import Client as Browser

from tests.cast import Cast

PASSWORD = "four words nobody guesses"
NEW_CLIENT = "/coach/harbour/clients/new/"
ACTIVATE = "/accounts/2fa/totp/activate/"


@pytest.fixture
def bob(cast: Cast) -> Browser:
    """Bob, who has just given his password and has no second factor."""
    cache.clear()
    user = cast.bob.user
    user.set_password(PASSWORD)
    user.save()
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    browser = Browser()
    browser.post("/accounts/login/", {"login": user.email, "password": PASSWORD})
    browser.post("/accounts/reauthenticate/", {"password": PASSWORD})
    return browser


def set_up(browser: Browser) -> str:
    """Switch on an authenticator app; the page that comes next."""
    secret = browser.get(ACTIVATE).context["form"].secret
    code = totp.format_hotp_value(totp.hotp_value(secret, int(time.time()) // 30))
    return browser.post(ACTIVATE, {"code": code}, follow=True).content.decode()


def test_set_up_leads_back_to_adding_the_first_client(bob: Browser) -> None:
    page = bob.get(NEW_CLIENT).content.decode()
    assert 'action="/profile/secure/"' in page
    assert f'name="next" value="{NEW_CLIENT}"' in page
    answer = bob.post("/profile/secure/", {"next": NEW_CLIENT})
    assert answer.headers["Location"] == "/accounts/2fa/"
    page = set_up(bob)
    assert "Recovery codes" in page, "they have to be kept first"
    assert "Back to where you were" in page
    answer = bob.post("/profile/secure/later/")
    assert answer.headers["Location"] == NEW_CLIENT
    assert "Add the client" in bob.get(NEW_CLIENT).content.decode()
    assert "Back to where you were" not in bob.get("/accounts/2fa/").content.decode()


def test_whoever_thinks_better_of_it_gets_back_too(bob: Browser) -> None:
    bob.post("/profile/secure/", {"next": NEW_CLIENT})
    assert "Back to where you were" in bob.get("/accounts/2fa/").content.decode()
    assert bob.post("/profile/secure/later/").headers["Location"] == NEW_CLIENT


def test_set_up_of_ones_own_accord_leads_to_the_practices(bob: Browser) -> None:
    page = set_up(bob)
    assert "Back to where you were" not in page
    assert 'href="/practices/"' in page
    assert bob.post("/profile/secure/later/").headers["Location"] == "/practices/"


@pytest.mark.parametrize("back", ["//evil.example/", "https://evil.example/", "javascript:x", ""])
def test_way_back_stays_on_this_site(cast: Cast, visit: Callable, back: str) -> None:
    browser = visit(cast.bob)
    browser.post("/profile/secure/", {"next": back})
    assert browser.post("/profile/secure/later/").headers["Location"] == "/practices/"
