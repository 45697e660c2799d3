"""A run of sessions: its dates, their states, all booked or none."""

from datetime import UTC, date, datetime, time, timedelta
from email import message_from_bytes, policy
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import pytest
from django.core import mail
from icalendar import Calendar

from coachops.outbox.engine import drain
from coachops.tenancy.scope import scope
from scheduling.models import Claim, Offering, ScheduleRule, Series, Session
from scheduling.policies import CancelledBy, Refusal
from scheduling.policies.series import dates_of, instant_of
from scheduling.queries.series import Asker, Plan, preview
from scheduling.services.booking import BookerClient, NotBookable
from scheduling.services.series import (
    DateTaken,
    NotASeries,
    Run,
    book_series,
    cancel_rest,
)
from tests.scheduling.conftest import NOW, TUESDAY_TEN, Desk

BERLIN = ZoneInfo("Europe/Berlin")
WEEK = timedelta(days=7)
FOUR = [TUESDAY_TEN + number * WEEK for number in range(4)]


def _book(desk: Desk, starts=FOUR, *, key: UUID | None = None, by_coach=False, now=NOW) -> Series:
    cast = desk.cast
    with scope(cast.bob.scope() if by_coach else cast.carol.scope()):
        return book_series(
            offering=desk.coaching,
            run=Run(Series.Rhythm.WEEKLY, starts),
            booker=BookerClient(cast.carol_client, cast.carol_engagement),
            booking_key=key or uuid4(),
            booker_time_zone="America/New_York",
            now=now,
            by_coach=by_coach,
        )


def _preview(desk: Desk, plan: Plan, *, by_coach=False, now=NOW, engagement=None):
    with scope(desk.cast.bob.scope()):
        return preview(desk.coaching, plan, Asker("Europe/Berlin", by_coach, engagement), now)


def _count(desk: Desk) -> tuple[int, int, int]:
    with scope(desk.cast.bob.scope()):
        return Session.objects.count(), Claim.objects.count(), Series.objects.count()


def test_weekly_and_fortnightly_dates() -> None:
    first = date(2026, 11, 24)
    assert dates_of("weekly", first, 3) == [first, date(2026, 12, 1), date(2026, 12, 8)]
    assert dates_of("fortnightly", first, 3) == [first, date(2026, 12, 8), date(2026, 12, 22)]


def test_monthly_keeps_the_weekday_of_the_month() -> None:
    assert dates_of("monthly", date(2026, 11, 17), 4) == [
        date(2026, 11, 17),
        date(2026, 12, 15),
        date(2027, 1, 19),
        date(2027, 2, 16),
    ]


def test_a_fifth_weekday_stays_the_last_of_each_month() -> None:
    assert dates_of("monthly", date(2026, 12, 29), 4) == [
        date(2026, 12, 29),
        date(2027, 1, 26),
        date(2027, 2, 23),
        date(2027, 3, 30),
    ]


def test_an_unknown_rhythm_is_an_error() -> None:
    with pytest.raises(ValueError, match="yearly"):
        dates_of("yearly", date(2026, 11, 24), 2)


def test_a_wall_time_that_the_clocks_jump_over_does_not_exist() -> None:
    assert instant_of(date(2027, 3, 28), time(2, 30), BERLIN) is None
    assert instant_of(date(2027, 3, 28), time(3, 0), BERLIN) == datetime(2027, 3, 28, 1, tzinfo=UTC)


def test_a_wall_time_that_occurs_twice_is_the_first() -> None:
    twice = instant_of(date(2026, 10, 25), time(2, 30), BERLIN)
    assert twice == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)


def test_each_date_shows_its_state_with_alternatives(desk: Desk) -> None:
    desk.book(TUESDAY_TEN + WEEK)
    dates = _preview(desk, Plan("weekly", 12, TUESDAY_TEN))
    assert [each.state for each in dates[:3]] == ["free", "taken", "free"]
    assert dates[1].choice is None
    assert [other.label for other in dates[1].others] == [
        "Tue 1 Dec, 11:30",
        "Tue 1 Dec, 12:00",
        "Tue 1 Dec, 12:30",
    ]
    assert {each.state for each in dates[9:]} == {"beyond"}


def test_the_series_stays_at_its_wall_time_when_the_clocks_change(desk: Desk) -> None:
    before = datetime(2027, 3, 23, 9, 0, tzinfo=UTC)
    dates = _preview(desk, Plan("weekly", 2, before), now=datetime(2027, 3, 15, tzinfo=UTC))
    assert [each.choice.value for each in dates] == ["20270323T0900Z", "20270330T0800Z"]


def test_a_date_that_does_not_exist_says_so(desk: Desk) -> None:
    with scope(desk.cast.bob.scope()):
        ScheduleRule.objects.create(
            schedule=desk.coaching.schedule, weekday=6, start_minute=0, end_minute=600
        )
    first = datetime(2027, 3, 21, 1, 30, tzinfo=UTC)
    dates = _preview(desk, Plan("weekly", 3, first), now=datetime(2027, 3, 15, tzinfo=UTC))
    assert [each.state for each in dates] == ["free", "missing", "free"]
    assert dates[1].others


