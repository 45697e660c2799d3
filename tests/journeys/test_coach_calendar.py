"""The coach plans by hand in the calendar: with the mouse, with the keyboard, and on a phone."""

from datetime import datetime, timedelta
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from django.db import transaction
from django.utils import timezone
from playwright.sync_api import Locator, expect

from coachops.tenancy.scope import scope
from programs.services.ledger import open_account
from scheduling.models import Offering, ScheduleRule, Session
from scheduling.services.booking import BookerClient, book_session
from scheduling.services.offerings import create_offering
from tests.cast import Cast
from tests.journeys.scene import protect
from tests.journeys.stage import PHONE, SECONDS, Guest, Stage

BERLIN = ZoneInfo("Europe/Berlin")


def _monday() -> datetime:
    """Next week's, or the one after it on a Sunday: midnight in Berlin."""
    today = timezone.now().astimezone(BERLIN).replace(hour=0, minute=0, second=0, microsecond=0)
    return today + timedelta(days=7 - today.weekday() + (7 if today.weekday() > 4 else 0))


MONDAY = _monday()
TUESDAY, WEDNESDAY, THURSDAY = (MONDAY + timedelta(days=number) for number in (1, 2, 3))
CALENDAR = "/coach/harbour/calendar/"
WEEK = f"{CALENDAR}?on={MONDAY:%Y-%m-%d}"


@pytest.fixture
def booked(committed_cast: Cast) -> Session:
    """Carol with Bob, on Tuesday at ten."""
    cast = committed_cast
    protect(cast.bob)
    with transaction.atomic(), scope(cast.bob.scope()):
        offering = create_offering(
            coach=cast.bob.membership,
            name="Coaching session",
            kind=Offering.Kind.INDIVIDUAL,
            bookers=Offering.Bookers.CLIENTS,
            now=timezone.now(),
        )
        open_account(engagement=cast.carol_engagement, sessions=6, now=timezone.now())
        return book_session(
            offering=offering,
            starts_at=TUESDAY.replace(hour=10),
            booker=BookerClient(cast.carol_client, cast.carol_engagement),
            booking_key=uuid4(),
            booker_time_zone="America/New_York",
            now=timezone.now(),
            by_coach=True,
        )


def _is_at(cast: Cast, session: Session, at: datetime) -> bool:
    with transaction.atomic(), scope(cast.bob.scope()):
        return bool(session.reload().starts_at == at)


def _spot(guest: Guest, day: datetime, clock: float) -> tuple[float, float]:
    """Where a time stands on the screen: the middle of its column."""
    column = guest.page.locator(f'[data-day="{day:%Y-%m-%d}"]')
    grid = guest.page.locator("[data-grid]")
    first, rows = (float(grid.get_attribute(f"data-{name}") or 0) for name in ("first", "rows"))
    box = column.bounding_box()
    assert box
    share = (clock * 60 - first) / (rows * 15)
    return box["x"] + box["width"] / 2, box["y"] + box["height"] * share + 1


def _drag(guest: Guest, start: tuple[float, float], end: tuple[float, float]) -> None:
    mouse = guest.page.mouse
    mouse.move(*start)
    mouse.down()
    mouse.move((start[0] + end[0]) / 2, (start[1] + end[1]) / 2 + 9)
    mouse.move(*end)
    mouse.up()


def _dialog(guest: Guest, title: str) -> Locator:
    dialog = guest.page.get_by_role("dialog", name=title)
    expect(dialog).to_be_visible()
    return dialog


def _told(guest: Guest, text: str) -> None:
    """The next page says this, whenever it has come."""
    guest.page.get_by_text(text).first.wait_for(timeout=SECONDS)


def _entry(guest: Guest, day: datetime, times: str) -> Locator:
    column = guest.page.locator(f'[data-day="{day:%Y-%m-%d}"]')
    return column.locator(".ev", has_text=times)


def test_dragging_books_and_moves_after_a_question(
    stage: Stage, committed_cast: Cast, booked: Session
) -> None:
    bob = stage.enter(committed_cast.bob)
    bob.open(WEEK)
    bob.look()
    _drag(bob, _spot(bob, WEDNESDAY, 14), _spot(bob, WEDNESDAY, 15))
    dialog = _dialog(bob, "Book a session")
    expect(dialog.get_by_label("When")).to_have_value(f"{WEDNESDAY:%Y-%m-%d}T14:00")
    bob.look_once("booking: ")
    dialog.get_by_role("button", name="Book it").click()
    expect(_entry(bob, WEDNESDAY, "14:00 to 15:00")).to_be_visible()
    _told(bob, "gets the invitation now")

    _drag(bob, _spot(bob, TUESDAY, 10.25), _spot(bob, THURSDAY, 11.25))
    dialog = _dialog(bob, "Move Carol Harbour?")
    expect(dialog).to_contain_text("11:00 to 12:00")
    expect(dialog).to_contain_text("New York")
    bob.look_once("moving: ")
    dialog.get_by_text("Leave it").click()
    expect(_entry(bob, TUESDAY, "10:00 to 11:00")).to_be_visible()
    assert _is_at(committed_cast, booked, TUESDAY.replace(hour=10))

    _drag(bob, _spot(bob, TUESDAY, 10.25), _spot(bob, WEDNESDAY, 14.75))
    dialog = _dialog(bob, "That time cannot be taken")
    bob.look_once("conflict: ")
    dialog.get_by_role("button").first.click()
    _dialog(bob, "Move Carol Harbour?").get_by_role("button", name="Move it").click()
    _told(bob, "The new time is on its way")
    assert not _is_at(committed_cast, booked, TUESDAY.replace(hour=10))


