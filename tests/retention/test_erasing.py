"""Erasing a client: nothing of theirs is left anywhere, and what is left names nobody."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.apps import apps
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management import call_command
from django.db import IntegrityError, connection, models, transaction
from django.utils import timezone

from clients.models import Client, ClientKey, CoachAssignment, Engagement
from clients.queries.safes import safe_of
from coachops.audit.models import AuditEvent
from coachops.correspondence.models import AddressBounce, MailLogEntry
from coachops.encryption.seal import Unreadable
from coachops.practices.models import User
from coachops.retention.models import Erasure
from coachops.retention.policies import table_rules
from coachops.retention.queries.whose import of_clients, table_of
from coachops.retention.services.erasing import (
    AlreadyPlanned,
    NotArchived,
    StillAhead,
    call_off,
    carry_out,
    erase_client,
    plan_erasure,
    receipt_hash,
)
from coachops.retention.services.erasure_ledger import hash_of, ledger_file, write_missing
from coachops.retention.services.holds import OnHold, lift_hold, place_hold
from coachops.tenancy.models import uuid7
from coachops.tenancy.scope import confidential, scope, system_scope
from programs.models import LedgerEntry
from scheduling.models import Session
from scheduling.queries.archiving import coming_of
from scheduling.services.archiving import archive_with_dates
from tests.cast import Cast, Person, build_cast
from tests.contracts.world import build_world
from tests.servers import TestDatabase
from tests.tracking.factories import make_session
from tracking.models import PrivateNote
from tracking.services.notes import save_private_note

MARK = "planted-"
# The practice's own words that were planted with the client's: its theme, template and member.
OF_THE_PRACTICE = {
    ("carols-theme", "tracking_theme"),
    ("carols-agreement-text", "clients_agreementtemplateversion"),
    ("carols-reader", "practices_membership"),
    ("carols-reader", "practices_user"),
}


@contextmanager
def _seeing_everything(database: TestDatabase) -> Iterator[list[str]]:
    """As the owner of the tables and without the wall, the way a dump sees them; all tables."""
    with database.as_owner(), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname, relforcerowsecurity FROM pg_class WHERE relkind = 'r'"
            " AND relnamespace = 'public'::regnamespace ORDER BY 1"
        )
        tables = cursor.fetchall()
        forced = [name for name, is_forced in tables if is_forced]
        for name in forced:
            cursor.execute(f'ALTER TABLE "{name}" NO FORCE ROW LEVEL SECURITY')
        yield [name for name, _ in tables]
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for name in forced:
            cursor.execute(f'ALTER TABLE "{name}" FORCE ROW LEVEL SECURITY')


def _dump(database: TestDatabase) -> dict[str, str]:
    """Every row of every table, and every file that is left."""
    found = {}
    with _seeing_everything(database) as tables, connection.cursor() as cursor:
        for name in tables:
            cursor.execute(f'SELECT json_agg(t)::text FROM "{name}" t')  # noqa: S608 -- a table
            found[name] = cursor.fetchone()[0] or ""
    for name in _stored():
        with default_storage.open(name) as file:
            found[name] = file.read().decode(errors="replace")
    return found


def _plant(database: TestDatabase, practice_id: object, client_id: object) -> set[str]:
    """A sentence of its own in every text column of everything that leads to the client."""
    planted = set()
    with _seeing_everything(database), connection.cursor() as cursor:
        cursor.execute("SELECT set_config('app.practice_id', %s, true)", [str(practice_id)])
        for rule in table_rules().values():
            if not rule.via:
                continue
            for column in sorted(rule.words | rule.personal):
                if _write(cursor, rule, column, client_id):
                    planted.add(f"{rule.model}.{column}")
    return planted


def _write(cursor: object, rule: object, column: str, client_id: object) -> bool:
    field = apps.get_model(rule.model)._meta.get_field(column)
    values = {
        models.BinaryField: "convert_to('{0}', 'UTF8')",
        models.JSONField: "to_jsonb('{0}'::text)",
        models.EmailField: None,
        models.GenericIPAddressField: None,
        models.TextField: "'{0}'",
        models.CharField: "'{0}'",
    }
    value = next(text for kind, text in values.items() if isinstance(field, kind))
    if value is None:
        return False
    mark = f"{MARK}{field.column}"[: field.max_length or 99]
    try:
        with transaction.atomic():
            cursor.execute(  # names and marks of our own
                f'UPDATE {table_of(rule)} SET "{field.column}" = {value.format(mark)}'  # noqa: S608 -- names of our own
                f" WHERE {of_clients(rule)}",
                [[client_id]],
            )
            return bool(cursor.rowcount)
    except IntegrityError:
        return False


def test_nothing_that_was_said_written_or_named_is_left_anywhere(
    transactional_db: None, test_database: TestDatabase
) -> None:
    """A sentence in every text column of Carol's, then every row of every table is searched."""
    with transaction.atomic():
        cast = build_cast()
        world = build_world(cast)
    for name, content in world.files.items():
        default_storage.save(name, ContentFile(content))
    practice_id, carol = cast.practice.pk, cast.carol_client
    with transaction.atomic():
        _archived(carol, cast)
    planted = _plant(test_database, practice_id, carol.pk)
    assert {"tracking.PrivateNote.sealed_body", "clients.Client.phone"} <= planted
    assert len(planted) > 25
    with scope(system_scope(practice_id)), transaction.atomic():
        Client.objects.filter(pk=carol.pk).update(name="Carol Harbour")
        AddressBounce.objects.update(client=carol)
        counted = LedgerEntry.objects.count()
        held = Session.objects.exclude(outcome="").count()
    files = _stored()
    done = _erased_by(cast.alice, carol)
    dump = _dump(test_database)
    secrets = {each.words for each in world.sentences if each.client == "carol"} - {"Carol"}
    secrets |= {MARK, MARK.encode().hex(), "Carol Harbour", "carol@harbour.example"}
    assert _found(secrets, dump) == OF_THE_PRACTICE
    # That something was done to an id stays in the trail; what the id meant is gone.
    assert {name for name in dump if str(carol.pk) in dump[name]} <= {"audit_auditevent"}
    assert len(_stored()) < len(files)
    with scope(system_scope(practice_id)), transaction.atomic():
        assert LedgerEntry.objects.count() == counted
        assert Session.objects.exclude(outcome="").count() == held
        assert done.destroyed["tracking.PrivateNote"] == 1
        assert done.receipt_hash == receipt_hash(Erasure.objects.get(pk=done.pk))
    assert hash_of(practice_id, carol.pk) in ledger_file().read_text()


