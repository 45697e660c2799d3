"""Transfers in every state that has a page, without the work behind them."""

from datetime import datetime

from coachops.practices.models import Membership
from coachops.transfer.models import ImportedRow, Transfer
from coachops.transfer.policies import Fate, Kind, State, Step
from coachops.transfer.services.orders import KEPT_FOR

_SHEET = {
    "format": {"is_workbook": False, "encoding": "utf-8", "separator": ","},
    "header": ["Name", "E-mail"],
    "sample": [["Ada", "ada@example.org"]],
    "count": 1,
}


def make_import(by: Membership, now: datetime) -> Transfer:
    """After its dry run, waiting for somebody to go ahead."""
    transfer = Transfer(
        kind=Kind.CLIENTS_IN,
        step=Step.CHECK,
        state=State.WAITING,
        asked_by=by,
        file_name="clients.csv",
        choices={**_SHEET, "columns": {"name": 0, "email": 1}},
        report={"add": 1},
        created_at=now,
        expires_at=now + KEPT_FOR,
    )
    transfer.insert()
    cells = {"name": "Ada", "email": "ada@example.org"}
    ImportedRow.objects.create(transfer=transfer, number=2, cells=cells, fate=Fate.ADD)
    return transfer


def make_archive(kind: Kind, by: Membership, now: datetime, result: str) -> Transfer:
    """Finished, with its file under that name."""
    transfer = Transfer(
        kind=kind,
        step=Step.APPLY,
        state=State.DONE,
        asked_by=by,
        result=result,
        result_size=3,
        created_at=now,
        finished_at=now,
        expires_at=now + KEPT_FOR,
    )
    transfer.insert()
    return transfer