def test_after_the_end_of_the_engagement_a_client_books_nothing(desk: Desk) -> None:
    with scope(desk.cast.bob.scope()):
        engagement = desk.cast.carol_engagement
        engagement.ends_on = date(2026, 12, 2)
        engagement.save()
    dates = _preview(desk, Plan("weekly", 3, TUESDAY_TEN), engagement=engagement)
    assert [each.state for each in dates] == ["free", "free", "ended"]


def test_the_coach_may_book_over_hours_but_not_over_a_session(desk: Desk) -> None:
    desk.book(TUESDAY_TEN + WEEK)
    early = TUESDAY_TEN - timedelta(hours=3)
    dates = _preview(desk, Plan("weekly", 2, early), by_coach=True)
    assert [each.state for each in dates] == ["free", "free"]
    assert dates[0].warnings
    assert _preview(desk, Plan("weekly", 2, TUESDAY_TEN), by_coach=True)[1].state == "taken"


def test_all_dates_are_booked_in_order(desk: Desk) -> None:
    series = _book(desk)
    with scope(desk.cast.bob.scope()):
        sessions = list(Session.objects.order_by("starts_at"))
    assert [session.starts_at for session in sessions] == FOUR
    assert [session.number for session in sessions] == [1, 2, 3, 4]
    assert {session.series_id for session in sessions} == {series.pk}
    assert (series.times, series.wall_time, series.time_zone) == (4, time(10), "Europe/Berlin")


def test_the_same_key_books_once(desk: Desk) -> None:
    key = uuid4()
    assert _book(desk, key=key) == _book(desk, key=key)
    assert _count(desk) == (4, 4, 1)


def test_one_date_that_is_taken_books_none(desk: Desk) -> None:
    desk.book(FOUR[2])
    with pytest.raises(DateTaken) as taken:
        _book(desk)
    assert taken.value.starts_at == FOUR[2]
    assert taken.value.alternatives
    assert _count(desk) == (1, 1, 0)


def test_no_more_than_the_ledger_has_left(desk: Desk) -> None:
    with pytest.raises(NotBookable) as refused:
        _book(desk, [TUESDAY_TEN + number * WEEK for number in range(7)])
    assert refused.value.reason == Refusal.NONE_LEFT
    assert _count(desk) == (0, 0, 0)


def test_one_date_or_the_same_twice_is_no_series(desk: Desk) -> None:
    for starts in (FOUR[:1], [FOUR[0], FOUR[0]]):
        with pytest.raises(NotASeries):
            _book(desk, starts)


def test_a_past_date_books_none(desk: Desk) -> None:
    with pytest.raises(DateTaken):
        _book(desk, [NOW - WEEK, *FOUR[:2]], by_coach=True)
    assert _count(desk) == (0, 0, 0)


def test_a_chemistry_call_is_no_series(desk: Desk) -> None:
    with scope(desk.cast.bob.scope()):
        Offering.objects.filter(pk=desk.coaching.pk).update(kind=Offering.Kind.CHEMISTRY)
        desk.coaching.kind = Offering.Kind.CHEMISTRY
    with pytest.raises(NotBookable):
        _book(desk)


def test_the_rest_is_cancelled_and_what_was_held_stays(desk: Desk) -> None:
    series = _book(desk)
    later = FOUR[1] + timedelta(hours=2)
    with scope(desk.cast.carol.scope()):
        cancelled = cancel_rest(series=series, cancelled_by=CancelledBy.CLIENT, now=later)
        assert cancel_rest(series=series, cancelled_by=CancelledBy.CLIENT, now=later) == []
    assert [session.starts_at for session in cancelled] == FOUR[2:]
    with scope(desk.cast.bob.scope()):
        assert Claim.objects.exclude(state="released").count() == 2


def test_one_mail_lists_all_dates_and_each_has_its_own_invitation(desk: Desk) -> None:
    _book(desk)
    drain(now=NOW)
    to_carol = [
        message_from_bytes(each.message().as_bytes(), policy=policy.default)
        for each in mail.outbox
        if each.to == ["carol@harbour.example"]
    ]
    [overview] = [each for each in to_carol if "4 dates" in each["Subject"]]
    text = overview.get_body(("plain",)).get_content()
    assert "Tuesday 24 November 2026, 04:00" in text
    assert "Tuesday 15 December 2026, 04:00" in text
    uids = set()
    for message in to_carol:
        for part in message.walk():
            if part.get_content_type() == "text/calendar":
                [event] = Calendar.from_ical(part.get_payload(decode=True)).walk("VEVENT")
                uids.add(str(event["UID"]))
    assert len(uids) == 4
