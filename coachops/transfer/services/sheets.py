"""Reads an uploaded sheet as rows of texts, whatever wrote it. Nothing in it is ever computed."""

import codecs
import csv
import io
import re
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from itertools import islice
from typing import IO, Any, Final

from openpyxl import load_workbook  # type: ignore[import-untyped]

from coachops.transfer.policies import Problem, TransferRefused

MOST_BYTES: Final = 20_000_000
MOST_ROWS: Final = 50_000
MOST_COLUMNS: Final = 100
MOST_CELL: Final = 2_000  # characters; what is longer is no name and no address
SAMPLE_ROWS: Final = 5

# An archive that grows beyond these when it is opened was made to do so. What all cells share, such
# as texts, is held in memory as a whole.
_MOST_UNPACKED: Final = 120_000_000
_MOST_SHARED: Final = 40_000_000
_MOST_SWELLING: Final = 200
_MUCH: Final = 5_000_000
_ZIP: Final = b"PK\x03\x04"
# Texts that are no sheets, though they could be read as one.
_OTHER_FILES: Final = (b"%pdf", b"{\\rtf", b"<!doctype", b"<html", b"<?xml")
_READ: Final = 1 << 20
# Empty ones between the others count too: a row may say that it is the two thousand millionth.
_MOST_LINES: Final = 2 * MOST_ROWS
# What the reader of a broken ZIP file may answer with.
_BROKEN: Final = (
    zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError,
)  # fmt: skip
# One byte a letter: such a file does not say which letters these are.
LETTERS: Final = ("cp1252", "mac_roman", "cp1250", "cp1251")
# Within words, bytes that are letters of old Mac programs and no small letters of Windows', and the
# other way about.
_OF_MACS: Final = re.compile(rb"(?<=[a-z])[\x81-\x8f\x95\x98\x99\x9b\x9d\x9f](?=[a-z])")
_OF_WINDOWS: Final = re.compile(rb"(?<=[a-z])[\xdf-\xff](?=[a-z])")
_SEPARATORS: Final = (",", ";", "\t", "|")
# A first line that names the separator, for Excel, which does not show it.
_NAMES_IT: Final = re.compile(r"""["']?sep=([^\w\s"]|\t)["']?[,;\t| ]*[\r\n]*""", re.IGNORECASE)
_MOST_OF_IT: Final = 200  # characters
_ROW_TAG: Final = re.compile(rb"<(?:\w+:)?row[ />]")

type Row = list[str]


@dataclass(frozen=True, slots=True)
class Format:
    """How a sheet was written: nothing of it is needed for XLSX."""

    is_workbook: bool = False
    encoding: str = "utf-8"
    separator: str = ","


@dataclass(frozen=True, slots=True)
class Sheet:
    """What is known of a sheet before its rows are looked at one by one."""

    format: Format
    header: Row
    sample: list[Row]
    count: int


def look_at(content: bytes, letters: str = "") -> Sheet:
    """Refuses at once what cannot be worked on. Raises TransferRefused.

    `letters`: one of LETTERS where a person said which.
    """
    if len(content) > MOST_BYTES:
        raise TransferRefused(Problem.TOO_LARGE)
    if not content.strip(b"\x00\xef\xbb\xbf \r\n\t"):
        raise TransferRefused(Problem.EMPTY)
    form = _format(content, letters)
    count = _count(content, form)
    if count > MOST_ROWS:
        raise TransferRefused(Problem.TOO_MANY_ROWS)
    rows = _rows(content, form)
    header = next(rows, [])
    if len(header) > MOST_COLUMNS:
        raise TransferRefused(Problem.TOO_MANY_COLUMNS)
    if not any(header):
        raise TransferRefused(Problem.NO_HEADER)
    sample = list(islice((row for row in rows if any(row)), SAMPLE_ROWS))
    if not sample:
        raise TransferRefused(Problem.EMPTY)
    return Sheet(format=form, header=header, sample=sample, count=count)


def rows_of(content: bytes, form: Format) -> Iterator[tuple[int, Row]]:
    """Every row below the header that is not empty, with its number in the sheet (header: 1)."""
    rows = _rows(content, form)
    next(rows, None)
    for number, row in enumerate(rows, start=2):
        if any(row):
            yield number, row


def _format(content: bytes, letters: str) -> Format:
    if content.startswith(_ZIP):
        _check_archive(content)
        return Format(is_workbook=True)
    if content[:9].lower().startswith(_OTHER_FILES):
        raise TransferRefused(Problem.NOT_A_SHEET)
    encoding = _if_readable(content, letters) if letters else _encoding(content)
    text = content.decode(encoding, errors="replace")[:20_000]
    return Format(encoding=encoding, separator=_separator(text))


def _encoding(content: bytes) -> str:
    """Byte order marks first; UTF-8 if it is; else what programs in the west write."""
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return _if_readable(content, "utf-16")
    if b"\x00" in content[:2_000]:
        for name in ("utf-16-le", "utf-16-be"):
            text = content.decode(name, errors="replace")[:2_000]
            is_text = not re.search("[\x00-\x08\ufffd]", text)
            if is_text and any(mark in text for mark in _SEPARATORS):
                return name
        raise TransferRefused(Problem.NOT_A_SHEET)
    try:
        content.decode("utf-8-sig")
    except UnicodeDecodeError:
        is_of_mac = len(_OF_MACS.findall(content)) > len(_OF_WINDOWS.findall(content))
        return _if_readable(content, "mac_roman" if is_of_mac else "cp1252")
    return "utf-8-sig"


