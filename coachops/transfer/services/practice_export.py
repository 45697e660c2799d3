"""The whole practice as one archive: what its owner may read in open formats, the rest sealed.

The format is described in docs/archive-format.md and carries its version.
"""

import json
import tempfile
import zipfile
from datetime import datetime
from typing import IO, Final
from uuid import UUID

from django.conf import settings
from django.core.files import File
from django.core.files.storage import default_storage
from django.db import connection
from django.utils import timezone

from coachops.encryption.seal import unwrap_raw
from coachops.practices.models import Membership, Practice
from coachops.tenancy.scope import transferring
from coachops.transfer.documents import README
from coachops.transfer.queries.tables import calendar_blocks, sheets
from coachops.transfer.services import orders
from coachops.transfer.services.archive_keys import ArchiveKey, blocks_of, installation, wrap
from coachops.transfer.services.archive_plan import Table, tables
from coachops.transfer.services.archive_writing import Archive
from coachops.transfer.services.progress import Progress, Stopped
from coachops.transfer.services.snapshot import rows_of_table, snapshot

FORMAT: Final = "coachops-practice"
VERSION: Final = 2
_OF_PEOPLE: Final = ("id", "email", "name", "time_zone", "language")
_NOT_RESTORED: Final = {"id", "slug", "created_at", "logo"}


def make_practice_archive(practice_id: UUID, transfer_id: UUID, turn: int) -> None:
    """From its beginning each time: a file that was not finished is nobody's, and is dropped."""
    now = timezone.now()
    with (
        tempfile.TemporaryFile(dir=settings.DATA_DIR) as file,
        Progress(practice_id, transfer_id, turn) as progress,
    ):
        try:
            with snapshot(practice_id):
                _write(file, practice_id, transfer_id, progress, now)
        except Stopped:
            return
        size = file.tell()
        file.seek(0)
        finish_with_file(practice_id, transfer_id, turn, file, ending="zip", size=size)


def finish_with_file(
    practice_id: UUID, transfer_id: UUID, turn: int, file: IO[bytes], *, ending: str, size: int
) -> None:
    """Keep the archive, unless it was cancelled meanwhile or another worker was quicker.

    What a worker left that was lost in this very moment has the same name and is replaced.
    """
    now = timezone.now()
    name = f"{practice_id}/transfers/{transfer_id.hex}.{turn}.{ending}"
    with orders.as_system(practice_id, transfer_id) as transfer:
        if transfer.turn != turn or not transfer.is_moving:
            return
        if default_storage.exists(name):
            default_storage.delete(name)
        transfer.result = default_storage.save(name, File(file))
        transfer.result_size = size
        transfer.expires_at = now + orders.KEPT_FOR
        transfer.done = transfer.total = max(transfer.total, transfer.done, 1)
        orders.finish(transfer, now=now)


def _write(
    file: IO[bytes], practice_id: UUID, transfer_id: UUID, progress: Progress, now: datetime
) -> None:
    total = _count()
    with (
        zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=3) as target,
        tempfile.TemporaryFile(dir=settings.DATA_DIR) as ids,
    ):
        archive = Archive(
            target=target,
            key=ArchiveKey.new(transfer_id.hex),
            practice_id=practice_id,
            tell=lambda done: progress.tell(done, total),
            ids=ids,
        )
        for table in tables():
            _write_table(archive, table)
        _write_people(archive)
        _write_files(archive)
        ids.seek(0)
        archive.add("sealed/ids.bin", blocks_of(ids), sealed=True)
        for name, blocks in sheets(practice_id):
            archive.add(f"tables/{name}.csv", blocks, sealed=False)
        archive.add("calendar/sessions.ics", calendar_blocks(), sealed=False)
        archive.add("README.txt", [README.encode()], sealed=False)
        _write_manifest(archive, now)
    file.flush()


def _count() -> int:
    """How many rows there are to write. One query."""
    asked = " UNION ALL ".join(
        f'SELECT count(*) FROM "{table.name}"'  # noqa: S608 -- a name of ours
        " WHERE practice_id = (SELECT app.practice_id())"
        for table in tables()
        if table.is_behind_doors
    )
    with transferring(), connection.cursor() as cursor:
        cursor.execute(asked)
        return sum(row[0] for row in cursor.fetchall())


