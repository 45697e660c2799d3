"""Who is reminded of what, the evening before, and the question afterwards."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, time, timedelta
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.core import mail
from django.db import connection, transaction
from django.test import Client as Browser
from django.urls import reverse

from clients.models import Client
from coachops.outbox.engine import drain
from coachops.outbox.models import Message
from coachops.tenancy.scope import scope, system_scope
from programs.queries.ledger import balances
from scheduling.models import Offering, ReminderPolicy, Session
from scheduling.policies import CancelledBy
from scheduling.services.changes import cancel_session, move_session
from scheduling.services.groups import schedule_group
from scheduling.services.offerings import create_offering
from scheduling.services.outcomes import confirm_outcome
from scheduling.services.reminders import save_reminder_policy
from scheduling.services.replanning import prepare_replan
from tests.cast import build_cast
from tests.scheduling.conftest import NOW, TUESDAY_TEN, Desk, build_desk

REMINDER, PREPARATION = "scheduling.reminder", "scheduling.preparation"
QUESTION = "scheduling.outcome_question"
LATER = TUESDAY_TEN + timedelta(hours=4)
EVENING = datetime(2026, 11, 23, 17, 0, tzinfo=UTC)
"""18:00 in Berlin on the day before."""
AFTER = TUESDAY_TEN + timedelta(hours=1, minutes=20)
LINK = re.compile(r"https?://[^/\s]+(/l/[^\s\"<]+)")


def policy(desk: Desk, **values: Any) -> None:
    with scope(desk.cast.alice.scope()):
        save_reminder_policy(now=NOW, **values)


def due(desk: Desk, kind: str, state: str = "pending") -> list[datetime]:
    with scope(desk.cast.bob.scope()):
        rows = Message.objects.filter(state=state, kind=kind).order_by("due_at")
        return list(rows.values_list("due_at", flat=True))


def deliver(now: datetime) -> list[str]:
    mail.outbox.clear()
    with time_machine.travel(now, tick=False):
        drain(now=now)
    return [f"{each.to[0]}: {each.subject}" for each in mail.outbox]


def hours_before(*hours: int, start: datetime = TUESDAY_TEN) -> list[datetime]:
    return [start - timedelta(hours=each) for each in hours]


def test_the_practice_s_policy_holds_where_an_offering_says_nothing(desk: Desk) -> None:
    policy(desk, minutes_before=[4320, 1440, 60])
    desk.book()
    assert due(desk, REMINDER) == hours_before(72, 24, 1)


def test_an_offering_has_reminders_of_its_own_or_none(desk: Desk) -> None:
    with scope(desk.cast.bob.scope()):
        Offering.objects.filter(pk=desk.coaching.pk).update(reminders=[180])
        Offering.objects.filter(pk=desk.chemistry.pk).update(reminders=[])
    desk.book()
    desk.book_guest(LATER)
    assert due(desk, REMINDER) == hours_before(3)


def test_quiet_hours_are_the_booker_s_not_the_coach_s(desk: Desk) -> None:
    """Carol is in New York: 10:00 in Berlin is 04:00 for her, two hours before it is 02:00."""
    policy(desk, minutes_before=[120], quiet_from=time(21), quiet_until=time(7))
    desk.book()
    assert due(desk, REMINDER) == [datetime(2026, 11, 24, 1, 55, tzinfo=UTC)]


def test_a_changed_policy_plans_anew_what_is_booked_and_repeats_nothing(desk: Desk) -> None:
    desk.book()
    deliver(NOW)
    [sent] = deliver(TUESDAY_TEN - timedelta(hours=48))
    assert sent.startswith("carol@harbour.example: Reminder")
    with time_machine.travel(TUESDAY_TEN - timedelta(hours=40), tick=False) as clock:
        with scope(desk.cast.alice.scope()):
            save_reminder_policy(
                now=TUESDAY_TEN - timedelta(hours=40), minutes_before=[2880, 1440, 30]
            )
        drain(now=TUESDAY_TEN - timedelta(hours=40))
        assert clock is not None
    wanted = [TUESDAY_TEN - timedelta(hours=24), TUESDAY_TEN - timedelta(minutes=30)]
    assert due(desk, REMINDER) == wanted
    assert len(due(desk, REMINDER, "sent")) == 1


def test_saving_the_same_policy_changes_nothing(desk: Desk) -> None:
    policy(desk, minutes_before=[2880, 120])
    with scope(desk.cast.alice.scope()):
        assert not ReminderPolicy.objects.exists()
        assert not Message.objects.filter(kind="scheduling.replan_reminders").exists()


def test_no_reminder_of_a_request_that_nobody_has_answered(desk: Desk) -> None:
    with scope(desk.cast.bob.scope()):
        Offering.objects.filter(pk=desk.coaching.pk).update(needs_approval=True)
    desk.coaching.needs_approval = True
    assert desk.book().state == Session.State.REQUESTED
    assert due(desk, REMINDER) == due(desk, PREPARATION) == due(desk, QUESTION) == []


@pytest.mark.django_db(transaction=True)
def test_a_session_that_moves_while_reminders_are_planned_anew_keeps_its_own() -> None:
    with transaction.atomic():
        desk = build_desk(build_cast())
    session = desk.book()
    policy(desk, minutes_before=[180])

    asked: Any = SimpleNamespace(payload={"offering": str(desk.coaching.pk), "after": None})

    def replan() -> None:
        try:
            with scope(system_scope(desk.cast.practice.pk)), transaction.atomic():
                prepare_replan(asked)
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        with scope(desk.cast.bob.scope()), transaction.atomic():
            move_session(session=session, starts_at=LATER, now=NOW, by_coach=True)
            replanned = pool.submit(replan)
            with pytest.raises(TimeoutError):
                replanned.result(timeout=1)
        replanned.result(timeout=10)
    with transaction.atomic():
        assert due(desk, REMINDER) == hours_before(3, start=LATER)


# ---- the evening before ------------------------------------------------------------------------


def test_the_evening_before_the_coach_gets_one_mail_with_all_of_tomorrow(desk: Desk) -> None:
    session = desk.book()
    desk.book_guest(LATER)
    deliver(NOW)
    assert due(desk, PREPARATION) == [EVENING]
    told = [each for each in deliver(EVENING) if each.startswith("bob@")]
    assert told == ["bob@harbour.example: Tomorrow, Tuesday 24 November: 2 sessions"]
    text = next(each.body for each in mail.outbox if each.to == ["bob@harbour.example"])
    assert "10:00 to 11:00  Carol Harbour, session 1" in text
    assert reverse("coach:session_prep", args=["harbour", session.pk]) in text
    assert "14:00 to 14:30  Gina Guest" in text
    assert deliver(EVENING + timedelta(minutes=30)) == []


def test_before_a_day_without_sessions_there_is_no_mail(desk: Desk) -> None:
    session = desk.book()
    with scope(desk.cast.bob.scope()):
        cancel_session(session=session, cancelled_by=CancelledBy.COACH, now=NOW)
    deliver(NOW)
    assert deliver(EVENING) == []


def test_a_session_that_moves_to_another_day_is_told_before_that_day(desk: Desk) -> None:
    session = desk.book()
    with scope(desk.cast.bob.scope()):
        move_session(
            session=session, starts_at=TUESDAY_TEN + timedelta(days=1), now=NOW, by_coach=True
        )
    deliver(NOW)
    assert not any("Tomorrow" in each for each in deliver(EVENING))
    [told] = [each for each in deliver(EVENING + timedelta(days=1)) if "Tomorrow" in each]
    assert "Wednesday 25 November: one session" in told


def test_what_is_booked_after_that_evening_s_mail_is_not_told_again(desk: Desk) -> None:
    late = EVENING + timedelta(hours=1)
    with scope(desk.cast.bob.scope()):
        Offering.objects.filter(pk=desk.coaching.pk).update(notice=60)
    desk.book(now=late)
    assert due(desk, PREPARATION) == []


def test_a_practice_that_wants_no_evening_mail_gets_none(desk: Desk) -> None:
    desk.book()
    policy(desk, sends_preparation=False)
    deliver(NOW)
    assert due(desk, PREPARATION) == []
    policy(desk, sends_preparation=True, preparation_at=time(20, 30))
    deliver(NOW)
    assert due(desk, PREPARATION) == [EVENING + timedelta(hours=2, minutes=30)]


# ---- the question afterwards -------------------------------------------------------------------


def ask(desk: Desk) -> tuple[Session, dict[str, str]]:
    """A session that is over, and the links of the mail that asks about it."""
    session = desk.book()
    deliver(NOW)
    deliver(TUESDAY_TEN - timedelta(minutes=30))
    [asked] = deliver(AFTER)
    assert asked == "bob@harbour.example: Was it held? Carol Harbour, Tuesday 24 November, 10:00"
    names = ("held", "no_show", "late_cancel", "coach_cancelled")
    return session, dict(zip(names, LINK.findall(mail.outbox[0].body), strict=True))


def left(desk: Desk) -> int:
    engagement = desk.cast.carol_engagement.pk
    with scope(desk.cast.bob.scope()):
        return balances([engagement])[engagement].left


def test_the_question_s_links_show_one_button_and_note_on_post(desk: Desk) -> None:
    session, links = ask(desk)
    browser = Browser()
    with time_machine.travel(AFTER, tick=False):
        shown = browser.get(links["held"]).content.decode()
        assert shown.count('<button class="btn btn-primary" type="submit">Held</button>') == 1
        assert desk.reload(session).outcome == ""
        assert "Noted" in browser.post(links["held"]).content.decode()
        assert desk.reload(session).outcome == "held"
        assert left(desk) == 5
        assert "noted already" in browser.get(links["no_show"]).content.decode()
        assert browser.post(links["no_show"]).status_code == 409
        assert "noted already" in browser.post(links["held"]).content.decode(), "a second click"
    with time_machine.travel(AFTER + timedelta(minutes=1), tick=False):
        assert browser.post(links["held"]).status_code == 404
    assert desk.reload(session).outcome == "held"


def test_each_answer_has_its_link(desk: Desk) -> None:
    session, links = ask(desk)
    with time_machine.travel(AFTER, tick=False):
        Browser().post(links["no_show"])
    assert desk.reload(session).outcome == "no_show"


def test_the_links_are_no_good_after_two_weeks_or_once_the_coach_has_left(desk: Desk) -> None:
    session, links = ask(desk)
    with time_machine.travel(AFTER + timedelta(days=15), tick=False):
        assert Browser().post(links["held"]).status_code == 404
    with scope(desk.cast.alice.scope()):
        type(desk.cast.bob.membership).objects.filter(pk=desk.cast.bob.membership.pk).update(
            ended_at=AFTER
        )
    with time_machine.travel(AFTER, tick=False):
        assert Browser().post(links["held"]).status_code == 404
    with scope(desk.cast.alice.scope()):
        assert session.reload().outcome == ""


def test_nobody_is_asked_about_what_was_noted_cancelled_or_moved(desk: Desk) -> None:
    noted, cancelled, moved = desk.book(), desk.book(LATER), desk.book(LATER + timedelta(days=1))
    with scope(desk.cast.bob.scope()):
        cancel_session(session=cancelled, cancelled_by=CancelledBy.COACH, now=NOW)
        move_session(session=moved, starts_at=LATER + timedelta(days=7), now=NOW, by_coach=True)
    deliver(NOW)
    with scope(desk.cast.bob.scope()):
        confirm_outcome(
            session=noted, outcome="held", reason="", now=TUESDAY_TEN + timedelta(minutes=50)
        )
    told = deliver(AFTER) + deliver(LATER + timedelta(days=2))
    assert not any("Was it held" in each for each in told)
    assert due(desk, QUESTION) == [LATER + timedelta(days=7, hours=1, minutes=15)]


def test_a_practice_that_wants_no_question_gets_none(desk: Desk) -> None:
    policy(desk, asks_outcome=False)
    desk.book()
    assert due(desk, QUESTION) == []


# ---- the page ----------------------------------------------------------------------------------

PAGE = "/coach/harbour/settings/reminders/"
FORM = {
    "lead-0-amount": "3",
    "lead-0-unit": "1440",
    "lead-1-amount": "90",
    "lead-1-unit": "1",
    "quiet_from": "22:00",
    "quiet_until": "06:30",
    "preparation_at": "19:00",
    "asks_outcome": "on",
}


def as_alice(desk: Desk) -> Browser:
    browser = Browser()
    browser.force_login(desk.cast.alice.user)
    return browser


def test_the_owner_sets_how_the_practice_reminds(desk: Desk) -> None:
    browser = as_alice(desk)
    assert 'value="48"' in browser.get(PAGE).content.decode()
    assert browser.post(PAGE, FORM).status_code == 302
    with scope(desk.cast.alice.scope()):
        saved = ReminderPolicy.objects.get()
    assert saved.minutes_before == [4320, 90]
    assert (saved.quiet_from, saved.quiet_until) == (time(22), time(6, 30))
    assert (saved.sends_preparation, saved.asks_outcome) == (False, True)
    assert 'value="90"' in browser.get(PAGE).content.decode()


def test_rows_are_added_and_removed_without_saving(desk: Desk) -> None:
    browser = as_alice(desk)
    added = browser.post(PAGE, FORM | {"add": "1"}).content.decode()
    assert 'name="lead-2-amount"' in added
    removed = browser.post(PAGE, FORM | {"remove": "0"}).content.decode()
    assert 'name="lead-1-amount"' not in removed
    assert 'value="90"' in removed
    with scope(desk.cast.alice.scope()):
        assert not ReminderPolicy.objects.exists()


def test_mistakes_are_shown_beside_the_field_and_what_was_typed_stays(desk: Desk) -> None:
    browser = as_alice(desk)
    for wrong, words in (
        ({"lead-0-amount": "90"}, "From 5 minutes to 30 days"),
        ({"lead-1-amount": "2"}, "From 5 minutes to 30 days"),
        ({"quiet_until": ""}, "Until when?"),
        ({"quiet_until": "22:00"}, "quiet all day"),
        ({"preparation_at": "soon"}, "Write a time such as"),
    ):
        page = browser.post(PAGE, FORM | wrong)
        assert page.status_code == 422
        assert words in page.content.decode()


# ---- groups ------------------------------------------------------------------------------------


@pytest.fixture
def group(desk: Desk) -> Session:
    """Carol, who is in New York, and Dave in a group of Bob's."""
    with scope(desk.cast.bob.scope()):
        Client.objects.filter(pk=desk.cast.carol_client.pk).update(time_zone="America/New_York")
        offering = create_offering(
            coach=desk.cast.bob.membership,
            name="Practice circle",
            kind=Offering.Kind.GROUP,
            bookers=Offering.Bookers.CLIENTS,
            capacity=5,
            now=NOW,
        )
        return schedule_group(
            offering=offering,
            starts_at=TUESDAY_TEN,
            roster=list(Client.objects.filter(name__in=["Carol Harbour", "Dave Harbour"])),
            booking_key=uuid4(),
            now=NOW,
        )


