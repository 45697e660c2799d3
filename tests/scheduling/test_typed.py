"""What was typed stays while another time is chosen: without scripts, sealed, for its writer."""

import base64
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client as Browser

from scheduling.services import typed
from tests.scheduling.conftest import NOW, Desk
from tests.scheduling.groups_world import MONDAY_FIVE, Circle
from tests.scheduling.test_delegates import _for_carol, petra  # noqa: F401
from tests.scheduling.test_group_guests import PAGE, WEEK, _data
from tests.scheduling.test_later_answers import ask, circle  # noqa: F401
from tests.scheduling.test_pages import AT, COACH, PORTAL, PUBLIC, Visit

WISH = "The merger & <what> follows"
ESCAPED = "The merger &amp; &lt;what&gt; follows"
LATER = "20261125T0900Z"
CALL = f"{PUBLIC}chemistry-call/"


def _sent(wish: str, **more: str) -> dict[str, str]:
    own = {"at": AT, "zone": "Europe/Berlin", "booking_key": str(uuid4()), wish: WISH}
    return {**own, **more}


def _with(page: str, *, at: str) -> str:
    return f"{page}{'&' if '?' in page else '?'}at={at}"


def _page(desk: Desk, who: str) -> str:
    return {
        "carol": f"{PORTAL}book/",
        "bob": f"{COACH}clients/{desk.cast.carol_client.pk}/book/?offering={desk.coaching.pk}",
        "petra": _for_carol(desk, "book/"),
    }[who]


@pytest.mark.parametrize("who", ["carol", "bob", "petra"])
def test_answers_come_back_with_another_time(
    desk: Desk,
    visit: Visit,
    petra: Browser,  # noqa: F811
    who: str,
) -> None:
    (wish,) = ask(desk.cast.bob, desk.coaching, "What is it about?")
    browser = petra if who == "petra" else visit(desk.cast.everybody()[who])
    page = _page(desk, who)
    desk.book_guest()
    refused = browser.post(page, _sent(wish))
    assert refused.status_code == 409
    held = browser.post(page, {"hold": LATER})
    last_step = browser.get(held["Location"]).content.decode()
    assert ESCAPED in last_step
    other = visit(desk.cast.bob if who == "carol" else desk.cast.carol)
    elsewhere = _page(desk, "bob" if who == "carol" else "carol")
    assert ESCAPED not in other.get(_with(elsewhere, at="20261127T0900Z")).content.decode()
    assert browser.post(page, _sent(wish, at=LATER)).status_code == 302
    again = browser.get(_with(page, at="20261126T0900Z")).content.decode()
    assert "What is it about?" in again
    assert ESCAPED not in again


def test_choosing_another_time_takes_what_was_typed_along(desk: Desk, visit: Visit) -> None:
    (wish,) = ask(desk.cast.bob, desk.coaching, "What is it about?")
    carol = visit(desk.cast.carol)
    back = carol.post(f"{PORTAL}book/", _sent(wish, release="1"))
    assert back.status_code == 302
    assert ESCAPED in carol.get(f"{PORTAL}book/?at={LATER}").content.decode()


def test_what_is_missing_and_gone_at_once_is_not_lost(desk: Desk, visit: Visit) -> None:
    known, wish = ask(desk.cast.bob, desk.coaching, "Who knows?", "What is it about?")
    desk.book_guest()
    carol = visit(desk.cast.carol)
    answer = carol.post(f"{PORTAL}book/", _sent(wish, **{known: ""}))
    assert answer.status_code == 422
    assert "is no longer free" in answer.content.decode()
    assert ESCAPED in carol.get(f"{PORTAL}book/?at={LATER}").content.decode()


def test_a_guests_name_and_answers_come_back_in_their_own_browser_alone(
    desk: Desk, monday: object
) -> None:
    (wish,) = ask(desk.cast.bob, desk.chemistry, "What is it about?")
    desk.book_guest()
    gina = Browser()
    sent = _sent(wish, name="Gina Novak", email="novak@new.example")
    assert gina.post(CALL, sent).status_code == 409
    assert gina.cookies["hold"]["httponly"]
    page = gina.get(f"{CALL}?at={LATER}").content.decode()
    assert [text in page for text in (ESCAPED, "Gina Novak", "novak@new.example")] == [True] * 3
    assert sent["booking_key"] not in page
    assert ESCAPED not in Browser().get(f"{CALL}?at={LATER}").content.decode()
    with connection.cursor() as cursor:
        cursor.execute("SELECT value FROM shared_cache WHERE cache_key LIKE '%%typed%%'")
        kept = b"".join(base64.b64decode(value) for (value,) in cursor.fetchall())
    assert kept
    assert b"merger" not in kept
    assert b"Novak" not in kept
    monday.shift(timedelta(seconds=typed.KEPT_FOR + 1))  # type: ignore[attr-defined]
    assert ESCAPED not in gina.get(f"{CALL}?at={LATER}").content.decode()


def test_a_network_keeps_so_much_in_an_hour(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(typed, "MOST_AN_HOUR", 1)
    first, second = Browser(), Browser()
    for each in (first, second):
        each.post(CALL, {"release": "1", "name": "Gina Novak", "at": AT})
    pages = [each.get(f"{CALL}?at={LATER}").content.decode() for each in (first, second)]
    assert ["Gina Novak" in page for page in pages] == [True, False]


def test_a_date_of_a_group_that_is_gone_gives_back_what_was_typed(
    circle: Circle,  # noqa: F811
) -> None:
    first, second = (circle.schedule(at=MONDAY_FIVE + WEEK * each) for each in range(2))
    (wish,) = ask(circle.cast.bob, circle.offering, "What is it about?")
    gina = Browser()
    sent = _data(at=NOW + timedelta(days=1), **{wish: WISH})
    assert gina.post(PAGE, sent).status_code == 409
    page = gina.get(f"{PAGE}?at={second.starts_at:%Y%m%dT%H%MZ}").content.decode()
    assert ESCAPED in page
    assert "Gina Guest" in page
    assert gina.post(PAGE, _data(at=first.starts_at, **{wish: WISH})).status_code == 302
    assert ESCAPED not in gina.get(f"{PAGE}?at={second.starts_at:%Y%m%dT%H%MZ}").content.decode()
