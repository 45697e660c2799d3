"""Clients are asked to book what their program says is due, reminded, then left alone."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.core import mail
from django.test import Client as Browser

from clients.models import Engagement
from coachops.outbox.engine import drain
from coachops.tenancy.scope import scope, system_scope
from programs.models import EngagementPlan, PlannedSession, SessionPlan
from programs.services.ledger import open_account
from programs.services.starter import install_starter_program
from scheduling.models import ReminderPolicy, SchedulingRequest, Session
from scheduling.policies import CancelledBy
from scheduling.policies.asking import at_daytime, next_nudge
from scheduling.services.asking import ask_who_is_due, nudge_who_waits
from scheduling.services.booking import BookerClient, book_session
from scheduling.services.changes import cancel_session
from tests.scheduling.conftest import NOW, Desk

BERLIN = ZoneInfo("Europe/Berlin")
DAY = timedelta(days=1)


@pytest.fixture
def plan(desk: Desk) -> list[PlannedSession]:
    """Carol's program: the first session's window has opened, the second's opens in two weeks."""
    today = NOW.date()
    with scope(desk.cast.bob.scope()):
        version = install_starter_program(now=NOW)
        made = EngagementPlan.objects.create(
            engagement=desk.cast.carol_engagement, version=version, applied_at=NOW
        )
        plans = SessionPlan.objects.filter(phase__version=version).order_by("pk")
        phases = list(plans)
        return [
            PlannedSession.objects.create(
                plan=made,
                session_plan=phases[n],
                number=n + 1,
                opens_on=today + timedelta(days=14 * n - 1),
                due_on=today + timedelta(days=14 * n + 13),
            )
            for n in range(2)
        ]


def _round(desk: Desk, now: datetime = NOW) -> tuple[int, int]:
    with scope(system_scope(desk.cast.practice.pk)):
        return ask_who_is_due(now=now), nudge_who_waits(now=now)


def _mailed(now: datetime = NOW) -> list[str]:
    mail.outbox.clear()
    drain(now=now)
    return [each.subject for each in mail.outbox if "carol@harbour.example" in each.to]


def _book(desk: Desk, planned: PlannedSession, at: datetime) -> Session:
    with scope(desk.cast.carol.scope()):
        session = book_session(
            offering=desk.coaching,
            starts_at=at,
            booker=BookerClient(desk.cast.carol_client, desk.cast.carol_engagement),
            booking_key=uuid4(),
            booker_time_zone="Europe/Berlin",
            now=NOW,
        )
        assert session.planned_session_id == planned.pk
        return session


# ---- when --------------------------------------------------------------------------------------


def test_reminders_come_after_five_days_before_it_is_due_and_after() -> None:
    asked = datetime(2026, 11, 2, 9, tzinfo=BERLIN)
    due = asked.date() + timedelta(days=14)
    heard, days = asked, []
    for nudges in range(4):
        at = next_nudge(heard, due, nudges=nudges, zone=BERLIN)
        if at is None:
            break
        days.append((at.date() - asked.date()).days)
        heard = at
    assert days[0] == 5
    assert days[-1] <= 17
    assert len(days) == 3


def test_nobody_is_written_to_at_night() -> None:
    night = datetime(2026, 11, 16, 3, tzinfo=UTC)
    assert at_daytime(night, ZoneInfo("America/New_York")).hour == 9
    assert at_daytime(NOW, BERLIN) == NOW


# ---- whom --------------------------------------------------------------------------------------

pytestmark = pytest.mark.django_db


def test_asked_once_when_the_window_opens(desk: Desk, plan: list[PlannedSession]) -> None:
    assert _round(desk) == (1, 0)
    assert _round(desk) == (0, 0)
    assert _mailed() == ["Time to book with Bob Harbour"]
    (letter,) = mail.outbox
    assert f"/portal/harbour/book/?offering={desk.coaching.pk}" in str(letter.body)
    with scope(desk.cast.bob.scope()):
        assert SchedulingRequest.objects.get().planned_session_id == plan[0].pk


