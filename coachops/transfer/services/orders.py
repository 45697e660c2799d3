"""Moving a transfer from state to state. The work itself is a worker's, asked for by a row."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from django.core.files.base import ContentFile, File
from django.core.files.storage import default_storage
from django.db import transaction

from coachops.audit.record import record
from coachops.outbox.queue import LAST, enqueue, withdraw
from coachops.practices.models import Membership
from coachops.tenancy.models import uuid7
from coachops.tenancy.scope import current_practice_id, scope, system_scope
from coachops.tenancy.turns import take_turn
from coachops.transfer.models import ImportedRow, Transfer
from coachops.transfer.policies import Fate, Kind, Problem, State, Step

WORK_KIND: Final = "transfer.work"
KEPT_FOR: Final = timedelta(days=7)
OVER: Final = (State.DONE, State.FAILED, State.CANCELLED)
MOVING: Final = (State.QUEUED, State.RUNNING)


class NotNow(Exception):
    """The transfer is in a state in which this cannot be asked for."""


@transaction.atomic
def begin(
    *,
    kind: Kind,
    by: Membership,
    now: datetime,
    file_name: str = "",
    content: bytes | File[bytes] | None = None,
    choices: dict[str, Any] | None = None,
) -> Transfer:
    """Write it down; an import of clients waits for its columns, all else is handed to a worker."""
    transfer = Transfer(
        id=uuid7(),
        kind=kind,
        step=Step.MAP if kind == Kind.CLIENTS_IN else Step.APPLY,
        state=State.WAITING,
        asked_by=by,
        file_name=file_name[-120:],
        choices=choices or {},
        created_at=now,
        expires_at=now + KEPT_FOR,
    )
    if content:
        name = f"{current_practice_id()}/transfers/{transfer.pk.hex}.source"
        file = ContentFile(content) if isinstance(content, bytes) else content
        transfer.source = default_storage.save(name, file)
    transfer.insert()
    record(event="transfer.begun", subject=transfer, now=now, facts={"kind": str(kind)})
    if kind != Kind.CLIENTS_IN:
        hand_over(transfer, step=Step.APPLY, now=now)
    return transfer


@transaction.atomic
def begin_once(*, kind: Kind, by: Membership, now: datetime) -> Transfer:
    """Asked for again while it is being made, it is made once."""
    take_turn(f"{kind}:{by.pk}")
    moving = Transfer.objects.filter(asked_by=by, kind=kind, state__in=MOVING).first()
    return moving or begin(kind=kind, by=by, now=now)


def hand_over(transfer: Transfer, *, step: Step, now: datetime) -> None:
    """From its beginning: a worker takes it up within seconds."""
    transfer.step, transfer.state, transfer.problem = step, State.QUEUED, ""
    transfer.done = transfer.total = transfer.position = 0
    transfer.started_at = transfer.finished_at = None
    go_on(transfer, now=now)


def go_on(transfer: Transfer, *, now: datetime) -> None:
    """Ask a worker for the next stretch; the one before is finished for good."""
    transfer.turn += 1
    transfer.save()
    enqueue(
        kind=WORK_KIND,
        key=f"transfer:{transfer.pk}:{transfer.turn}",
        due_at=now,
        subject_id=transfer.pk,
        payload={"turn": transfer.turn},
        priority=LAST,
    )


@transaction.atomic
def choose_columns(*, transfer: Transfer, choices: dict[str, Any], now: datetime) -> None:
    """Say what is what, and have every row looked at. Raises NotNow."""
    transfer = _locked(transfer, steps={Step.MAP, Step.CHECK}, states={State.WAITING})
    ImportedRow.objects.filter(transfer=transfer).delete()
    transfer.choices = {**transfer.choices, **choices}
    transfer.report = {}
    hand_over(transfer, step=Step.CHECK, now=now)


@transaction.atomic
def go_ahead(*, transfer: Transfer, now: datetime) -> None:
    """Do what the dry run showed. Raises NotNow."""
    transfer = _locked(transfer, steps={Step.CHECK}, states={State.WAITING})
    record(event="transfer.approved", subject=transfer, now=now)
    hand_over(transfer, step=Step.APPLY, now=now)


@transaction.atomic
def take_back(*, transfer: Transfer, now: datetime) -> None:
    """Undo an import as far as nobody has built on it. Raises NotNow."""
    transfer = _locked(transfer, steps={Step.APPLY}, states={State.DONE, State.CANCELLED})
    added = ImportedRow.objects.filter(transfer=transfer, fate=Fate.ADDED)
    if transfer.kind != Kind.CLIENTS_IN or not added.exists():
        raise NotNow
    record(event="transfer.taken_back", subject=transfer, now=now)
    hand_over(transfer, step=Step.UNDO, now=now)


@transaction.atomic
def cancel(*, transfer: Transfer, now: datetime) -> None:
    """Stop it where it is; what is done already stays and can be taken back. Raises NotNow."""
    waiting = {State.WAITING, State.QUEUED, State.RUNNING}
    transfer = _locked(transfer, steps=set(Step), states=waiting)
    transfer.state, transfer.finished_at = State.CANCELLED, now
    transfer.turn += 1
    transfer.save()
    withdraw(key_prefix=f"transfer:{transfer.pk}:")
    record(event="transfer.cancelled", subject=transfer, now=now)


def finish(transfer: Transfer, *, now: datetime) -> None:
    transfer.state, transfer.finished_at = State.DONE, now
    transfer.save()
    record(event="transfer.done", subject=transfer, now=now, facts={"step": transfer.step})


def fail(transfer: Transfer, problem: Problem, *, now: datetime) -> None:
    transfer.state, transfer.problem, transfer.finished_at = State.FAILED, problem, now
    transfer.save()
    record(event="transfer.failed", subject=transfer, now=now, facts={"problem": str(problem)})


@contextmanager
def as_system(practice_id: UUID, transfer_id: UUID) -> Iterator[Transfer]:
    """One transaction as background work of the practice, with the transfer's row locked."""
    with scope(system_scope(practice_id)), transaction.atomic():
        yield Transfer.objects.select_for_update().get(pk=transfer_id)


def _locked(transfer: Transfer, *, steps: set[Step], states: set[State]) -> Transfer:
    found: Transfer = Transfer.objects.select_for_update().get(pk=transfer.pk)
    if found.step not in steps or found.state not in states:
        raise NotNow
    return found
