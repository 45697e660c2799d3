"""Signing in by code, password and second factor, as a browser sees it."""

import re
import time
from collections.abc import Callable

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal import auth as totp
from django.core import mail
from django.core.cache import cache
from django.test import Client as Browser
from django.urls import reverse

from coachops.outbox.engine import drain
from coachops.practices.models import Membership, User
from coachops.practices.roles import Audience, Role
from coachops.practices.services.members import ensure_membership
from tests.cast import Cast

PASSWORD = "four words nobody guesses"
ASK = "/accounts/login/code/"
CONFIRM = "/accounts/login/code/confirm/"


@pytest.fixture(autouse=True)
def fresh_limits(db: None) -> None:
    cache.clear()


def ask(browser: Browser, email: str) -> object:
    return browser.post(ASK, {"email": email})


def signed_in(browser: Browser) -> bool:
    return "_auth_user_id" in browser.session


def test_code_from_the_mail_signs_in(cast: Cast, newest_code: Callable[[str], str]) -> None:
    browser = Browser()
    ask(browser, cast.carol.user.email)
    before = browser.session.session_key
    answer = browser.post(CONFIRM, {"code": newest_code(cast.carol.user.email)})
    assert signed_in(browser)
    assert answer.headers["Location"] == "/practices/"
    assert browser.session.session_key != before


def test_code_works_once_and_only_in_its_browser(
    cast: Cast, newest_code: Callable[[str], str]
) -> None:
    first, second = Browser(), Browser()
    ask(first, cast.carol.user.email)
    code = newest_code(cast.carol.user.email)
    ask(second, cast.dave.user.email)
    second.post(CONFIRM, {"code": code})
    assert not signed_in(second)
    first.post(CONFIRM, {"code": code})
    first.post("/accounts/logout/")
    first.post(CONFIRM, {"code": code})
    assert not signed_in(first)


def test_third_wrong_code_ends_the_attempt(cast: Cast, newest_code: Callable[[str], str]) -> None:
    browser = Browser()
    ask(browser, cast.carol.user.email)
    code = newest_code(cast.carol.user.email)
    for _ in range(3):
        browser.post(CONFIRM, {"code": "WRNG-CDES"})
    browser.post(CONFIRM, {"code": code})
    assert not signed_in(browser)


def test_fourth_request_of_a_minute_is_refused(cast: Cast) -> None:
    answers = [ask(Browser(), cast.carol.user.email) for _ in range(4)]
    drain()
    assert [answer.status_code for answer in answers] == [302, 302, 302, 200]
    assert len(mail.outbox) == 3


def test_forged_address_does_not_reset_the_limit(cast: Cast) -> None:
    answers = [
        Browser(headers={"X-Forwarded-For": f"10.0.0.{number}"}).post(
            ASK, {"email": f"person{number}@nowhere.example"}
        )
        for number in range(21)
    ]
    assert answers[-1].status_code in (200, 429)
    assert answers[0].status_code == 302


@pytest.mark.parametrize("path", [ASK, "/accounts/password/reset/"])
def test_unknown_address_gets_the_identical_answer(cast: Cast, path: str) -> None:
    known = Browser().post(path, {"email": cast.carol.user.email})
    unknown = Browser().post(path, {"email": "nobody@nowhere.example"})
    assert (known.status_code, known.headers["Location"]) == (
        unknown.status_code,
        unknown.headers["Location"],
    )
    assert known.content == unknown.content


def test_page_for_the_code_is_the_same_for_an_unknown_address(cast: Cast) -> None:
    pages = []
    for email in (cast.carol.user.email, "nobodyx@harbour.example"):
        browser = Browser()
        ask(browser, email)
        page = browser.get(CONFIRM).content.decode().replace(email, "ADDRESS")
        pages.append(re.sub(r'(csrfmiddlewaretoken" value="|X-CSRFToken": ")[^"]+', "", page))
    assert pages[0] == pages[1]


def test_unknown_address_is_told_by_mail_alone(
    cast: Cast, newest_mail: Callable[[str], mail.EmailMultiAlternatives]
) -> None:
    ask(Browser(), "nobody@nowhere.example")
    told = newest_mail("nobody@nowhere.example")
    assert "No sign-in under this address" in told.subject
    assert "http://localhost:8000/accounts/signup/" in told.body


