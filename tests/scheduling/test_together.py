"""Sessions that two coaches lead: Bob with Olga, who does not coach Carol."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from urllib.parse import urlsplit
from uuid import UUID, uuid4

import pytest
import time_machine
from django.core import mail
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext
from icalendar import Calendar

from clients.models import CoachAssignment
from coachops.outbox.engine import drain
from coachops.practices.services.members import end_membership
from coachops.tenancy.scope import scope
from scheduling.forms.offering import OfferingForm
from scheduling.models import Claim, Offering, Seat, Session
from scheduling.policies import CancelledBy
from scheduling.queries.calendar import calendar_of_coach
from scheduling.queries.calendar_views import View
from scheduling.queries.sessions import sessions_of_coach
from scheduling.queries.slots import open_starts
from scheduling.queries.why import why
from scheduling.services.approvals import decline_request
from scheduling.services.availability import replace_hours, set_days
from scheduling.services.booking import BookerClient, Details, SlotTaken, book_session
from scheduling.services.changes import cancel_session, move_session
from scheduling.services.feeds import make_feed
from scheduling.services.handover import hand_over_session
from scheduling.services.holds import hold_time
from scheduling.services.offerings import change_offering, create_offering, restore_offering
from scheduling.services.series import Run, book_series
from tests.cast import Cast, Person
from tests.scheduling.conftest import NOW, TUESDAY_TEN, Desk
from tests.scheduling.groups_world import Circle, build_circle
from tests.scheduling.three_ways import ask

type Visit = Callable[[Person], Browser]

TUESDAY = TUESDAY_TEN.replace(hour=0)
HOUR = timedelta(hours=1)
BERLIN = "Europe/Berlin"


@pytest.fixture
def pair(desk: Desk) -> Desk:
    """Bob's coaching is led together with Olga, who works nine to one."""
    lead_with(desk.cast, desk.coaching, desk.cast.olga)
    with scope(desk.cast.olga.scope()):
        hours = {weekday: [(540, 780)] for weekday in range(5)}
        replace_hours(coach=desk.cast.olga.membership, time_zone=BERLIN, weekly=hours, now=NOW)
    return desk


def lead_with(cast: Cast, offering: Offering, second: Person | None) -> None:
    with scope(cast.alice.scope()):
        coach = second.membership if second else None
        change_offering(offering=offering, now=NOW, second_coach=coach)


def claimed(desk: Desk, session: Session) -> set[tuple[UUID, datetime]]:
    with scope(desk.cast.bob.scope()):
        rows = Claim.objects.filter(session=session, state=Claim.State.CONFIRMED)
        return set(rows.values_list("resource_id", "starts_at"))


def both_at(desk: Desk, at: datetime) -> set[tuple[UUID, datetime]]:
    return {(desk.cast.bob.user.pk, at), (desk.cast.olga.user.pk, at)}


def assign_olga(desk: Desk) -> None:
    with scope(desk.cast.alice.scope()):
        CoachAssignment.objects.create(
            client=desk.cast.carol_client,
            coach=desk.cast.olga.membership,
            started_on=date(2026, 11, 1),
        )


def letters() -> dict[str, mail.EmailMultiAlternatives]:
    """Those that bring something for a calendar, by who gets them."""
    mail.outbox.clear()
    drain(now=NOW)
    return {each.to[0].partition("@")[0]: each for each in mail.outbox if _calendars(each)}


def _calendars(letter: mail.EmailMultiAlternatives) -> list[str]:
    return [each.content for each in letter.alternatives if "calendar" in each.mimetype]


def event(letter: mail.EmailMultiAlternatives) -> tuple[str, str, int, list[str]]:
    calendar = Calendar.from_ical(_calendars(letter)[0])
    found = calendar.walk("VEVENT")[0]
    people = found["ATTENDEE"] if isinstance(found["ATTENDEE"], list) else [found["ATTENDEE"]]
    names = [str(each).removeprefix("mailto:").partition("@")[0] for each in people]
    return str(calendar["METHOD"]), str(found["UID"]), int(found["SEQUENCE"]), names


