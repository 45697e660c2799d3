"""Archives that were changed, or are of another time or place: refused, and nothing is lost."""

import io
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.test import Client as Browser

from clients.models import Client
from coachops.practices.models import Practice
from coachops.tenancy.scope import scope, system_scope
from coachops.transfer.policies import TransferRefused
from coachops.transfer.queries.words import PROBLEMS
from coachops.transfer.services.archive_reading import opened
from tests.cast import Cast, Person
from tests.transfer.archives import (
    Entries,
    as_if_written_so,
    changed,
    exported,
    new_practice,
    put_in,
)

type Visit = Callable[[Person], Browser]
ENGAGEMENTS = "data/clients.engagement.jsonl"


def byte_of_people(entries: Entries) -> None:
    content = bytearray(entries["sealed/people.bin"])
    content[-1] ^= 1
    entries["sealed/people.bin"] = bytes(content)


def version(number: object) -> Callable[[Entries], None]:
    def change(entries: Entries) -> None:
        manifest = json.loads(entries["manifest.json"]) | {"version": number}
        entries["manifest.json"] = json.dumps(manifest).encode()

    return change


def new_table(_entries: Entries, manifest: dict[str, Any]) -> None:
    manifest["tables"].append({**manifest["tables"][-1], "label": "clients.Horoscope"})


def new_column(_entries: Entries, manifest: dict[str, Any]) -> None:
    manifest["tables"][-1]["columns"].append("horoscope")


def old_column(_entries: Entries, manifest: dict[str, Any]) -> None:
    manifest["tables"][-1]["columns"].pop()


@pytest.fixture
def archive(cast: Cast, visit: Visit) -> bytes:
    return exported(visit(cast.alice))[1]


@pytest.fixture
def copy(cast: Cast) -> Practice:
    return new_practice(cast.alice.user)


def test_what_was_changed_or_comes_from_elsewhere_is_refused_and_nothing_is_left(
    archive: bytes, copy: Practice, cast: Cast, visit: Visit
) -> None:
    browser = visit(cast.alice)
    tried = {
        "a byte": (changed(archive, byte_of_people), "changed"),
        "a file less": (changed(archive, lambda e: e.pop("data/clients.client.jsonl")), "changed"),
        "a way out": (changed(archive, lambda e: e.update({"../../evil": b"x"})), "changed"),
        "newer": (changed(archive, version(3)), "newer"),
        "older": (changed(archive, version(1)), "older"),
        "no key": (changed(archive, lambda e: e.pop("key.json")), "not_an_archive"),
        "odd key": (changed(archive, lambda e: e.update({"key.json": b"[]"})), "not_an_archive"),
        "new table": (as_if_written_so(archive, new_table), "newer"),
        "new column": (as_if_written_so(archive, new_column), "newer"),
        "old column": (as_if_written_so(archive, old_column), "older"),
    }
    found = {name: put_in(browser, copy, each).problem for name, (each, _problem) in tried.items()}
    assert found == {name: problem for name, (_each, problem) in tried.items()}
    with scope(system_scope(copy.pk)):
        assert not Client.objects.exists()
    assert not list(Path("..").glob("evil"))


def test_rows_that_name_another_practice_are_refused_and_nothing_is_left(
    archive: bytes, copy: Practice, cast: Cast, visit: Visit
) -> None:
    """Even with a seal of this installation: the wall stands behind every other check."""
    ours, theirs = str(cast.bob.membership.pk).encode(), str(cast.mallory.membership.pk).encode()

    def reach_out(entries: Entries, _manifest: dict[str, Any]) -> None:
        assert ours in entries[ENGAGEMENTS]
        entries[ENGAGEMENTS] = entries[ENGAGEMENTS].replace(ours, theirs)

    transfer = put_in(visit(cast.alice), copy, as_if_written_so(archive, reach_out))
    assert (transfer.state, transfer.problem) == ("failed", "changed")
    page = visit(cast.alice).get(f"/coach/{copy.slug}/transfers/{transfer.pk}/")
    assert str(PROBLEMS["changed"]) in page.content.decode()
    with scope(system_scope(copy.pk)):
        assert not Client.objects.exists()


def places(content: bytes) -> Iterator[int]:
    """Bytes all over the archive, and many of its end, where a ZIP file says what is where."""
    yield from range(0, len(content), len(content) // 40)
    yield from range(len(content) - 600, len(content), 15)


def test_wherever_a_byte_is_changed_it_is_noticed_or_means_nothing(archive: bytes) -> None:
    with opened(io.BytesIO(archive)) as whole:
        manifest = whole.manifest
    for place in places(archive):
        content = bytearray(archive)
        content[place] ^= 0x55
        try:
            with opened(io.BytesIO(bytes(content))) as found:
                found.check()
        except TransferRefused:
            continue
        assert found.manifest == manifest