def _write_table(archive: Archive, table: Table) -> None:
    before = archive.rows
    folder, ending = ("data", "jsonl") if table.is_open else ("sealed", "bin")
    name = f"{folder}/{table.label.lower()}.{ending}"
    with archive.entry(name, sealed=not table.is_open) as target:
        for lines in rows_of_table(table):
            archive.ids.write(b"".join(line.id for line in lines))
            texts = [
                _prepared(archive, table, line.text) if line.is_special else line.text
                for line in lines
            ]
            target.write("\n".join([*texts, ""]).encode())
            archive.rows += len(lines)
            archive.tell(archive.rows)
    archive.tables.append(
        {
            "label": table.label,
            "entry": name,
            "rows": archive.rows - before,
            "columns": list(table.columns),
        }
    )


def _prepared(archive: Archive, table: Table, text: str) -> str:
    """Keys leave their wrapping, which only this installation opens, for the archive's own seal."""
    row = json.loads(text)
    archive.files += [
        {"path": row[column], "table": table.label, "row": row["id"], "owner": row["_owner"] or ""}
        for column in table.files
        if row[column]
    ]
    if table.label == "clients.ClientKey":
        bound_to = f"{archive.practice_id}:{row['client_id']}"
        row["wrapped"] = _unwrapped(row["wrapped"], bound_to)
    if table.has_own_key and row["wrapped_key"]:
        bound_to = f"{archive.practice_id}:{row['id']}"
        row["wrapped_key"] = _unwrapped(row["wrapped_key"], bound_to)
    return json.dumps(row, ensure_ascii=False)


def _unwrapped(wrapped: str, bound_to: str) -> str:
    return "\\x" + unwrap_raw(bytes.fromhex(wrapped.removeprefix("\\x")), bound_to=bound_to).hex()


def _write_people(archive: Archive) -> None:
    """Who is behind the memberships: sealed, since some sign in by an address of their own."""
    members = Membership.objects.filter(practice_id=archive.practice_id).order_by("user_id")
    people = members.values_list(*(f"user__{name}" for name in _OF_PEOPLE)).distinct()
    lines = [
        json.dumps({**dict(zip(_OF_PEOPLE, person, strict=True)), "id": str(person[0])})
        for person in people.iterator(chunk_size=1_000)
    ]
    archive.add("sealed/people.bin", ["\n".join(lines).encode()], sealed=True)


def _write_files(archive: Archive) -> None:
    """Files are named by number; where they belong is sealed beside them."""
    known = {table.label: table for table in tables()}
    listed = []
    for number, file in enumerate(archive.files, start=1):
        if not default_storage.exists(file["path"]):
            continue
        sealed = not known[file["table"]].is_open
        ending = "bin" if sealed else file["path"].rpartition(".")[2]
        name = f"files/{number:06}.{ending}"
        with default_storage.open(file["path"], "rb") as source:
            archive.add(name, blocks_of(source), sealed=sealed)
        archive.tell(archive.rows + number)
        listed.append({**file, "entry": name, "sealed": sealed})
    lines = "\n".join(json.dumps(each) for each in listed)
    archive.add("sealed/files.bin", [lines.encode()], sealed=True)


def _write_manifest(archive: Archive, now: datetime) -> None:
    practice = Practice.objects.get(pk=archive.practice_id)
    own_settings = {
        f.column: f.value_from_object(practice)
        for f in practice._meta.concrete_fields
        if f.column not in _NOT_RESTORED
    }
    manifest = {
        "format": FORMAT,
        "version": VERSION,
        "archive": archive.key.archive,
        "installation": installation(),
        "made_at": now.isoformat(),
        "practice": {"id": str(practice.pk), "slug": practice.slug, "settings": own_settings},
        "tables": archive.tables,
        "entries": archive.entries,
    }
    content = json.dumps(manifest, indent=1, default=str).encode()
    archive.target.writestr("manifest.json", content)
    archive.target.writestr("manifest.proof", archive.key.proof(content))
    archive.target.writestr("key.json", json.dumps(wrap(archive.key)))
