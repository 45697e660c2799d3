"""What other calendars hold, and which time it takes: every row of the table of inputs."""

import time

import pytest

from scheduling.calendars.problems import Problem, Unreadable
from scheduling.calendars.sandbox import Limits, read_safely
from tests.scheduling.ics import busy, event, ics, question, reading, zone

HOUR = ("20270601T080000Z", "20270601T090000Z")


# ---- zones ------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("name", "starts"),
    [
        ("Europe/Berlin", "07:00"),
        ("W. Europe Standard Time", "07:00"),
        ("Eastern Standard Time", "13:00"),
        ("/freeassociation.sourceforge.net/Europe/Berlin", "07:00"),
    ],
)
def test_named_zones_are_known_by_all_their_names(name: str, starts: str) -> None:
    file = ics(event(f";TZID={name}:20270601T090000", f";TZID={name}:20270601T100000"))
    assert busy(file)[0].startswith(f"06-01 {starts}")


def test_windows_zones_keep_summer_time() -> None:
    name = "Eastern Standard Time"
    file = ics(
        event(f";TZID={name}:20270115T090000", f";TZID={name}:20270115T100000", uid="winter"),
        event(f";TZID={name}:20270715T090000", f";TZID={name}:20270715T100000", uid="summer"),
    )
    assert busy(file) == ["01-15 14:00–15:00", "07-15 13:00–14:00"]


def test_unknown_zone_is_read_on_the_coachs_clock_and_counted_as_uncertain() -> None:
    file = ics(event(";TZID=Nowhere/Land:20270601T090000", ";TZID=Nowhere/Land:20270601T100000"))
    found = reading(file)
    assert busy(file) == ["06-01 07:00–08:00"]
    assert found.uncertain == 1


def test_custom_zone_is_what_the_file_says() -> None:
    file = ics(
        event(";TZID=Office:20270601T090000", ";TZID=Office:20270601T100000"),
        top=zone("Office", "+0530"),
    )
    assert busy(file) == ["06-01 03:30–04:30"]


def test_two_feeds_with_one_zone_name_keep_their_own_offsets() -> None:
    starts = []
    for offset in ("+0100", "+0900"):
        file = ics(
            event(";TZID=Same:20270601T090000", ";TZID=Same:20270601T100000"),
            top=zone("Same", offset),
        )
        starts.append(read_safely(file, question()).busy[0][0])
    assert starts[0] - starts[1] == 8 * 3600


def test_floating_time_is_the_coachs_own() -> None:
    assert busy(ics(event("20270601T090000", "20270601T100000"))) == ["06-01 07:00–08:00"]


def test_floating_time_is_the_calendars_where_it_names_a_zone() -> None:
    file = ics(event("20270601T090000", "20270601T100000"), top="X-WR-TIMEZONE:Asia/Tokyo\n")
    assert busy(file) == ["06-01 00:00–01:00"]


def test_all_day_is_midnight_to_midnight_on_the_coachs_clock() -> None:
    file = ics(event(";VALUE=DATE:20270601", ";VALUE=DATE:20270602"))
    assert busy(file) == ["05-31 22:00–06-01 22:00"]


@pytest.mark.parametrize(("day", "hours"), [("20270328", 23), ("20271031", 25)])
def test_all_day_lasts_as_long_as_the_day(day: str, hours: int) -> None:
    found = reading(ics(event(f";VALUE=DATE:{day}"))).busy
    assert sum(end - start for start, end in found) == hours * 3600


@pytest.mark.parametrize("more", [[], ["EXDATE;VALUE=DATE:20280101"]])
@pytest.mark.parametrize(
    ("sunday", "monday", "hours"),
    [("20270328", "20270329", 23 + 24), ("20271024", "20271025", 24 + 25)],
)
def test_each_day_of_an_all_day_series_lasts_as_long_as_that_day(
    sunday: str, monday: str, hours: int, more: list[str]
) -> None:
    """The clocks change on the first of two Sundays in spring, on the second in autumn."""
    dates = (f";VALUE=DATE:{sunday}", f";VALUE=DATE:{monday}")
    found = reading(ics(event(*dates, "RRULE:FREQ=WEEKLY;COUNT=2", *more))).busy
    assert sum(end - start for start, end in found) == hours * 3600