def test_everybody_in_a_group_is_reminded_and_the_coach_is_asked_who_came(
    desk: Desk, group: Session
) -> None:
    deliver(NOW)
    assert due(desk, "scheduling.group_reminder") == sorted(hours_before(48, 48, 2, 2))
    assert due(desk, PREPARATION) == [EVENING]
    told = [each for each in deliver(EVENING) if "Tomorrow" in each]
    assert told == ["bob@harbour.example: Tomorrow, Tuesday 24 November: one session"]
    [asked] = [each for each in deliver(AFTER) if "held" in each]
    assert asked == "bob@harbour.example: Was it held? Practice circle, Tuesday 24 November, 10:00"
    assert reverse("coach:group", args=["harbour", group.pk]) in mail.outbox[0].body
    assert "/l/" not in mail.outbox[0].body


def test_a_changed_policy_reaches_every_place_in_a_group(desk: Desk, group: Session) -> None:
    policy(desk, minutes_before=[180], quiet_from=time(21), quiet_until=time(7))
    deliver(NOW)
    carols = datetime(2026, 11, 24, 1, 55, tzinfo=UTC)
    assert due(desk, "scheduling.group_reminder") == [carols, *hours_before(3)]
    assert due(desk, QUESTION) == [TUESDAY_TEN + timedelta(hours=1, minutes=15)]