def test_the_request_is_on_the_clients_pages_until_it_is_booked(
    desk: Desk, plan: list[PlannedSession]
) -> None:
    _round(desk)
    carol = Browser()
    carol.force_login(desk.cast.carol.user)
    asks = "Bob asks you to book session 1"
    link = f"/portal/harbour/book/?offering={desk.coaching.pk}&amp;month=2026-11"
    for path in ("", "sessions/"):
        page = " ".join(carol.get(f"/portal/harbour/{path}").content.decode().split())
        assert asks in page
        assert link in page
        assert "Best by 29 November." in page
    _book(desk, plan[0], datetime(2026, 11, 24, 9, tzinfo=UTC))
    for path in ("", "sessions/"):
        assert asks not in carol.get(f"/portal/harbour/{path}").content.decode()


def test_the_coach_reads_on_the_profile_since_when_it_waits(
    desk: Desk, plan: list[PlannedSession]
) -> None:
    _round(desk)
    bob = Browser()
    bob.force_login(desk.cast.bob.user)
    address = f"/coach/harbour/clients/{desk.cast.carol_client.pk}/"
    page = " ".join(bob.get(address).content.decode().split())
    assert "Session 1: asked to book, waiting since 16 November." in page
    with scope(desk.cast.bob.scope()):
        assert f"/coach/harbour/asked/{SchedulingRequest.objects.get().pk}/" in page
    _asks(desk, on=False)
    assert "waiting since" not in bob.get(address).content.decode()


def test_link_opens_the_times_of_the_window(desk: Desk, plan: list[PlannedSession]) -> None:
    _round(desk)
    _mailed()
    address = str(mail.outbox[0].body).partition("http")[2].split()[0]
    carol = Browser()
    carol.force_login(desk.cast.carol.user)
    page = carol.get("/" + address.partition("//")[2].partition("/")[2])
    assert "Choose a time for session 1" in " ".join(page.content.decode().split())


def test_whoever_has_booked_is_not_asked(desk: Desk, plan: list[PlannedSession]) -> None:
    _book(desk, plan[0], datetime(2026, 11, 24, 9, tzinfo=UTC))
    assert _round(desk) == (0, 0)


def test_three_reminders_at_most(
    desk: Desk, plan: list[PlannedSession], monday: time_machine.Traveller
) -> None:
    _round(desk)
    _mailed()
    told = []
    for day in range(1, 40):
        now = NOW + day * DAY
        monday.move_to(now)
        _round(desk, now)
        told += _mailed(now + DAY / 2)
    assert told == ["Your next time with Bob Harbour: nothing is booked yet"] * 3


def test_booking_stops_the_reminders(
    desk: Desk, plan: list[PlannedSession], monday: time_machine.Traveller
) -> None:
    _round(desk)
    _mailed()
    _book(desk, plan[0], datetime(2026, 12, 4, 9, tzinfo=UTC))
    _mailed()
    later = NOW + 6 * DAY
    monday.move_to(later)
    assert _round(desk, later) == (0, 0)
    assert not [each for each in _mailed(later) if "nothing is booked" in each]
    with scope(desk.cast.bob.scope()):
        assert SchedulingRequest.objects.get().state == SchedulingRequest.State.BOOKED


def test_mail_already_on_its_way_is_dropped_when_it_is_booked(
    desk: Desk, plan: list[PlannedSession]
) -> None:
    _round(desk)
    _book(desk, plan[0], datetime(2026, 11, 24, 9, tzinfo=UTC))
    assert not [each for each in _mailed() if each.startswith("Time to book")]


@pytest.mark.parametrize("state", [Engagement.State.PAUSED, Engagement.State.COMPLETED])
def test_an_engagement_that_rests_or_has_ended_is_left_alone(
    desk: Desk, plan: list[PlannedSession], state: str
) -> None:
    with scope(desk.cast.bob.scope()):
        Engagement.objects.filter(pk=desk.cast.carol_engagement.pk).update(state=state)
    assert _round(desk) == (0, 0)


def test_nobody_is_asked_where_the_practice_switched_it_off(
    desk: Desk, plan: list[PlannedSession]
) -> None:
    with scope(desk.cast.alice.scope()):
        ReminderPolicy.objects.create(asks_to_book=False)
    assert _round(desk) == (0, 0)