# Which times


def test_only_times_at_which_both_are_open_and_free(pair: Desk) -> None:
    lead_with(pair.cast, pair.coaching, None)
    alone = pair.free(pair.coaching, TUESDAY)
    lead_with(pair.cast, pair.coaching, pair.cast.olga)
    together = pair.free(pair.coaching, TUESDAY)
    noon = TUESDAY_TEN + 2 * HOUR
    assert together == [at for at in alone if at <= noon] != alone


def test_her_bookings_count_and_so_do_her_days_off_and_limits(pair: Desk) -> None:
    olga = pair.cast.olga.membership
    with scope(pair.cast.alice.scope()):
        own = create_offering(
            coach=olga, name="Olga's", kind="chemistry", bookers="anybody", now=NOW, duration=60
        )
    Desk(pair.cast, pair.coaching, own).book_guest(TUESDAY_TEN)
    assert TUESDAY_TEN not in pair.free(pair.coaching, TUESDAY)
    assert TUESDAY_TEN + 2 * HOUR in pair.free(pair.coaching, TUESDAY)
    with scope(pair.cast.olga.scope()):
        change_offering(offering=pair.coaching, now=NOW, max_per_day=1)
        assert pair.free(pair.coaching, TUESDAY) == []
        change_offering(offering=pair.coaching, now=NOW, max_per_day=None)
        set_days(schedule=own.schedule, days=[TUESDAY.date()], hours=(), now=NOW)
    assert pair.free(pair.coaching, TUESDAY) == []


def test_a_listing_for_two_is_two_statements_as_for_one(pair: Desk) -> None:
    with scope(pair.cast.bob.scope()):
        assert open_starts(pair.coaching, NOW)
        with CaptureQueriesContext(connection) as asked:
            open_starts(pair.coaching, NOW)
    assert len(asked) == 2


def test_why_not_names_who_is_in_the_way_and_nothing_of_their_calendar(pair: Desk) -> None:
    three = datetime(2026, 11, 24, 15, 0)  # noqa: DTZ001 -- on the coach's clock
    with scope(pair.cast.bob.scope()):
        [answer] = why(pair.coaching, three, NOW, coach_id=pair.cast.bob.membership.pk)
    refusing = [rule.words for rule in answer.rules if rule.refuses]
    assert refusing == ["Olga is not working then."]

    ten = datetime(2026, 11, 24, 10, 0)  # noqa: DTZ001 -- on the coach's clock
    pair.book_guest()
    with scope(pair.cast.bob.scope()):
        [own] = why(pair.coaching, ten, NOW, coach_id=pair.cast.bob.membership.pk)
        [hers] = why(pair.coaching, ten, NOW, coach_id=pair.cast.olga.membership.pk)
    assert any("Gina Guest" in rule.words for rule in own.rules if rule.refuses)
    assert [rule.words for rule in hers.rules if rule.refuses] == ["Bob is busy then."]
    assert not any("Gina" in rule.words for rule in hers.rules)


# Both are claimed


def test_booking_claims_both_and_the_other_s_sessions_stand_in_the_way(pair: Desk) -> None:
    session = pair.book()
    assert session.second_coach_id == pair.cast.olga.membership.pk
    assert claimed(pair, session) == both_at(pair, TUESDAY_TEN)
    with scope(pair.cast.alice.scope()):
        own = create_offering(
            coach=pair.cast.olga.membership,
            name="Olga's",
            kind="chemistry",
            bookers="anybody",
            now=NOW,
        )
    with pytest.raises(SlotTaken) as taken:
        Desk(pair.cast, pair.coaching, own).book_guest(TUESDAY_TEN)
    assert 1 <= len(taken.value.alternatives) <= 3


