"""Invitations per recipient, as they are sent: whole objects are kept in `golden/`.

In them `SESSION` stands for the session's id and `TOKEN` for that of the organizer's address; lines
are unfolded. To renew them after a wanted change run this file with RENEW_GOLDEN=1.
"""

import os
import re
from collections.abc import Callable
from datetime import timedelta
from itertools import pairwise
from pathlib import Path
from uuid import uuid4

import pytest
import time_machine
from django.core import mail
from django.test import Client as Browser
from django.utils import translation
from icalendar import Calendar

from coachops.outbox.engine import drain
from coachops.tenancy.scope import scope
from scheduling.emails import invitation_of, seat_invitation, sponsor_invitation
from scheduling.emails.groups import coach_invitation
from scheduling.invitations import Invitation, write_invitation
from scheduling.models import Offering, Seat, Session
from scheduling.policies import CancelledBy
from scheduling.services.changes import cancel_session, move_session
from scheduling.services.groups import cancel_group, move_group, schedule_group
from scheduling.services.offerings import create_offering
from scheduling.services.seats import leave_group
from tests.scheduling.conftest import NOW, TUESDAY_TEN, Desk

GOLDEN = Path(__file__).parent / "golden"
LATER = TUESDAY_TEN + timedelta(hours=4)
MINUTE = timedelta(minutes=1)
STEPS = ("0-booked", "1-moved", "2-moved-again", "3-cancelled")
CALENDAR = "text/calendar"


def agrees_with_golden(name: str, content: bytes, session: Session) -> None:
    text = content.decode().replace("\r\n ", "").replace("\r\n", "\n")
    text = text.replace(str(session.pk), "SESSION")
    text = re.sub(r"bookings\+[a-z2-7]{52}@", "bookings+TOKEN@", text)
    path = GOLDEN / f"{name}.ics"
    if os.environ.get("RENEW_GOLDEN"):
        path.write_text(text)
    assert text == path.read_text()


def sent(now: object = NOW + 10 * MINUTE) -> dict[str, bytes]:
    """The calendar object that each person got."""
    mail.outbox.clear()
    drain(now=now)
    return {
        message.to[0].partition("@")[0]: part.content.encode()
        for message in mail.outbox
        for part in message.alternatives
        if part.mimetype.startswith(CALENDAR)
    }


def steps(desk: Desk, session: Session) -> list[Callable[[], object]]:
    """Two moves and a cancellation, each a minute after the other."""
    return [
        lambda: None,
        lambda: move_session(session=session, starts_at=LATER, now=NOW + MINUTE),
        lambda: move_session(session=session, starts_at=TUESDAY_TEN, now=NOW + 2 * MINUTE),
        lambda: cancel_session(
            session=session, cancelled_by=CancelledBy.CLIENT, now=NOW + 3 * MINUTE
        ),
    ]


def test_vector_57_four_revisions_for_client_and_coach(desk: Desk) -> None:
    session = desk.book()
    revisions: dict[str, list[bytes]] = {"carol": [], "bob": []}
    for name, step in zip(STEPS, steps(desk, session), strict=True):
        with scope(desk.cast.carol.scope()):
            step()
        for reader, content in sent().items():
            agrees_with_golden(f"sent-{reader}-{name}", content, session)
            revisions[reader].append(content)
    for objects in revisions.values():
        read = [Calendar.from_ical(content) for content in objects]
        assert [str(each["METHOD"]) for each in read] == ["REQUEST"] * 3 + ["CANCEL"]
        events = [each.walk("VEVENT")[0] for each in read]
        assert [int(event["SEQUENCE"]) for event in events] == [0, 1, 2, 3]
        assert len({str(event["UID"]) for event in events}) == 1
        stamps = [event["DTSTAMP"].dt for event in events]
        assert all(earlier < later for earlier, later in pairwise(stamps))


def test_the_stamp_rises_even_if_the_clock_does_not(desk: Desk) -> None:
    session = desk.book()
    with scope(desk.cast.carol.scope()):
        stamps = [session.revised_at]
        for at in (LATER, TUESDAY_TEN, LATER):
            moved = move_session(session=session, starts_at=at, now=NOW)
            stamps.append(moved.revised_at.replace(microsecond=0))
    assert all(earlier < later for earlier, later in pairwise(stamps))


