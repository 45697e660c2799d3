"""An archive back into an empty practice: all of it or nothing, in one transaction.

Rows get new numbers, sealed texts new keys; people come back by the address that is theirs. A lost
worker leaves nothing behind, and the next one begins anew.
"""

import io
import json
import logging
from dataclasses import dataclass, field
from datetime import datetime
from itertools import batched
from typing import Any, Final
from uuid import UUID

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import DataError, IntegrityError, connection, transaction
from django.utils import timezone

from coachops.audit.record import Fact, record
from coachops.practices.models import Membership, Practice, User
from coachops.practices.services.people import ensure_person
from coachops.tenancy.scope import scope, system_scope, transferring
from coachops.transfer.models import Transfer
from coachops.transfer.policies import Problem, State, TransferRefused
from coachops.transfer.policies.archives import ids_of
from coachops.transfer.services import orders
from coachops.transfer.services.archive_erased import Erased, erased_in
from coachops.transfer.services.archive_keys import installation
from coachops.transfer.services.archive_map import Numbers
from coachops.transfer.services.archive_plan import SEALED_FILES, Table, table_of
from coachops.transfer.services.archive_reading import Archive, opened
from coachops.transfer.services.emptiness import what_is_there
from coachops.transfer.services.progress import Progress, Stopped
from coachops.transfer.services.resealing import Sealer
from scheduling.services.reminders import ask_to_replan

logger = logging.getLogger(__name__)

BATCH: Final = 500
_MEMBERS: Final = "practices.Membership"
_OWNER: Final = "owner"
_CLAIMS: Final = "scheduling.Claim"
_PATIENCE: Final = "SET LOCAL statement_timeout = '10min'"
_SILENCE: Final = "SET LOCAL idle_in_transaction_session_timeout = '10min'"


@dataclass
class Intake:
    """One import on its way."""

    archive: Archive
    practice_id: UUID
    numbers: Numbers
    sealer: Sealer
    progress: Progress
    total: int
    # Clients who were erased since, with everything of theirs.
    erased: Erased
    done: int = 0
    left: dict[str, int] = field(default_factory=dict)
    paths: dict[str, str] = field(default_factory=dict)


def take_archive(practice_id: UUID, transfer_id: UUID, turn: int) -> None:
    """Raises TransferRefused, with nothing changed."""
    with scope(system_scope(practice_id)), transaction.atomic():
        transfer = Transfer.objects.select_related("asked_by__user").get(pk=transfer_id)
        source, person = transfer.source, transfer.asked_by.user
    with (
        default_storage.open(source, "rb") as file,
        opened(file) as archive,
        Progress(practice_id, transfer_id, turn) as progress,
    ):
        archive.check()
        _check_is_theirs(archive, person)
        intake = _intake(archive, practice_id, progress)
        reminds = not _reminds_elsewhere(archive)
        try:
            with scope(system_scope(practice_id)), transaction.atomic():
                _take(intake)
                _see_that_all_goes_together()
                if reminds:
                    ask_to_replan(now=timezone.now())
                _note(intake, transfer_id, turn, timezone.now(), reminds=reminds)
        except BaseException as error:
            for name in intake.paths.values():
                default_storage.delete(name)
            if isinstance(error, Stopped):
                return
            if isinstance(error, (DataError, IntegrityError)):
                # Rows that do not go together: to try again would not help.
                logger.exception("the archive of transfer %s could not be put in", transfer_id)
                raise TransferRefused(Problem.CHANGED) from error
            raise


def _check_is_theirs(archive: Archive, person: User) -> None:
    """Whoever holds a copy of an archive is not yet allowed to read it: only an owner of the
    practice it was made of may, and while that practice is here, only one who still is.

    Raises TransferRefused.
    """
    people = list(archive.lines("sealed/people.bin"))
    here = _who_is_here(archive, people)
    own = ids_of(people, user_id=str(person.pk), email=person.email, here=here)
    members = [each for each in archive.manifest["tables"] if each["label"] == _MEMBERS]
    was_owner = any(
        row["user_id"] in own and _OWNER in row["roles"] and row["ended_at"] is None
        for entry in members
        for row in archive.lines(entry["entry"])
    )
    is_here = _is_of_this_installation(archive)
    if not was_owner or (is_here and not _still_owns(archive, person)):
        raise TransferRefused(Problem.NOT_THEIRS)


