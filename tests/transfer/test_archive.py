"""The whole practice out and into an empty one: identical, and closed on the way."""

import io
import json
import zipfile
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.apps import apps
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client as Browser

from clients.models import Client
from clients.queries.erased import hash_of, ledger_file
from clients.queries.safes import safe_of
from coachops.outbox.engine import drain
from coachops.tenancy.models import PracticeModel
from coachops.tenancy.scope import ScopeError, scope, system_scope, transferring
from coachops.transfer.models import Transfer
from coachops.transfer.policies.archives import ids_of
from coachops.transfer.services import archive_keys
from coachops.transfer.services.archive_map import Numbers
from coachops.transfer.services.archive_plan import LEFT_OUT, OPEN, Table, tables, unknown_seals
from coachops.transfer.services.archive_reading import opened
from coachops.transfer.services.forgetting import forget_expired
from coachops.transfer.services.snapshot import rows_of_table
from scheduling.models import Claim
from tests.cast import Cast, Person
from tests.contracts.world import World
from tests.transfer.archives import exported, new_practice, put_in
from tests.transfer.test_own import send_file

type Visit = Callable[[Person], Browser]

# Planted beside her, and the practice's own: a theme of its list, a text of its templates, a coach.
OF_THE_PRACTICE = {"Carol", "carols-theme", "carols-agreement-text", "carols-reader"}
_archives: dict[UUID, bytes] = {}


def rows_of(table: Table, practice_id: UUID) -> list[dict[str, Any]]:
    with scope(system_scope(practice_id)), connection.cursor() as cursor:
        statement = (
            f'SELECT to_jsonb(t) FROM "{table.name}" t'  # noqa: S608 -- a name of ours
            " WHERE practice_id = %s ORDER BY id"
        )
        if table.is_behind_doors:
            with transferring():
                cursor.execute(statement, [practice_id])
                found = cursor.fetchall()
        else:
            cursor.execute(statement, [practice_id])
            found = cursor.fetchall()
    return [json.loads(row[0]) if isinstance(row[0], str) else row[0] for row in found]


def test_it_comes_out_identical_and_closed_to_whoever_carries_it(
    world: World, visit: Visit
) -> None:
    owner, original = world.cast.alice, world.cast.practice
    send_file(visit(world.cast.carol))
    drain()  # what was waiting to be sent is written down as sent
    before = {table.label: rows_of(table, original.pk) for table in tables()}
    archive = exported(visit(owner))[1]
    _is_closed(archive, world)
    _free_the_coaches(original.pk)
    copy = new_practice(owner.user)
    transfer = put_in(visit(owner), copy, archive)
    assert (transfer.state, transfer.problem) == ("done", "")
    assert transfer.report["reminds"] is False  # the original goes on reminding everybody
    with opened(io.BytesIO(archive)) as content:
        numbers = Numbers(copy.pk, b"".join(content.blocks("sealed/ids.bin")))
    numbers.fix(str(original.pk), copy.pk)
    (alice,) = [
        row
        for row in rows_of(_table("practices.Membership"), copy.pk)
        if row["user_id"] == str(owner.user.pk)
    ]
    numbers.fix(str(owner.membership.pk), UUID(alice["id"]))
    differing = [
        f"{table.label}: {text}"
        for table in tables()
        for text in _differences(table, before[table.label], copy.pk, numbers)
    ]
    assert differing == []
    assert _texts(original.pk) == _texts(copy.pk)
    assert sum(_texts(copy.pk).values()) > 8
    assert _opened_files(copy.pk) == 1


def _archive_of(world: World, visit: Visit) -> bytes:
    """Made once for the tests that begin with the same world."""
    practice = world.cast.practice.pk
    if practice not in _archives:
        _archives[practice] = exported(visit(world.cast.alice))[1]
    return _archives[practice]


def _opened_files(practice_id: UUID) -> int:
    """How many files of messages open with the keys of the new place."""
    sent = rows_of(_table("clients.CoachingMessage"), practice_id)
    found = [row for row in sent if row["stored_as"]]
    with scope(system_scope(practice_id)):
        for row in found:
            with default_storage.open(row["stored_as"]) as file:
                safe_of(UUID(row["client_id"])).open(file.read(), row_id=UUID(row["id"]))
    return len(found)


def test_whoever_holds_a_copy_and_never_owned_the_practice_cannot_import_it(
    cast: Cast, visit: Visit
) -> None:
    archive = exported(visit(cast.alice))[1]
    copy = new_practice(cast.mallory.user)
    transfer = put_in(visit(cast.mallory), copy, archive)
    assert (transfer.state, transfer.problem) == ("failed", "not_theirs")


