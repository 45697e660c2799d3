import pytest
from django.db import IntegrityError, ProgrammingError, connection, transaction

from coachops.outbox.models import Message
from coachops.outbox.queue import Timing, enqueue, enqueue_global, withdraw
from coachops.tenancy.scope import ScopeError, scope, system_scope
from tests.outbox.courier import NOW, ask, later, row


def test_a_message_goes_with_the_transaction_that_asked_for_it(practice):
    with scope(system_scope(practice)):
        with transaction.atomic():
            enqueue(kind="test.note", key="lost", due_at=NOW)
            transaction.set_rollback(True)
        assert not Message.objects.exists()


def test_the_same_key_asks_once(practice):
    first = ask(practice, "note:1", payload={"lead_hours": 24})
    assert first is not None
    assert ask(practice, "note:1", due_at=later(days=1)) is None
    assert row(practice, "note:1").due_at == NOW


def test_the_same_key_in_another_practice_is_another_message(practice, other_practice):
    assert ask(practice, "note:1")
    assert ask(other_practice, "note:1")


def test_a_session_moved_away_and_back_is_reminded_again(practice):
    ask(practice, "reminder:1:ten")
    with scope(system_scope(practice)):
        withdraw(key_prefix="reminder:1:")
    assert row(practice, "reminder:1:ten").state == "cancelled"
    assert ask(practice, "reminder:1:ten", due_at=later(hours=1))
    assert row(practice, "reminder:1:ten").state == "pending"
    assert row(practice, "reminder:1:ten").due_at == later(hours=1)


def test_withdrawing_takes_exactly_the_keys_that_begin_so(practice, other_practice):
    for key in ("reminder:1:a", "reminder:1:b", "reminder:10:a", "reminder_1:a", "%"):
        ask(practice, key)
    ask(other_practice, "reminder:1:a")
    with scope(system_scope(practice)):
        assert withdraw(key_prefix="reminder:1:") == 2
        assert withdraw(key_prefix="%") == 1
        assert withdraw(key_prefix="reminder_") == 1
    assert row(practice, "reminder:10:a").state == "pending"
    assert row(other_practice, "reminder:1:a").state == "pending"


def test_withdrawing_everything_by_accident_is_refused(practice):
    with scope(system_scope(practice)), pytest.raises(ValueError, match="empty prefix"):
        withdraw(key_prefix="")


def test_what_happens_in_a_practice_is_a_row_of_that_practice(practice):
    with pytest.raises(ScopeError):
        enqueue(kind="test.note", key="nowhere", due_at=NOW)
    with scope(system_scope(practice)), pytest.raises(ScopeError):
        enqueue_global(kind="test.note", key="code", recipient="a@example.test", body="x")


def test_another_practice_sees_nothing(practice, other_practice):
    ask(practice, "note:1")
    with scope(system_scope(other_practice)):
        assert not Message.objects.exists()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM outbox_message")
        assert cursor.fetchone() == (0,)


def test_the_web_role_cannot_read_a_sign_in_code(db):
    enqueue_global(kind="test.note", key="code:1", recipient="a@example.test", body="FTQX-KCRF")
    with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
        connection.cursor().execute("SELECT body FROM outbox_message")


def test_a_message_of_a_practice_carries_no_content(practice):
    with scope(system_scope(practice)), pytest.raises(IntegrityError), transaction.atomic():
        Message.objects.create(kind="x", key="x", due_at=NOW, practice_id=practice, body="words")


def test_a_global_key_is_taken_once_too(db):
    ask_for_code = {
        "kind": "test.note",
        "key": "code:1",
        "recipient": "a@example.test",
        "body": "x",
    }
    assert enqueue_global(**ask_for_code, timing=Timing(due_at=NOW))
    assert enqueue_global(**ask_for_code, timing=Timing(due_at=NOW)) is None
