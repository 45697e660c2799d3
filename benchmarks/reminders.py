"""Due reminders, a worker killed in the middle, and the broker wiped: what arrives, and how often.

Run inside Django with a database that may be filled; the processes are real.
"""

import secrets
import tempfile
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from django.db import connection, transaction
from django.utils import timezone

from benchmarks.apps import REMINDER
from benchmarks.crew import CELERY, CountingSink, Crew, WipedBroker
from benchmarks.result import Result
from coachops.launch.machine import free_port
from coachops.launch.valkey import Broker
from coachops.outbox.models import Message
from coachops.outbox.queue import enqueue
from coachops.practices.models import Practice
from coachops.tenancy.models import uuid7
from coachops.tenancy.scope import dispatching, scope, system_scope


@dataclass(frozen=True, slots=True)
class Plan:
    """How much, on how many, and when trouble comes (as parts of what has arrived)."""

    reminders: int = 1000
    practices: int = 20
    workers: int = 2
    processes: int = 2
    smtp_delay: float = 0.02
    lease_seconds: int = 20
    kill_at: float = 0.3
    wipe_at: float = 0.6
    give_up_after: float = 240.0


@dataclass(frozen=True, slots=True)
class Outcome:
    """What arrived. `unsure` are reminders marked as possibly sent twice."""

    lost: int
    duplicates: int
    unsure: int
    killed: int
    restarted: tuple[str, ...]
    seconds: float


def measure() -> list[Result]:
    """A thousand reminders through one killed worker and one wiped broker."""
    plan = Plan()
    outcome = run(plan)
    rate = plan.reminders / outcome.seconds
    return [
        Result("reminders lost", outcome.lost, "of 1,000", 0, outcome.lost == 0),
        Result(
            "reminders sent twice (at most one a killed process)",
            outcome.duplicates,
            "of 1,000",
            outcome.killed,
            outcome.duplicates <= outcome.killed,
        ),
        Result("reminders a second, with a kill and a wipe", rate, "1/s", 5, rate >= 5),
    ]


def run(plan: Plan) -> Outcome:
    """Fill, start, trouble, and count at the mail server."""
    with tempfile.TemporaryDirectory(prefix="coachops-reminders-") as name:
        folder = Path(name)
        expected = fill(plan)
        server = Broker(free_port(), secrets.token_urlsafe(16))
        with (
            CountingSink(plan.smtp_delay) as sink,
            Crew(folder, environment(sink, folder, plan) | {"REDIS_URL": server.url}) as crew,
        ):
            broker = WipedBroker(crew, folder, server)
            killed, seconds = _trouble(plan, crew, broker, sink, expected)
            accepted = Counter({k: n for k, n in sink.accepted().items() if k in expected})
            return Outcome(
                lost=len(expected) - len(accepted),
                duplicates=accepted.total() - len(accepted),
                unsure=count("unsure > 0"),
                killed=killed,
                restarted=tuple(crew.restarted),
                seconds=seconds,
            )


def environment(sink: CountingSink, folder: Path, plan: Plan) -> dict[str, str]:
    """What the workers of one run are told; without a broker."""
    return {
        "DJANGO_SETTINGS_MODULE": "benchmarks.worker_settings",
        "DATABASE_URL": _database_url(),
        "EMAIL_URL": sink.url,
        "DATA_DIR": str(folder),
        "OUTBOX_LEASE_SECONDS": str(plan.lease_seconds),
    }


def _trouble(
    plan: Plan, crew: Crew, broker: WipedBroker, sink: CountingSink, expected: set[str]
) -> tuple[int, float]:
    """Processes killed, and seconds from the first mail until nothing is left to send."""
    broker.start()
    concurrency = ("-c", str(plan.processes), "-l", "warning")
    for number in range(plan.workers):
        crew.start(f"worker{number}", *CELERY, "worker", *concurrency, "-n", f"w{number}@bench")
    crew.start("beat", *CELERY, "beat", "-l", "warning")
    killed, wiped = 0, False
    begun_at = time.monotonic()
    deadline = begun_at + plan.give_up_after
    while time.monotonic() < deadline and count("state IN ('pending', 'sending')"):
        sink.wait_for_more(0.2)
        arrived = len(sink.accepted()) / len(expected)
        if arrived == 0:
            begun_at = time.monotonic()
        if not killed and arrived >= plan.kill_at:
            killed = crew.kill("worker0")
        if not wiped and arrived >= plan.wipe_at:
            broker.wipe()
            wiped = True
        crew.restart_the_fallen()
    return killed, time.monotonic() - begun_at


def fill(plan: Plan) -> set[str]:
    """Reminders due now in several practices; the Message-IDs they will have."""
    now = timezone.now()
    with dispatching(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM outbox_message WHERE kind = %s", [REMINDER])
    for number in range(plan.practices):
        practice_id = uuid7()
        with scope(system_scope(practice_id)), transaction.atomic():
            slug = f"measured-{practice_id.hex}"
            Practice.objects.create(
                id=practice_id, name=f"Practice {number}", slug=slug, time_zone="Europe/Oslo"
            )
            for reminder in range(plan.reminders // plan.practices):
                enqueue(
                    kind=REMINDER,
                    key=f"reminder:{reminder}:24h",
                    due_at=now,
                    recipient="client@example.test",
                )
    with dispatching():
        ids = list(_all_reminders())
    return {f"<{row_id}@coachops.example>" for row_id in ids}


def _all_reminders() -> list[object]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT id FROM outbox_message WHERE kind = %s", [REMINDER])
        return [row[0] for row in cursor.fetchall()]


def count(condition: str) -> int:
    """The reminders for which that SQL holds."""
    with dispatching(), connection.cursor() as cursor:
        cursor.execute(
            f"SELECT count(*) FROM {Message._meta.db_table} WHERE kind = %s AND {condition}",  # noqa: S608 -- conditions are written above
            [REMINDER],
        )
        return int(cursor.fetchone()[0])


def _database_url() -> str:
    """The database of this process, for the processes it starts."""
    values = connection.settings_dict
    login = quote(values["USER"])
    if values["PASSWORD"]:
        login += ":" + quote(values["PASSWORD"], safe="")
    host, port = values["HOST"] or "127.0.0.1", values["PORT"] or 5432
    return f"postgresql://{login}@{quote(host, safe='')}:{port}/{values['NAME']}"