@pytest.mark.parametrize(
    ("user_id", "here", "found"),
    [
        ("old", {"old"}, {"old"}),
        ("new", set(), {"old"}),  # the database was lost, and its owner signed up again
        ("new", {"old"}, set()),  # the owner has another address now, and somebody else theirs
    ],
)
def test_an_address_stands_for_its_owner_where_nobody_else_does(
    user_id: str, here: set[str], found: set[str]
) -> None:
    people = [{"id": "old", "email": "alice@harbour.example"}, {"id": "x", "email": "x@x.example"}]
    mail = "alice@harbour.example"
    assert ids_of(people, user_id=user_id, email=mail, here=here) == found


def _is_closed(archive: bytes, world: World) -> None:
    """What the table of who sees what keeps from owners is not in what they can read of it."""
    with zipfile.ZipFile(io.BytesIO(archive)) as target:
        names = [name for name in target.namelist() if not name.endswith(".bin")]
        readable = "\n".join(target.read(name).decode("utf-8", "replace") for name in names)
        whole = b"".join(target.read(name) for name in target.namelist()).decode("latin-1")
    kept = [each for each in world.sentences if not each.is_open_to("alice")]
    assert len(kept) > 20
    assert [each.words for each in kept if each.words in readable or each.words in whole] == []
    assert "carol@harbour.example" in readable


def _free_the_coaches(practice_id: UUID) -> None:
    """As in another place, where nobody has taken their time yet."""
    with scope(system_scope(practice_id)):
        Claim.objects.all().delete()


def _table(label: str) -> Table:
    return next(table for table in tables() if table.label == label)


def _differences(
    table: Table, before: list[dict[str, Any]], practice_id: UUID, numbers: Numbers
) -> list[str]:
    after = {row["id"]: row for row in rows_of(table, practice_id)}
    if table.label not in {"audit.AuditEvent", "practices.Membership"} and len(after) != len(
        before
    ):
        return [f"{len(before)} rows before, {len(after)} after"]
    sealed = table.sealed | {"wrapped", "wrapped_key"} | table.cut
    found = []
    for old in before:
        wanted = numbers.in_row(table, old)
        for column in table.files:
            wanted[column] = numbers.in_text(old[column] or "")
        new = after.get(wanted["id"], {})
        found += [
            f"{column} {wanted[column]!r} -> {new.get(column)!r}"
            for column in table.columns
            if column not in sealed
            and column not in {"invited_at", "joined_at"}
            and wanted[column] != new.get(column)
        ]
        found += [
            f"{column} is missing"
            for column in table.sealed
            if (old[column] is None) != (new.get(column) is None)
        ]
    return found


def _texts(practice_id: UUID) -> Counter[str]:
    """Everything sealed with a client's key, opened. As nobody in the product could."""
    found: list[str] = []
    with scope(system_scope(practice_id)):
        safes = {str(pk): safe_of(pk) for pk in Client.objects.values_list("pk", flat=True)}
        for table in tables():
            if not table.sealed or table.has_own_key:
                continue
            for row in (json.loads(line.text) for some in rows_of_table(table) for line in some):
                found += [
                    safes[row["_owner"]].open(
                        bytes.fromhex(row[column][2:]), row_id=UUID(row["id"])
                    )
                    for column in table.sealed
                    if row[column]
                ]
    return Counter(found)


def test_every_table_of_a_practice_goes_along_or_says_why_not() -> None:
    ours = {model._meta.label for model in apps.get_models() if issubclass(model, PracticeModel)}
    going = {table.label for table in tables()}
    assert going | set(LEFT_OUT) == ours
    assert not going & set(LEFT_OUT)
    assert going >= OPEN
    assert all(len(reason) > 20 for reason in LEFT_OUT.values())
    assert unknown_seals() == []


def test_what_is_open_is_what_owners_may_read() -> None:
    """A column with words of a client in a readable table would be read by the owner."""
    wordy = {"text", "body", "narrative", "client_statement", "reason", "note", "facts"}
    open_words = [
        f"{table.label}.{column}"
        for table in tables()
        if table.is_open
        for column in table.columns
        if column in wordy or column.startswith("sealed_")
    ]
    assert open_words == ["programs.LedgerEntry.reason"]  # one of a fixed list, never typed