def test_a_sponsor_in_a_three_way_gets_the_same_revisions_with_nobody_s_name(desk: Desk) -> None:
    session = desk.book()
    with scope(desk.cast.bob.scope()):
        seat = Seat.objects.create(
            session=session,
            part=Seat.Part.SPONSOR,
            name="Sam Sponsor",
            email="sam@acme.example",
            time_zone="Europe/London",
            asked_at=NOW,
            revised_at=NOW,
        )
    for name, step in zip(STEPS, steps(desk, session), strict=True):
        with scope(desk.cast.carol.scope()), translation.override("en-gb"):
            step()
            loaded = _with_people(seat)
            content = write_invitation(sponsor_invitation(loaded))
            own = write_invitation(invitation_of(loaded.session))
        agrees_with_golden(f"sent-sponsor-{name}", content, session)
        assert b"carol" not in content.lower()
        assert b"sam@" not in own


def _with_people(seat: Seat) -> Seat:
    people = ("session__offering", "session__coach__user", "session__client__membership__user")
    return Seat.objects.select_related(*people).get(pk=seat.pk)


@pytest.fixture
def group(desk: Desk) -> Session:
    """Carol and Dave in a group of Bob's."""
    with scope(desk.cast.bob.scope()):
        offering = create_offering(
            coach=desk.cast.bob.membership,
            name="Practice circle",
            kind=Offering.Kind.GROUP,
            bookers=Offering.Bookers.CLIENTS,
            capacity=5,
            now=NOW,
            place_details="https://rooms.example/circle",
        )
        return schedule_group(
            offering=offering,
            starts_at=TUESDAY_TEN,
            roster=[desk.cast.carol_client, desk.cast.dave_client],
            booking_key=uuid4(),
            now=NOW,
        )


def test_members_of_a_group_never_see_each_other(desk: Desk, group: Session) -> None:
    everything = sent()
    with scope(desk.cast.bob.scope()):
        move_group(session=group, starts_at=LATER, now=NOW + MINUTE)
    moved = sent()
    with scope(desk.cast.bob.scope()):
        cancel_group(session=group, now=NOW + 2 * MINUTE)
    cancelled = sent()
    for name, revision in (("0-booked", everything), ("1-moved", moved), ("2-off", cancelled)):
        assert set(revision) == {"carol", "dave", "bob"}
        for reader, content in revision.items():
            agrees_with_golden(f"group-{reader}-{name}", content, group)
            others = {b"carol", b"dave"} - {reader.encode()}
            assert not any(other in content.lower() for other in others)


def test_vector_58_who_leaves_a_group_is_the_only_one_to_hear_of_it(
    desk: Desk, group: Session
) -> None:
    before = sent()
    with scope(desk.cast.carol.scope()):
        seat = Seat.objects.get(client=desk.cast.carol_client)
        leave_group(seat=seat, left_by=CancelledBy.CLIENT, now=NOW + MINUTE)
    after = sent()
    assert set(after) == {"carol"}
    assert b"METHOD:CANCEL" in after["carol"]
    assert b"SEQUENCE:1" in after["carol"]
    assert b"SEQUENCE:0" in before["dave"]
    with scope(desk.cast.bob.scope()):
        dave = Seat.objects.select_related(
            "session__coach__user", "session__offering", "client"
        ).get(client=desk.cast.dave_client)
        assert seat_invitation(dave).sequence == 0
        assert coach_invitation(group.reload()).sequence == 0


def test_vector_68_an_old_move_link_of_a_cancelled_session_only_says_so(desk: Desk) -> None:
    session = desk.book()
    mail.outbox.clear()
    drain(now=NOW)
    carols = next(each for each in mail.outbox if each.to == ["carol@harbour.example"])
    move = re.findall(r"https?://[^/\s]+(/l/[^\s\"<]+)", carols.body)[0]
    with scope(desk.cast.bob.scope()):
        cancel_session(session=session, cancelled_by=CancelledBy.COACH, now=NOW)
    with time_machine.travel(NOW + MINUTE, tick=False):
        shown = Browser().get(move)
        assert shown.status_code == 200
        assert "cancelled" in shown.content.decode()
        posted = Browser().post(move, {"at": f"{LATER:%Y%m%dT%H%MZ}", "zone": "UTC"})
    assert posted.status_code == 409
    assert desk.reload(session).starts_at == TUESDAY_TEN


def test_vector_70_the_same_booking_twice_is_one_booking_and_one_mail_each(desk: Desk) -> None:
    key = uuid4()
    first, second = desk.book(key=key), desk.book(key=key)
    assert first.pk == second.pk
    assert set(sent()) == {"carol", "bob"}
    assert len(mail.outbox) == 2


def test_one_object_names_the_organizer_we_can_be_reached_at(desk: Desk) -> None:
    session = desk.book()
    assert isinstance(session, Session)
    with scope(desk.cast.bob.scope()):
        invitation: Invitation = invitation_of(session)
    assert len(invitation.organizer_email.partition("@")[0]) <= 64