def test_signing_up_with_a_known_address_looks_the_same(cast: Cast) -> None:
    answers = [
        Browser().post("/accounts/signup/", {"name": "New", "email": email, "password1": PASSWORD})
        for email in (cast.carol.user.email, "new@nowhere.example")
    ]
    assert answers[0].headers["Location"] == answers[1].headers["Location"]
    drain()
    assert {message.to[0] for message in mail.outbox} == {
        cast.carol.user.email,
        "new@nowhere.example",
    }


def test_sign_up_keeps_name_and_zone_and_leads_to_a_practice(
    db: None, newest_code: Callable[[str], str]
) -> None:
    browser = Browser()
    browser.post(
        "/accounts/signup/",
        {
            "name": "Nina North",
            "email": "Nina@north.example",
            "password1": PASSWORD,
            "time_zone": "Europe/Oslo",
        },
    )
    answer = browser.post(
        "/accounts/confirm-email/", {"code": newest_code("nina@north.example")}, follow=True
    )
    user = User.objects.get(email="nina@north.example")
    assert (user.name, user.time_zone) == ("Nina North", "Europe/Oslo")
    assert signed_in(browser)
    assert reverse("open_practice") in answer.content.decode()


def test_short_password_is_refused_beside_the_field(db: None) -> None:
    page = Browser().post(
        "/accounts/signup/", {"name": "N", "email": "n@n.example", "password1": "short"}
    )
    assert 'id="id_password1_error"' in page.content.decode()
    assert not User.objects.filter(email="n@n.example").exists()


def test_who_registers_an_address_first_does_not_keep_its_password(
    cast: Cast, newest_code: Callable[[str], str], acting: Callable
) -> None:
    email = "victim@north.example"
    Browser().post("/accounts/signup/", {"name": "X", "email": email, "password1": PASSWORD})
    with acting(cast.alice):
        ensure_membership(
            email=email,
            name="Vic",
            audience=Audience.STAFF,
            roles=[Role.COACH],
            now=cast.alice.membership.joined_at,
        )
    browser = Browser()
    ask(browser, email)
    browser.post(CONFIRM, {"code": newest_code(email)})
    assert signed_in(browser)
    assert not User.objects.get(email=email).has_usable_password()


def with_password(user: User) -> None:
    user.set_password(PASSWORD)
    user.save()
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)


def log_in(browser: Browser, user: User, **more: str) -> object:
    return browser.post("/accounts/login/", {"login": user.email, "password": PASSWORD, **more})


def test_password_signs_in(cast: Cast) -> None:
    with_password(cast.alice.user)
    browser = Browser()
    log_in(browser, cast.alice.user)
    assert signed_in(browser)