def _found(secrets: set[str], dump: dict[str, str]) -> set[tuple[str, str]]:
    return {(words, name) for words in secrets for name in dump if words in dump[name]}


def _erased_by(owner: Person, client: Client) -> Erasure:
    with scope(owner.scope()), transaction.atomic():
        plan = Erasure.objects.get(client=client, state=Erasure.State.PLANNED)
        return carry_out(erasure=plan, now=timezone.now())


def _stored() -> list[str]:
    found, folders = [], [""]
    while folders:
        folder = folders.pop()
        inside, files = default_storage.listdir(folder)
        folders += [f"{folder}/{each}".strip("/") for each in inside]
        found += [f"{folder}/{each}".strip("/") for each in files]
    return found


def test_a_backup_without_the_key_is_unreadable(cast: Cast) -> None:
    carol, bob = cast.carol_client, cast.bob
    with scope(bob.scope()):
        session = make_session(carol, cast.carol_engagement, bob.membership, days=-2)
        save_private_note(
            session=session,
            by=bob.membership,
            text="Said in confidence",
            version=0,
            now=timezone.now(),
        )
        with confidential():
            note = PrivateNote.objects.get(session=session)
    _archived(carol, cast)
    with scope(system_scope(cast.practice.pk)):
        erase_client(client=carol, basis=Erasure.Basis.ASKED, by=None, now=timezone.now())
        with pytest.raises(ClientKey.DoesNotExist):
            safe_of(carol.pk)
        other = safe_of(cast.dave_client.pk)
    assert b"confidence" not in bytes(note.sealed_body)
    with pytest.raises(Unreadable):
        other.open(bytes(note.sealed_body), row_id=note.pk)