def _is_of_this_installation(archive: Archive) -> bool:
    return bool(archive.manifest["installation"] == installation())


def _still_owns(archive: Archive, person: User) -> bool:
    """True also where that practice is not here any more."""
    source = UUID(str(archive.manifest["practice"]["id"]))
    with scope(system_scope(source)), transaction.atomic():
        members = Membership.objects.filter(practice_id=source)
        owners = members.filter(roles__contains=[_OWNER], ended_at=None)
        return owners.filter(user=person).exists() or not members.exists()


def _reminds_elsewhere(archive: Archive) -> bool:
    """Whether the practice that it was made of is here, and goes on reminding the same people."""
    if archive.manifest["installation"] != installation():
        return False
    source = UUID(str(archive.manifest["practice"]["id"]))
    with scope(system_scope(source)), transaction.atomic():
        return Membership.objects.filter(practice_id=source).exists()


def _intake(archive: Archive, practice_id: UUID, progress: Progress) -> Intake:
    ids = b"".join(archive.blocks("sealed/ids.bin"))
    old = str(archive.manifest["practice"]["id"])
    numbers = Numbers(practice_id, ids)
    numbers.fix(old, practice_id)
    return Intake(
        archive=archive,
        practice_id=practice_id,
        numbers=numbers,
        sealer=Sealer(old_practice=old, new_practice=practice_id),
        progress=progress,
        total=sum(int(table["rows"]) for table in archive.manifest["tables"]),
        erased=erased_in(archive),
    )


def _take(intake: Intake) -> None:
    with connection.cursor() as cursor:
        cursor.execute(_PATIENCE)
        cursor.execute(_SILENCE)
    Practice.objects.select_for_update().get(pk=intake.practice_id)
    if what_is_there():
        raise TransferRefused(Problem.NOT_EMPTY)
    _take_settings(intake)
    _take_people(intake)
    for entry in intake.archive.manifest["tables"]:
        table = _known(entry)
        if table.label == _MEMBERS:
            _take_members(intake, table, entry)
    keys = [each for each in intake.archive.manifest["tables"] if _is_key(each)]
    others = [each for each in intake.archive.manifest["tables"] if not _is_key(each)]
    for entry in keys:
        _take_table(intake, _known(entry), entry)
    _take_files(intake)
    for entry in others:
        if entry["label"] != _MEMBERS:
            _take_table(intake, _known(entry), entry)


