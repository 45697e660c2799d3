"""The worker's side: one stretch of work a message, so that nothing else waits long behind it."""

import logging
import time
from collections.abc import Callable
from datetime import datetime
from functools import partial
from uuid import UUID

from django.utils import timezone

from coachops.outbox.registry import ClaimedMessage, Delivery
from coachops.transfer.models import Transfer
from coachops.transfer.policies import Kind, Problem, State, Step, TransferRefused
from coachops.transfer.services import orders
from coachops.transfer.services.acting import acting_for
from coachops.transfer.services.applying import apply_chunk
from coachops.transfer.services.checking import Reader, check_chunk
from coachops.transfer.services.own_export import make_own_archive
from coachops.transfer.services.practice_export import make_practice_archive
from coachops.transfer.services.practice_import import take_archive
from coachops.transfer.services.undoing import undo_chunk

logger = logging.getLogger(__name__)

# Renewed while the worker lives; a lost one is followed by another after so long.
LEASE_SECONDS = 60
STRETCH_SECONDS = 15.0
MOST_ATTEMPTS = 4

# Each does some rows in a transaction of its own and says whether more are left.
type Chunk = Callable[[UUID, UUID, int], bool]
_IN_CHUNKS: dict[Step, Callable[[], Chunk]] = {
    Step.CHECK: lambda: partial(check_chunk, reader=Reader()),
    Step.APPLY: lambda: apply_chunk,
    Step.UNDO: lambda: undo_chunk,
}
_IN_ONE: dict[Kind, Callable[[UUID, UUID, int], None]] = {
    Kind.PRACTICE_OUT: make_practice_archive,
    Kind.PRACTICE_IN: take_archive,
    Kind.OWN_OUT: make_own_archive,
}


def prepare_work(message: ClaimedMessage) -> Delivery | None:
    """Nothing for a turn that is over: it was cancelled, or somebody else went on."""
    transfer = Transfer.objects.filter(pk=message.subject_id).first()
    turn = message.payload.get("turn")
    if transfer is None or transfer.turn != turn or not transfer.is_moving:
        return None
    return partial(
        work, transfer.practice_id, transfer.pk, int(str(turn)), attempts=message.attempts
    )


def work(practice_id: UUID, transfer_id: UUID, turn: int, *, attempts: int = 1) -> None:
    """Raises what trying again may help against, until it has been tried often enough."""
    try:
        _stretch(practice_id, transfer_id, turn)
    except TransferRefused as refused:
        _give_up(practice_id, transfer_id, turn, refused.problem)
    except Exception:
        if attempts < MOST_ATTEMPTS:
            raise
        logger.exception("transfer %s was given up", transfer_id)
        _give_up(practice_id, transfer_id, turn, Problem.TROUBLE)


def _stretch(practice_id: UUID, transfer_id: UUID, turn: int) -> None:
    with acting_for(practice_id, transfer_id) as (transfer, _):
        if transfer.turn != turn or not transfer.is_moving:
            return
        kind, step = Kind(transfer.kind), Step(transfer.step)
        transfer.state = State.RUNNING
        transfer.started_at = transfer.started_at or timezone.now()
        transfer.save(update_fields=["state", "started_at"])
    if kind in _IN_ONE:
        _IN_ONE[kind](practice_id, transfer_id, turn)
        return
    ends_at = time.monotonic() + STRETCH_SECONDS
    work_on = _IN_CHUNKS[step]()
    while work_on(practice_id, transfer_id, turn):
        if time.monotonic() >= ends_at:
            with acting_for(practice_id, transfer_id) as (transfer, _):
                if transfer.turn == turn and transfer.is_moving:
                    orders.go_on(transfer, now=timezone.now())
            return


def _give_up(practice_id: UUID, transfer_id: UUID, turn: int, problem: Problem) -> None:
    from_now: datetime = timezone.now()
    with orders.as_system(practice_id, transfer_id) as transfer:
        if transfer.turn == turn and transfer.is_moving:
            orders.fail(transfer, problem, now=from_now)
