"""The chooser, the profile, light and dark, and the public pages."""

from collections.abc import Callable

import pytest
from django.test import Client as Browser
from django.utils import timezone

from coachops.practices.models import Membership, User
from coachops.practices.policies import WHO_SEES_WHAT
from coachops.practices.queries.who_sees_what import VIEWERS, who_sees_what
from coachops.practices.roles import Audience, Role
from coachops.practices.services.members import ensure_membership
from tests.cast import Cast


def open_door(
    acting: Callable, cast: Cast, email: str, audience: Audience, role: Role
) -> Membership:
    with acting(cast.alice):
        return ensure_membership(
            email=email, name="X", audience=audience, roles=[role], now=timezone.now()
        )


def test_one_door_is_gone_through_at_once(cast: Cast, visit: Callable) -> None:
    assert visit(cast.carol).get("/practices/").headers["Location"] == "/portal/harbour/"
    assert visit(cast.sam).get("/practices/").headers["Location"] == "/sponsor/harbour/"


def test_several_doors_are_a_choice(cast: Cast, visit: Callable, acting: Callable) -> None:
    open_door(acting, cast, cast.erin.user.email, Audience.SPONSOR, Role.SPONSOR)
    erin = visit(cast.erin)
    page = erin.get("/practices/").content.decode()
    assert "Lagoon" in page
    assert "Come in" in page
    erin.post("/practices/join/")
    page = erin.get("/practices/").content.decode()
    assert "Come in" not in page
    assert 'href="/sponsor/harbour/"' in page
    assert erin.get("/practices/?to=lagoon").headers["Location"] == "/portal/lagoon/"


def test_frame_offers_to_switch_only_where_there_is_a_choice(
    cast: Cast, visit: Callable, acting: Callable
) -> None:
    bob = visit(cast.bob)
    assert "switch practice" not in bob.get("/coach/harbour/members/").content.decode()
    open_door(acting, cast, cast.bob.user.email, Audience.CLIENT, Role.CLIENT)
    assert "switch practice" in bob.get("/coach/harbour/members/").content.decode()


def test_without_any_door_a_practice_can_be_opened(db: None) -> None:
    browser = Browser()
    browser.force_login(User.objects.create_user("nina@north.example"))
    assert 'href="/start/"' in browser.get("/practices/").content.decode()


def test_members_are_led_to_a_strong_sign_in_and_may_put_it_off(
    cast: Cast, visit: Callable
) -> None:
    bob = visit(cast.bob)
    assert bob.get("/practices/").headers["Location"] == "/profile/secure/"
    assert "Later" in bob.get("/profile/secure/").content.decode()
    bob.post("/profile/secure/later/")
    assert bob.get("/practices/").headers["Location"] == "/coach/harbour/"


def test_signed_out_person_comes_back_to_where_they_wanted(db: None) -> None:
    answer = Browser().get("/practices/?to=harbour")
    assert answer.headers["Location"] == "/accounts/login/?next=/practices/%3Fto%3Dharbour"


@pytest.mark.parametrize(
    ("chosen", "kept"), [("dark", "dark"), ("light", "light"), ("system", ""), ("pink", "")]
)
def test_theme_is_kept_with_the_person(cast: Cast, visit: Callable, chosen: str, kept: str) -> None:
    answer = visit(cast.carol).post("/theme-choice/", {"theme": chosen, "next": "/profile/"})
    assert answer.headers["Location"] == "/profile/"
    assert User.objects.get(pk=cast.carol.user.pk).theme == kept


@pytest.mark.parametrize(
    "back",
    ["//evil.example/", "https://evil.example/", "/\\evil.example", "javascript:x", "abc", ""],
)
def test_theme_choice_sends_nobody_away(cast: Cast, visit: Callable, back: str) -> None:
    answer = visit(cast.carol).post("/theme-choice/", {"theme": "dark", "next": back})
    assert answer.headers["Location"] == "/practices/"


def test_theme_changes_by_post_alone(cast: Cast, visit: Callable) -> None:
    assert visit(cast.carol).get("/theme-choice/?theme=dark").status_code == 405
    strict = Browser(enforce_csrf_checks=True)
    strict.force_login(cast.carol.user)
    assert strict.post("/theme-choice/", {"theme": "dark"}).status_code == 403


def test_profile_changes_name_zone_and_look(cast: Cast, visit: Callable) -> None:
    carol = visit(cast.carol)
    carol.post("/profile/", {"name": "Carol C", "time_zone": "Asia/Tokyo", "theme": "dark"})
    user = User.objects.get(pk=cast.carol.user.pk)
    assert (user.name, user.time_zone, user.theme) == ("Carol C", "Asia/Tokyo", "dark")
    page = carol.post("/profile/", {"name": "", "time_zone": "Mars/Base", "theme": ""})
    assert page.status_code == 422
    assert 'data-theme="dark"' in page.content.decode()


def test_public_pages_are_open_and_promise_only_what_the_table_says(db: None) -> None:
    assert "Open a practice" in Browser().get("/").content.decode()
    page = Browser().get("/who-sees-what/").content.decode()
    for row in who_sees_what():
        assert f'id="{row.key}"' in page
        assert len(row.cells) == len(VIEWERS)
    assert len(who_sees_what()) == len(WHO_SEES_WHAT)


def test_navigation_holds_only_what_the_role_opens(cast: Cast, visit: Callable) -> None:
    page = visit(cast.ines).get("/coach/harbour/members/").content.decode()
    assert 'href="/coach/harbour/settings/"' not in page
    assert 'href="/coach/harbour/clients/"' not in page
    assert 'href="/coach/harbour/settings/"' in (
        visit(cast.alice).get("/coach/harbour/members/").content.decode()
    )
