"""How long ten thousand clients take to come in, and a practice of two thousand to leave.

The worker's own functions, called as the outbox calls them, the export in a process of its own.
Then everything as it is run: gunicorn serves pages, in quiet and while a worker of Celery writes
the large practice out once more.
"""

import json
import secrets
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from http.client import HTTPConnection
from pathlib import Path
from time import perf_counter
from typing import Any, Final

from django.db import transaction
from django.utils import timezone

from benchmarks.clock import Clock
from benchmarks.crew import CELERY, Crew
from benchmarks.filled import FULL, coach_of_full, fill, fill_large
from benchmarks.pages import signed_in
from benchmarks.result import Result, at_most, told
from benchmarks.serving import PATIENCE, served
from clients.models import CoachAssignment
from coachops.demo.large.building import LARGE_SLUG
from coachops.demo.large.sizes import LARGE, Blueprint
from coachops.launch.machine import free_port
from coachops.launch.valkey import Broker
from coachops.practices.models import Membership, User
from coachops.tenancy.scope import Scope, scope
from coachops.transfer.models import Transfer
from coachops.transfer.policies import Kind, State
from coachops.transfer.services import orders
from coachops.transfer.services.sources import seen
from coachops.transfer.services.work import work

ROWS, MOST_SECONDS_IN = 10_000, 60.0
MOST_SECONDS_OUT, MOST_MB_OUT = 120.0, 250.0
MOST_TIMES_SLOWER = 2.0
QUIET_ROUNDS = 60
THE_LARGE: Final = Blueprint(LARGE_SLUG, 0, LARGE)
_COLUMNS = {
    "name": 0, "email": 1, "phone": 2, "employer": 3, "time_zone": 4, "organisation": 5,
    "program": 6, "starts_on": 7, "sessions": 8,
}  # fmt: skip


def measure() -> list[Result]:
    fill()
    fill_large()
    return [*_import(), *_export(), *_meanwhile()]


def _import() -> list[Result]:
    """From the upload to the last row: dry run, records, keys, engagements, plans, onboarding."""
    started = perf_counter()
    spent = Clock().spent(_come_in)
    name = f"import of {ROWS:,} clients"
    return [
        at_most(name, perf_counter() - started, "s", MOST_SECONDS_IN),
        told(f"{name}: processor time", spent.ours / 1_000, "CPU s"),
        told(f"{name}: processor time of PostgreSQL", spent.servers / 1_000, "CPU s"),
    ]


def _come_in() -> None:
    program = "Executive coaching, six months"
    lines = ["Name,E-mail,Phone,Employer,Time zone,Sponsor,Program,Start,Sessions"]
    lines += [
        f"Client {n},client-{n}@measured.example,+49 30 {n},Halden,Europe/Berlin,Company {n % 40},"
        f'"{program}",2026-12-01,12'
        for n in range(ROWS)
    ]
    content = "\n".join(lines).encode()
    choices: dict[str, Any] = seen(content) | {
        "columns": _COLUMNS, "dates": "iso", "existing": "skip",
        "coach": coach_of_full().email, "program": "",
    }  # fmt: skip
    member = _owner(coach_of_full(), FULL)
    transfer = _as(
        member,
        lambda now: orders.begin(
            kind=Kind.CLIENTS_IN, by=member, now=now, content=content, choices=choices
        ),
    )
    _as(member, lambda now: orders.choose_columns(transfer=transfer, choices={}, now=now))
    _finish(member, transfer)
    _as(member, lambda now: orders.go_ahead(transfer=transfer, now=now))
    done = _finish(member, transfer)
    if done.report != {"added": ROWS}:
        raise RuntimeError(f"not all were added: {done.report}")


def _finish(member: Membership, transfer: Transfer) -> Transfer:
    """Stretch after stretch, as messages of the outbox would ask for them."""
    while True:
        now: Transfer = _as(member, lambda _now: Transfer.objects.get(pk=transfer.pk))
        if not now.is_moving:
            return now
        work(member.practice_id, now.pk, now.turn)  # type: ignore[arg-type]  # of a practice


def _owner(user: User, slug: str) -> Membership:
    with scope(Scope(user_id=user.pk)), transaction.atomic():
        return Membership.objects.select_related("practice", "user").get(
            user=user, practice__slug=slug, audience="staff"
        )


def _as(member: Membership, act: Callable[[datetime], Any]) -> Any:
    mine = Scope(
        user_id=member.user_id,
        practice_id=member.practice_id,
        membership_id=member.pk,
        roles=frozenset(member.roles),
    )
    with scope(mine), transaction.atomic():
        return act(timezone.now())


