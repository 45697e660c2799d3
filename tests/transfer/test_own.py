"""What a client takes along: all that is theirs, nothing of the coach's own, for a week."""

import html
import io
import json
import zipfile
from collections.abc import Callable

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client as Browser

from clients.models import ClientKey, ContentRead
from clients.queries.safes import safe_of
from coachops.audit.models import AuditEvent
from coachops.encryption.seal import Unreadable
from coachops.outbox.engine import drain
from coachops.retention.policies import table_rules
from coachops.tenancy.models import uuid7
from coachops.tenancy.scope import scope, system_scope
from coachops.transfer.models import Transfer
from coachops.transfer.policies.own import IN_EXPORT, NOT_IN_EXPORT
from coachops.transfer.services.forgetting import forget_expired
from tests.cast import Cast, Person
from tests.contracts.world import World

type Visit = Callable[[Person], Browser]


def taken(browser: Browser) -> zipfile.ZipFile:
    assert browser.post("/portal/harbour/my-data/").status_code == 302
    drain()
    page = browser.get("/portal/harbour/my-data/")
    pk = page.context["rows"][0].id
    answer = browser.get(f"/portal/harbour/my-data/{pk}/file/")
    return zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content)))


def send_file(browser: Browser) -> None:
    """Carol sends Bob a file."""
    file = SimpleUploadedFile("plan.txt", b"Monday, Tuesday")
    sent = {"key": str(uuid7()), "text": "Here it is", "upload": file}
    assert browser.post("/portal/harbour/messages/", sent).status_code == 302


def test_it_holds_what_is_theirs_or_shared_and_nothing_else(world: World, visit: Visit) -> None:
    send_file(visit(world.cast.carol))
    with scope(system_scope(world.cast.practice.pk)):
        reads = ContentRead.objects.count()
    with taken(visit(world.cast.carol)) as archive:
        text = json.dumps(json.loads(archive.read("my data.json")), ensure_ascii=False)
        page = archive.read("index.html").decode()
        assert b"BEGIN:VEVENT" in archive.read("my sessions.ics")
        names = archive.namelist()
        for folder in ("reports/", "agreements/", "messages/"):
            assert any(name.startswith(folder) for name in names), names
        (sent,) = [name for name in names if name.startswith("messages/")]
        assert archive.read(sent) == b"Monday, Tuesday"
        assert all(name in text for name in names if name.startswith(("answers/", "messages/")))
    theirs = [each for each in world.sentences if each.client == "carol"]
    kept = [each.words for each in theirs if not each.is_open_to("carol")]
    others = [each.words for each in world.sentences if each.client != "carol"]
    found = [words for words in (*kept, *others) if words in text or words in page]
    assert [words for words in found if words != "Dave"] == []
    missing = [
        (each.data, each.words)
        for each in theirs
        if each.is_open_to("carol")
        and not each.is_spent
        and (each.words not in text or html.escape(each.words) not in page)
    ]
    assert missing == []
    with scope(system_scope(world.cast.practice.pk)):
        assert ContentRead.objects.count() == reads
        assert AuditEvent.objects.filter(event="transfer.done").exists()


def test_every_table_a_client_may_read_is_in_it_or_says_why_not(cast: Cast, visit: Visit) -> None:
    readable = {
        model for model, rule in table_rules().items() if {"client", "person"} & set(rule.audience)
    }
    assert set(IN_EXPORT) & set(NOT_IN_EXPORT) == set()
    assert readable - set(IN_EXPORT) - set(NOT_IN_EXPORT) == set()
    with taken(visit(cast.carol)) as archive:
        assert set(IN_EXPORT.values()) <= set(json.loads(archive.read("my data.json")))


def test_it_lies_sealed_and_no_backup_opens_it_once_the_key_is_gone(
    cast: Cast, visit: Visit
) -> None:
    with taken(visit(cast.carol)):
        pass
    with scope(system_scope(cast.practice.pk)):
        transfer = Transfer.objects.get()
        with default_storage.open(transfer.result) as file:
            kept = file.read()
        assert b"my data.json" not in kept
        assert b"PK" not in kept[:64]
        assert list(safe_of(cast.carol_client.pk).open_file(io.BytesIO(kept), row_id=transfer.pk))
        with pytest.raises(Unreadable):
            list(safe_of(cast.dave_client.pk).open_file(io.BytesIO(kept), row_id=transfer.pk))
        with pytest.raises(Unreadable):
            list(safe_of(cast.carol_client.pk).open_file(io.BytesIO(kept), row_id=uuid7()))
        ClientKey.objects.filter(client=cast.carol_client).delete()
    path = f"/portal/harbour/my-data/{transfer.pk}/file/"
    assert visit(cast.carol).get(path).status_code == 404


def test_nobody_else_fetches_it_and_after_a_week_nobody_does(cast: Cast, visit: Visit) -> None:
    with taken(visit(cast.carol)):
        pass
    with scope(system_scope(cast.practice.pk)):
        transfer = Transfer.objects.get()
    path = f"/portal/harbour/my-data/{transfer.pk}/file/"
    assert visit(cast.dave).get(path).status_code == 404
    assert visit(cast.bob).get(path).status_code == 404
    assert visit(cast.bob).get(f"/coach/harbour/transfers/{transfer.pk}/").status_code == 404
    with scope(system_scope(cast.practice.pk)):
        forget_expired(now=transfer.expires_at)
        assert not default_storage.exists(transfer.result)
    assert visit(cast.carol).get(path).status_code == 404


def test_asked_for_twice_it_is_made_once(cast: Cast, visit: Visit) -> None:
    browser = visit(cast.carol)
    for _ in range(2):
        browser.post("/portal/harbour/my-data/")
    with scope(system_scope(cast.practice.pk)):
        assert Transfer.objects.count() == 1
    assert "put together" in browser.get("/portal/harbour/my-data/").content.decode()