def test_time_that_the_clock_jumps_over_uses_the_offset_before() -> None:
    file = ics(event(";TZID=Europe/Berlin:20270328T023000", ";TZID=Europe/Berlin:20270328T043000"))
    assert busy(file) == ["03-28 01:30–02:30"]


def test_weekly_series_keeps_its_wall_time_over_the_change_of_clocks() -> None:
    berlin = ";TZID=Europe/Berlin:"
    file = ics(
        event(f"{berlin}20270321T180000", f"{berlin}20270321T190000", "RRULE:FREQ=WEEKLY;COUNT=2")
    )
    assert busy(file) == ["03-21 17:00–18:00", "03-28 16:00–17:00"]


# ---- which events count -----------------------------------------------------------------------
@pytest.mark.parametrize(
    "line",
    [
        "STATUS:CANCELLED",
        "TRANSP:TRANSPARENT",
        "X-MICROSOFT-CDO-BUSYSTATUS:FREE",
    ],
)
def test_free_and_cancelled_events_take_no_time(line: str) -> None:
    assert busy(ics(event(*HOUR, line))) == []


def test_free_events_count_when_the_coach_wants_it_and_cancelled_never() -> None:
    file = ics(
        event(*HOUR, "TRANSP:TRANSPARENT"), event(*HOUR, "STATUS:CANCELLED", uid="cancelled")
    )
    assert busy(file, counts_free=True) == ["06-01 08:00–09:00"]


@pytest.mark.parametrize("line", ["STATUS:TENTATIVE", "X-MICROSOFT-CDO-BUSYSTATUS:TENTATIVE"])
def test_tentative_counts_unless_switched_off(line: str) -> None:
    file = ics(event(*HOUR, line))
    assert busy(file) == ["06-01 08:00–09:00"]
    assert busy(file, counts_tentative=False) == []


def test_end_before_start_is_busy_all_the_same() -> None:
    assert busy(ics(event(*reversed(HOUR)))) == ["06-01 08:00–09:00"]


def test_moment_without_length_takes_no_time() -> None:
    assert busy(ics(event(HOUR[0]), event(HOUR[0], HOUR[0], uid="b"))) == []


def test_event_that_began_before_the_window_takes_its_first_hour() -> None:
    file = ics(event("20261231T230000Z", "20270101T010000Z"))
    assert busy(file) == ["01-01 00:00–01:00"]


def test_long_blocks_are_cut_to_a_day() -> None:
    found = reading(ics(event("20270601T000000Z", "20270604T120000Z"))).busy
    assert [end - start for start, end in found] == [86_400, 86_400, 86_400, 43_200]


def test_own_sessions_that_come_back_are_not_counted_twice() -> None:
    assert busy(ics(event(*HOUR, uid="1@coach.example")), own_uids=("1@coach.example",)) == []


def test_session_of_another_coach_of_this_installation_takes_time() -> None:
    file = ics(event(*HOUR, uid="2@coach.example"))
    assert busy(file, own_uids=("1@coach.example",)) == ["06-01 08:00–09:00"]


def test_two_events_with_one_uid_both_count() -> None:
    file = ics(event(*HOUR), event("20270602T080000Z", "20270602T090000Z"))
    assert busy(file) == ["06-01 08:00–09:00", "06-02 08:00–09:00"]


# ---- series -----------------------------------------------------------------------------------
SERIES = event("20270601T080000Z", "20270601T090000Z", "RRULE:FREQ=WEEKLY;COUNT=5")


