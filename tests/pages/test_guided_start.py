"""The first steps are read from what is there; nobody ticks them off."""

from django.utils import timezone

from coachops.practices.models import Practice
from coachops.tenancy.scope import scope
from scheduling.models import Offering
from scheduling.services.availability import install_default_hours
from scheduling.services.offerings import create_offering
from tests.cast import Cast

START = "/coach/lagoon/start/"


def test_steps_follow_from_what_is_done(cast: Cast, visit) -> None:
    mallory, now = cast.mallory, timezone.now()
    browser = visit(mallory)
    assert "0 of 3 done" in _flat(browser.get(START))
    with scope(mallory.scope()):
        install_default_hours(coach=mallory.membership, time_zone="Europe/Berlin", now=now)
    assert "1 of 3 done" in _flat(browser.get(START))
    with scope(mallory.scope()):
        create_offering(
            coach=mallory.membership,
            name="First talk",
            kind=Offering.Kind.CHEMISTRY,
            bookers=Offering.Bookers.ANYBODY,
            now=now,
        )
    page = _flat(browser.get(START))
    assert "2 of 3 done" in page
    assert "/book/lagoon/first-talk/" in page


def test_finishing_leads_to_today_for_good(cast: Cast, visit) -> None:
    browser = visit(cast.mallory)
    assert browser.post("/coach/lagoon/start/finish/").status_code == 302
    with scope(cast.mallory.scope()):
        assert Practice.objects.get(slug="lagoon").guided_start_finished_at is not None
    assert browser.get("/coach/lagoon/").status_code == 200


def _flat(response) -> str:
    return " ".join(response.content.decode().split())
