"""What the slot engine answers, rule by rule."""

from collections.abc import Callable
from datetime import date, datetime

import pytest

from scheduling.slots import (
    Block,
    Booking,
    Inquiry,
    Interval,
    Offering,
    Reason,
    Schedule,
    Travel,
    Window,
    explain,
    explain_wall_time,
    nearest_starts,
    offered_starts,
)


def at(text: str) -> int:
    return int(datetime.fromisoformat(text).timestamp())


NINE_TO_FIVE = Schedule(
    zone="Europe/Berlin", weekly=dict.fromkeys(range(5), (Interval(540, 1020),))
)
HOUR = Offering(duration=60, step=60, key="one")
MONDAY_TEN = at("2027-06-07T10:00+02:00")


def ask(**changes: object) -> Inquiry:
    given_values: dict[str, object] = {
        "schedule": NINE_TO_FIVE,
        "offering": HOUR,
        "now": at("2027-06-01T10:00+02:00"),
    }
    build: Callable[..., Inquiry] = Inquiry
    return build(**(given_values | changes))


def offering(**changes: object) -> Offering:
    build: Callable[..., Offering] = Offering
    return build(**({"duration": 60, "step": 60, "key": "circle"} | changes))


def session(text: str, **changes: object) -> Booking:
    build: Callable[..., Booking] = Booking
    return build(starts_at=at(text), ends_at=at(text) + 3_600, **changes)


CONFIRMED = session("2027-06-07T10:00+02:00")
HOLD = session("2027-06-07T10:00+02:00", expires_at=at("2027-06-01T10:05+02:00"))
FULL = session("2027-06-07T10:00+02:00", offering="circle", capacity=3, taken=3)
EARLIER = session("2027-06-07T09:00+02:00", after=10)


@pytest.mark.parametrize(
    ("inquiry", "start", "reasons"),
    [
        (ask(), "2027-06-07T10:00+02:00", ()),
        (ask(), "2027-05-31T10:00+02:00", (Reason.PAST,)),
        (ask(offering=offering(notice=120)), "2027-06-01T11:00+02:00", (Reason.NOTICE,)),
        (ask(offering=offering(horizon_days=5)), "2027-06-07T10:00+02:00", (Reason.HORIZON,)),
        (ask(), "2027-06-06T10:00+02:00", (Reason.OUTSIDE_HOURS,)),
        (ask(), "2027-06-07T10:20+02:00", (Reason.OFF_GRID,)),
        (ask(), "2027-06-07T16:30+02:00", (Reason.OUTSIDE_HOURS, Reason.OFF_GRID)),
        (ask(bookings=(CONFIRMED,)), "2027-06-07T10:00+02:00", (Reason.BOOKED,)),
        (
            ask(offering=offering(), bookings=(FULL,)),
            "2027-06-07T10:00+02:00",
            (Reason.SEATS_FULL,),
        ),
        (ask(bookings=(HOLD,)), "2027-06-07T10:00+02:00", (Reason.HELD,)),
        (
            ask(blocks=(Block(MONDAY_TEN, MONDAY_TEN + 60),)),
            "2027-06-07T10:00+02:00",
            (Reason.BUSY,),
        ),
        (ask(bookings=(EARLIER,)), "2027-06-07T10:00+02:00", (Reason.BUFFER,)),
        (
            ask(offering=offering(max_per_day=1, max_per_week=1), bookings=(CONFIRMED,)),
            "2027-06-07T14:00+02:00",
            (Reason.DAY_FULL, Reason.WEEK_FULL),
        ),
        (
            ask(offering=offering(max_per_week=1), bookings=(CONFIRMED,)),
            "2027-06-11T14:00+02:00",
            (Reason.WEEK_FULL,),
        ),
        (
            ask(offering=offering(max_per_week=1), bookings=(CONFIRMED,)),
            "2027-06-14T09:00+02:00",
            (),
        ),
    ],
)
def test_explanation_names_every_refusing_rule(
    inquiry: Inquiry, start: str, reasons: tuple[Reason, ...]
) -> None:
    assert explain(inquiry, at(start)) == reasons


