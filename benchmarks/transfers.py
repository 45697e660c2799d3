"""How long ten thousand clients take to come in, and a practice of two thousand to leave.

The worker's own functions, called as the outbox calls them. While the large practice leaves in a
process of its own, this one opens pages, as before in quiet.
"""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from datetime import datetime
from time import perf_counter
from typing import Any, Final

from django.db import transaction
from django.test import override_settings
from django.utils import timezone

from benchmarks.clock import Clock
from benchmarks.filled import FULL, coach_of_full, fill
from benchmarks.pages import SETTINGS, Page, signed_in
from benchmarks.result import Result, at_most, told
from coachops.demo.large.building import analyse, build_practice
from coachops.demo.large.sizes import LARGE, Blueprint
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
QUIET_ROUNDS = 120
THE_LARGE: Final = Blueprint("measured-large", 90, LARGE)
_COLUMNS = {
    "name": 0, "email": 1, "phone": 2, "employer": 3, "time_zone": 4, "organisation": 5,
    "program": 6, "starts_on": 7, "sessions": 8,
}  # fmt: skip


def measure() -> list[Result]:
    fill()
    coming_in = _import()
    build_practice(THE_LARGE, timezone.now())
    analyse(os.environ["DATABASE_OWNER_URL"])
    with override_settings(**SETTINGS):
        return [*coming_in, *_export()]


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
    user = User.objects.get(email=THE_LARGE.owner_email)
    member = _owner(user, THE_LARGE.slug)
    transfer = _as(member, lambda now: orders.begin(kind=Kind.PRACTICE_OUT, by=member, now=now))
    page = Page("clients", signed_in(coach_of_full()), f"/coach/{FULL}/clients/")
    quiet = _p95([_seconds(page) for _ in range(QUIET_ROUNDS)])
    leaving = (str(transfer.practice_id), str(transfer.pk), str(transfer.turn))
    command = (sys.executable, "-m", "benchmarks.leaving", *leaving)
    meanwhile = []
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as worker:
        while worker.poll() is None:
            meanwhile.append(_seconds(page))
        said = json.loads(worker.stdout.read()) if worker.stdout else {}
    if _as(member, lambda _now: Transfer.objects.get(pk=transfer.pk)).state != State.DONE:
        raise RuntimeError("the practice has not left")
    name = f"{LARGE.clients:,} clients"
    return [
        at_most(f"export of {name}", said["seconds"], "s", MOST_SECONDS_OUT),
        told(f"export of {name}: processor time of the worker", said["cpu"], "CPU s"),
        at_most(f"export of {name}: memory at most", said["megabytes"], "MB", MOST_MB_OUT),
        at_most(
            "pages while it leaves, p95, times quiet",
            _p95(meanwhile) / quiet,
            "x",
            MOST_TIMES_SLOWER,
        ),
    ]


def _seconds(page: Page) -> float:
    started = perf_counter()
    page.open()
    return perf_counter() - started


def _p95(times: list[float]) -> float:
    return sorted(times)[int(len(times) * 0.95)]
