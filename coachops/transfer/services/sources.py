"""The uploaded sheet of a transfer, read as its owner said."""

from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from django.core.files.storage import default_storage

from coachops.transfer.models import Transfer
from coachops.transfer.policies import Problem, TransferRefused
from coachops.transfer.policies.columns import Column, with_whole_name
from coachops.transfer.services.sheets import Format, Sheet, look_at, rows_of


def content_of(transfer: Transfer) -> bytes:
    """Raises TransferRefused when the file is not kept any longer."""
    if not transfer.source or transfer.removed_at or not default_storage.exists(transfer.source):
        raise TransferRefused(Problem.BROKEN)
    with default_storage.open(transfer.source, "rb") as file:
        content: bytes = file.read()
    return content


def describe(sheet: Sheet) -> dict[str, Any]:
    """What the choices of a transfer keep of the sheet."""
    return {
        "format": asdict(sheet.format),
        "header": sheet.header,
        "sample": sheet.sample,
        "count": sheet.count,
    }


def seen(content: bytes) -> dict[str, Any]:
    """`describe` of what was uploaded. Raises TransferRefused."""
    return describe(look_at(content))


def seen_with(transfer: Transfer, letters: str) -> dict[str, Any]:
    """`describe` of what was uploaded before, read with other letters. Raises TransferRefused."""
    return describe(look_at(content_of(transfer), letters))


def named_rows(transfer: Transfer, content: bytes) -> Iterator[tuple[int, dict[str, str]]]:
    """The rows behind the finished ones, by the columns that were chosen."""
    form = Format(**transfer.choices["format"])
    places = {Column(name): int(place) for name, place in transfer.choices["columns"].items()}
    for number, row in rows_of(content, form):
        if number > transfer.position:
            cells = {
                str(column): row[place]
                for column, place in places.items()
                if place < len(row) and row[place]
            }
            yield number, with_whole_name(cells)
