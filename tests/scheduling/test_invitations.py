"""Invitations as calendars read them; whole objects are kept in `golden/` (with LF line ends)."""
# ruff: noqa: RUF001 -- a range of times takes an en dash, an offset a minus sign

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from icalendar import Calendar

from scheduling.invitations import Invitation, times_in_words, write_invitation

GOLDEN = Path(__file__).parent / "golden"
BERLIN = ZoneInfo("Europe/Berlin")
TUESDAY_TEN = datetime(2027, 6, 8, 10, tzinfo=BERLIN)
MADE = datetime(2027, 6, 1, 9, 30, 15, tzinfo=UTC)
HOUR = timedelta(hours=1)

FOR_CLIENT = Invitation(
    uid="0197f3a2-5d1c-7c40-9d7e-3b1f6d2a9c55@coachops.example",
    sequence=0,
    stamped_at=MADE,
    starts_at=TUESDAY_TEN,
    ends_at=TUESDAY_TEN + HOUR,
    summary="Coaching with Björn Ärzte",
    description="""8 June 2027, 10:00–11:00 Berlin (UTC+2)
8 June 2027, 04:00–05:00 New York (UTC−4)

Move or cancel: https://coachops.example/b/7Q2k""",
    organizer_name="Björn Ärzte",
    organizer_email="bookings+7q2k@coachops.example",
    coach_name="Björn Ärzte",
    coach_email="bjoern@practice.example",
    attendee_name='Carol "Caz" O\'Neil; Chair, Board 🌱',
    attendee_email="carol@client.example",
    location="Video room",
    url="https://meet.example/r/carol?a=1;b=2,3",
)
FOR_SPONSOR = replace(
    FOR_CLIENT,
    summary="Three-way check-in",
    description="8 June 2027, 10:00–11:00 Berlin (UTC+2)",
    attendee_name="Sam\r\nATTENDEE:mailto:mallory@evil.example",
    attendee_email="sam@sponsor.example",
    location="Kurfürstendamm 21, 10719 Berlin; ring at „Praxis“, 日本語の案内板の右側です",
    url="",
)


def revisions(first: Invitation) -> dict[str, Invitation]:
    """Booked, moved twice, cancelled."""
    moved = replace(
        first,
        sequence=1,
        stamped_at=MADE + HOUR,
        starts_at=TUESDAY_TEN + 2 * HOUR,
        ends_at=TUESDAY_TEN + 3 * HOUR,
    )
    winter = datetime(2027, 11, 9, 16, tzinfo=BERLIN)
    moved_again = replace(
        moved, sequence=2, stamped_at=MADE + 2 * HOUR, starts_at=winter, ends_at=winter + HOUR
    )
    cancelled = replace(moved_again, sequence=3, stamped_at=MADE + 3 * HOUR, cancelled=True)
    return {
        "0-booked": first,
        "1-moved": moved,
        "2-moved-again": moved_again,
        "3-cancelled": cancelled,
    }


CASES = {
    f"{reader}-{revision}": invitation
    for reader, first in {"client": FOR_CLIENT, "sponsor": FOR_SPONSOR}.items()
    for revision, invitation in revisions(first).items()
}


def event_of(content: bytes) -> Any:
    (event,) = Calendar.from_ical(content).walk("VEVENT")
    return event


def addresses(event: Any) -> list[str]:
    attendees = event["ATTENDEE"]
    return [str(each) for each in (attendees if isinstance(attendees, list) else [attendees])]


@pytest.mark.parametrize("name", CASES)
def test_object_is_the_golden_one(name: str) -> None:
    content = write_invitation(CASES[name])

    assert content.replace(b"\r\n", b"\n") == (GOLDEN / f"{name}.ics").read_bytes()


