"""Tables for other programs: CSV that no spreadsheet program takes for formulas."""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from itertools import batched
from typing import Any, Final

# A cell that begins with one of these is run by a spreadsheet program; the last are the wide forms
# that some of them take for the same.
_BEGINS_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")  # noqa: RUF001
_ROWS: Final = 500


def as_text(value: Any) -> str:
    """A cell as it may stand in any spreadsheet: what looks like a formula is marked as text."""
    if isinstance(value, str):
        return f"'{value}" if value.startswith(_BEGINS_FORMULA) else value
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, (int, float)):
        return str(value)
    if isinstance(value, datetime):
        return value.isoformat()
    text = str(value)
    return f"'{text}" if text.startswith(_BEGINS_FORMULA) else text


def table(header: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    """CSV after RFC 4180, with the byte order mark that makes Excel read it as UTF-8."""
    return "".join(blocks_of_table(header, rows))


def blocks_of_table(header: Sequence[str], rows: Iterable[Sequence[Any]]) -> Iterator[str]:
    """The same, some hundred rows at a time."""
    target = io.StringIO()
    target.write("\ufeff")
    writer = csv.writer(target)
    writer.writerow([as_text(cell) for cell in header])
    yield target.getvalue()
    for some in batched(rows, _ROWS, strict=False):
        target.seek(0)
        target.truncate()
        writer.writerows([as_text(cell) for cell in row] for row in some)
        yield target.getvalue()
