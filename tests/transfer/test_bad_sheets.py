"""Sheets that are broken, too much, or made to do harm: a clear answer, and nothing lost."""

import io
import re
import zipfile
from collections.abc import Callable
from datetime import date

import pytest
from django.test import Client as Browser

from clients.models import Client
from coachops.transfer.models import ImportedRow
from coachops.transfer.policies.columns import DateOrder, date_of
from coachops.transfer.services import checking, sheets
from tests.cast import Cast, Person
from tests.transfer.sheets import checked, csv, imported, upload, xlsx

type Visit = Callable[[Person], Browser]

GOOD = xlsx(*[(f"Client {n}", f"c{n}@example.org") for n in range(50)], header=("Name", "E-mail"))
SHEET = "xl/worksheets/sheet1.xml"
DEEP = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 9))


def rewritten(change: Callable[[bytes], bytes]) -> bytes:
    """The good workbook with another first sheet."""
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(GOOD)) as old, zipfile.ZipFile(target, "w") as new:
        for name in old.namelist():
            new.writestr(name, change(old.read(name)) if name == SHEET else old.read(name))
    return target.getvalue()


def with_a_flipped_byte() -> bytes:
    content = bytearray(GOOD)
    with zipfile.ZipFile(io.BytesIO(GOOD)) as archive:
        content[archive.getinfo(SHEET).header_offset + 80] ^= 0xFF
    return bytes(content)


def beginning_with(declarations: str, cell: bytes) -> bytes:
    head = f'<?xml version="1.0"?><!DOCTYPE x [{declarations}]>'.encode()
    body = re.sub(rb"^<\?xml[^>]*>", b"", rewritten_sheet().replace(b"Client 0<", cell + b"<", 1))
    return rewritten(lambda _old: head + body)


def rewritten_sheet() -> bytes:
    with zipfile.ZipFile(io.BytesIO(GOOD)) as archive:
        return archive.read(SHEET)