def _see_that_all_goes_together() -> None:
    """Now rather than with the commit. Raises IntegrityError for a row that names what is not here,
    in the archive or in another practice."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


def _is_key(entry: dict[str, Any]) -> bool:
    return str(entry["label"]) == "clients.ClientKey"


def _known(entry: dict[str, Any]) -> Table:
    """A table or a column that is not known here comes from a newer version."""
    table = table_of(entry["label"])
    if table is None or not set(entry["columns"]) <= set(table.columns):
        raise TransferRefused(Problem.NEWER)
    if set(table.columns) != set(entry["columns"]):
        raise TransferRefused(Problem.OLDER)
    return table


def _take_settings(intake: Intake) -> None:
    settings = dict(intake.archive.manifest["practice"]["settings"])
    fields = {f.column: f for f in Practice._meta.concrete_fields}
    known = {name: fields[name].to_python(value) for name, value in settings.items()}
    Practice.objects.filter(pk=intake.practice_id).update(**known)


def _take_people(intake: Intake) -> None:
    """The same people where this is the same installation; else whoever proves the address."""
    people = [
        person
        for person in intake.archive.lines("sealed/people.bin")
        if person["id"] not in intake.erased.users
    ]
    here = _who_is_here(intake.archive, people)
    for person in people:
        if person["id"] not in here:
            known = {name: person[name] for name in ("email", "name", "time_zone", "language")}
            intake.numbers.fix(person["id"], ensure_person(**known).pk)


def _who_is_here(archive: Archive, people: list[dict[str, Any]]) -> set[str]:
    """By number, which means the same people in the same installation alone."""
    if not _is_of_this_installation(archive):
        return set()
    ids = [person["id"] for person in people]
    return {str(pk) for pk in User.objects.filter(pk__in=ids).values_list("pk", flat=True)}


def _take_members(intake: Intake, table: Table, entry: dict[str, Any]) -> None:
    """Whoever is a member already stays the one they are, with the roles of both."""
    present = {
        (str(member.user_id), member.audience): member
        for member in Membership.objects.filter(practice_id=intake.practice_id)
    }
    rows = []
    for old in intake.archive.lines(entry["entry"]):
        if old["id"] in intake.erased.members:
            continue
        user = intake.numbers.of(old["user_id"])
        member = present.get((user, old["audience"]))
        if member is None:
            rows.append(old)
            continue
        intake.numbers.fix(old["id"], member.pk)
        member.roles = sorted({*member.roles, *old["roles"]})
        member.name, member.title = old["name"], old["title"]
        member.save(update_fields=["roles", "name", "title"])
    _insert(intake, table, [intake.numbers.in_row(table, row) for row in rows])


def _take_table(intake: Intake, table: Table, entry: dict[str, Any]) -> None:
    for rows in batched(intake.archive.lines(entry["entry"]), BATCH, strict=False):
        kept = [row for row in rows if not intake.erased.stays_out(table, row)]
        new = [_renewed(intake, table, row) for row in kept]
        with transferring():
            written = _insert(intake, table, new)
        if written != len(new):
            intake.left[table.label] = intake.left.get(table.label, 0) + len(new) - written
        intake.done += len(rows)
        intake.progress.tell(intake.done, intake.total)


def _renewed(intake: Intake, table: Table, old: dict[str, Any]) -> dict[str, Any]:
    intake.erased.without_them(table, old)
    new = intake.numbers.in_row(table, old)
    if table.label == "clients.ClientKey":
        intake.sealer.take_client_key(old, new)
    intake.sealer.reseal(table, old, new)
    for column in table.files:
        if old.get(column):
            new[column] = intake.paths.get(old[column], "")
    for column in table.cut:
        new[column] = None
    new.pop("_owner", None)
    return new


def _insert(intake: Intake, table: Table, rows: list[dict[str, Any]]) -> int:
    """One statement; PostgreSQL reads its own JSON back. How many rows were written.

    A claim on a coach's time is not made twice: beside the original the coach is busy already.
    """
    if not rows:
        return 0
    columns = ", ".join(f'"{column}"' for column in table.columns)
    once = "ON CONFLICT DO NOTHING" if table.label == _CLAIMS else ""
    with connection.cursor() as cursor:
        cursor.execute(
            f'INSERT INTO "{table.name}" ({columns}) SELECT {columns}'  # noqa: S608 -- names of ours
            f' FROM jsonb_populate_recordset(NULL::"{table.name}", %s::jsonb) {once}',
            [json.dumps(rows)],
        )
        return int(cursor.rowcount)


def _take_files(intake: Intake) -> None:
    """Before the rows that name them; whatever happens, a failed import takes them away again."""
    for file in intake.archive.lines("sealed/files.bin"):
        if file["row"] in intake.erased.rows:
            continue
        new = intake.numbers.in_text(file["path"])
        if not new.startswith(f"{intake.practice_id}/"):
            new = f"{intake.practice_id}/{new.rpartition('/')[2]}"
        target = io.BytesIO()
        for block in intake.archive.blocks(file["entry"]):
            target.write(block)
        content = target.getvalue()
        if file["table"] in SEALED_FILES:
            content = intake.sealer.reseal_file(
                content,
                owner=file["owner"],
                old=file["row"],
                new=intake.numbers.of(file["row"]),
            )
        intake.paths[file["path"]] = default_storage.save(new, ContentFile(content))


def _note(intake: Intake, transfer_id: UUID, turn: int, now: datetime, *, reminds: bool) -> None:
    transfer = Transfer.objects.select_for_update().get(pk=transfer_id)
    if transfer.turn != turn or transfer.state != State.RUNNING:
        raise Stopped
    transfer.total = transfer.done = intake.done
    transfer.report = {
        "rows": intake.done,
        "left": intake.left,
        "files": len(intake.paths),
        "reminds": reminds,
        "erased": len(intake.erased.clients),
    }
    orders.finish(transfer, now=now)
    facts: dict[str, Fact] = {
        "rows": intake.done,
        "from": str(intake.archive.manifest["archive"]),
        "erased": len(intake.erased.clients),
    }
    record(event="practice.imported", subject=transfer, now=now, facts=facts)