def _asks(desk: Desk, *, on: bool) -> None:
    with scope(desk.cast.alice.scope()):
        ReminderPolicy.objects.update_or_create(defaults={"asks_to_book": on})


def test_asked_again_once_asking_is_on_again(
    desk: Desk, plan: list[PlannedSession], monday: time_machine.Traveller
) -> None:
    _round(desk)
    _mailed()
    _asks(desk, on=False)
    monday.move_to(NOW + 6 * DAY)
    assert _round(desk, NOW + 6 * DAY) == (0, 0)
    _asks(desk, on=True)
    assert _round(desk, NOW + 6 * DAY) == (1, 0)
    assert _mailed(NOW + 7 * DAY) == ["Your next time with Bob Harbour: nothing is booked yet"]


def test_what_is_booked_after_the_last_reminder_is_settled_and_asked_again_if_it_falls_through(
    desk: Desk, plan: list[PlannedSession]
) -> None:
    _round(desk)
    _mailed()
    with scope(desk.cast.bob.scope()):
        SchedulingRequest.objects.update(next_nudge_at=None, nudges=3)
    session = _book(desk, plan[0], datetime(2026, 11, 24, 9, tzinfo=UTC))
    _round(desk)
    with scope(desk.cast.bob.scope()):
        assert SchedulingRequest.objects.get().state == SchedulingRequest.State.BOOKED
        cancel_session(session=session, cancelled_by=CancelledBy.COACH, now=NOW)
    _mailed()
    assert _round(desk) == (1, 0)
    assert _round(desk) == (0, 0)
    assert not _mailed(NOW + DAY / 2)
    assert _mailed(NOW + DAY) == ["Your next time with Bob Harbour: nothing is booked yet"]


def test_those_with_nothing_left_take_nobody_s_turn(
    desk: Desk, plan: list[PlannedSession], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("scheduling.queries.asking.MOST_AT_ONCE", 1)
    with scope(desk.cast.bob.scope()):
        second = Engagement.objects.get(pk=desk.cast.carol_engagement.pk)
        second.pk = uuid4()
        second.save(force_insert=True)
        open_account(engagement=second, sessions=0, now=NOW)
        PlannedSession.objects.create(
            plan=EngagementPlan.objects.create(
                engagement=second, version=plan[0].plan.version, applied_at=NOW
            ),
            session_plan=plan[0].session_plan,
            number=1,
            opens_on=NOW.date(),
            due_on=NOW.date() + DAY,
        )
    assert _round(desk) == (1, 0)
    with scope(desk.cast.bob.scope()):
        assert SchedulingRequest.objects.get().planned_session_id == plan[0].pk


def test_two_clicks_remind_once(
    desk: Desk, plan: list[PlannedSession], monday: time_machine.Traveller
) -> None:
    _round(desk)
    _mailed()
    monday.move_to(NOW + 4 * DAY)
    bob = Browser()
    bob.force_login(desk.cast.bob.user)
    with scope(desk.cast.bob.scope()):
        address = f"/coach/harbour/asked/{SchedulingRequest.objects.get().pk}/"
    first, second = bob.post(address), bob.post(address)
    assert (first.status_code, second.status_code) == (302, 409)
    assert "was written to about it within the last day" in second.content.decode()
    assert len(_mailed(NOW + 4 * DAY)) == 1


def test_coach_sees_it_on_today_and_reminds_out_of_turn(
    desk: Desk, plan: list[PlannedSession], monday: time_machine.Traveller
) -> None:
    _round(desk)
    _mailed()
    monday.move_to(NOW + 4 * DAY)
    bob = Browser()
    bob.force_login(desk.cast.bob.user)
    today = bob.get("/coach/harbour/").content.decode()
    assert "Asked to book, nothing booked yet" in today
    with scope(desk.cast.bob.scope()):
        pk = SchedulingRequest.objects.get().pk
    assert bob.post(f"/coach/harbour/asked/{pk}/").status_code == 302
    assert _mailed(NOW + 4 * DAY) == ["Your next time with Bob Harbour: nothing is booked yet"]
    olga = Browser()
    olga.force_login(desk.cast.olga.user)
    assert olga.get(f"/coach/harbour/asked/{pk}/").status_code == 404
