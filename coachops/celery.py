"""The Celery application: background workers and the timetable. Assembly only.

The broker may lose everything at any time: what must happen is a row of the outbox, and these
tasks only look at rows. Nothing in a request talks to the broker.
"""

import os
from importlib import import_module
from importlib.util import find_spec
from typing import Any

import django
from celery import Celery
from celery.signals import worker_process_init
from django.apps import apps
from django.conf import settings

from coachops.tenancy.celery import TimetableEntry

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "coachops.settings")
if not apps.ready:
    django.setup()

# Without these a publish or a read can wait for ever on a connection that is dead.
_TRANSPORT = {
    "socket_timeout": 10,
    "socket_connect_timeout": 5,
    "socket_keepalive": True,
    "health_check_interval": 10,
    "retry_on_timeout": True,
    # Longer than any task; an unacknowledged task is of no importance, its row is.
    "visibility_timeout": 3600,
}

# Where pages are served by the same machine, whoever waits for one goes first.
_NICENESS = 5


@worker_process_init.connect
def _let_pages_go_first(**_signal: object) -> None:
    os.nice(_NICENESS)


def timetable() -> dict[str, dict[str, Any]]:
    """What every installed app's periodic.py asks for, in Celery's words."""
    entries: dict[str, TimetableEntry] = {}
    for config in apps.get_app_configs():
        name = f"{config.name}.periodic"
        if find_spec(name) is not None:
            entries |= getattr(import_module(name), "TIMETABLE", {})
    return {
        title: {
            "task": entry.task,
            "schedule": entry.every,
            "options": {"expires": entry.expires},
        }
        for title, entry in entries.items()
    }


app = Celery("coachops")
app.conf.update(
    broker_url=settings.REDIS_URL,
    broker_transport_options=_TRANSPORT,
    broker_connection_retry_on_startup=True,
    broker_connection_max_retries=None,
    task_ignore_result=True,
    task_serializer="json",
    accept_content=["json"],
    task_time_limit=900,
    # Early acknowledgement: a task lost with its worker is asked for again by the timetable.
    task_acks_late=False,
    worker_prefetch_multiplier=1,
    worker_soft_shutdown_timeout=30,
    worker_max_tasks_per_child=1000,
    worker_max_memory_per_child=400_000,
    # Fewer things that can hang when the broker goes away; health is read from the database.
    worker_enable_remote_control=False,
    worker_send_task_events=False,
    worker_hijack_root_logger=False,
    # The timetable is code and its work is repeatable: nothing to remember in a file.
    beat_scheduler="celery.beat:Scheduler",
    beat_schedule=timetable(),
    beat_max_loop_interval=1,
    timezone="UTC",
)
app.autodiscover_tasks()
app.autodiscover_tasks(related_name="periodic")
