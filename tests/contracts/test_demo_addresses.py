"""The demo's doors stand nowhere but in the demo."""

import pytest
from django.test import Client as Browser
from django.urls import NoReverseMatch, reverse

from coachops.demo import urls as demo_urls
from tests.cast import Cast

NAMES = ("demo", "demo_mail", "demo_mail_json")


@pytest.mark.parametrize("name", NAMES)
def test_demo_has_no_address_in_a_real_practice(name: str) -> None:
    with pytest.raises(NoReverseMatch):
        reverse(name)


@pytest.mark.parametrize("path", ["", "mail/", "mail.json", "enter/maya/"])
def test_demo_answers_nothing_in_a_real_practice(path: str, db: None) -> None:
    assert Browser().get(f"/demo/{path}").status_code == 404
    assert Browser().post(f"/demo/{path}").status_code == 404


# With DEMO: what stands at each address of an empty demo.
DEMO = {
    "demo": (200, []),
    "demo_enter": (405, ["maya"]),
    "demo_mail": (200, []),
    "demo_mail_json": (200, []),
    "demo_mail_one": (404, ["nothing"]),
    "demo_mail_html": (404, ["nothing"]),
    "demo_mail_attachment": (404, ["nothing", 0]),
}


def test_every_address_of_the_demo_is_known() -> None:
    assert {pattern.name for pattern in demo_urls.urlpatterns} == set(DEMO)


@pytest.mark.urls("tests.contracts.demo_site")
@pytest.mark.parametrize("name", DEMO)
def test_demo_is_open_to_strangers(name: str, db: None) -> None:
    status, values = DEMO[name]
    assert Browser().get(reverse(name, args=values)).status_code == status


@pytest.mark.urls("tests.contracts.demo_site")
def test_nobody_enters_as_somebody_who_is_not_of_the_demo(cast: Cast) -> None:
    browser = Browser()
    for handle in ("alice", "bob", "nobody", "maya"):
        assert browser.post(reverse("demo_enter", args=[handle])).status_code == 404
    assert "_auth_user_id" not in browser.session
