"""Workers are killed and the broker is wiped while reminders go out. The processes are real."""

import signal
import sys

import pytest

from benchmarks.crew import CountingSink, Crew
from benchmarks.reminders import Plan, count, environment, fill, run

pytestmark = pytest.mark.django_db(transaction=True)

SMALL = Plan(reminders=90, practices=3, smtp_delay=0.03, lease_seconds=3, give_up_after=150)


def test_nothing_is_lost_and_at_most_one_mail_doubled_for_each_killed_process():
    outcome = run(SMALL)
    assert outcome.lost == 0
    assert outcome.killed >= 2
    assert outcome.duplicates <= outcome.killed
    assert outcome.duplicates <= outcome.unsure


def test_without_any_broker_the_loop_delivers_and_stops_in_order(tmp_path):
    expected = fill(Plan(reminders=24, practices=2))
    loop = (sys.executable, "manage.py", "outbox", "--loop")
    with CountingSink(0.02) as sink, Crew(tmp_path, environment(sink, tmp_path, SMALL)) as crew:
        crew.start("first", *loop)
        crew.start("second", *loop)
        while len(sink.accepted()) < 6:
            sink.wait_for_more(1)
        crew.kill("first")
        while count("state IN ('pending', 'sending')"):
            sink.wait_for_more(0.2)
            crew.restart_the_fallen()
        assert crew.restarted == []
        assert crew.stop("second", signal.SIGTERM) == 0
    accepted = sink.accepted()
    assert set(accepted) == expected
    assert accepted.total() <= len(expected) + 1