def test_wall_time_in_the_gap_does_not_exist() -> None:
    (answer,) = explain_wall_time(ask(), datetime.fromisoformat("2027-03-28T02:30"))

    assert (answer.start, answer.reasons) == (None, (Reason.NONEXISTENT,))


def test_repeated_wall_time_is_explained_twice() -> None:
    answers = explain_wall_time(ask(), datetime.fromisoformat("2027-10-31T02:30"))

    assert [answer.start for answer in answers] == [
        at("2027-10-31T02:30+02:00"),
        at("2027-10-31T02:30+01:00"),
    ]


def test_hours_follow_the_journey() -> None:
    week_in_new_york = Travel(date(2027, 6, 7), date(2027, 6, 8), "America/New_York")
    schedule = Schedule(
        zone="Europe/Berlin",
        weekly=dict.fromkeys(range(5), (Interval(540, 600),)),
        travel=(week_in_new_york,),
    )

    found = offered_starts(
        ask(schedule=schedule), Window(at("2027-06-04T00:00Z"), at("2027-06-10T00:00Z"))
    )

    assert found == [
        at("2027-06-04T09:00+02:00"),
        at("2027-06-07T09:00-04:00"),
        at("2027-06-08T09:00-04:00"),
        at("2027-06-09T09:00+02:00"),
    ]


def test_where_two_journeys_meet_the_earlier_one_counts() -> None:
    schedule = Schedule(
        zone="Europe/Berlin",
        weekly=dict.fromkeys(range(7), (Interval(0, 60), Interval(1200, 1260))),
        travel=(
            Travel(date(2027, 6, 9), date(2027, 6, 9), "Asia/Tokyo"),
            Travel(date(2027, 6, 8), date(2027, 6, 8), "Pacific/Honolulu"),
        ),
    )

    found = offered_starts(
        ask(schedule=schedule), Window(at("2027-06-08T12:00Z"), at("2027-06-09T13:00Z"))
    )

    assert found == [at("2027-06-08T20:00-10:00"), at("2027-06-09T20:00+09:00")]


def test_hours_past_midnight_belong_to_the_day_they_begin_on() -> None:
    schedule = Schedule(
        zone="Europe/Berlin",
        weekly={5: (Interval(22 * 60, 26 * 60),)},
        overrides={date(2027, 6, 6): ()},
    )

    found = offered_starts(
        ask(schedule=schedule), Window(at("2027-06-05T00:00Z"), at("2027-06-08T00:00Z"))
    )

    assert found == [at("2027-06-05T22:00+02:00") + hour * 3_600 for hour in range(4)]


def test_group_session_counts_not_against_its_own_seats() -> None:
    group = session("2027-06-07T10:00+02:00", offering="circle", capacity=3, taken=1)
    limited = ask(offering=offering(max_per_day=1), bookings=(group,))
    monday = Window(at("2027-06-07T00:00+02:00"), at("2027-06-08T00:00+02:00"))

    assert offered_starts(limited, monday) == [MONDAY_TEN]


def test_nearest_starts_come_in_order_of_time() -> None:
    found = nearest_starts(ask(bookings=(CONFIRMED,)), MONDAY_TEN)

    assert found == [MONDAY_TEN + hours * 3_600 for hours in (-1, 1, 2)]


@pytest.mark.parametrize("zone", ["Mars/Olympus", "../etc/passwd", ""])
def test_a_name_that_is_no_zone_is_refused(zone: str) -> None:
    with pytest.raises((KeyError, ValueError)):
        Schedule(zone=zone, weekly={})


@pytest.mark.parametrize(("start", "end"), [(60, 60), (-1, 60), (0, 2881)])
def test_impossible_hours_are_refused(start: int, end: int) -> None:
    with pytest.raises(ValueError, match="not an interval"):
        Interval(start, end)


@pytest.mark.parametrize(
    "changes", [{"duration": 0}, {"step": 0}, {"before": -1}, {"notice": -1}, {"max_per_day": 0}]
)
def test_impossible_offerings_are_refused(changes: dict[str, int]) -> None:
    with pytest.raises(ValueError, match=r"at least|negative"):
        offering(**changes)
