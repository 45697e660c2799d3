"""Archives on their way: out by the page, in by the page, and changed on the way."""

import hashlib
import io
import json
import zipfile
from collections.abc import Callable, Mapping
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client as Browser
from django.utils import timezone

from coachops.outbox.engine import drain
from coachops.practices.models import Practice, User
from coachops.practices.services.practices import open_practice
from coachops.tenancy.scope import scope, system_scope
from coachops.transfer.models import Transfer
from coachops.transfer.services.archive_keys import unwrap
from coachops.transfer.services.work import work

type Entries = dict[str, bytes]


def exported(browser: Browser) -> tuple[str, bytes]:
    """The address of the transfer, and the archive."""
    address = browser.post("/coach/harbour/settings/export/")["Location"]
    while drain():
        continue
    answer = browser.get(f"{address}file/")
    assert answer.status_code == 200, browser.get(address).content.decode()
    return address, b"".join(answer.streaming_content)


def new_practice(owner: User) -> Practice:
    return open_practice(
        owner=owner, name="Copy", time_zone="UTC", roles=["owner"], now=timezone.now()
    )


def put_in(browser: Browser, practice: Practice, archive: bytes) -> Transfer:
    """Worked on at once, and not behind every mail that waits."""
    file = SimpleUploadedFile("archive.zip", archive)
    answer = browser.post(f"/coach/{practice.slug}/settings/import/", {"archive": file})
    assert answer.status_code == 302, answer.content.decode()
    pk = answer["Location"].rstrip("/").rpartition("/")[2]
    with scope(system_scope(practice.pk)):
        asked = Transfer.objects.get(pk=pk)
    work(practice.pk, asked.pk, asked.turn)
    with scope(system_scope(practice.pk)):
        return asked.reload()


def entries_of(archive: bytes) -> Entries:
    with zipfile.ZipFile(io.BytesIO(archive)) as content:
        return {name: content.read(name) for name in content.namelist()}


def zipped(entries: Mapping[str, bytes]) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for name, content in entries.items():
            archive.writestr(name, content)
    return target.getvalue()


def changed(archive: bytes, change: Callable[[Entries], Any]) -> bytes:
    entries = entries_of(archive)
    change(entries)
    return zipped(entries)


def as_if_written_so(archive: bytes, change: Callable[[Entries, dict[str, Any]], Any]) -> bytes:
    """With a manifest and a proof that fit: what only this installation could make."""
    entries = entries_of(archive)
    manifest = json.loads(entries["manifest.json"])
    change(entries, manifest)
    for name in manifest["entries"]:
        manifest["entries"][name] = hashlib.sha256(entries[name]).hexdigest()
    content = json.dumps(manifest).encode()
    key = unwrap(json.loads(entries["key.json"]), archive=manifest["archive"])
    proof = key.proof(content).encode()
    return zipped({**entries, "manifest.json": content, "manifest.proof": proof})
