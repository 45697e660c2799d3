"""The dry run: every row is looked at and its fate written down. Nothing is added."""

from itertools import islice
from uuid import UUID

from django.db.models import Count
from django.utils import timezone

from coachops.transfer.models import ImportedRow, Transfer
from coachops.transfer.policies import Problem, State, TransferRefused
from coachops.transfer.services.acting import Actor, acting_for
from coachops.transfer.services.judging import World, judge, look_around
from coachops.transfer.services.sheets import MOST_ROWS
from coachops.transfer.services.sources import content_of, named_rows

CHUNK = 1_000
# So many rows of a sheet may be other people's clients, who are none of the asking member's.
MOST_OF_OTHERS = 20


def check_chunk(practice_id: UUID, transfer_id: UUID, turn: int) -> bool:
    """The next rows in a transaction of their own. True if there are more."""
    with acting_for(practice_id, transfer_id) as (transfer, actor):
        if transfer.turn != turn or not transfer.is_moving:
            return False
        return _check(transfer, actor)


def _check(transfer: Transfer, actor: Actor) -> bool:
    rows = list(islice(named_rows(transfer, content_of(transfer)), CHUNK))
    world = look_around(actor, transfer.choices)
    world.seen = _seen_before(transfer)
    ImportedRow.objects.bulk_create([_row(transfer, *row, world) for row in rows])
    _check_who_asks(transfer)
    transfer.done += len(rows)
    if transfer.done > MOST_ROWS:
        raise TransferRefused(Problem.TOO_MANY_ROWS)
    transfer.total = max(int(transfer.choices["count"]), transfer.done)
    if rows:
        transfer.position = rows[-1][0]
    if len(rows) < CHUNK:
        transfer.total = transfer.done
        transfer.state, transfer.finished_at = State.WAITING, timezone.now()
        transfer.report = counts_of(transfer)
    transfer.save()
    return len(rows) == CHUNK


def counts_of(transfer: Transfer) -> dict[str, int]:
    """How many rows have which fate."""
    rows = ImportedRow.objects.filter(transfer=transfer).order_by()
    return dict(rows.values_list("fate").annotate(Count("pk")))


def _row(transfer: Transfer, number: int, cells: dict[str, str], world: World) -> ImportedRow:
    verdict = judge(number, cells, world)
    return ImportedRow(
        transfer=transfer,
        number=number,
        cells=cells,
        fate=verdict.fate,
        remarks=verdict.remarks,
        client_id=verdict.client_id,
    )


def _check_who_asks(transfer: Transfer) -> None:
    """A sheet is no way to learn who is whose client. Raises TransferRefused."""
    rows = ImportedRow.objects.filter(transfer=transfer)
    if rows.filter(remarks__email="hint_ask_owner").count() > MOST_OF_OTHERS:
        raise TransferRefused(Problem.ASK_AN_OWNER)


def _seen_before(transfer: Transfer) -> dict[str, int]:
    """The addresses of the rows above, with the first row of each."""
    rows = ImportedRow.objects.filter(transfer=transfer).order_by("-number")
    return {
        email.lower(): number
        for email, number in rows.values_list("cells__email", "number").iterator()
        if email
    }
