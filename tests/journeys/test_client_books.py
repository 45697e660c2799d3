"""A new client: added, invited, signed in by a code; books, moves and cancels on a phone."""

import re
from collections.abc import Callable

from django.core import mail

from tests.cast import Cast
from tests.journeys.scene import build_scene
from tests.journeys.stage import PHONE, Guest, Stage

CODE = re.compile(r"^([A-Z0-9]{4}-[A-Z0-9]{4}|\d{6})$", re.MULTILINE)
LINK = re.compile(r"https?://\S+?/l/\S+")
ADDRESS = "nora@lind.example"
type Newest = Callable[[str], mail.EmailMultiAlternatives]


def test_client_is_invited_books_moves_and_cancels(
    stage: Stage, committed_cast: Cast, newest_mail: Newest
) -> None:
    build_scene(committed_cast)
    bob = stage.enter(committed_cast.bob)
    _add_client(bob)
    nora = stage.enter(size=PHONE, scheme="dark")
    _sign_in(nora, newest_mail)
    _book(nora)
    _move(nora)
    _cancel_by_mail(stage, newest_mail)
    nora.open("/portal/harbour/sessions/")
    nora.sees("Cancelled")
    nora.look()


def _add_client(bob: Guest) -> None:
    bob.open("/coach/harbour/clients/")
    bob.look()
    bob.open("/coach/harbour/clients/new/")
    bob.look()
    bob.type("Name", "Nora Lind")
    bob.type("E-mail", ADDRESS)
    bob.press("Add the client")
    bob.reads("Nora Lind")
    bob.follow("Open an engagement")
    bob.look()
    form = bob.page.locator("form.engagement-form")
    form.get_by_role("radio").first.check()
    form.get_by_label("The client", exact=False).first.check()
    bob.press("Open the engagement")
    bob.look()
    bob.open("/coach/harbour/clients/")
    bob.follow("Nora Lind")
    bob.press("Send the invitation")
    bob.look()


def _sign_in(nora: Guest, newest_mail: Newest) -> None:
    invitation = newest_mail(ADDRESS)
    nora.open(re.search(r"https?://\S+", invitation.body).group(0))
    if nora.page.get_by_label("E-mail").filter(visible=True).count():
        nora.look()
        nora.type("E-mail", ADDRESS)
        nora.press("Send me a code")
    nora.look()
    nora.type("Code", CODE.search(newest_mail(ADDRESS).body).group(1))
    nora.page.locator("main form button.btn-primary").click()
    nora.page.wait_for_url(re.compile(r"/(practices|portal)/"))
    if "/practices/" in nora.page.url:
        nora.look()
        nora.page.locator("main button, main a.btn-primary").first.click()
    nora.open("/portal/harbour/")
    nora.look()


def _book(nora: Guest) -> None:
    nora.open("/portal/harbour/book/")
    nora.reads("Choose a time for session 1")
    nora.look()
    nora.press("Next free time")
    nora.press("Book it")
    nora.page.wait_for_url("**/sessions/**")
    nora.look()


def _move(nora: Guest) -> None:
    before = nora.page.get_by_role("heading", level=1).inner_text()
    nora.follow("Move")
    nora.look()
    nora.page.locator(".month a").last.click()
    nora.page.locator(".slots a.slot").last.click()
    nora.press("Move it")
    nora.page.wait_for_url(re.compile(r"/sessions/[^/]+/$"))
    assert nora.page.get_by_role("heading", level=1).inner_text() != before


def _cancel_by_mail(stage: Stage, newest_mail: Newest) -> None:
    """From the mail, in a browser that has never signed in."""
    addresses = LINK.findall(newest_mail(ADDRESS).body)
    somewhere = stage.enter(size=PHONE, scheme="dark")
    for address in addresses:
        somewhere.open(address)
        if somewhere.page.get_by_role("button", name="Cancel the session").count():
            break
    somewhere.look()
    somewhere.press("Cancel the session")
    somewhere.reads("Cancelled")
    somewhere.look()