def _archived(client: Client, cast: Cast) -> Client:
    with scope(system_scope(cast.practice.pk)):
        ahead = coming_of(client, timezone.now()).ids
        archive_with_dates(client=client, named=ahead, now=timezone.now())
        return client.reload()


def test_erasing_takes_two_steps_and_an_archived_record(cast: Cast) -> None:
    now, alice = timezone.now(), cast.alice
    plan = {"basis": "asked", "by": alice.membership, "now": now}
    with scope(alice.scope()):
        with pytest.raises(NotArchived):
            plan_erasure(client=cast.carol_client, **plan)
        make_session(cast.dave_client, cast.dave_engagement, cast.bob.membership, days=2)
        Client.objects.filter(pk=cast.dave_client.pk).update(archived_at=now)
        with pytest.raises(StillAhead):
            plan_erasure(client=cast.dave_client.reload(), **plan)
    carol = _archived(cast.carol_client, cast)
    with scope(alice.scope()):
        first = plan_erasure(client=carol, **plan)
        with pytest.raises(AlreadyPlanned):
            plan_erasure(client=carol, **plan)
        call_off(erasure=first, now=now)
        assert carol.reload().name == "Carol Harbour"


def test_a_legal_hold_stands_in_the_way_of_everything(cast: Cast) -> None:
    now, alice = timezone.now(), cast.alice
    carol = _archived(cast.carol_client, cast)
    with scope(alice.scope()):
        plan = plan_erasure(client=carol, basis="asked", by=alice.membership, now=now)
        place_hold(client=carol, reason="claim", by=alice.membership, now=now)
        with pytest.raises(OnHold):
            carry_out(erasure=plan, now=now)
        # Nor does the database let the row go, whoever asks.
        Engagement.objects.filter(client=carol).delete()
        assert Engagement.objects.filter(client=carol).exists()
        lift_hold(client=carol, by=alice.membership, now=now)
        assert carry_out(erasure=plan, now=now).state == Erasure.State.DONE


def test_no_subject_of_a_mail_to_others_names_them_afterwards(cast: Cast) -> None:
    client = _archived(cast.carol_client, cast)
    sent = {"kind": "clients.intake_sent", "address": "bob@harbour.example", "state": "sent"}
    with scope(system_scope(cast.practice.pk)):
        for name in ("Carol Harbour", "Dave Harbour"):
            MailLogEntry.objects.create(
                message_id=uuid7(), subject=f"{name} wrote", written_at=timezone.now(), **sent
            )
        erase_client(client=client, basis=Erasure.Basis.ASKED, by=None, now=timezone.now())
        assert [each.subject for each in MailLogEntry.objects.all()] == ["Dave Harbour wrote"]


def test_a_restored_client_is_erased_again(
    transactional_db: None,
) -> None:
    with transaction.atomic():
        cast = build_cast()
    carol = cast.carol_client
    with scope(system_scope(cast.practice.pk)):
        known = hash_of(cast.practice.pk, carol.pk)
        write_missing(erasures=[Erasure(client_hash=known, done_at=timezone.now())])
    call_command("replay_erasures", verbosity=0)
    with scope(system_scope(cast.practice.pk)), transaction.atomic():
        assert not Client.objects.filter(pk=carol.pk).exists()
        assert Client.objects.filter(pk=cast.dave_client.pk).exists()
        assert Erasure.objects.get().basis == Erasure.Basis.RESTORED
        assert not User.objects.filter(email="carol@harbour.example").exists()


def test_somebody_who_is_needed_elsewhere_keeps_their_sign_in(cast: Cast) -> None:
    """Erased as a client here; the same person runs the other practice."""
    with scope(system_scope(cast.practice.pk)):
        carol = cast.carol.membership
        carol.user = cast.mallory.user
        carol.save(update_fields=["user"])
    client = _archived(cast.carol_client, cast)
    with scope(system_scope(cast.practice.pk)):
        erase_client(client=client, basis=Erasure.Basis.ASKED, by=None, now=timezone.now())
        assert carol.reload().user_id != cast.mallory.user.pk
        assert not CoachAssignment.objects.filter(client=client).exists()
        assert AuditEvent.objects.filter(event="client.erased").count() == 1
    assert User.objects.get(pk=cast.mallory.user.pk).is_active
