"""Three signatures open a level; a report goes from its draft to the sponsor's page."""

import re
from collections.abc import Callable

from django.core import mail
from playwright.sync_api import expect

from coachops.outbox.engine import drain
from tests.cast import Cast
from tests.journeys.scene import Scene, build_scene
from tests.journeys.stage import PHONE, Guest, Stage

NARRATIVE = "She leaves the Monday review to her directors."
type Newest = Callable[[str], mail.EmailMultiAlternatives]


def test_report_reaches_the_sponsor_after_three_signatures(
    stage: Stage, committed_cast: Cast, newest_mail: Newest
) -> None:
    scene = build_scene(committed_cast)
    bob = stage.enter(committed_cast.bob)
    carol = stage.enter(committed_cast.carol, size=PHONE, scheme="dark")
    sam = stage.enter(committed_cast.sam)
    _sign_all_three(bob, carol, sam, scene)
    _draft(bob, scene)
    _release(carol, newest_mail, committed_cast)
    _issue(bob)
    drain()
    _read(sam, scene)


def _sign(guest: Guest, name: str) -> None:
    guest.look()
    guest.page.get_by_label("I have read this and agree").check()
    guest.type("Your full name", name)
    guest.press("Sign")


def _sign_all_three(bob: Guest, carol: Guest, sam: Guest, scene: Scene) -> None:
    pk = scene.engagement.pk
    sam.open(f"/sponsor/harbour/coachees/{pk}/")
    assert "Sets clear priorities" not in sam.page.content()
    bob.open(f"/coach/harbour/engagements/{pk}/disclosure/")
    bob.look()
    bob.page.locator("input[name=level][value='2']").check()
    bob.page.get_by_label("Who signs for the company").select_option(index=0)
    bob.press("Ask all three to sign")
    _sign(bob, "Bob Harbour")
    carol.open(f"/portal/harbour/disclosure/{pk}/")
    _sign(carol, "Carol Harbour")
    sam.open(f"/sponsor/harbour/engagements/{pk}/disclosure/")
    _sign(sam, "Sam Harbour")
    sam.open(f"/sponsor/harbour/coachees/{pk}/")
    sam.sees("Sets clear priorities")
    sam.look()


def _draft(bob: Guest, scene: Scene) -> None:
    bob.open("/coach/harbour/reports/")
    bob.look()
    bob.page.get_by_text("Start a report now").click()
    start = f"form[action*='{scene.engagement.pk}/reports/start/'] button"
    bob.page.locator(start).first.click()
    bob.page.wait_for_url(re.compile(r"/reports/[0-9a-f-]{36}/"))
    bob.look()
    bob.page.locator("#narrative-text").press_sequentially(NARRATIVE)
    expect(bob.page.locator("#narrative-saved")).to_contain_text("Saved")
    bob.press("I have checked it")
    bob.press("Send to Carol Harbour for review")
    bob.sees("decides until")


def _release(carol: Guest, newest_mail: Newest, cast: Cast) -> None:
    letter = newest_mail(cast.carol.user.email)
    carol.open(re.search(r"https?://\S+/reports/\S+", letter.body).group(0))
    carol.reads("Read it before anybody else does")
    carol.sees(NARRATIVE)
    carol.look()
    carol.press("Release to Acme")
    carol.sees("You have decided")


def _issue(bob: Guest) -> None:
    bob.page.reload()
    bob.press("Issue to Acme")
    bob.look()
    bob.press("Issue it")
    bob.sees("It never changes")


def _read(sam: Guest, scene: Scene) -> None:
    sam.open(f"/sponsor/harbour/coachees/{scene.engagement.pk}/")
    sam.page.locator("a[href*='/reports/']").filter(visible=True).first.click()
    sam.sees(NARRATIVE)
    sam.look()
    with sam.page.expect_download() as download:
        sam.follow("Save as PDF")
    with open(download.value.path(), "rb") as file:  # noqa: PTH123 -- Playwright's own path
        assert file.read(5) == b"%PDF-"