def _if_readable(content: bytes, encoding: str) -> str:
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError as error:
        raise TransferRefused(Problem.ENCODING) from error
    if re.search(r"[\x00-\x08\x0e-\x1f]", text):
        raise TransferRefused(Problem.NOT_A_SHEET)
    return encoding


def _separator(text: str) -> str:
    """What the first line names, or the one that stands there most often outside of quotes."""
    named = _NAMES_IT.fullmatch(io.StringIO(text, newline="").readline(_MOST_OF_IT))
    if named:
        return named[1]
    first = re.sub(r'"[^"]*"', "", next(iter(text.splitlines()), ""))
    return max(_SEPARATORS, key=first.count)


def _rows(content: bytes, form: Format) -> Iterator[Row]:
    if form.is_workbook:
        return _rows_of_workbook(content)
    return _rows_of_text(content, form)


def _rows_of_text(content: bytes, form: Format) -> Iterator[Row]:
    lines = io.TextIOWrapper(io.BytesIO(content), encoding=form.encoding, newline="")
    try:
        if not _NAMES_IT.fullmatch(lines.readline(_MOST_OF_IT)):
            lines.seek(0)
        for row in _up_to_the_most(csv.reader(lines, delimiter=form.separator)):
            yield [_clean(cell) for cell in row[: MOST_COLUMNS + 1]]
    except csv.Error as error:
        is_long = "field larger" in str(error)
        raise TransferRefused(Problem.LONG_CELL if is_long else Problem.NOT_A_SHEET) from error
    except UnicodeDecodeError as error:
        raise TransferRefused(Problem.NOT_A_SHEET) from error


def _rows_of_workbook(content: bytes) -> Iterator[Row]:
    """The first sheet. A formula is the text it was typed as: nothing is computed or looked up."""
    try:
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=False, keep_links=False)
        sheet = book.worksheets[0].iter_rows(values_only=True, max_col=MOST_COLUMNS + 1)
        for cells in _up_to_the_most(sheet):
            yield _trimmed([_text(cell) for cell in cells])
    except TransferRefused:
        raise
    except Exception as error:  # openpyxl answers a broken file with errors of every kind
        raise TransferRefused(Problem.NOT_A_SHEET) from error


def _up_to_the_most[T](rows: Iterable[T]) -> Iterator[T]:
    for number, row in enumerate(rows):
        if number > _MOST_LINES:
            raise TransferRefused(Problem.TOO_MANY_ROWS)
        yield row


def _trimmed(row: Row) -> Row:
    """Without the empty cells behind the last one: a workbook need not say how wide it is."""
    while row and not row[-1]:
        row.pop()
    return row


def _text(cell: Any) -> str:
    match cell:
        case None:
            return ""
        case datetime():
            return (cell.date() if cell.time() == datetime.min.time() else cell).isoformat()
        case date():
            return cell.isoformat()
        case float() if cell.is_integer():
            return str(int(cell))
        case _:
            return _clean(str(cell))


def _clean(cell: str) -> str:
    """Without what no name has: a NUL cannot be stored, and other control signs are not seen."""
    if cell.isprintable():
        return cell[:MOST_CELL].strip()
    return re.sub(r"[\x00-\x08\x0b-\x1f\x7f\ufeff]", "", cell[:MOST_CELL]).strip()


def _count(content: bytes, form: Format) -> int:
    """Rows below the header: lines of a text, which are never fewer than its rows."""
    if not form.is_workbook:
        return _count_rows(_rows_of_text(content, form))
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            sheets = sorted(n for n in archive.namelist() if n.startswith("xl/worksheets/sheet"))
            if not sheets:
                raise TransferRefused(Problem.NOT_A_SHEET)
            with archive.open(sheets[0]) as sheet:
                return max(_count_tags(sheet) - 1, 0)
    except _BROKEN as error:
        raise TransferRefused(Problem.NOT_A_SHEET) from error


def _count_rows(rows: Iterable[Row]) -> int:
    """Stops once there are too many: a file made of line ends does not hold up the page."""
    return max(sum(1 for row in islice(rows, MOST_ROWS * 2) if any(row)) - 1, 0)


def _count_tags(sheet: IO[bytes]) -> int:
    found, rest = 0, b""
    while block := sheet.read(_READ):
        text = rest + block
        found += len(_ROW_TAG.findall(text))
        if found > MOST_ROWS + 1:
            break
        # A tag cut in two by the end of the block is counted with the next one.
        cut = text.rfind(b"<")
        rest = text[cut:] if cut >= 0 and not _ROW_TAG.match(text[cut:]) else b""
    return found


def _check_archive(content: bytes) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            entries = archive.infolist()
    except _BROKEN as error:
        raise TransferRefused(Problem.NOT_A_SHEET) from error
    unpacked = sum(entry.file_size for entry in entries)
    is_swollen = unpacked > _MUCH and unpacked > _MOST_SWELLING * len(content)
    shared = sum(e.file_size for e in entries if not e.filename.startswith("xl/worksheets/"))
    is_large = unpacked > _MOST_UNPACKED or shared > _MOST_SHARED
    if is_swollen or is_large or len(entries) > 2_000:
        raise TransferRefused(Problem.SWOLLEN)
    if "xl/workbook.xml" not in {entry.filename for entry in entries}:
        raise TransferRefused(Problem.NOT_A_SHEET)
