"""The whole practice as one archive: what its owner may read in open formats, the rest sealed.

The format is described in docs/archive-format.md and carries its version.
"""

import hashlib
import io
import json
import tempfile
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import IO, Any, Final
from uuid import UUID

from django.core.files import File
from django.core.files.storage import default_storage
from django.db import connection
from django.utils import timezone

from coachops.encryption.seal import unwrap_raw
from coachops.practices.models import Membership, Practice
from coachops.tenancy.scope import transferring
from coachops.transfer.documents import README
from coachops.transfer.queries.tables import calendar_file, sheets
from coachops.transfer.services import orders
from coachops.transfer.services.archive_keys import ArchiveKey, installation, wrap
from coachops.transfer.services.archive_plan import Table, tables
from coachops.transfer.services.progress import Progress, Stopped
from coachops.transfer.services.snapshot import rows_of_table, snapshot

FORMAT: Final = "coachops-practice"
VERSION: Final = 1
_SPOOL: Final = 4_000_000
_NOT_RESTORED: Final = {"id", "slug", "created_at", "logo"}


@dataclass
class Archive:
    """What is being written, and what its manifest will say."""

    target: zipfile.ZipFile
    key: ArchiveKey
    practice_id: UUID
    tell: Callable[[int], None]
    tables: list[dict[str, Any]] = field(default_factory=list)
    entries: dict[str, str] = field(default_factory=dict)
    ids: bytearray = field(default_factory=bytearray)
    files: list[dict[str, str]] = field(default_factory=list)
    rows: int = 0

    def add(self, name: str, source: IO[bytes], *, sealed: bool) -> None:
        """One file of the archive, with its fingerprint for the manifest."""
        digest = hashlib.sha256()
        with self.target.open(name, "w", force_zip64=True) as entry:
            counted: Any = _Counted(entry, digest)
            if sealed:
                self.key.seal_into(counted, source, name=name)
            else:
                while block := source.read(1 << 20):
                    counted.write(block)
        self.entries[name] = digest.hexdigest()


class _Counted(io.RawIOBase):
    """Passes on what is written and keeps its fingerprint."""

    def __init__(self, target: IO[bytes], digest: Any) -> None:
        super().__init__()
        self._target, self._digest = target, digest

    def write(self, block: Any) -> int:
        self._digest.update(block)
        return self._target.write(block)


def make_practice_archive(practice_id: UUID, transfer_id: UUID, turn: int) -> None:
    """From its beginning each time: a file that was not finished is nobody's, and is dropped."""
    now = timezone.now()
    with tempfile.TemporaryFile() as file, Progress(practice_id, transfer_id, turn) as progress:
        try:
            with snapshot(practice_id):
                _write(file, practice_id, transfer_id, progress, now)
        except Stopped:
            return
        name = f"{practice_id}/transfers/{transfer_id.hex}.{turn}.zip"
        if default_storage.exists(name):
            default_storage.delete(name)
        size = file.tell()
        file.seek(0)
        kept = default_storage.save(name, File(file))
    finish_with_file(practice_id, transfer_id, turn, kept, size)


def finish_with_file(practice_id: UUID, transfer_id: UUID, turn: int, name: str, size: int) -> None:
    """The archive counts, unless it was cancelled meanwhile; then it is gone again."""
    now = timezone.now()
    with orders.as_system(practice_id, transfer_id) as transfer:
        is_wanted = transfer.turn == turn and transfer.is_moving
        if is_wanted:
            transfer.result, transfer.result_size = name, size
            transfer.expires_at = now + orders.KEPT_FOR
            transfer.done = transfer.total = max(transfer.total, transfer.done, 1)
            orders.finish(transfer, now=now)
    if not is_wanted:
        default_storage.delete(name)


def _write(
    file: IO[bytes], practice_id: UUID, transfer_id: UUID, progress: Progress, now: datetime
) -> None:
    total = _count()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=3) as target:
        archive = Archive(
            target=target,
            key=ArchiveKey.new(transfer_id.hex),
            practice_id=practice_id,
            tell=lambda done: progress.tell(done, total),
        )
        for table in tables():
            _write_table(archive, table)
        _write_people(archive)
        _write_files(archive)
        archive.add("sealed/ids.bin", io.BytesIO(bytes(archive.ids)), sealed=True)
        for name, text in sheets(practice_id):
            archive.add(f"tables/{name}.csv", io.BytesIO(text.encode()), sealed=False)
        archive.add("calendar/sessions.ics", io.BytesIO(calendar_file()), sealed=False)
        archive.add("README.txt", io.BytesIO(README.encode()), sealed=False)
        _write_manifest(archive, now)
    file.flush()