def test_series_with_exceptions() -> None:
    """Five; one taken out, one cancelled, one moved."""
    file = ics(
        f"{SERIES}\nEXDATE:20270608T080000Z",
        event("20270617T100000Z", "20270617T110000Z", "RECURRENCE-ID:20270615T080000Z"),
        event(
            "20270622T080000Z",
            "20270622T090000Z",
            "RECURRENCE-ID:20270622T080000Z",
            "STATUS:CANCELLED",
        ),
    )
    assert busy(file) == [
        "06-01 08:00–09:00",
        "06-17 10:00–11:00",
        "06-29 08:00–09:00",
    ]


def test_occurrence_moved_into_the_window_from_outside() -> None:
    file = ics(
        event("20261208T080000Z", "20261208T090000Z", "RRULE:FREQ=WEEKLY;COUNT=2"),
        event("20270105T080000Z", "20270105T090000Z", "RECURRENCE-ID:20261215T080000Z"),
    )
    assert busy(file) == ["01-05 08:00–09:00"]


def test_change_without_its_series_counts() -> None:
    file = ics(event(*HOUR, "RECURRENCE-ID:20270530T080000Z"))
    assert busy(file) == ["06-01 08:00–09:00"]


def test_this_and_future() -> None:
    file = ics(
        SERIES,
        event(
            "20270615T100000Z",
            "20270615T110000Z",
            "RECURRENCE-ID;RANGE=THISANDFUTURE:20270615T080000Z",
        ),
    )
    assert [each[6:11] for each in busy(file)] == ["08:00", "08:00", "10:00", "10:00", "10:00"]


@pytest.mark.parametrize("exdate", [":20270608T080000Z", ";TZID=Europe/Berlin:20270608T100000"])
def test_exceptions_in_another_zone_are_the_same_instant(exdate: str) -> None:
    assert len(busy(ics(f"{SERIES}\nEXDATE{exdate}"))) == 4


def test_until_as_a_date_with_a_time_of_day() -> None:
    file = ics(event(*HOUR, "RRULE:FREQ=DAILY;UNTIL=20270603"))
    assert busy(file) == ["06-01 08:00–09:00", "06-02 08:00–09:00"]


@pytest.mark.parametrize(
    ("start", "rule", "inside"),
    [
        ("20100104T080000Z", "FREQ=WEEKLY", 52),
        ("20100104T080000Z", "FREQ=WEEKLY;INTERVAL=2", 26),
        ("20100104T080000Z", "FREQ=DAILY;INTERVAL=3", 122),
        ("20100104T080000Z", "FREQ=WEEKLY;BYDAY=MO,WE,FR", 157),
        ("00010101T080000Z", "FREQ=DAILY", 365),
    ],
)
def test_old_series_are_short_work_and_keep_their_rhythm(
    start: str, rule: str, inside: int
) -> None:
    began = time.perf_counter()
    found = reading(ics(event(start, start.replace("T08", "T09"), f"RRULE:{rule}")))
    assert len(found.busy) == inside
    assert time.perf_counter() - began < 0.5


def test_fast_forward_gives_what_the_long_way_gives() -> None:
    """With an endless rule and the same one ended in the year after."""
    for rule in ("FREQ=WEEKLY;INTERVAL=3;BYDAY=TU,SA;WKST=SU", "FREQ=DAILY;INTERVAL=5;BYMONTH=2,7"):
        berlin = ";TZID=Europe/Berlin:"
        times = (f"{berlin}20151229T083000", f"{berlin}20151229T093000")
        quick = busy(ics(event(*times, f"RRULE:{rule}")))
        slow = busy(ics(event(*times, f"RRULE:{rule};COUNT=5000")))
        assert quick == slow
        assert quick


