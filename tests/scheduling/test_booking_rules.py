"""Lengths to choose from, and the days that agreement, program and limits leave."""

from datetime import date, datetime, timedelta
from uuid import uuid4

import pytest

from clients.models import Engagement
from coachops.tenancy.scope import scope
from scheduling.models import Offering
from scheduling.policies import Refusal, Refused
from scheduling.policies.booking import Span, refusal_of_day
from scheduling.services.booking import (
    BookerClient,
    Details,
    NotBookable,
    SlotTaken,
    book_session,
)
from scheduling.services.changes import move_session
from tests.scheduling.conftest import NOW, TUESDAY_TEN, Desk
from tests.scheduling.test_pages import AT, PORTAL, PUBLIC, Visit


def _end_agreement(desk: Desk, day: date) -> None:
    with scope(desk.cast.bob.scope()):
        Engagement.objects.filter(pk=desk.cast.carol_engagement.pk).update(ends_on=day)


def test_the_days_of_a_span_are_the_coach_s() -> None:
    span = Span("Asia/Tokyo", agreed_from=date(2026, 11, 2), agreed_until=date(2026, 11, 24))
    last_minute = datetime.fromisoformat("2026-11-24T23:59:00+09:00")
    assert refusal_of_day(span, last_minute) is None
    assert refusal_of_day(span, last_minute + timedelta(minutes=1)) is Refusal.AGREEMENT_ENDS
    planned = Span("Asia/Tokyo", planned_from=date(2026, 11, 25))
    assert refusal_of_day(planned, last_minute) is Refusal.NOT_YET_OPEN


def test_the_agreement_s_last_day_is_the_last_that_is_offered(desk: Desk, visit: Visit) -> None:
    _end_agreement(desk, TUESDAY_TEN.date())
    page = visit(desk.cast.carol).get(f"{PORTAL}book/?day=2026-11-24").content.decode()
    assert AT in page
    assert "day=2026-11-25" not in page
    assert "Your agreement runs until 24 November 2026." in " ".join(page.split())
    with pytest.raises(NotBookable) as refused:
        desk.book(TUESDAY_TEN + timedelta(days=1))
    assert refused.value.reason is Refusal.AGREEMENT_ENDS
    data = {"at": "20261125T0900Z", "zone": "UTC", "booking_key": str(uuid4())}
    told = visit(desk.cast.carol).post(f"{PORTAL}book/", data).content.decode()
    assert "Your agreement does not cover that day." in told


def test_a_session_is_not_moved_out_of_the_agreement_but_by_the_coach(desk: Desk) -> None:
    session = desk.book()
    _end_agreement(desk, TUESDAY_TEN.date())
    with scope(desk.cast.carol.scope()), pytest.raises(Refused) as refused:
        move_session(session=session, starts_at=TUESDAY_TEN + timedelta(days=1), now=NOW)
    assert refused.value.reason is Refusal.AGREEMENT_ENDS
    with scope(desk.cast.bob.scope()):
        move_session(
            session=session, starts_at=TUESDAY_TEN + timedelta(days=1), now=NOW, by_coach=True
        )


def test_a_full_day_is_said_to_be_full(desk: Desk, visit: Visit) -> None:
    with scope(desk.cast.bob.scope()):
        Offering.objects.update(max_per_day=1)
    desk.book()
    data = {"at": "20261124T1300Z", "zone": "UTC", "booking_key": str(uuid4())}
    answer = visit(desk.cast.carol).post(f"{PORTAL}book/", data)
    assert answer.status_code == 409
    assert "Bob takes no more sessions on that day." in answer.content.decode()


def test_the_booker_chooses_the_length(desk: Desk, visit: Visit) -> None:
    with scope(desk.cast.bob.scope()):
        Offering.objects.filter(pk=desk.coaching.pk).update(other_durations=[30, 90])
    carol = visit(desk.cast.carol)
    page = carol.get(f"{PORTAL}book/").content.decode()
    assert "30 minutes" in page
    assert "90 minutes" in page
    data = {"at": AT, "zone": "UTC", "booking_key": str(uuid4())}
    booked = carol.post(f"{PORTAL}book/?minutes=90", data)
    assert "90 minutes" in carol.get(booked["Location"]).content.decode()
    with scope(desk.cast.bob.scope()):
        session = desk.coaching.__class__.objects.get(pk=desk.coaching.pk)
        assert session.duration == 60


def test_a_length_that_is_not_offered_books_nothing(desk: Desk) -> None:
    with scope(desk.cast.carol.scope()), pytest.raises(NotBookable):
        book_session(
            offering=desk.coaching,
            starts_at=TUESDAY_TEN,
            booker=BookerClient(desk.cast.carol_client, desk.cast.carol_engagement),
            booking_key=uuid4(),
            booker_time_zone="UTC",
            now=NOW,
            details=Details(duration=480),
        )


def test_a_long_session_does_not_run_past_closing(desk: Desk) -> None:
    with scope(desk.cast.bob.scope()):
        Offering.objects.filter(pk=desk.coaching.pk).update(other_durations=[120])
        desk.coaching.refresh_from_db()
    with scope(desk.cast.carol.scope()), pytest.raises(SlotTaken):
        book_session(
            offering=desk.coaching,
            starts_at=TUESDAY_TEN.replace(hour=15),
            booker=BookerClient(desk.cast.carol_client, desk.cast.carol_engagement),
            booking_key=uuid4(),
            booker_time_zone="UTC",
            now=NOW,
            details=Details(duration=120),
        )


def test_the_clock_follows_the_browser_and_can_be_switched(desk: Desk, visit: Visit) -> None:
    carol = visit(desk.cast.dave)
    american = {"HTTP_ACCEPT_LANGUAGE": "en-US,en;q=0.9"}
    page = carol.get(f"{PUBLIC}chemistry-call/?zone=Europe/Berlin", **american).content.decode()
    assert "9:00 am" in page
    page = carol.get(f"{PUBLIC}chemistry-call/?zone=Europe/Berlin&clock=24", **american)
    assert "09:00" in page.content.decode()


def test_the_list_shows_a_week_of_free_days(desk: Desk, visit: Visit) -> None:
    page = visit(desk.cast.carol).get(f"{PORTAL}book/?view=list").content.decode()
    assert page.count('aria-labelledby="listed-') == 7
    assert "Later days" in page


def test_a_locked_zone_is_said_and_cannot_be_changed(desk: Desk, visit: Visit) -> None:
    with scope(desk.cast.bob.scope()):
        Offering.objects.filter(pk=desk.chemistry.pk).update(time_zone_locked=True)
    page = visit(desk.cast.dave).get(f"{PUBLIC}chemistry-call/?zone=Asia/Tokyo&at={AT}")
    assert "Tue 24 Nov, 10:00 to 10:30" in page.content.decode()
    listing = visit(desk.cast.dave).get(f"{PUBLIC}chemistry-call/?zone=Asia/Tokyo")
    assert "Times are on the clock of Berlin" in " ".join(listing.content.decode().split())
    assert 'name="zone"' not in listing.content.decode()
