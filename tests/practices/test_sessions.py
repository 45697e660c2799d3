"""How long a sign-in lasts, and what happens when it has ended."""

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
import time_machine
from allauth.account.models import EmailAddress
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.db import connection
from django.http import HttpResponse
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from coachops.practices.roles import Audience, Role
from coachops.practices.services.members import ensure_membership
from tests.cast import Cast, Person

type Visit = Callable[[Person], Browser]
type Clock = time_machine.Traveller
PASSWORD = "four words nobody guesses"


@pytest.fixture
def clock(cast: Cast) -> Iterator[Clock]:
    """Stands still until it is moved."""
    with time_machine.travel(timezone.now(), tick=False) as traveller:
        yield traveller


def is_let_in(browser: Browser, page: str = "/profile/") -> bool:
    return browser.get(page).status_code == 200


def writes(browser: Browser, page: str) -> list[str]:
    with CaptureQueriesContext(connection) as queries:
        browser.get(page)
    return [each["sql"] for each in queries if each["sql"].startswith(("UPDATE", "INSERT"))]


@pytest.mark.parametrize("person", ["alice", "bob", "vera"])
def test_member_is_signed_out_after_eight_hours_without_use(
    cast: Cast, visit: Visit, clock: Clock, person: str
) -> None:
    browser = visit(getattr(cast, person))
    clock.shift(timedelta(hours=7, minutes=59))
    assert is_let_in(browser)
    clock.shift(timedelta(hours=7, minutes=59))
    assert is_let_in(browser), "each use begins the eight hours again"
    clock.shift(timedelta(hours=8, minutes=1))
    assert not is_let_in(browser)


@pytest.mark.parametrize("person", ["carol", "sam"])
def test_client_and_sponsor_are_signed_out_after_two_weeks(
    cast: Cast, visit: Visit, clock: Clock, person: str
) -> None:
    browser = visit(getattr(cast, person))
    clock.shift(timedelta(days=13, hours=23))
    assert is_let_in(browser)
    clock.shift(timedelta(days=14, minutes=1))
    assert not is_let_in(browser)


def test_nobody_stays_for_more_than_thirty_days(cast: Cast, visit: Visit, clock: Clock) -> None:
    browser = visit(cast.carol)
    for _ in range(3):
        clock.shift(timedelta(days=9, hours=23))
        assert is_let_in(browser)
    clock.shift(timedelta(hours=4))
    answer = browser.get("/portal/harbour/")
    assert "thirty days" in Browser().get(answer.headers["Location"]).content.decode()


def test_who_is_made_a_member_meanwhile_has_eight_hours_from_then(
    cast: Cast, visit: Visit, clock: Clock, acting: Callable
) -> None:
    browser = visit(cast.carol)
    with acting(cast.alice):
        ensure_membership(
            email=cast.carol.user.email,
            name="Carol",
            audience=Audience.STAFF,
            roles=[Role.COACH],
            now=timezone.now(),
        )
    assert is_let_in(browser, "/coach/harbour/members/")
    clock.shift(timedelta(hours=8, minutes=1))
    assert not is_let_in(browser)


def test_use_is_written_down_once_in_five_minutes(cast: Cast, visit: Visit, clock: Clock) -> None:
    browser = visit(cast.alice)
    assert writes(browser, "/profile/") == []
    clock.shift(timedelta(minutes=4))
    assert writes(browser, "/profile/") == []
    clock.shift(timedelta(minutes=2))
    (written,) = writes(browser, "/profile/")
    assert written.startswith('UPDATE "django_session" SET "expire_date"')
    assert writes(browser, "/profile/") == []


def test_a_session_ended_elsewhere_is_not_brought_back_by_use(
    cast: Cast, visit: Visit, clock: Clock
) -> None:
    browser = visit(cast.alice)
    Session.objects.all().delete()
    clock.shift(timedelta(minutes=6))
    assert not is_let_in(browser)
    assert not Session.objects.exists()


def test_a_session_that_does_not_say_when_it_began_has_ended(cast: Cast, visit: Visit) -> None:
    browser = visit(cast.alice)
    session = browser.session
    del session["signed_in_at"]
    session.save()
    assert not is_let_in(browser)


# ---- and then -----------------------------------------------------------------------------------


def after_a_day(browser: Browser, clock: Clock, ask: Callable[[Browser], HttpResponse]) -> str:
    """Where the browser is sent when it asks after a day without use."""
    clock.shift(timedelta(days=1))
    return str(ask(browser).headers["Location"])