# ---- what cannot be read ----------------------------------------------------------------------
BROKEN = [
    "UID:x\nDTSTART:20271399T990000Z\nDTEND:20270601T100000Z",
    "UID:x\nSUMMARY:no start",
    "UID:x\nDTSTART:20270701T080000Z\nDTEND:20270701T090000Z\nRRULE:FREQ=WEEKLY;UNTIL=never",
]


@pytest.mark.parametrize("broken", BROKEN)
def test_one_broken_event_among_a_hundred_costs_itself_alone(broken: str) -> None:
    good = [
        event(
            f"202703{day:02}T{hour:02}0000Z", f"202703{day:02}T{hour:02}3000Z", uid=f"{day}{hour}"
        )
        for day in range(1, 12)
        for hour in range(8, 17)
    ]
    found = reading(ics(*good[:50], broken, *good[50:]))
    assert (found.events, found.unreadable) == (100, 1)
    assert len([start for start, _ in found.busy if start < 1_806_000_000]) == 99


@pytest.mark.parametrize(
    ("raw", "problem"),
    [
        (b"", Problem.EMPTY),
        (b" \r\n\r\n", Problem.EMPTY),
        (b"<!doctype html><title>Sign in</title>", Problem.WEB_PAGE),
        (b'{"error": "gone"}', Problem.NOT_A_CALENDAR),
        (ics(event(*HOUR))[:-20], Problem.CUT_OFF),
        (ics(event(*HOUR))[:70], Problem.CUT_OFF),
    ],
)
def test_file_that_is_no_calendar_is_refused_with_its_reason(raw: bytes, problem: Problem) -> None:
    with pytest.raises(Unreadable) as refused:
        reading(raw)
    assert refused.value.problem == problem


def test_byte_order_mark_is_passed_over() -> None:
    assert busy(b"\xef\xbb\xbf" + ics(event(*HOUR))) == ["06-01 08:00–09:00"]


def test_both_calendars_of_one_file_are_read() -> None:
    file = ics(event(*HOUR)) + ics(event("20270602T080000Z", "20270602T090000Z"))
    assert busy(file) == ["06-01 08:00–09:00", "06-02 08:00–09:00"]


def test_calendar_without_events_is_free_time() -> None:
    assert reading(ics()).busy == []


def test_alarms_and_to_dos_are_passed_over() -> None:
    alarm = "BEGIN:VALARM\nACTION:DISPLAY\nTRIGGER:broken\nEND:VALARM"
    file = ics(event(*HOUR, alarm), top="BEGIN:VTODO\nUID:t\nDTSTART:x\nEND:VTODO\n")
    assert (reading(file).unreadable, busy(file)) == (0, ["06-01 08:00–09:00"])


def test_free_busy_answers_are_read() -> None:
    answer = (
        "BEGIN:VFREEBUSY\nDTSTAMP:20270101T000000Z\n"
        "FREEBUSY;FBTYPE=BUSY:20270601T080000Z/20270601T090000Z,20270602T080000Z/PT30M\n"
        "FREEBUSY;FBTYPE=BUSY-TENTATIVE:20270603T080000Z/PT1H\n"
        "FREEBUSY;FBTYPE=FREE:20270604T080000Z/PT1H\nFREEBUSY:nonsense\nEND:VFREEBUSY\n"
    )
    assert busy(ics(top=answer), counts_tentative=False) == [
        "06-01 08:00–09:00",
        "06-02 08:00–08:30",
    ]
    assert reading(ics(top=answer)).unreadable == 1


# ---- attacks ----------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("start", "rule"),
    [
        ("19700101T000000Z", "FREQ=SECONDLY"),
        ("19700101T000000Z", "FREQ=MINUTELY"),
        ("19700101T000000Z", "FREQ=HOURLY"),
        ("20270601T000000Z", "FREQ=SECONDLY"),
        ("20270601T000000Z", "FREQ=SECONDLY;BYMONTH=2;BYMONTHDAY=30"),
        ("20270601T000000Z", "FREQ=DAILY;BYHOUR=1,2,3,4,5;BYMINUTE=1,2,3,4,5"),
    ],
)
def test_series_that_repeats_too_often_is_refused_at_once(start: str, rule: str) -> None:
    reading(ics(event(*HOUR)))
    began = time.process_time()
    found = reading(ics(event(start, start.replace("T000000", "T003000"), f"RRULE:{rule}")))
    assert time.process_time() - began < 0.05
    assert (found.unreadable, found.too_often) == (1, 1)


