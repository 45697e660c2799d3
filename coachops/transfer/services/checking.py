"""The dry run: every row is looked at and its fate written down. Nothing is added."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any
from uuid import UUID

from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Lower
from django.utils import timezone

from coachops.transfer.models import ImportedRow, Transfer
from coachops.transfer.policies import Problem, State, TransferRefused
from coachops.transfer.policies.columns import Column
from coachops.transfer.services.acting import Actor, acting_for
from coachops.transfer.services.fates import counts_of
from coachops.transfer.services.judging import World, addresses_of, judge, look_around
from coachops.transfer.services.sheets import MOST_ROWS
from coachops.transfer.services.sources import content_of, named_rows

CHUNK = 1_000
# So many rows of a sheet may be other people's clients, who are none of the asking member's.
MOST_OF_OTHERS = 20


@dataclass
class Reader:
    """The rows of a sheet that are still to come, kept open from one chunk to the next.

    To read a workbook from its beginning for every chunk would take longer than all the rest.
    """

    rows: Iterator[tuple[int, dict[str, str]]] | None = None
    position: int = 0

    def next_rows(self, transfer: Transfer) -> list[tuple[int, dict[str, str]]]:
        """Behind the finished ones, whoever finished them. Raises TransferRefused."""
        if self.rows is None or self.position != transfer.position:
            self.rows = named_rows(transfer, content_of(transfer))
        found = list(islice(self.rows, CHUNK))
        self.position = found[-1][0] if found else transfer.position
        return found


def check_chunk(practice_id: UUID, transfer_id: UUID, turn: int, reader: Reader) -> bool:
    """The next rows in a transaction of their own. True if there are more."""
    with acting_for(practice_id, transfer_id) as (transfer, actor):
        if transfer.turn != turn or not transfer.is_moving:
            return False
        return _check(transfer, actor, reader)


def _check(transfer: Transfer, actor: Actor, reader: Reader) -> bool:
    rows = reader.next_rows(transfer)
    addresses = addresses_of(cells for _number, cells in rows)
    world = look_around(actor, transfer.choices, addresses)
    world.seen = _seen_before(transfer, addresses)
    ImportedRow.insert_all([_row(*row, world) for row in rows], transfer_id=transfer.pk)
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


def _row(number: int, cells: dict[str, str], world: World) -> dict[str, Any]:
    verdict = judge(number, cells, world)
    return {
        "number": number,
        "cells": cells,
        "fate": verdict.fate,
        "remarks": verdict.remarks,
        "client_id": str(verdict.client_id) if verdict.client_id else None,
    }


def _check_who_asks(transfer: Transfer) -> None:
    """A sheet is no way to learn who is whose client. Raises TransferRefused."""
    rows = ImportedRow.objects.filter(transfer=transfer)
    if rows.filter(remarks__email="hint_ask_owner").count() > MOST_OF_OTHERS:
        raise TransferRefused(Problem.ASK_AN_OWNER)


def _seen_before(transfer: Transfer, addresses: list[str]) -> dict[str, int]:
    """Which of these addresses stand in rows above, with the first row of each."""
    rows = ImportedRow.objects.filter(transfer=transfer)
    named = rows.annotate(address=Lower(KeyTextTransform(Column.EMAIL, "cells")))
    found = named.filter(address__in=addresses).order_by("-number")
    return dict(found.values_list("address", "number"))