def test_page_leads_to_the_sign_in_says_why_and_back(
    cast: Cast, visit: Visit, clock: Clock
) -> None:
    cache.clear()
    alice = cast.alice.user
    alice.set_password(PASSWORD)
    alice.save()
    EmailAddress.objects.create(user=alice, email=alice.email, verified=True, primary=True)
    browser = visit(cast.alice)
    wanted = "/coach/harbour/members/?q=olg"
    address = after_a_day(browser, clock, lambda each: each.get(wanted))
    page = browser.get(address).content.decode()
    assert "because you did not use CoachOps here for a while" in page
    assert 'value="/coach/harbour/members/?q=olg"' in page
    answer = browser.post(
        address.partition("?")[0], {"login": alice.email, "password": PASSWORD, "next": wanted}
    )
    assert answer.headers["Location"] == wanted


def test_page_of_the_sign_in_library_says_why_too(cast: Cast, visit: Visit, clock: Clock) -> None:
    address = after_a_day(visit(cast.alice), clock, lambda each: each.get("/accounts/email/"))
    assert address == "/accounts/login/?next=/accounts/email/&ended=unused"


def test_form_leads_back_to_the_page_it_stood_on(cast: Cast, visit: Visit, clock: Clock) -> None:
    end = f"/coach/harbour/members/{cast.bob.membership.pk}/end/"
    stood_on = "http://testserver/coach/harbour/members/"
    address = after_a_day(
        visit(cast.alice), clock, lambda each: each.post(end, headers={"Referer": stood_on})
    )
    assert address == "/accounts/login/?next=/coach/harbour/members/&ended=unused"


def test_part_of_a_page_leads_back_to_the_whole(cast: Cast, visit: Visit, clock: Clock) -> None:
    browser = visit(cast.alice)
    clock.shift(timedelta(days=1))
    answer = browser.get(
        "/coach/harbour/members/?q=olg",
        headers={
            "HX-Request": "true",
            "HX-Target": "member-list",
            "HX-Current-URL": "http://testserver/coach/harbour/members/",
        },
    )
    assert answer.headers["HX-Redirect"] == (
        "/accounts/login/?next=/coach/harbour/members/&ended=unused"
    )


@pytest.mark.parametrize("page", ["https://evil.example/x", "", "//evil.example", "nonsense"])
def test_form_from_elsewhere_leads_to_the_practices(cast: Cast, page: str) -> None:
    answer = Browser().post("/profile/secure/later/", headers={"Referer": page})
    assert answer.headers["Location"] == "/accounts/login/?next=/practices/"


def test_browser_signed_out_from_another_is_told_so(cast: Cast, visit: Visit) -> None:
    browser = visit(cast.alice)
    Session.objects.all().delete()
    address = browser.get("/coach/harbour/").headers["Location"]
    assert "perhaps from another device" in browser.get(address).content.decode()


def test_stranger_is_told_nothing(db: None) -> None:
    address = Browser().get("/coach/harbour/").headers["Location"]
    assert address == "/accounts/login/?next=/coach/harbour/"
    assert "signed out" not in Browser().get(address).content.decode()


# ---- nothing stays in the browser ----------------------------------------------------------------


def test_signing_out_empties_the_browser(cast: Cast, visit: Visit) -> None:
    browser = visit(cast.alice)
    assert "Clear-Site-Data" not in browser.get("/coach/harbour/").headers
    answer = browser.post("/accounts/logout/")
    assert answer.headers["Clear-Site-Data"] == '"cache", "storage"'
    assert "Clear-Site-Data" not in browser.get("/").headers
    assert "Clear-Site-Data" not in browser.post("/accounts/logout/").headers


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/coach/harbour/", 200),
        ("/coach/lagoon/", 404),
        ("/no/such/page/", 404),
        ("/theme-choice/", 405),
        ("/accounts/sessions/", 200),
        ("/profile/", 200),
    ],
)
def test_no_answer_is_kept(cast: Cast, visit: Visit, path: str, status: int) -> None:
    answer = visit(cast.alice).get(path)
    assert (answer.status_code, answer.headers["Cache-Control"]) == (status, "no-store")


def test_refusal_for_a_missing_token_is_not_kept_either(cast: Cast) -> None:
    strict = Browser(enforce_csrf_checks=True)
    strict.force_login(cast.alice.user)
    answer = strict.post("/profile/", {"name": "X"})
    assert (answer.status_code, answer.headers["Cache-Control"]) == (403, "no-store")