def test_rule_that_never_matches_is_given_up() -> None:
    began = time.process_time()
    file = ics(event(*HOUR, "RRULE:FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30"))
    found = reading(file)
    assert time.process_time() - began < 1
    assert found.unreadable == 1
    assert busy(file) == ["06-01 08:00–09:00"]


def test_more_than_five_hundred_occurrences_are_said_and_not_followed() -> None:
    found = reading(ics(event(*HOUR, "RRULE:FREQ=DAILY;BYHOUR=6,8,10,12")))
    assert (len(found.busy), found.unreadable, found.too_often) == (500, 1, 1)


def test_zone_with_an_endless_rule_is_not_followed() -> None:
    hostile = zone("Trap", "+0100").replace("TZOFFSETFROM", "RRULE:FREQ=SECONDLY\nTZOFFSETFROM", 1)
    began = time.process_time()
    found = reading(
        ics(event(";TZID=Trap:20270601T090000", ";TZID=Trap:20270601T100000"), top=hostile)
    )
    assert time.process_time() - began < 1
    assert found.uncertain == 1


def test_too_many_components_are_refused() -> None:
    file = ics(*["UID:a"] * 20_000)
    with pytest.raises(Unreadable) as refused:
        reading(file)
    assert refused.value.problem == Problem.TOO_MANY_EVENTS


def test_ten_thousand_events_are_read_within_the_limits() -> None:
    many = [
        event(
            f"2027{1 + number % 12:02}{1 + number % 28:02}T{number % 24:02}0000Z",
            f"2027{1 + number % 12:02}{1 + number % 28:02}T{number % 24:02}3000Z",
            uid=str(number),
        )
        for number in range(10_000)
    ]
    found = read_safely(ics(*many), question())
    assert (found.events, found.unreadable) == (10_000, 0)


def test_two_thousand_old_series_are_read_within_the_limits() -> None:
    series = [
        event(
            f"2010010{1 + number % 7}T{number % 24:02}0000Z",
            f"2010010{1 + number % 7}T{number % 24:02}3000Z",
            "RRULE:FREQ=WEEKLY",
            uid=str(number),
        )
        for number in range(2_000)
    ]
    assert read_safely(ics(*series), question()).unreadable == 0


def test_file_that_needs_too_much_time_is_ended_by_the_kernel() -> None:
    slow = [
        event(*HOUR, "RRULE:FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30", uid=str(number))
        for number in range(40)
    ]
    began = time.perf_counter()
    with pytest.raises(Unreadable) as refused:
        read_safely(ics(*slow), question(), Limits(cpu_seconds=1))
    assert refused.value.problem == Problem.TOO_MUCH_WORK
    assert time.perf_counter() - began < 5


def test_file_that_needs_too_much_memory_fails_alone() -> None:
    with pytest.raises(Unreadable) as refused:
        read_safely(ics(event(*HOUR)), question(), Limits(memory_bytes=20_000_000))
    assert refused.value.problem == Problem.TOO_MUCH_WORK


def test_nothing_but_numbers_leaves_the_sandbox() -> None:
    file = ics(event(*HOUR, "SUMMARY:Doctor", "LOCATION:Clinic", "DESCRIPTION:Private"))
    found = read_safely(file, question())
    assert found.busy == [(1_811_836_800, 1_811_840_400)]
    assert not any(word in repr(found) for word in ("Doctor", "Clinic", "Private"))
