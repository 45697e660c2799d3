"""The sponsor's side of a three-way is reminded by the same policy, on a clock of its own."""

from datetime import UTC, datetime, time, timedelta

import pytest
import time_machine
from django.core import mail

from coachops.outbox.engine import drain
from coachops.outbox.models import Message
from coachops.outbox.queue import enqueue
from coachops.tenancy.scope import scope
from scheduling.models import Offering, Session
from scheduling.policies import CancelledBy
from scheduling.services.changes import cancel_session, move_session
from scheduling.services.reminders import save_reminder_policy
from tests.scheduling.conftest import NOW, Desk
from tests.scheduling.three_ways import TIMES, ask

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


def _policy(desk: Desk, **values: object) -> None:
    with scope(desk.cast.alice.scope()):
        save_reminder_policy(now=NOW, **values)
    drain(now=NOW)


def _met(desk: Desk) -> Session:
    """Tuesday of next week, nine o'clock in Berlin; Stella answered from New York."""
    question = ask(desk)
    question.answer("Carol", 1)
    return question.answer("Stella", 1).session


def _due(desk: Desk) -> list[datetime]:
    with scope(desk.cast.bob.scope()):
        rows = Message.objects.filter(state="pending", kind="scheduling.three_way", due_at__gt=NOW)
        return list(rows.order_by("due_at").values_list("due_at", flat=True))


def _before(*hours: int) -> list[datetime]:
    return [TIMES[1] - each * HOUR for each in hours]


def test_by_the_practices_policy_or_the_offerings_own(desk: Desk) -> None:
    _policy(desk, minutes_before=[4320, 60])
    _met(desk)
    assert _due(desk) == _before(72, 1)
    with scope(desk.cast.bob.scope()):
        Offering.objects.filter(kind=Offering.Kind.THREE_WAY).update(reminders=[180])
    _policy(desk, minutes_before=[120])
    assert _due(desk) == _before(3)


def test_out_of_the_quiet_hours_of_the_sponsors_clock(desk: Desk) -> None:
    """Nine in Berlin is three in New York: two hours before it everybody there sleeps."""
    _policy(desk, minutes_before=[120], quiet_from=time(21), quiet_until=time(7))
    _met(desk)
    assert _due(desk) == [datetime(2026, 11, 24, 1, 55, tzinfo=UTC)]


def test_anew_when_it_moves_and_none_when_it_is_cancelled(desk: Desk) -> None:
    session = _met(desk)
    drain(now=NOW)
    with scope(desk.cast.bob.scope()):
        later = TIMES[1] + timedelta(days=1, hours=3)
        move_session(session=session, starts_at=later, now=NOW, by_coach=True)
        assert _due(desk) == [later - 48 * HOUR, later - 2 * HOUR]
        cancel_session(session=session.reload(), cancelled_by=CancelledBy.COACH, now=NOW)
    assert _due(desk) == []


def test_what_was_planned_before_there_was_a_policy_gives_way_to_it(desk: Desk) -> None:
    session = _met(desk)
    with scope(desk.cast.bob.scope()):
        enqueue(
            kind="scheduling.three_way",
            key=f"three-way:{session.pk}:soon:0:{session.pk}",
            due_at=TIMES[1] - 24 * HOUR,
        )
    assert _due(desk) == _before(48, 24, 2)
    _policy(desk, minutes_before=[60])
    assert _due(desk) == _before(1)


def test_the_mail_says_when_on_their_clock_and_carries_no_second_invitation(
    desk: Desk, monday: time_machine.Traveller
) -> None:
    _met(desk)
    drain(now=NOW)
    mail.outbox.clear()
    monday.move_to(TIMES[1] - 48 * HOUR)
    drain(now=TIMES[1] - 48 * HOUR)
    (letter,) = [each for each in mail.outbox if each.to[0].startswith("stella@")]
    title = "Three-way check-in with Bob Harbour"
    assert letter.subject == f"Reminder: {title}, Tuesday 24 November, 03:00"
    assert not [each for each in letter.alternatives if "calendar" in each.mimetype]