def test_a_hold_keeps_both_and_becomes_the_booking_of_both(pair: Desk) -> None:
    key = uuid4()
    with scope(pair.cast.carol.scope()):
        hold_time(
            offering=pair.coaching, starts_at=TUESDAY_TEN, details=Details(), hold_key=key, now=NOW
        )
        held = Claim.objects.filter(hold_key=key, state=Claim.State.HELD)
        assert set(held.values_list("resource_id", flat=True)) == {
            pair.cast.bob.user.pk,
            pair.cast.olga.user.pk,
        }
        session = book_session(
            offering=pair.coaching,
            starts_at=TUESDAY_TEN,
            booker=BookerClient(pair.cast.carol_client, pair.cast.carol_engagement),
            booking_key=uuid4(),
            booker_time_zone="UTC",
            now=NOW,
            details=Details(hold_key=key),
        )
    assert claimed(pair, session) == both_at(pair, TUESDAY_TEN)


def test_moving_and_cancelling_take_and_free_the_time_of_both(pair: Desk) -> None:
    session, later = pair.book(), TUESDAY_TEN + HOUR
    with scope(pair.cast.carol.scope()):
        with pytest.raises(SlotTaken) as outside:
            move_session(session=session, starts_at=TUESDAY_TEN + 5 * HOUR, now=NOW)
        assert outside.value.alternatives
        move_session(session=session, starts_at=later, now=NOW)
    assert claimed(pair, session) == both_at(pair, later)
    with scope(pair.cast.carol.scope()):
        cancel_session(session=session, cancelled_by=CancelledBy.CLIENT, now=NOW)
    assert claimed(pair, session) == set()


def test_what_is_booked_keeps_its_two_coaches_when_the_offering_changes(pair: Desk) -> None:
    session = pair.book()
    lead_with(pair.cast, pair.coaching, None)
    with scope(pair.cast.bob.scope()):
        move_session(session=session, starts_at=TUESDAY_TEN + HOUR, now=NOW, by_coach=True)
    assert claimed(pair, session) == both_at(pair, TUESDAY_TEN + HOUR)


def test_handed_over_to_the_second_coach_the_two_change_places(pair: Desk) -> None:
    session = pair.book()
    with scope(pair.cast.alice.scope()):
        create_offering(
            coach=pair.cast.olga.membership,
            name="Olga's",
            kind="individual",
            bookers="clients",
            now=NOW,
        )
        hand_over_session(session=session, coach=pair.cast.olga.membership, now=NOW)
    session = pair.reload(session)
    assert session.coach_id == pair.cast.olga.membership.pk
    assert session.second_coach_id == pair.cast.bob.membership.pk
    assert claimed(pair, session) == both_at(pair, TUESDAY_TEN)


# What the second coach hears and sees


def test_one_event_for_three_calendars_under_one_uid(pair: Desk) -> None:
    session = pair.book()
    booked = {name: event(letter) for name, letter in letters().items()}
    assert booked["carol"] == ("REQUEST", session.calendar_uid, 0, ["bob", "olga", "carol"])
    assert booked["olga"] == ("REQUEST", session.calendar_uid, 0, ["bob", "olga"])
    with scope(pair.cast.carol.scope()):
        move_session(session=session, starts_at=TUESDAY_TEN + HOUR, now=NOW)
    assert event(letters()["olga"])[:3] == ("REQUEST", session.calendar_uid, 1)
    with scope(pair.cast.carol.scope()):
        cancel_session(session=session, cancelled_by=CancelledBy.CLIENT, now=NOW)
    assert event(letters()["olga"])[:3] == ("CANCEL", session.calendar_uid, 2)


def test_mails_name_both_to_the_client_and_the_first_name_alone_to_her(pair: Desk) -> None:
    pair.book()
    found = letters()
    assert "Bob Harbour and Olga Harbour" in found["carol"].subject
    carol = pair.cast.carol_client
    text = str(found["olga"].body) + found["olga"].subject + _calendars(found["olga"])[0]
    assert "Carol is in your calendar" in text
    assert "together with Bob Harbour" in text
    assert carol.name not in text
    assert carol.email not in text