@pytest.mark.parametrize("name", CASES)
def test_lines_end_in_crlf_and_fold_at_75_octets(name: str) -> None:
    content = write_invitation(CASES[name])
    lines = content.split(b"\r\n")

    assert lines.pop() == b""
    assert all(0 < len(line) <= 75 for line in lines)
    assert not any(b"\r" in line or b"\n" in line for line in lines)


@pytest.mark.parametrize("name", CASES)
def test_a_calendar_reads_the_same_instants(name: str) -> None:
    invitation = CASES[name]
    event = event_of(write_invitation(invitation))

    assert event.start == invitation.starts_at
    assert event.end == invitation.ends_at
    assert event["DTSTART"].to_ical().endswith(b"Z")
    assert event.decoded("DTSTAMP") == invitation.stamped_at
    assert event.decoded("LAST-MODIFIED") == invitation.stamped_at


def test_moved_twice_then_cancelled_is_one_event_in_four_revisions() -> None:
    objects = [
        Calendar.from_ical(write_invitation(each)) for each in revisions(FOR_CLIENT).values()
    ]
    events = [each.walk("VEVENT")[0] for each in objects]

    assert [str(each["METHOD"]) for each in objects] == ["REQUEST", "REQUEST", "REQUEST", "CANCEL"]
    assert {str(event["UID"]) for event in events} == {FOR_CLIENT.uid}
    assert [event["SEQUENCE"] for event in events] == [0, 1, 2, 3]
    assert [str(event["STATUS"]) for event in events] == ["CONFIRMED"] * 3 + ["CANCELLED"]
    stamps = [event.decoded("DTSTAMP") for event in events]
    assert stamps == sorted(set(stamps))


def test_method_is_told_for_the_mime_part() -> None:
    methods = [each.method for each in revisions(FOR_CLIENT).values()]

    assert methods == ["REQUEST", "REQUEST", "REQUEST", "CANCEL"]


def test_only_coach_and_reader_are_listed() -> None:
    event = event_of(write_invitation(FOR_CLIENT))
    coach, reader = event["ATTENDEE"]

    assert addresses(event) == ["mailto:bjoern@practice.example", "mailto:carol@client.example"]
    assert str(event["ORGANIZER"]) == "mailto:bookings+7q2k@coachops.example"
    assert event["ORGANIZER"].params["CN"] == "Björn Ärzte"
    assert coach.params["PARTSTAT"] == "ACCEPTED"
    assert reader.params["PARTSTAT"] == "NEEDS-ACTION"
    assert reader.params["CN"] == "Carol Caz O'Neil; Chair, Board 🌱"


def test_coach_who_reads_their_own_is_listed_once() -> None:
    own = replace(FOR_CLIENT, attendee_name="Björn", attendee_email="Bjoern@practice.example")

    assert addresses(event_of(write_invitation(own))) == ["mailto:bjoern@practice.example"]


def test_the_same_invitation_gives_the_same_bytes() -> None:
    assert write_invitation(replace(FOR_CLIENT)) == write_invitation(FOR_CLIENT)
    in_utc = replace(FOR_CLIENT, starts_at=TUESDAY_TEN.astimezone(UTC))
    assert write_invitation(in_utc) == write_invitation(FOR_CLIENT)


PROPERTIES = len(write_invitation(FOR_CLIENT).replace(b"\r\n ", b"").splitlines())
TEXT_FIELDS = [
    "uid",
    "summary",
    "description",
    "location",
    "url",
    "organizer_name",
    "organizer_email",
    "coach_name",
    "coach_email",
    "attendee_name",
    "attendee_email",
]


def with_text(field: str, text: str) -> Invitation:
    changes: dict[str, Any] = {field: text}
    return replace(FOR_CLIENT, **changes)


hostile_text = st.text(
    st.one_of(
        st.sampled_from('\r\n\t\x0b\x0c\x00\x1c\x85\u2028\u2029";:,\\^= 🌱ü'),
        st.characters(exclude_categories=["Cs"]),
    ),
    max_size=120,
)


