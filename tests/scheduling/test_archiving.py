"""Archiving a client cancels what is still before them, after naming it."""

import re
from uuid import uuid4

import pytest
from django.core import mail
from django.test import Client as Browser

from clients.models import Client
from clients.services.assignments import begin_assignment
from clients.services.clients import archive_client
from coachops.outbox.engine import drain
from coachops.tenancy.scope import scope
from programs.queries.ledger import balances
from scheduling.models import Claim, Poll, Seat, Session
from scheduling.policies.groups import GroupRefused
from scheduling.services.booking import BookerClient, NotBookable, book_session
from scheduling.services.seats import join_group
from tests.scheduling.conftest import NOW, TUESDAY_TEN, Desk
from tests.scheduling.groups_world import build_circle
from tests.scheduling.test_pages import Visit
from tests.scheduling.three_ways import ask

pytestmark = pytest.mark.django_db


def _archive(browser: Browser, desk: Desk, *named: str, step: str = "archive"):
    path = f"/coach/harbour/clients/{desk.cast.carol_client.pk}/{step}/"
    return browser.post(path, {"cancel": named})


def _named(page: str) -> list[str]:
    return re.findall(r'name="cancel" value="([^"]+)"', page)


def _is_archived(desk: Desk) -> bool:
    with scope(desk.cast.bob.scope()):
        return Client.objects.get(pk=desk.cast.carol_client.pk).archived_at is not None


def test_nothing_ahead_is_archived_at_once_and_comes_back(desk: Desk, visit: Visit) -> None:
    bob = visit(desk.cast.bob)
    for step, is_archived in (("archive", True), ("archive", True), ("restore", False)):
        assert _archive(bob, desk, step=step).status_code == 302
        assert _is_archived(desk) == is_archived


def test_what_is_ahead_is_named_first(desk: Desk, visit: Visit) -> None:
    session = desk.book()
    page = _archive(visit(desk.cast.bob), desk)
    assert page.status_code == 200
    assert "Tuesday 24 November 2026, 10:00" in page.content.decode()
    assert not _is_archived(desk)
    assert not desk.reload(session).is_cancelled


def test_named_dates_are_cancelled_at_no_cost_and_leave_the_calendars(
    desk: Desk, visit: Visit, monday
) -> None:
    session, circle = desk.book(), build_circle(desk.cast)
    circle.schedule(desk.cast.carol_client, draws_on_ledger=True)
    drain(now=NOW)
    mail.outbox.clear()
    monday.move_to(TUESDAY_TEN.replace(hour=1))  # too late for the client to cancel for nothing
    bob = visit(desk.cast.bob)
    named = _named(_archive(bob, desk).content.decode())
    assert len(named) == 2
    assert _archive(bob, desk, *named).status_code == 302
    assert _is_archived(desk)
    with scope(desk.cast.bob.scope()):
        after = Session.objects.get(pk=session.pk)
        assert (after.cancelled_by, after.outcome) == ("coach", "coach_cancelled")
        assert Seat.objects.get(client=desk.cast.carol_client).state == Seat.State.CANCELLED
        engagement = desk.cast.carol_engagement.pk
        assert balances([engagement])[engagement].left == 6
    drain(now=TUESDAY_TEN.replace(hour=1))
    calendars = [
        part.content
        for letter in mail.outbox
        if letter.to == ["carol@harbour.example"]
        for part in letter.alternatives
        if "calendar" in part.mimetype
    ]
    assert len(calendars) == 2
    assert all("METHOD:CANCEL" in content for content in calendars)


def test_what_is_booked_meanwhile_is_named_too(desk: Desk, visit: Visit) -> None:
    desk.book()
    bob = visit(desk.cast.bob)
    named = _named(_archive(bob, desk).content.decode())
    desk.book(TUESDAY_TEN.replace(day=25))
    again = _archive(bob, desk, *named)
    assert len(_named(again.content.decode())) == 2
    assert not _is_archived(desk)


def test_assistant_of_one_coach_leaves_dates_of_another_to_others(desk: Desk, visit: Visit) -> None:
    cast, session = desk.cast, desk.book()
    with scope(cast.bob.scope()):
        begin_assignment(client=cast.carol_client, coach=cast.olga.membership, now=NOW)
        Session.objects.filter(pk=session.pk).update(coach=cast.olga.membership)
    answer = _archive(visit(cast.vera), desk, str(session.pk))
    assert answer.status_code == 409
    page = answer.content.decode()
    assert "Olga Harbour" in page
    assert "Tuesday 24 November" not in page
    assert not desk.reload(session).is_cancelled
    assert _named(_archive(visit(cast.bob), desk).content.decode()) == [str(session.pk)]


def test_times_that_are_held_for_three_are_free_again(desk: Desk, visit: Visit) -> None:
    ask(desk)
    bob = visit(desk.cast.bob)
    _archive(bob, desk, *_named(_archive(bob, desk).content.decode()))
    with scope(desk.cast.bob.scope()):
        assert Poll.objects.get().state == Poll.State.CLOSED
        assert not Claim.objects.filter(state=Claim.State.HELD).exists()


def test_pages_opened_before_give_nothing_afterwards(desk: Desk) -> None:
    """Carol's record as her request has read it says nothing of the archive yet."""
    session = build_circle(desk.cast).schedule()
    seen_before = desk.cast.carol_client
    with scope(desk.cast.bob.scope()):
        archive_client(client=seen_before.reload(), now=NOW)
        with pytest.raises(GroupRefused):
            join_group(session=session, client=seen_before, now=NOW)
        with pytest.raises(NotBookable):
            book_session(
                offering=desk.chemistry,
                starts_at=TUESDAY_TEN,
                booker=BookerClient(seen_before),
                booking_key=uuid4(),
                booker_time_zone="Europe/Berlin",
                now=NOW,
            )
