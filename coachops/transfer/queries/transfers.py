"""What the pages about transfers show."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.core.paginator import Page, Paginator
from django.utils.translation import gettext as _

from coachops.transfer.models import ImportedRow, Transfer
from coachops.transfer.policies import Fate, Kind, Problem, State, Step
from coachops.transfer.policies.cells import table
from coachops.transfer.policies.columns import Column
from coachops.transfer.queries.words import (
    COLUMNS,
    FATE_CHIPS,
    FATES,
    KINDS,
    PROBLEMS,
    STATE_CHIPS,
    STATES,
    WORKING,
    remark_in_words,
)

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

ROWS_A_PAGE = 50


@dataclass(frozen=True, slots=True)
class Chip:
    text: StrOrPromise
    kind: str
    symbol: str


@dataclass(frozen=True, slots=True)
class TransferFacts:
    """One line of the list, and the head of its page."""

    id: UUID
    kind: Kind
    step: Step
    title: StrOrPromise
    file_name: str
    chip: Chip
    working: StrOrPromise
    problem: StrOrPromise
    is_moving: bool
    can_stop: bool
    can_fetch: bool
    can_take_back: bool
    is_removed: bool
    done: int
    total: int
    percent: int
    size: int
    created_at: datetime
    finished_at: datetime | None
    expires_at: datetime

    @property
    def is_checked(self) -> bool:
        return self.step == Step.CHECK and self.can_stop and not self.is_moving


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of a row, with what is wrong with it."""

    label: StrOrPromise
    text: str
    remark: str
    is_hint: bool


@dataclass(frozen=True, slots=True)
class RowFacts:
    number: int
    name: str
    email: str
    chip: Chip
    cells: tuple[Cell, ...]
    remarks: tuple[Cell, ...]
    client_id: UUID | None


@dataclass(frozen=True, slots=True)
class FateCount:
    """A tab above the rows."""

    key: str
    label: StrOrPromise
    count: int
    url: str


def facts_of(transfer: Transfer, now: datetime) -> TransferFacts:
    """No query."""
    kind, step, state = Kind(transfer.kind), Step(transfer.step), State(transfer.state)
    over = state in {State.DONE, State.CANCELLED}
    added = int(transfer.report.get(Fate.ADDED, 0)) if kind == Kind.CLIENTS_IN else 0
    return TransferFacts(
        id=transfer.pk,
        kind=kind,
        step=step,
        title=KINDS[kind],
        file_name=transfer.file_name,
        chip=Chip(STATES[state], *STATE_CHIPS[state]),
        working=WORKING.get((kind, step), ""),
        problem=PROBLEMS[Problem(transfer.problem)] if transfer.problem else "",
        is_moving=transfer.is_moving,
        can_stop=state in {State.WAITING, State.QUEUED, State.RUNNING},
        can_fetch=transfer.is_there(now) and state == State.DONE,
        can_take_back=over
        and step == Step.APPLY
        and transfer.removed_at is None
        and (added > 0 or (state == State.CANCELLED and transfer.done > 0)),
        is_removed=transfer.removed_at is not None or now >= transfer.expires_at,
        done=transfer.done,
        total=transfer.total,
        percent=transfer.percent,
        size=transfer.result_size,
        created_at=transfer.created_at,
        finished_at=transfer.finished_at,
        expires_at=transfer.expires_at,
    )


def row_facts(row: ImportedRow) -> RowFacts:
    cells = tuple(
        Cell(
            label=COLUMNS[column],
            text=row.cells.get(column, ""),
            remark=remark_in_words(row.remarks[column]) if column in row.remarks else "",
            is_hint=str(row.remarks.get(column, "")).startswith("hint_"),
        )
        for column in Column
        if row.cells.get(column) or column in row.remarks
    )
    return RowFacts(
        number=row.number,
        name=row.cells.get(Column.NAME, ""),
        email=row.cells.get(Column.EMAIL, ""),
        chip=Chip(FATES[Fate(row.fate)], *FATE_CHIPS[Fate(row.fate)]),
        cells=cells,
        remarks=tuple(cell for cell in cells if cell.remark),
        client_id=row.client_id,
    )


def page_of_rows(transfer: Transfer, *, fate: str, number: str | None) -> Page[Any]:
    """Two queries."""
    rows = ImportedRow.objects.filter(transfer=transfer).order_by("number")
    if fate in set(Fate):
        rows = rows.filter(fate=fate)
    page = Paginator(rows, ROWS_A_PAGE).get_page(number)
    page.object_list = [row_facts(row) for row in page.object_list]
    return page


def fate_tabs(transfer: Transfer) -> list[FateCount]:
    """No query: the counts were written down at the end of the step."""
    counts = {key: int(count) for key, count in transfer.report.items()}
    whole = FateCount("", _("All rows"), sum(counts.values()), "?")
    return [
        whole,
        *(
            FateCount(fate, FATES[fate], counts[fate], f"?fate={fate}")
            for fate in Fate
            if counts.get(fate)
        ),
    ]


def report_of_rows(transfer: Transfer) -> str:
    """Every row of the sheet with its fate, as CSV."""
    rows = ImportedRow.objects.filter(transfer=transfer).order_by("number")
    named = [column for column in Column if column in transfer.choices.get("columns", {})]
    header = ["row", "fate", "why", *named]
    return table(header, _lines(rows.iterator(chunk_size=1_000), named))


def _lines(rows: Iterator[ImportedRow], named: list[Column]) -> Iterator[list[str]]:
    for row in rows:
        facts = row_facts(row)
        why = "; ".join(f"{cell.label} {cell.remark}" for cell in facts.remarks)
        cells = [row.cells.get(column, "") for column in named]
        yield [str(row.number), str(facts.chip.text), why, *cells]