@pytest.mark.parametrize("field", TEXT_FIELDS)
@pytest.mark.parametrize(
    "line_end", ["\r\n", "\n", "\r", "\x0b", "\x0c", "\x85", "\u2028", "\u2029"]
)
def test_a_stray_line_end_makes_no_new_property(field: str, line_end: str) -> None:
    smuggled = f"x{line_end}ATTENDEE:mailto:mallory@evil.example{line_end}BEGIN:VALARM"
    content = write_invitation(with_text(field, smuggled))
    event = event_of(content)

    assert len(addresses(event)) == 2
    assert not event.subcomponents
    unfolded = content.replace(b"\r\n ", b"").decode()
    assert len(unfolded.splitlines()) == PROPERTIES


@settings(max_examples=150, deadline=None, derandomize=True, database=None)
@given(st.sampled_from(TEXT_FIELDS), hostile_text)
def test_any_text_leaves_one_readable_event(field: str, text: str) -> None:
    content = write_invitation(with_text(field, f"x{text}x"))
    event = event_of(content)

    assert event.start == TUESDAY_TEN
    assert len(addresses(event)) == 2
    assert all(len(line) <= 75 for line in content.split(b"\r\n"))
    unfolded = content.replace(b"\r\n ", b"").decode()
    assert len(unfolded.splitlines()) == PROPERTIES


def test_description_keeps_its_lines() -> None:
    windows = replace(FOR_CLIENT, description="One\r\nTwo\rThree\n\nFour; \\ , end")

    event = event_of(write_invitation(windows))

    assert str(event["DESCRIPTION"]) == "One\nTwo\nThree\n\nFour; \\ , end"


@pytest.mark.parametrize(
    "changes",
    [
        {"starts_at": datetime.fromisoformat("2027-06-08T10:00")},
        {"stamped_at": datetime.fromisoformat("2027-06-01T10:00")},
    ],
)
def test_times_without_zone_are_refused(changes: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="zone"):
        replace(FOR_CLIENT, **changes)


def test_a_session_of_no_length_is_refused() -> None:
    with pytest.raises(ValueError, match="ends after"):
        replace(FOR_CLIENT, ends_at=TUESDAY_TEN)


def day_in_english(day: date) -> str:
    return f"{day:%A} {day.day} {day:%B %Y}"


@pytest.mark.parametrize(
    ("zones", "words"),
    [
        (
            ["Europe/Berlin", "America/New_York"],
            """Tuesday 8 June 2027, 10:00–11:00 Berlin (UTC+2)
Tuesday 8 June 2027, 04:00–05:00 New York (UTC−4)""",
        ),
        (
            ["Europe/Berlin", "Europe/Berlin"],
            "Tuesday 8 June 2027, 10:00–11:00 Berlin (UTC+2)",
        ),
        (
            ["Asia/Kathmandu"],
            "Tuesday 8 June 2027, 13:45–14:45 Kathmandu (UTC+5:45)",
        ),
        (["UTC"], "Tuesday 8 June 2027, 08:00–09:00 UTC (UTC)"),
        (
            ["Pacific/Auckland", "Pacific/Chatham"],
            """Tuesday 8 June 2027, 20:00–21:00 Auckland (UTC+12)
Tuesday 8 June 2027, 20:45–21:45 Chatham (UTC+12:45)""",
        ),
    ],
)
def test_times_in_words_name_both_zones(zones: list[str], words: str) -> None:
    written = times_in_words(TUESDAY_TEN, TUESDAY_TEN + HOUR, zones=zones, write_day=day_in_english)

    assert written == words


def test_times_in_words_say_when_the_session_ends_on_another_day() -> None:
    late = datetime(2027, 6, 8, 23, 30, tzinfo=BERLIN)

    written = times_in_words(late, late + HOUR, zones=["Europe/Berlin"], write_day=day_in_english)

    assert written == "Tuesday 8 June 2027, 23:30–Wednesday 9 June 2027, 00:30 Berlin (UTC+2)"
