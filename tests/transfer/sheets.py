"""Sheets of clients as other programs write them, and the steps an import takes."""

import io
from collections.abc import Sequence

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client as Browser
from openpyxl import Workbook

from coachops.outbox.engine import drain
from coachops.transfer.models import Transfer

HEADER = ("Name", "E-mail", "Phone", "Start", "Program", "Coach")


def csv(*rows: Sequence[str], header: Sequence[str] = HEADER, separator: str = ",") -> str:
    return "\r\n".join(separator.join(row) for row in (header, *rows)) + "\r\n"


def xlsx(*rows: Sequence[object], header: Sequence[str] = HEADER) -> bytes:
    book, target = Workbook(write_only=True), io.BytesIO()
    sheet = book.create_sheet()
    for row in (header, *rows):
        sheet.append(list(row))
    book.save(target)
    return target.getvalue()


def upload(browser: Browser, content: str | bytes, name: str = "clients.csv") -> object:
    data = content.encode() if isinstance(content, str) else content
    file = SimpleUploadedFile(name, data)
    return browser.post("/coach/harbour/clients/import/", {"sheet": file})


def checked(browser: Browser, content: str | bytes, **choices: str) -> str:
    """The address of the transfer after its dry run, with what was guessed unless chosen."""
    answer = upload(browser, content)
    assert answer.status_code == 302, answer.context["form"].errors
    columns = answer["Location"]
    form = browser.get(columns).context["form"]
    values = {field.name: field.value() or "" for field in form}
    assert browser.post(columns, values | choices).status_code == 302
    drain()
    return columns.removesuffix("columns/")


def imported(browser: Browser, content: str | bytes, **choices: str) -> str:
    """The address of the transfer after everything was added."""
    address = checked(browser, content, **choices)
    assert browser.post(f"{address}go/").status_code == 302
    drain()
    return address


def transfer_at(address: str) -> Transfer:
    return Transfer.objects.get(pk=address.rstrip("/").rpartition("/")[2])
