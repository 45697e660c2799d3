"""Imports and exports while others work on the same things."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import connection, transaction
from django.utils import timezone

from clients.models import Client
from clients.services.clients import edit_client
from coachops.outbox.engine import drain
from coachops.practices.models import Membership
from coachops.retention.models import Erasure
from coachops.retention.services.erasing import erase_client
from coachops.tenancy.scope import scope, system_scope
from coachops.transfer.models import ImportedRow, Transfer
from coachops.transfer.policies import Fate, Kind, State
from coachops.transfer.services import orders
from coachops.transfer.services.practice_export import make_practice_archive
from coachops.transfer.services.undoing import undo_chunk
from tests.cast import Cast, build_cast
from tests.racing import until_somebody_waits
from tests.transfer.factories import make_archive, make_import


def _undo(transfer: Transfer) -> None:
    try:
        undo_chunk(transfer.practice_id, transfer.pk, transfer.turn)
    finally:
        connection.close()


@pytest.mark.django_db(transaction=True)
def test_who_is_changed_while_their_import_is_taken_back_stays() -> None:
    with transaction.atomic():
        cast = build_cast()
        with scope(cast.bob.scope()):
            transfer = make_import(cast.bob.membership, timezone.now())
            coach = cast.bob.user.email
            transfer.choices |= {"dates": "iso", "onboarding": "coming", "coach": coach}
            transfer.save()
            orders.go_ahead(transfer=transfer, now=timezone.now())
    drain()
    with ThreadPoolExecutor(1) as worker:
        with transaction.atomic(), scope(cast.bob.scope()):
            ada = Client.objects.get(email="ada@example.org")
            orders.take_back(transfer=transfer, now=timezone.now())
            transfer.refresh_from_db()
        with transaction.atomic(), scope(cast.bob.scope()):
            now = timezone.now()
            edit_client(client=ada, by=cast.bob.membership, now=now, phone="+49 30 1")
            undoing = worker.submit(_undo, transfer)
            until_somebody_waits(undoing)
        undoing.result()
    with transaction.atomic(), scope(cast.bob.scope()):
        assert Client.objects.get(email="ada@example.org").phone == "+49 30 1"
        assert ImportedRow.objects.get(transfer=transfer).fate == Fate.KEPT


def _archive(by: Membership, kind: Kind, now: datetime) -> Transfer:
    name = default_storage.save(f"{by.practice_id}/transfers/one.zip", ContentFile(b"PK.."))
    return make_archive(kind, by, now, name)


def test_copies_of_a_practice_go_with_whoever_is_erased(
    cast: Cast, django_capture_on_commit_callbacks: object
) -> None:
    now = timezone.now()
    with scope(system_scope(cast.practice.pk)):
        archive = _archive(cast.alice.membership, Kind.PRACTICE_OUT, now)
        sheet = make_import(cast.bob.membership, now)
        sheet.source = default_storage.save("sheet.source", ContentFile(b"Carol"))
        sheet.state = State.CANCELLED
        sheet.save()
        email = cast.carol_client.email.upper()
        cells = {"name": "Carol", "email": email}
        ImportedRow.objects.create(transfer=sheet, number=3, cells=cells, fate=Fate.SKIP)
        with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
            erase_client(client=cast.carol_client, basis=Erasure.Basis.ASKED, by=None, now=now)
        archive.refresh_from_db()
        assert archive.removed_at == now
        assert not default_storage.exists(archive.result)
        assert not default_storage.exists("sheet.source")
        assert [row.cells["name"] for row in ImportedRow.objects.all()] == ["Ada"]


def test_an_archive_that_is_being_made_while_somebody_is_erased_is_begun_anew(cast: Cast) -> None:
    now = timezone.now()
    with scope(cast.alice.scope()):
        found = orders.begin_once(kind=Kind.PRACTICE_OUT, by=cast.alice.membership, now=now)
        again = orders.begin_once(kind=Kind.PRACTICE_OUT, by=cast.alice.membership, now=now)
        assert again.pk == found.pk
    with scope(system_scope(cast.practice.pk)):
        Transfer.objects.filter(pk=found.pk).update(state=State.RUNNING)
        erase_client(client=cast.carol_client, basis=Erasure.Basis.ASKED, by=None, now=now)
    make_practice_archive(found.practice_id, found.pk, found.turn)
    with scope(system_scope(cast.practice.pk)):
        found.refresh_from_db()
        assert (found.state, found.result) == (State.QUEUED, "")
    drain()
    with scope(system_scope(cast.practice.pk)):
        found.refresh_from_db()
        assert found.state == State.DONE
        assert default_storage.exists(found.result)
