"""`make run`: everything a practice needs, on one machine, until Ctrl-C."""

import os
import sys
import time
import urllib.error
import urllib.request
from dataclasses import dataclass
from pathlib import Path

from coachops.launch import machine, postgres, preparation
from coachops.launch.embedded import start_postgres, start_valkey
from coachops.launch.failure import LaunchError
from coachops.launch.folder import DataFolder, new_master_key, new_secret_key
from coachops.launch.supervisor import Program, Stopped, Supervisor

PROJECT = Path(__file__).resolve().parents[2]
DATABASE = "coachops"
_WORKER_CHECK_SECONDS = 30.0
_WORKER_STRIKES = 6  # red answers in a row before a worker that lives but idles is replaced


@dataclass(frozen=True)
class Plan:
    """What was asked for on the command line and in the environment."""

    port: int
    data: DataFolder

    @property
    def address(self) -> str:
        """Where the browser finds it."""
        return f"http://localhost:{self.port}"


def read_plan() -> Plan:
    """PORT and DATA. Raises LaunchError for a port that is none."""
    text = os.environ.get("PORT") or "8000"
    port = int(text) if text.isascii() and text.isdigit() else 0
    if not 0 < port < 65536:
        raise LaunchError(f"PORT={text} is not a port; take a number from 1024 to 65535")
    return Plan(port, DataFolder(PROJECT / (os.environ.get("DATA") or ".data")))


def run() -> int:
    """Start, tell how to enter, and keep everything alive. Returns the exit code."""
    began = time.monotonic()
    try:
        plan = read_plan()
        machine.ensure_pango()
        plan.data.prepare()
        plan.data.lock(plan.address)
        machine.check_port(plan.port)
        with Supervisor(plan.data) as supervisor:
            _start(supervisor, plan, began)
    except LaunchError as error:
        print(error, file=sys.stderr)
        return 1
    except Stopped:
        print("Stopped. Everything is kept for the next start.", flush=True)
    return 0


def _start(supervisor: Supervisor, plan: Plan, began: float) -> None:
    environment, owner = _environment(supervisor, plan)
    if owner:
        as_owner = environment | {"DATABASE_URL": owner}
        preparation.migrate(supervisor, plan.data, as_owner)
    preparation.collect_static(supervisor, plan.data, environment)
    if environment["DEMO"] == "1":
        preparation.fill_demo(supervisor, plan.data, environment)
    _start_programs(supervisor, plan, environment)
    print(_welcome(plan, demo=environment["DEMO"] == "1", seconds=time.monotonic() - began))
    sys.stdout.flush()
    supervisor.watch(_WorkerCheck(supervisor, plan))


def _environment(supervisor: Supervisor, plan: Plan) -> tuple[dict[str, str], str | None]:
    """What the processes are told, and how to reach the database as the owner of the tables.

    Servers named in the environment are used; the others are started here.
    """
    data, given = plan.data, os.environ
    environment = {
        **given,
        **machine.library_environment(),
        "DJANGO_SETTINGS_MODULE": "coachops.settings",
        "DATA_DIR": str(data.path),
        "BASE_URL": given.get("BASE_URL") or plan.address,
        "DEMO": given.get("DEMO") or "1",
        "PYTHONUNBUFFERED": "1",
        "PYTHONPATH": str(PROJECT),
    }
    for name, make in (("SECRET_KEY", new_secret_key), ("MASTER_KEY", new_master_key)):
        if not given.get(name) and not given.get(f"{name}_FILE"):
            environment[f"{name}_FILE"] = str(data.key(name.lower(), make))
    owner = environment.pop("DATABASE_OWNER_URL", None)
    if not given.get("DATABASE_URL"):
        cluster = start_postgres(supervisor, data)
        postgres.create_database(cluster, DATABASE)
        urls = cluster.urls(DATABASE)
        environment["DATABASE_URL"], owner = urls.web, urls.owner
    if not given.get("REDIS_URL"):
        environment["REDIS_URL"] = start_valkey(supervisor, data).url
    return environment, owner


def _start_programs(supervisor: Supervisor, plan: Plan, environment: dict[str, str]) -> None:
    python = sys.executable
    celery = [python, "-m", "celery", "-A", "coachops.celery"]
    web = supervisor.start(
        Program(
            "web",
            [
                *(python, "-m", "gunicorn", "coachops.wsgi", "--worker-class", "gthread"),
                *("--workers", "2", "--threads", "4", "--bind", f"127.0.0.1:{plan.port}"),
                "--no-control-socket",
                "--preload",  # loaded once, shared by both
            ],
            environment | {"DATABASE_POOL": "1"},
        )
    )
    supervisor.wait_for(web, lambda: _answers(plan), seconds=120)
    worker = [*celery, "worker", "--loglevel", "INFO", "--concurrency", "2"]
    supervisor.start(Program("worker", worker, environment, rank=1))
    beat = [*celery, "beat", "--loglevel", "INFO", "--pidfile="]
    supervisor.start(Program("timetable", beat, environment))


def _status(plan: Plan, path: str) -> int:
    """The status of one of our own pages; 0 when nobody answers."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{plan.port}{path}", timeout=5) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        return error.code
    except OSError:
        return 0


def _answers(plan: Plan) -> bool:
    return _status(plan, "/health/live") != 0


class _WorkerCheck:
    """Replaces a worker that lives and does nothing, as can happen when the broker restarts."""

    def __init__(self, supervisor: Supervisor, plan: Plan) -> None:
        self._supervisor = supervisor
        self._plan = plan
        self._strikes = 0
        self._next = time.monotonic() + _WORKER_CHECK_SECONDS

    def __call__(self) -> None:
        if time.monotonic() < self._next:
            return
        self._next = time.monotonic() + _WORKER_CHECK_SECONDS
        healthy = _status(self._plan, "/health/worker") != 503
        self._strikes = 0 if healthy else self._strikes + 1
        if self._strikes >= _WORKER_STRIKES:
            self._supervisor.restart("worker", reason="it lives but does no work")
            self._strikes = 0


def _welcome(plan: Plan, *, demo: bool, seconds: float) -> str:
    lines = ["", f"CoachOps is ready after {seconds:.0f} s: {plan.address}/"]
    if demo:
        enter = f"{plan.address}/demo/"
        lines += [
            f"Enter as any person of the demo practice, by one click: {enter}",
            "  Maya, Tomás, Ines, Noor      the practice: owner, coach, supervisor, assistant",
            "  Leyla, Sam                   clients",
            "  Jonas, Aiko, Claire          the companies that pay: HR, a line manager, HR",
            "  Kit                          the practice next door",
            f"Every mail that was sent: {enter}mail/",
        ]
    return "\n".join([*lines, f"Data and logs: {plan.data.path}", "Ctrl-C stops everything.", ""])