def test_an_archive_of_another_installation_opens_after_operators_exchanged_a_key(
    cast: Cast, visit: Visit, settings: object, tmp_path: Path
) -> None:
    made, sent, adopted = (tmp_path / name for name in ("made.zip", "sent.zip", "adopted.zip"))
    made.write_bytes(exported(visit(cast.alice))[1])
    here, there = settings.MASTER_KEY, "b3RoZXItaW5zdGFsbGF0aW9uLW1hc3Rlci1rZXktMzI="
    settings.MASTER_KEY = there
    refused = put_in(visit(cast.alice), new_practice(cast.alice.user), made.read_bytes())
    assert refused.problem == "other_key"
    public = archive_keys.public_key()
    settings.MASTER_KEY = here
    call_command("archive", "send", str(made), str(sent), to=public)
    with pytest.raises(CommandError):
        call_command("archive", "adopt", str(sent), str(adopted))
    settings.MASTER_KEY = there
    call_command("archive", "adopt", str(sent), str(adopted))
    copy = new_practice(cast.alice.user)
    moved = put_in(visit(cast.alice), copy, adopted.read_bytes())
    assert (moved.state, moved.report["reminds"]) == ("done", True)
    with scope(system_scope(copy.pk)):
        carol = Client.objects.get(email=cast.carol_client.email)
        assert safe_of(carol.pk).key


def test_an_archive_goes_into_an_empty_practice_alone(cast: Cast, visit: Visit) -> None:
    archive = exported(visit(cast.alice))[1]
    file = SimpleUploadedFile("archive.zip", archive)
    answer = visit(cast.alice).post("/coach/harbour/settings/import/", {"archive": file})
    assert answer.status_code == 422
    assert "not empty" in answer.content.decode()


def test_only_whoever_asked_fetches_the_archive_and_only_for_a_week(
    cast: Cast, visit: Visit
) -> None:
    address, _content = exported(visit(cast.alice))
    for person in (cast.bob, cast.vera, cast.ines, cast.mallory, cast.carol):
        assert visit(person).get(f"{address}file/").status_code == 404
        assert visit(person).post("/coach/harbour/settings/export/").status_code == 404
    with scope(system_scope(cast.practice.pk)):
        transfer = Transfer.objects.get()
        assert forget_expired(now=transfer.expires_at) == 1
        assert not default_storage.exists(transfer.result)
    assert visit(cast.alice).get(f"{address}file/").status_code == 404
    assert "deleted after a week" in visit(cast.alice).get(address).content.decode()


def test_the_role_of_transfers_is_for_background_work_and_changes_nothing(
    cast: Cast, acting: Callable[[Person], object]
) -> None:
    for person in (cast.alice, cast.bob, cast.carol):
        with acting(person), pytest.raises(ScopeError), transferring():
            pass
    with scope(system_scope(cast.practice.pk)), transferring(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT has_table_privilege('coachops_transfer', c.oid, 'UPDATE')"
            " OR has_table_privilege('coachops_transfer', c.oid, 'DELETE') FROM pg_class c"
            " WHERE c.relname IN ('tracking_privatenote', 'clients_client')"
        )
        assert cursor.fetchall() == [(False,), (False,)]
        cursor.execute("SELECT DISTINCT practice_id FROM clients_client")
        assert cursor.fetchall() == [(cast.practice.pk,)]


def test_who_was_erased_since_stays_out_with_everything_of_theirs(
    world: World, visit: Visit
) -> None:
    owner, original = world.cast.alice, world.cast.practice
    archive = _archive_of(world, visit)
    line = {"client": hash_of(original.pk, world.cast.carol_client.pk)}
    ledger_file().write_text(json.dumps(line) + "\n")
    _free_the_coaches(original.pk)
    copy = new_practice(owner.user)
    transfer = put_in(visit(owner), copy, archive)
    assert (transfer.state, transfer.report["erased"]) == ("done", 1)
    page = f"/coach/{copy.slug}/transfers/{transfer.pk}/"
    assert "stays erased" in visit(owner).get(page).content.decode()
    said = {each.words for each in world.sentences if each.client == "carol"} - OF_THE_PRACTICE
    found = [
        (table.label, words)
        for table in tables()
        for words in (*said, "Carol Harbour", '"carol@harbour')
        if words in json.dumps(rows_of(table, copy.pk), ensure_ascii=False)
    ]
    assert found == [], found
    with scope(system_scope(copy.pk)):
        assert Client.objects.filter(name="Dave Harbour").exists()
        assert not Client.objects.filter(name="Carol Harbour").exists()