def test_she_sees_it_as_hers_with_the_first_name_until_she_is_assigned(pair: Desk) -> None:
    session, olga = pair.book(), pair.cast.olga.membership

    def agenda() -> tuple[str, UUID | None, bool]:
        with scope(pair.cast.olga.scope()):
            [line] = sessions_of_coach(olga.pk, NOW, NOW + timedelta(days=20))
            calendar = calendar_of_coach(olga, View.WEEK, TUESDAY_TEN.date(), NOW)
        [entry] = [each for day in calendar.days for each in day.sessions]
        assert (line.id, entry.page, entry.can_move) == (session.pk, "together", False)
        assert entry.who == line.who
        return line.who, line.client_id, line.is_second

    assert agenda() == ("Carol", None, True)
    assign_olga(pair)
    assert agenda() == (pair.cast.carol_client.name, pair.cast.carol_client.pk, True)


def test_leading_it_too_opens_its_page_and_no_content(pair: Desk, visit: Visit) -> None:
    session = pair.book()
    olga = visit(pair.cast.olga)
    page = olga.get(f"/coach/harbour/together/{session.pk}/")
    assert b"Together with Bob Harbour" in page.content
    assert pair.cast.carol_client.name.encode() not in page.content
    for path in (
        f"sessions/{session.pk}/",
        f"sessions/{session.pk}/move/",
        f"bookings/{session.pk}/",
        f"clients/{pair.cast.carol_client.pk}/",
    ):
        assert olga.get(f"/coach/harbour/{path}").status_code == 404, path
    assert visit(pair.cast.bob).get(f"/coach/harbour/together/{session.pk}/").status_code == 404


def test_her_evening_mail_lists_it(pair: Desk) -> None:
    pair.book()
    mail.outbox.clear()
    letters()
    mail.outbox.clear()
    drain(now=TUESDAY_TEN - timedelta(hours=15))
    [letter] = [each for each in mail.outbox if "olga" in each.to[0] and "together/" in each.body]
    assert "Carol" in letter.body
    assert pair.cast.carol_client.name not in letter.body


# Groups


@pytest.fixture
def circle(cast: Cast) -> Circle:
    circle = build_circle(cast)
    lead_with(cast, circle.offering, cast.olga)
    return circle


def test_a_group_takes_the_time_of_both_wherever_it_goes(circle: Circle, cast: Cast) -> None:
    session = circle.schedule(circle.crowd[0])
    desk = Desk(cast, circle.offering, circle.offering)
    assert claimed(desk, session) == both_at(desk, session.starts_at)
    later = session.starts_at + 2 * HOUR
    with scope(cast.bob.scope()):
        move_session(session=session, starts_at=later, now=NOW)
    assert claimed(desk, session) == both_at(desk, later)
    with scope(cast.bob.scope()):
        cancel_session(session=session, cancelled_by=CancelledBy.COACH, now=NOW)
    assert claimed(desk, session) == set()


def test_the_second_coach_may_say_who_came_and_not_what_it_costs(
    circle: Circle, cast: Cast, visit: Visit, monday: time_machine.Traveller
) -> None:
    session = circle.schedule(circle.crowd[0])
    monday.move_to(session.ends_at)
    olga, name = visit(cast.olga), circle.crowd[0].name
    page = olga.get(f"/coach/harbour/together/{session.pk}/").content.decode()
    assert name.split()[0] in page
    assert name not in page
    with scope(cast.bob.scope()):
        seat = Seat.objects.get(session=session)
    place = f"/coach/harbour/together/places/{seat.pk}/"
    olga.post(place, {"outcome": "waived", "reason": "goodwill"})
    with scope(cast.bob.scope()):
        assert seat.reload().outcome == ""
    olga.post(place, {"outcome": "held"})
    with scope(cast.bob.scope()):
        assert seat.reload().outcome == "held"
    assert olga.get(f"/coach/harbour/groups/{session.pk}/").status_code == 404


# Leaving, and what cannot be


def test_when_she_leaves_bob_goes_on_alone_and_nothing_new_is_booked(pair: Desk) -> None:
    session = pair.book()
    letters()
    with scope(pair.cast.alice.scope()):
        end_membership(membership=pair.cast.olga.membership, now=NOW)
    found = letters()
    assert {name: event(each)[2:] for name, each in found.items()} == {
        "bob": (1, ["bob", "carol"]),
        "carol": (1, ["bob", "carol"]),
    }
    assert pair.reload(session).second_coach_id is None
    assert claimed(pair, session) == {(pair.cast.bob.user.pk, TUESDAY_TEN)}
    with scope(pair.cast.alice.scope()):
        offering = Offering.objects.get(pk=pair.coaching.pk)
        assert offering.archived_at is not None
        restore_offering(offering=offering, now=NOW)
        assert (offering.archived_at, offering.second_coach_id) == (None, None)


