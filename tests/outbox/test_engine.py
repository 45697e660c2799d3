from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from coachops.outbox.engine import drain
from coachops.outbox.queue import Timing, enqueue_global, withdraw
from coachops.outbox.registry import NotDelivered, Undeliverable, register
from tests.outbox.courier import NOW, ask, body_of_global, later, row


def test_what_is_due_is_delivered_once_and_nothing_early(practice, courier):
    ask(practice, "now")
    ask(practice, "tomorrow", due_at=later(days=1))
    assert drain(now=NOW) == 1
    assert drain(now=NOW) == 0
    assert courier.delivered == ["now"]
    assert row(practice, "now").state == "sent"
    assert row(practice, "now").sent_at == NOW
    assert row(practice, "tomorrow").state == "pending"


def test_it_is_prepared_inside_its_practice_and_delivered_outside(
    practice, other_practice, courier
):
    ask(practice, "a")
    ask(other_practice, "b", due_at=later(seconds=-1))
    drain(now=NOW)
    assert courier.prepared_in == [other_practice, practice]
    assert courier.outside_of_everything == [True, True]


def test_a_worker_whose_clock_is_wrong_sends_nothing_early(practice, courier):
    ask(practice, "in an hour", due_at=timezone.now() + timedelta(hours=1))
    with time_machine.travel(timezone.now() + timedelta(hours=2)):
        drain()
    assert courier.delivered == []


def test_codes_go_before_reminders(practice, courier):
    ask(practice, "old reminder", due_at=later(hours=-1))
    enqueue_global(
        kind="test.note",
        key="code",
        recipient="a@example.test",
        body="x",
        timing=Timing(due_at=NOW, priority=0),
    )
    drain(now=NOW, batch=1)
    assert courier.delivered == ["code", "old reminder"]
    assert courier.prepared_in == [None, practice]


@pytest.mark.django_db
def test_a_code_is_erased_once_it_is_sent(courier):
    enqueue_global(
        kind="test.note",
        key="code",
        recipient="a@example.test",
        body="FTQX-KCRF",
        timing=Timing(due_at=NOW),
    )
    assert body_of_global("code") == ("pending", "FTQX-KCRF")
    drain(now=NOW)
    assert body_of_global("code") == ("sent", "")


def test_a_refusal_for_now_is_tried_again_ever_later_and_then_given_up(practice, courier):
    ask(practice, "note")
    courier.troubles = [NotDelivered("greylisted")] * 8
    moment = NOW
    waits = []
    for _attempt in range(8):
        drain(now=moment)
        message = row(practice, "note")
        waits.append((message.due_at - moment).total_seconds())
        moment = message.due_at
    for attempt, wait in enumerate(waits[:7]):
        assert 0.8 * 15 * 2**attempt <= wait <= 1.2 * 15 * 2**attempt
    assert (message.state, message.attempts, message.unsure) == ("dead", 8, 0)
    assert message.last_error == "NotDelivered: greylisted"
    assert drain(now=later(days=1)) == 0


def test_the_second_attempt_can_succeed(practice, courier):
    ask(practice, "note")
    courier.troubles = [NotDelivered("busy")]
    drain(now=NOW)
    drain(now=later(seconds=30))
    assert courier.delivered == ["note"]
    assert row(practice, "note").last_error == ""


def test_what_cannot_be_delivered_is_given_up_at_once(practice, courier):
    ask(practice, "note")
    courier.troubles = [Undeliverable("no such mailbox")]
    drain(now=NOW)
    message = row(practice, "note")
    assert (message.state, message.attempts, message.may_have_been_sent) == ("dead", 1, False)


def test_a_reminder_that_may_have_gone_out_is_sent_again_and_says_so(practice, courier):
    ask(practice, "note")
    courier.troubles = [TimeoutError("no answer")]
    drain(now=NOW)
    message = row(practice, "note")
    assert (message.state, message.unsure) == ("pending", 1)
    assert message.last_error.startswith("may have been sent")


def test_a_report_that_may_have_gone_out_waits_for_a_person(practice, courier):
    ask(practice, "report", kind="test.report")
    courier.troubles = [TimeoutError("no answer")]
    drain(now=NOW)
    message = row(practice, "report")
    assert (message.state, message.unsure) == ("dead", 1)
    assert message.last_error.startswith("may have been sent")


def test_no_reminder_after_the_session_began(practice, courier):
    ask(practice, "late", not_after=NOW)
    drain(now=NOW)
    assert courier.delivered == []
    assert row(practice, "late").state == "expired"


def test_what_is_no_longer_wanted_expires(practice, courier):
    ask(practice, "moved")
    courier.unwanted = {"moved"}
    drain(now=NOW)
    assert row(practice, "moved").state == "expired"


def test_cancelled_between_claim_and_sending_is_not_sent(practice, courier):
    ask(practice, "reminder:1")
    courier.before_hand_off = [lambda message: withdraw(key_prefix=message.key)]
    assert drain(now=NOW) == 0
    assert courier.delivered == []
    assert row(practice, "reminder:1").state == "cancelled"


def test_one_bad_message_does_not_hold_up_the_others(practice, courier):
    def stumble(message):
        if message.key == "bad":
            raise KeyError("client")

    courier.before_hand_off = [stumble]
    for key in ("a", "bad", "c"):
        ask(practice, key)
    drain(now=NOW)
    assert sorted(courier.delivered) == ["a", "c"]
    message = row(practice, "bad")
    assert (message.state, message.unsure, message.last_error) == (
        "pending",
        0,
        "KeyError: 'client'",
    )


def test_a_kind_this_worker_does_not_know_waits_for_one_that_does(practice):
    ask(practice, "new", kind="test.unknown")
    drain(now=NOW)
    assert row(practice, "new").state == "pending"
    assert "no handler" in row(practice, "new").last_error


def test_a_kind_has_one_handler():
    register("test.taken", len)
    register("test.taken", len)
    with pytest.raises(ValueError, match="two handlers"):
        register("test.taken", repr)


def test_a_worker_asked_to_stop_gives_back_what_it_has_not_begun(practice, courier):
    for key in ("a", "b", "c"):
        ask(practice, key)
    drain(now=NOW, should_stop=lambda: bool(courier.delivered))
    assert len(courier.delivered) == 1
    states = {key: row(practice, key) for key in ("a", "b", "c")}
    assert sorted(message.state for message in states.values()) == ["pending", "pending", "sent"]
    assert sorted(message.attempts for message in states.values()) == [0, 0, 1]


def test_a_backlog_is_worked_off_batch_by_batch(practice, courier):
    for number in range(5):
        ask(practice, f"note:{number}")
    assert drain(now=NOW, batch=2) == 5
    assert len(courier.delivered) == 5