def _count() -> int:
    """How many rows there are to write."""
    with transferring(), connection.cursor() as cursor:
        total = 0
        for table in tables():
            if table.is_behind_doors:
                cursor.execute(
                    f'SELECT count(*) FROM "{table.name}"'  # noqa: S608 -- a name of ours
                    " WHERE practice_id = (SELECT app.practice_id())"
                )
                total += cursor.fetchone()[0]
    return total


def _write_table(archive: Archive, table: Table) -> None:
    rows = rows_of_table(table.name, table.owner_sql, behind_doors=table.is_behind_doors)
    count = 0
    with tempfile.SpooledTemporaryFile(max_size=_SPOOL) as spool:
        for text, owner in rows:
            row = json.loads(text)
            _prepare(archive, table, row, owner)
            spool.write(json.dumps(row, ensure_ascii=False, separators=(",", ":")).encode())
            spool.write(b"\n")
            count += 1
            archive.rows += 1
            if archive.rows % 500 == 0:
                archive.tell(archive.rows)
        spool.seek(0)
        folder, ending = ("data", "jsonl") if table.is_open else ("sealed", "bin")
        name = f"{folder}/{table.label.lower()}.{ending}"
        archive.add(name, spool, sealed=not table.is_open)
    archive.tables.append(
        {"label": table.label, "entry": name, "rows": count, "columns": list(table.columns)}
    )


def _prepare(archive: Archive, table: Table, row: dict[str, Any], owner: str | None) -> None:
    """Keys leave their wrapping, which only this installation opens, for the archive's own seal."""
    archive.ids += UUID(row["id"]).bytes
    archive.files += [
        {"path": row[column], "table": table.label, "row": row["id"], "owner": owner or ""}
        for column in table.files
        if row[column]
    ]
    if table.label == "clients.ClientKey":
        bound_to = f"{archive.practice_id}:{row['client_id']}"
        row["wrapped"] = _unwrapped(row["wrapped"], bound_to)
    if table.has_own_key and row["wrapped_key"]:
        bound_to = f"{archive.practice_id}:{row['id']}"
        row["wrapped_key"] = _unwrapped(row["wrapped_key"], bound_to)
    if table.sealed:
        row["_owner"] = owner


def _unwrapped(wrapped: str, bound_to: str) -> str:
    return "\\x" + unwrap_raw(bytes.fromhex(wrapped.removeprefix("\\x")), bound_to=bound_to).hex()


def _write_people(archive: Archive) -> None:
    """Who is behind the memberships: sealed, since some sign in by an address of their own."""
    members = Membership.objects.filter(practice_id=archive.practice_id).select_related("user")
    people = {member.user_id: member.user for member in members.iterator()}
    lines = [
        json.dumps(
            {
                "id": str(user.pk),
                "email": user.email,
                "name": user.name,
                "time_zone": user.time_zone,
                "language": user.language,
            }
        )
        for user in people.values()
    ]
    archive.add("sealed/people.bin", io.BytesIO("\n".join(lines).encode()), sealed=True)


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
            archive.add(name, source, sealed=sealed)
        archive.tell(archive.rows + number)
        listed.append({**file, "entry": name, "sealed": sealed})
    lines = "\n".join(json.dumps(each) for each in listed)
    archive.add("sealed/files.bin", io.BytesIO(lines.encode()), sealed=True)


def _write_manifest(archive: Archive, now: datetime) -> None:
    practice = Practice.objects.get(pk=archive.practice_id)
    settings = {
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
        "practice": {"id": str(practice.pk), "slug": practice.slug, "settings": settings},
        "tables": archive.tables,
        "entries": archive.entries,
    }
    content = json.dumps(manifest, indent=1, default=str).encode()
    archive.target.writestr("manifest.json", content)
    archive.target.writestr("manifest.proof", archive.key.proof(content))
    archive.target.writestr("key.json", json.dumps(wrap(archive.key)))