@pytest.mark.parametrize(
    ("answers", "problem"),
    [
        ({"kind": "chemistry", "pooling": "round_robin"}, "lead it alone"),
        ({"kind": "chemistry", "pooling": ""}, "with one coach"),
    ],
)
def test_a_second_coach_and_a_pool_exclude_each_other(
    cast: Cast, visit: Visit, answers: dict[str, str], problem: str
) -> None:
    olga, bob = str(cast.olga.membership.pk), str(cast.bob.membership.pk)
    form = OfferingForm(
        {"name": "Both", "second_coach": olga, "coaches": [olga, bob], **answers},
        coaches=[(cast.olga.membership.pk, "Olga"), (cast.bob.membership.pk, "Bob")],
        seconds=[(cast.olga.membership.pk, "Olga")],
    )
    assert problem in str(form.errors["second_coach"])


# Feeds, three-way meetings, requests, series


def test_her_feed_has_it_by_first_name_until_she_is_assigned(pair: Desk) -> None:
    session = pair.book()
    with scope(pair.cast.olga.scope()):
        address = make_feed(membership=pair.cast.olga.membership, kind="full", now=NOW)

    def read() -> tuple[str, str]:
        [found] = Calendar.from_ical(Browser().get(urlsplit(address).path).content).walk("VEVENT")
        return str(found["UID"]), str(found["SUMMARY"]).partition(" · ")[0]

    assert read() == (session.calendar_uid, "Carol")
    assign_olga(pair)
    assert read() == (session.calendar_uid, pair.cast.carol_client.name)


def test_a_poll_for_three_holds_both_and_books_both(desk: Desk) -> None:
    with scope(desk.cast.alice.scope()):
        create_offering(
            coach=desk.cast.bob.membership,
            name="Three-way check-in",
            kind=Offering.Kind.THREE_WAY,
            bookers=Offering.Bookers.SECRET,
            now=NOW,
            second_coach=desk.cast.olga.membership,
        )
    question = ask(desk)
    with scope(desk.cast.bob.scope()):
        held = Claim.objects.filter(state=Claim.State.HELD, resource_id=desk.cast.olga.user.pk)
        assert held.count() == 3
    question.answer("Carol", 1)
    poll = question.answer("Stella", 1)
    assert claimed(desk, poll.session) == both_at(desk, poll.session.starts_at)
    assert event(letters()["stella"])[3] == ["bob", "olga", "stella"]


def test_a_request_keeps_both_until_the_coach_says_no(pair: Desk) -> None:
    with scope(pair.cast.bob.scope()):
        change_offering(offering=pair.coaching, now=NOW, needs_approval=True)
    session = pair.book()
    assert session.is_requested
    assert claimed(pair, session) == both_at(pair, TUESDAY_TEN)
    with scope(pair.cast.bob.scope()):
        decline_request(session=session, now=NOW)
    assert claimed(pair, session) == set()


def test_a_series_takes_both_each_week_or_nothing(pair: Desk) -> None:
    weeks = [TUESDAY_TEN + timedelta(weeks=number) for number in range(2)]
    with scope(pair.cast.carol.scope()):
        series = book_series(
            offering=Offering.objects.select_related("coach", "schedule").get(pk=pair.coaching.pk),
            run=Run("weekly", weeks),
            booker=BookerClient(pair.cast.carol_client, pair.cast.carol_engagement),
            booking_key=uuid4(),
            booker_time_zone="UTC",
            now=NOW,
        )
        sessions = list(Session.objects.filter(series=series).order_by("starts_at"))
    assert [claimed(pair, each) for each in sessions] == [both_at(pair, at) for at in weeks]