def test_second_factor_stops_password_and_code(
    cast: Cast, newest_code: Callable[[str], str]
) -> None:
    user = cast.alice.user
    with_password(user)
    secret = totp.generate_totp_secret()
    totp.TOTP.activate(user, secret)
    assert Authenticator.objects.get(user=user).data["secret"] != secret
    browser = Browser()
    assert log_in(browser, user).headers["Location"] == "/accounts/2fa/authenticate/"
    assert not signed_in(browser)
    other = Browser()
    ask(other, user.email)
    other.post(CONFIRM, {"code": newest_code(user.email)})
    assert not signed_in(other)
    code = totp.format_hotp_value(totp.hotp_value(secret, int(time.time()) // 30))
    browser.post("/accounts/2fa/authenticate/", {"code": code})
    assert signed_in(browser)
    again = Browser()
    log_in(again, user)
    again.post("/accounts/2fa/authenticate/", {"code": code})
    assert not signed_in(again), "a code is good once"


@pytest.mark.parametrize(
    "target", ["//evil.example", "/\\evil.example", "https:evil.example", "javascript:alert(1)"]
)
def test_next_stays_here(cast: Cast, target: str) -> None:
    with_password(cast.alice.user)
    answer = log_in(Browser(), cast.alice.user, next=target)
    assert "evil" not in answer.headers["Location"]
    assert "javascript" not in answer.headers["Location"]


def test_forged_host_does_not_reach_a_mail(
    cast: Cast, newest_mail: Callable[[str], mail.EmailMultiAlternatives]
) -> None:
    with_password(cast.alice.user)
    Browser().post(
        "/accounts/password/reset/", {"email": cast.alice.user.email}, HTTP_HOST="127.0.0.1"
    )
    link = re.search(
        r"http://\S+/accounts/password/reset/key/\S+", newest_mail(cast.alice.user.email).body
    )
    assert link.group().startswith("http://localhost:8000/")
    browser = Browser()
    page = browser.get(link.group().removeprefix("http://localhost:8000"), follow=True)
    browser.post(
        page.request["PATH_INFO"],
        {"password1": "other words for tomorrow", "password2": "other words for tomorrow"},
    )
    assert User.objects.get(pk=cast.alice.user.pk).check_password("other words for tomorrow")


def test_first_sign_in_counts_as_joining(
    cast: Cast, newest_code: Callable[[str], str], acting: Callable
) -> None:
    with acting(cast.alice):
        member = ensure_membership(
            email="fresh@north.example",
            name="Fresh",
            audience=Audience.STAFF,
            roles=[Role.COACH],
            now=cast.alice.membership.joined_at,
        )
    browser = Browser()
    ask(browser, "fresh@north.example")
    answer = browser.post(CONFIRM, {"code": newest_code("fresh@north.example")}, follow=True)
    assert answer.redirect_chain[-1][0] == reverse("secure_account")
    with acting(cast.alice):
        assert Membership.objects.get(pk=member.pk).joined_at is not None


def test_signing_out_kills_the_old_cookie(cast: Cast) -> None:
    browser, thief = Browser(), Browser()
    browser.force_login(cast.alice.user)
    thief.cookies["session"] = browser.cookies["session"].value
    assert thief.get("/profile/").status_code == 200
    browser.post("/accounts/logout/")
    assert thief.get("/profile/").status_code == 302


PAGES = [
    "/accounts/login/",
    "/accounts/login/code/",
    "/accounts/signup/",
    "/accounts/password/reset/",
    "/accounts/password/reset/done/",
    "/accounts/inactive/",
    "/accounts/password/reset/key/bad-key/",
]
OWN_PAGES = [
    "/accounts/email/",
    "/accounts/password/set/",
    "/accounts/2fa/",
    "/accounts/2fa/totp/activate/",
    "/accounts/2fa/webauthn/",
    "/accounts/2fa/webauthn/add/",
    "/accounts/sessions/",
    "/accounts/logout/",
    "/profile/",
    "/profile/signing-in/",
    "/profile/secure/",
    "/practices/",
    "/start/",
]


@pytest.mark.parametrize("path", PAGES)
def test_page_for_who_is_signed_out_is_in_our_design(db: None, path: str) -> None:
    page = Browser().get(path)
    assert 'class="door"' in page.content.decode()
    assert page.headers["Cache-Control"] in (
        "no-store",
        "max-age=0, no-cache, no-store, must-revalidate, private",
    )


@pytest.mark.parametrize("path", OWN_PAGES)
def test_page_of_ones_own_sign_in_is_in_our_design(cast: Cast, visit: Callable, path: str) -> None:
    page = visit(cast.vera).get(path, follow=True)
    assert page.status_code == 200
    assert 'class="door"' in page.content.decode() or "shell" in page.content.decode()
    assert Browser().get(path).status_code in (302, 200)


def test_a_browser_that_was_not_used_before_is_told_by_mail_once(
    cast: Cast, newest_code: Callable[[str], str]
) -> None:
    address = cast.carol.user.email
    known, strange = Browser(), Browser(headers={"User-Agent": "Mozilla Firefox/1 (Windows)"})

    def notices(browser: Browser) -> int:
        cache.clear()
        mail.outbox.clear()
        ask(browser, address)
        browser.post(CONFIRM, {"code": newest_code(address)})
        drain()
        return sum("new device" in each.subject for each in mail.outbox)

    assert [notices(known), notices(strange)] == [0, 1]
    assert "Firefox on a Windows computer" in str(mail.outbox[-1].body)
    for browser in (known, strange):
        browser.post("/accounts/logout/")
        assert notices(browser) == 0
