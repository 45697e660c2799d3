from uuid import UUID

import pytest
from celery import shared_task

from coachops.celery import app
from coachops.outbox.periodic import drain_outbox
from coachops.tenancy.celery import PracticeTask
from coachops.tenancy.models import uuid7
from coachops.tenancy.scope import ScopeError, current_practice_id, scope, system_scope


@shared_task(base=PracticeTask, name="test.where_am_i")
def where_am_i() -> UUID:
    return current_practice_id()


def test_the_outbox_is_looked_through_each_second():
    entry = app.conf.beat_schedule["drain the outbox"]
    assert (entry["task"], entry["schedule"]) == ("outbox.drain", 1.0)
    assert entry["options"]["expires"] <= 2
    assert drain_outbox.name in app.tasks


def test_nothing_waits_for_ever_on_a_dead_broker():
    options = app.conf.broker_transport_options
    assert options["socket_timeout"]
    assert options["health_check_interval"]


def test_a_task_of_a_practice_runs_inside_it():
    practice = uuid7()
    assert where_am_i(practice_id=str(practice)) == practice


def test_a_task_of_a_practice_needs_one():
    with pytest.raises(ScopeError):
        where_am_i.delay()


def test_a_task_does_not_run_inside_another_practice():
    with scope(system_scope(uuid7())), pytest.raises(ScopeError):
        where_am_i(practice_id=uuid7())