def test_the_keyboard_moves_a_session(stage: Stage, committed_cast: Cast, booked: Session) -> None:
    bob = stage.enter(committed_cast.bob)
    bob.open(WEEK)
    link = _entry(bob, TUESDAY, "10:00").get_by_role("link").first
    says, keys = bob.page.locator("#calendar-says"), bob.page.keyboard
    link.focus()
    keys.press("m")
    expect(says).to_contain_text("Moving Carol Harbour")
    keys.press("ArrowRight")
    keys.press("Escape")
    expect(says).to_contain_text("stays where it was")
    expect(_entry(bob, TUESDAY, "10:00 to 11:00")).to_be_visible()
    for key in ("m", "ArrowRight", "ArrowDown", "ArrowDown"):
        keys.press(key)
    expect(says).to_contain_text(f"{WEDNESDAY:%A} {WEDNESDAY.day}")
    expect(says).to_contain_text("10:30 to 11:30")
    keys.press("Enter")
    dialog = _dialog(bob, "Move Carol Harbour?")
    expect(dialog.get_by_text("Leave it")).to_be_focused()
    keys.press("Tab")
    keys.press("Enter")
    _told(bob, "The new time is on its way")
    assert _is_at(committed_cast, booked, WEDNESDAY.replace(hour=10, minute=30))


def test_a_change_in_another_window_is_told(
    stage: Stage, committed_cast: Cast, booked: Session
) -> None:
    bob, vera = stage.enter(committed_cast.bob), stage.enter(committed_cast.vera)
    for guest in (bob, vera):
        guest.open(f"{WEEK}&coach={booked.coach_id}")
    _drag(vera, _spot(vera, TUESDAY, 10.25), _spot(vera, THURSDAY, 12.25))
    _dialog(vera, "Move Carol Harbour?").get_by_role("button", name="Move it").click()
    _told(vera, "The new time is on its way")
    _drag(bob, _spot(bob, TUESDAY, 10.25), _spot(bob, TUESDAY, 15.25))
    dialog = _dialog(bob, "Carol Harbour was changed meanwhile")
    dialog.get_by_text("Show the calendar as it is now").click()
    expect(_entry(bob, THURSDAY, "12:00 to 13:00")).to_be_visible()


def test_hours_are_dragged_and_saved_after_a_question(
    stage: Stage, committed_cast: Cast, booked: Session
) -> None:
    bob = stage.enter(committed_cast.bob)
    bob.open(f"{WEEK}&edit=hours")
    bob.look()
    _drag(bob, _spot(bob, MONDAY, 16.95), _spot(bob, MONDAY, 19))
    dialog = _dialog(bob, "Hours of Monday")
    expect(dialog.get_by_label("Hours 1, to")).to_have_value("19:00")
    bob.look_once("hours: ")
    dialog.get_by_text("Every Monday").check()
    dialog.get_by_role("button", name="Save the hours").click()
    _told(bob, "Your hours are saved")
    with transaction.atomic(), scope(committed_cast.bob.scope()):
        assert ScheduleRule.objects.get(weekday=0).end_minute == 19 * 60


def test_every_view_can_be_read_and_used_on_a_phone_without_scripts(
    stage: Stage, committed_cast: Cast, booked: Session
) -> None:
    looking = stage.enter(committed_cast.bob)
    for view in ("day", "month", "agenda"):
        looking.open(f"{CALENDAR}?view={view}&on={TUESDAY:%Y-%m-%d}")
        looking.look()
    looking.page.set_viewport_size({"width": 360, "height": 740})
    looking.look_once("360: ")
    bob = stage.enter(committed_cast.bob, size=PHONE, has_scripts=False)
    bob.open(f"{CALENDAR}?view=day&on={WEDNESDAY:%Y-%m-%d}")
    bob.page.locator(".free a").nth(2).click()
    bob.press("Book it")
    _told(bob, "gets the invitation now")
    bob.open(f"{CALENDAR}?view=agenda&on={WEDNESDAY:%Y-%m-%d}")
    _told(bob, "11:00 to 12:00")
