import pytest
from django.core.management import call_command
from django.db import connection

from coachops.outbox.engine import drain
from coachops.outbox.health import worker_health
from coachops.tenancy.scope import dispatching

pytestmark = pytest.mark.django_db


def beat(*, drained: str, oldest_due: str | None = None) -> None:
    with dispatching(), connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO outbox_heartbeat (worker, drained_at, oldest_due_at) VALUES"
            " ('w', clock_timestamp() - %s::interval, clock_timestamp() - %s::interval)",
            [drained, oldest_due],
        )


def test_without_any_worker_it_is_red():
    assert worker_health().problems == ("no_worker",)


def test_after_a_look_it_is_green():
    drain()
    assert worker_health().is_healthy


def test_a_worker_that_has_not_looked_for_two_minutes_is_red():
    beat(drained="121 seconds")
    assert worker_health().problems == ("worker_silent",)


def test_messages_five_minutes_late_are_red():
    beat(drained="10 seconds", oldest_due="330 seconds")
    assert worker_health().problems == ("messages_late",)


def test_the_last_word_counts():
    beat(drained="10 minutes", oldest_due="1 hour")
    drain()
    assert worker_health().is_healthy


def test_the_command_drains_once(capsys):
    call_command("outbox")
    assert capsys.readouterr().out == "0 delivered\n"