NO_SHEET = "neither CSV nor XLSX"


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (GOOD[: len(GOOD) // 2], NO_SHEET),
        (with_a_flipped_byte(), NO_SHEET),
        (rewritten(lambda old: old[: len(old) // 3]), NO_SHEET),
        (beginning_with(f'<!ENTITY e0 "ha">{DEEP}', b"&e8;"), NO_SHEET),
        (beginning_with('<!ENTITY e0 SYSTEM "file:///etc/passwd">', b"&e0;"), NO_SHEET),
        (rewritten(lambda old: old.replace(b'r="3"', b'r="2000000000"', 1)), "more than 50,000"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, NO_SHEET),
        (b"%PDF-1.7\n%\xe2\xe3\n1 0 obj, 2\n", NO_SHEET),
        (b"Name,E-mail\n" + b"\n" * 4_000 + b"Ada,ada@example.org\n", "more than 50,000"),
        (b'Name,E-mail\n"Ada,ada@x.org\n' + b"Bo,bo@x.org\n" * 12_000, "quotation mark"),
        (b"Name,E-mail\n,,\n,,\n", "no rows"),
        (b"\xef\xbb\xbf \n\n", "no rows"),
        (b",,\nAda,ada@example.org\n", "headings"),
    ],
    ids=[
        "cut", "flipped", "cut inside", "entities", "another file", "far row", "xls", "pdf",
        "blank lines", "open quote", "commas", "mark alone", "no headings",
    ],
)  # fmt: skip
def test_what_is_broken_or_too_much_is_refused_with_a_reason(
    cast: Cast, visit: Visit, monkeypatch: pytest.MonkeyPatch, content: bytes, says: str
) -> None:
    monkeypatch.setattr(sheets, "_MOST_LINES", 3_000)
    answer = upload(visit(cast.bob), content)
    assert answer.status_code == 422
    assert says in answer.content.decode()


def test_texts_that_all_cells_share_are_bounded(
    cast: Cast, visit: Visit, monkeypatch: pytest.MonkeyPatch
) -> None:
    """They are held in memory as a whole, however few cells name them."""
    monkeypatch.setattr(sheets, "_MOST_SHARED", 1_000)
    assert "out of all proportion" in upload(visit(cast.bob), GOOD).content.decode()


@pytest.mark.parametrize(
    ("text", "order", "day"),
    [
        ("2026-03-04", DateOrder.DAY_FIRST, date(2026, 3, 4)),
        ("2026-03-04T10:30:00", DateOrder.MONTH_FIRST, date(2026, 3, 4)),
        ("4.3.2026", DateOrder.DAY_FIRST, date(2026, 3, 4)),
        ("04/03/26", DateOrder.DAY_FIRST, date(2026, 3, 4)),
        ("04-03-2026", DateOrder.DAY_FIRST, date(2026, 3, 4)),
        ("3/4/2026", DateOrder.MONTH_FIRST, date(2026, 3, 4)),
        ("4.3.2026", DateOrder.ISO, None),
        ("31.02.2026", DateOrder.DAY_FIRST, None),
        ("13/13/2026", DateOrder.MONTH_FIRST, None),
        ("4.3.226", DateOrder.DAY_FIRST, None),
        ("99999999999999999999.3.2026", DateOrder.DAY_FIRST, None),
        ("٤.3.2026", DateOrder.DAY_FIRST, date(2026, 3, 4)),
        ("46085", DateOrder.DAY_FIRST, None),
        ("tomorrow", DateOrder.DAY_FIRST, None),
    ],
)
def test_dates_are_read_in_the_order_that_was_chosen_and_never_guessed(
    text: str, order: DateOrder, day: date | None
) -> None:
    assert date_of(text, order) == day


def test_what_a_spreadsheet_writes_for_a_broken_formula_is_no_name(
    cast: Cast, visit: Visit, acting: Callable[[Person], object]
) -> None:
    checked(visit(cast.bob), csv(("#REF!", "ada@example.org"), header=("Name", "E-mail")))
    with acting(cast.bob):
        assert ImportedRow.objects.get().remarks == {"name": "formula"}


def test_rows_are_held_against_those_of_earlier_chunks_and_the_sheet_is_read_once(
    cast: Cast, visit: Visit, acting: Callable[[Person], object], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(checking, "CHUNK", 2)
    read, times = checking.content_of, []
    monkeypatch.setattr(checking, "content_of", lambda transfer: times.append(1) or read(transfer))
    rows = [(name, f"{name[0].lower()}@example.org") for name in ("Ada", "Bo", "Cem", "Dee", "A")]
    checked(visit(cast.bob), csv(*rows, header=("Name", "E-mail")))
    with acting(cast.bob):
        fates = ImportedRow.objects.order_by("number").values_list("fate", "remarks")
        assert list(fates)[-1] == ("refuse", {"email": "twice:2"})
        assert [fate for fate, _remarks in fates][:4] == ["add"] * 4
    assert len(times) == 1


def test_script_in_every_text_stays_text(
    cast: Cast, visit: Visit, acting: Callable[[Person], object]
) -> None:
    evil, bob = "<script>alert(1)</script>", visit(cast.bob)
    header = ("Name", "E-mail", "Called", "Phone", "Job title", "Employer", "Program", evil)
    good = (evil, "ada@example.org", evil, evil, evil, evil, "", evil)
    bad = (evil, evil, evil, evil, evil, evil, evil, evil)
    answer = upload(bob, csv(good, bad, header=header), f"{evil}.csv")
    assert evil not in bob.get(answer["Location"]).content.decode()
    columns = {"column_preferred_name": "2"}
    address = imported(bob, csv(good, bad, header=header), **columns)
    with acting(cast.bob):
        ada = Client.objects.get(email="ada@example.org")
        assert {ada.name, ada.preferred_name, ada.phone, ada.job_title, ada.employer} == {evil}
    for page in (address, "/coach/harbour/clients/", f"/coach/harbour/clients/{ada.pk}/"):
        text = bob.get(page).content.decode()
        assert evil not in text
        assert "&lt;script&gt;alert(1)" in text


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize(
    ("first", "separator"), [("sep=;\r\n", ";"), ('"sep=^"\n', "^"), ("SEP=\t\r", "\t"), ("", "|")]
)
def test_the_separator_is_the_one_that_the_first_line_names_or_shows(
    encoding: str, first: str, separator: str
) -> None:
    header, ada = ["Name, given first", "E-mail", "Phone"], ["Day, Ada", "a@x.org", "+49 30 1"]
    rows = csv(ada, header=header, separator=separator)
    content = (first + rows).encode(encoding)
    found = sheets.look_at(content)
    assert (found.header, found.count) == (header, 1)
    assert list(sheets.rows_of(content, found.format)) == [(2, ada)]


def test_old_mac_letters_are_known_and_what_was_guessed_wrong_is_read_anew(
    cast: Cast, visit: Visit
) -> None:
    mac = csv(("Jérôme Müller", "j@example.org"), header=("Name", "E-mail")).encode("mac_roman")
    assert sheets.look_at(mac).sample[0][0] == "Jérôme Müller"
    bob = visit(cast.bob)
    sheet = csv(("Łukasz Žižek", "l@example.org"), header=("Name", "E-mail"))
    address = checked(bob, sheet.encode("cp1250"), letters="cp1250")
    assert "Łukasz Žižek" in bob.get(address).content.decode()
    assert "Łukasz Žižek" in bob.get(f"{address}columns/").content.decode()
    unreadable = sheet.encode("cp1250") + b"Bo\x98,bo@example.org\r\n"
    columns = upload(bob, unreadable)["Location"]  # type: ignore[index]
    values = {each.name: each.value() or "" for each in bob.get(columns).context["form"]}
    answer = bob.post(columns, values | {"letters": "cp1251"})
    assert "cannot be read with these letters" in answer.content.decode()
