"""What becomes of messages whose worker is lost, slow, or one of several."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, connections, transaction

from coachops.outbox.engine import drain
from coachops.outbox.leases import renewed
from coachops.outbox.queue import LAST, withdraw
from coachops.outbox.registry import held_kinds
from coachops.outbox.store import Store, forget
from coachops.tenancy.scope import scope, system_scope
from tests.outbox.courier import NOW, ask, later, open_practice, row

AFTER_THE_LEASE = later(minutes=3)


def claim_one(now=NOW):
    (message,) = Store(now=now, worker="lost").claim(1)
    return message


def reap(now=AFTER_THE_LEASE):
    Store(now=now).open(held_kinds())


def test_a_worker_lost_before_sending_costs_nothing(practice, courier):
    ask(practice, "note")
    claim_one()
    drain(now=later(seconds=30))
    assert courier.delivered == []
    drain(now=AFTER_THE_LEASE)
    assert courier.delivered == ["note"]
    assert (row(practice, "note").attempts, row(practice, "note").unsure) == (2, 0)


def test_a_worker_lost_while_sending_leaves_a_mark(practice, courier):
    ask(practice, "note")
    Store(now=NOW).hand_off(claim_one(), 0)
    drain(now=AFTER_THE_LEASE)
    assert courier.delivered == ["note"]
    assert row(practice, "note").unsure == 1


def test_a_report_lost_while_sending_is_held(practice, courier):
    ask(practice, "report", kind="test.report")
    Store(now=NOW).hand_off(claim_one(), 0)
    drain(now=AFTER_THE_LEASE)
    assert courier.delivered == []
    message = row(practice, "report")
    assert message.state == "dead"
    assert "may have been sent" in message.last_error


def test_a_worker_that_comes_back_late_cannot_send(practice, courier):
    ask(practice, "note")
    late = claim_one()
    assert not Store(now=AFTER_THE_LEASE).hand_off(late, 0)
    drain(now=AFTER_THE_LEASE)
    assert courier.delivered == ["note"]
    assert not Store(now=AFTER_THE_LEASE).hand_off(late, 0)


def test_a_late_word_counts_until_somebody_else_has_the_message(practice):
    ask(practice, "early")
    late = claim_one()
    Store(now=NOW).hand_off(late, 0)
    reap()
    Store(now=AFTER_THE_LEASE).sent(late)
    assert row(practice, "early").state == "sent"


def test_a_late_word_does_not_count_against_the_new_holder(practice):
    ask(practice, "note")
    late = claim_one()
    reap()
    claim_one(AFTER_THE_LEASE)
    Store(now=AFTER_THE_LEASE).sent(late)
    Store(now=AFTER_THE_LEASE).failed(late, "too late", final=True, unsure=False)
    assert row(practice, "note").state == "sending"


def test_handing_over_starts_the_lease_anew(practice):
    ask(practice, "report")
    message = claim_one()
    assert Store(now=later(seconds=100)).hand_off(message, 600)
    reap()
    assert row(practice, "report").state == "sending"


def test_a_message_that_kills_every_worker_is_given_up(practice):
    ask(practice, "poison")
    moment = NOW
    for _worker in range(8):
        claim_one(moment)
        moment += AFTER_THE_LEASE - NOW
        reap(moment)
        moment += AFTER_THE_LEASE - NOW
    assert row(practice, "poison").state == "dead"


def test_finished_messages_are_forgotten(practice, courier):
    ask(practice, "done")
    ask(practice, "waiting", due_at=later(days=1))
    drain(now=NOW)
    assert forget(before=later(days=-90)) == 0
    assert forget(before=later(days=900)) == 1
    assert row(practice, "waiting").state == "pending"


@pytest.mark.django_db(transaction=True)
def test_a_database_that_restarts_after_the_delivery_costs_no_second_copy(courier):
    practice = open_practice("alder-lane")
    ask(practice, "note")
    courier.after_delivery = [lambda: hang_up_on(connection.connection.info.backend_pid)]
    assert drain(now=NOW) == 1
    assert row(practice, "note").state == "sent"
    drain(now=AFTER_THE_LEASE)
    assert courier.delivered == ["note"]


def hang_up_on(process: int) -> None:
    """What a restart of the server does to one connection."""
    other = connections.create_connection("default")
    with other.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s, 5000)", [process])
    other.close()


@pytest.mark.django_db(transaction=True)
def test_what_a_request_is_withdrawing_right_now_is_not_sent(courier):
    practice = open_practice("alder-lane")
    ask(practice, "note")
    message = claim_one()
    with ThreadPoolExecutor(1) as worker, scope(system_scope(practice)), transaction.atomic():
        connection.cursor().execute("SELECT FROM outbox_message WHERE key = 'note' FOR UPDATE")
        assert worker.submit(impatient_hand_off, message).result() is False
        withdraw(key_prefix="note")
    assert row(practice, "note").state == "cancelled"


def impatient_hand_off(message) -> bool:
    connection.cursor().execute("SET lock_timeout = '100ms'")
    try:
        return Store(now=NOW).hand_off(message, 0)
    finally:
        connection.close()


@pytest.mark.django_db(transaction=True)
def test_two_dispatchers_share_the_work(courier):
    practice = open_practice("alder-lane")
    keys = {f"note:{number}" for number in range(60)}
    for key in keys:
        ask(practice, key)

    def work(_worker: int) -> int:
        try:
            return drain(now=NOW, batch=5)
        finally:
            connection.close()

    with ThreadPoolExecutor(3) as workers:
        assert sum(workers.map(work, range(3))) == 60
    assert sorted(courier.delivered) == sorted(keys)


def test_mail_goes_before_what_takes_minutes_and_of_that_one_runs_at_a_time(practice):
    for key in ("export", "import"):
        ask(practice, key, priority=LAST)
    ask(practice, "note")
    first, busy = Store(now=NOW, worker="one"), Store(now=NOW, worker="two")
    assert [each.key for each in first.claim(10)] == ["note"]
    (export,) = first.claim(10)
    assert busy.claim(10) == []
    first.sent(export)
    assert [each.key for each in busy.claim(10)] == ["import"]


def test_what_takes_minutes_and_lost_its_worker_keeps_the_place_for_one_lease_alone(practice):
    ask(practice, "export", priority=LAST)
    Store(now=NOW).hand_off(claim_one(), 60)
    ask(practice, "import", priority=LAST)
    assert Store(now=later(seconds=50)).claim(10) == []
    reap(later(seconds=61))
    assert len(Store(now=later(seconds=61)).claim(10)) == 1


@pytest.mark.django_db(transaction=True)
def test_the_lease_of_what_takes_minutes_is_renewed_while_its_process_lives():
    practice = open_practice("alder-lane")
    ask(practice, "export", priority=LAST)
    store = Store(now=NOW)
    (message,) = store.claim(1)
    began = row(practice, "export").lease_until
    with renewed(store, message, 0.2):
        while row(practice, "export").lease_until == began:
            connection.cursor().execute("SELECT pg_sleep(0.02)")
    renewal = row(practice, "export").lease_until
    store.sent(message)
    store.renew(message, 60)
    assert renewal != began
    assert row(practice, "export").lease_until is None
