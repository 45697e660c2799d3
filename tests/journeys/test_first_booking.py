"""A new practice: from the sign-up to the first booking by a stranger."""

import re
from collections.abc import Callable

from django.core import mail

from tests.journeys.stage import PHONE, Guest, Stage

CODE = re.compile(r"^([A-Z0-9]{4}-[A-Z0-9]{4}|\d{6})$", re.MULTILINE)
type Newest = Callable[[str], mail.EmailMultiAlternatives]


def test_new_coach_gets_a_first_booking(stage: Stage, newest_mail: Newest) -> None:
    nina = stage.enter()
    _sign_up(nina, newest_mail)
    _open_practice(nina)
    link = _make_bookable(nina)
    _stranger_books(stage, link, newest_mail)
    nina.open("/coach/fjord-coaching/start/")
    nina.reads("Your first session is booked")
    nina.press("Go to Today")
    nina.look()
    nina.open("/coach/fjord-coaching/calendar/")
    nina.look()


def _sign_up(nina: Guest, newest_mail: Newest) -> None:
    nina.open("/")
    nina.look()
    nina.open("/accounts/signup/")
    nina.look()
    nina.type("Your name", "Nina Fjord")
    nina.type("E-mail", "nina@fjord.example")
    nina.type("Password", "seven grey herons waiting")
    nina.press("Go on")
    nina.reads("Is this your address?")
    nina.look()
    nina.type("Code", CODE.search(newest_mail("nina@fjord.example").body).group(1))
    nina.press("Confirm")
    nina.page.wait_for_url("**/practices/**")


def _open_practice(nina: Guest) -> None:
    nina.open("/start/")
    nina.reads("Your practice")
    nina.look()
    nina.type("Name of the practice", "Fjord Coaching")
    nina.press("Open the practice")
    nina.reads("Let’s get your first session booked")
    nina.look()


def _make_bookable(nina: Guest) -> str:
    """Hours, an offering, and the address to hand out."""
    nina.follow("Set your hours")
    nina.look()
    nina.press("Use these hours")
    nina.open("/coach/fjord-coaching/start/")
    nina.follow("Describe an offering")
    nina.look()
    nina.type("Name", "First conversation")
    nina.page.get_by_label("Anybody with the link").check()
    nina.press("Save the offering")
    nina.open("/coach/fjord-coaching/start/")
    return nina.page.get_by_label("Booking link of First conversation").input_value()


def _stranger_books(stage: Stage, link: str, newest_mail: Newest) -> None:
    stranger = stage.enter(size=PHONE, scheme="dark")
    stranger.open(link)
    stranger.reads("First conversation")
    stranger.press("Next free time")
    stranger.type("Your name", "Theo Ash")
    stranger.type("Your e-mail address", "theo@ash.example")
    stranger.look()
    stranger.press("Book it")
    stranger.reads("You are booked")
    stranger.look()
    confirmation = newest_mail("theo@ash.example")
    assert "BEGIN:VCALENDAR" in confirmation.message().as_string() or any(
        "calendar" in str(part.get_content_type()) for part in confirmation.message().walk()
    )