def _export() -> list[Result]:
    transfer, member = _asked_for()
    leaving = (str(transfer.practice_id), str(transfer.pk), str(transfer.turn))
    command = (sys.executable, "-m", "benchmarks.leaving", *leaving)
    said = json.loads(subprocess.run(command, stdout=subprocess.PIPE, check=True).stdout)
    if _as(member, lambda _now: Transfer.objects.get(pk=transfer.pk)).state != State.DONE:
        raise RuntimeError("the practice has not left")
    name = f"export of {LARGE.clients:,} clients"
    return [
        at_most(name, said["seconds"], "s", MOST_SECONDS_OUT),
        told(f"{name}: processor time of the worker", said["cpu"], "CPU s"),
        told(f"{name}: processor time of PostgreSQL", said["database"], "CPU s"),
        at_most(f"{name}: memory at most", said["megabytes"], "MB", MOST_MB_OUT),
    ]


def _asked_for() -> tuple[Transfer, Membership]:
    """An export of the large practice, for its owner."""
    member = _owner(User.objects.get(email=THE_LARGE.owner_email), THE_LARGE.slug)
    transfer = _as(member, lambda now: orders.begin(kind=Kind.PRACTICE_OUT, by=member, now=now))
    return transfer, member


def _meanwhile() -> list[Result]:
    """Pages of the practice that leaves, from gunicorn, while a worker of Celery writes it out.

    Quiet before and quiet afterwards, so that what else the machine does is in all of them.
    """
    with served() as port, _workers():
        pages = list(_pages(port))
        for page in pages * 3:
            page.open()
        quiet = [_seconds(page) for page in pages * QUIET_ROUNDS]
        transfer, member = _asked_for()
        busy = []
        while _as(member, lambda _now: Transfer.objects.get(pk=transfer.pk)).is_moving:
            busy += [_seconds(page) for page in pages]
        quiet += [_seconds(page) for page in pages * QUIET_ROUNDS]
    if _as(member, lambda _now: Transfer.objects.get(pk=transfer.pk)).state != State.DONE:
        raise RuntimeError("the practice has not left")
    name = "pages while a practice leaves"
    return [
        told(f"{name}: opened", len(busy), ""),
        told(f"{name}: p95 in quiet", _p95(quiet) * 1_000, "ms"),
        told(f"{name}: p95 meanwhile", _p95(busy) * 1_000, "ms"),
        at_most(f"{name}: p95, times quiet", _p95(busy) / _p95(quiet), "x", MOST_TIMES_SLOWER),
    ]


@contextmanager
def _workers() -> Iterator[None]:
    """A broker, the timetable, and a worker with as many processes as the container has."""
    server = Broker(free_port(), secrets.token_urlsafe(16))
    environment = {"DJANGO_SETTINGS_MODULE": "coachops.settings", "REDIS_URL": server.url}
    with (
        tempfile.TemporaryDirectory(prefix="coachops-transfers-") as folder,
        Crew(Path(folder), environment) as crew,
    ):
        crew.start("broker", *server.command(Path(folder)))
        crew.start("worker", *CELERY, "worker", "--concurrency", "2", "-l", "warning")
        crew.start("beat", *CELERY, "beat", "-l", "warning", "--pidfile=")
        yield


@dataclass(frozen=True, slots=True)
class ServedPage:
    """A page as a signed-in browser asks the server for it."""

    port: int
    cookie: str
    address: str

    def open(self) -> None:
        connection = HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        try:
            connection.request("GET", self.address, headers={"Cookie": self.cookie})
            answer = connection.getresponse()
            answer.read()
        finally:
            connection.close()
        if answer.status != 200:
            raise RuntimeError(f"{self.address} answers {answer.status}")


def _pages(port: int) -> Iterator[ServedPage]:
    """Today, the list of clients and a profile, by the practice's first coach."""
    user = User.objects.get(email=THE_LARGE.coach_email(1))
    member = _owner(user, THE_LARGE.slug)
    client = _as(member, lambda _now: CoachAssignment.objects.filter(coach=member).first())
    cookies = signed_in(user).cookies.values()
    cookie = "; ".join(f"{each.key}={each.value}" for each in cookies)
    for address in ("", "clients/", f"clients/{client.client_id}/"):
        yield ServedPage(port, cookie, f"/coach/{THE_LARGE.slug}/{address}")


def _seconds(page: ServedPage) -> float:
    started = perf_counter()
    page.open()
    return perf_counter() - started


def _p95(times: list[float]) -> float:
    return sorted(times)[int(len(times) * 0.95)]
