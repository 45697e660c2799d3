"""Tables for other programs: CSV that no spreadsheet program takes for formulas."""

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, Final

# A cell that begins with one of these is run by a spreadsheet program; the last are the wide forms
# that some of them take for the same.
_BEGINS_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")  # noqa: RUF001


def as_text(value: Any) -> str:
    """A cell as it may stand in any spreadsheet: what looks like a formula is marked as text."""
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
    target = io.StringIO()
    target.write("\ufeff")
    writer = csv.writer(target)
    writer.writerow([as_text(cell) for cell in header])
    writer.writerows([as_text(cell) for cell in row] for row in rows)
    return target.getvalue()
