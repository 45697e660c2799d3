"""Every page of the product in the browser: coaches and sponsors at a desk, clients on a phone."""

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction

from tests.again import once_then_again, prepare_to_write_again
from tests.cast import build_cast
from tests.contracts.addresses import Address, addresses
from tests.contracts.world import HARBOUR, World, build_world
from tests.journeys.stage import PHONE, WIDE, Stage

# What is downloaded, and what is no page of ours to look at.
FILES = {"report_pdf", "session_calendar"}
VISITS = {
    "bob": (WIDE, "light"),
    "alice": (WIDE, "dark"),
    "carol": (PHONE, "dark"),
    "sam": (WIDE, "dark"),
}
# Long walks are made in parts, so that no process waits for one at the end.
PARTS = {"bob": 6, "alice": 2, "carol": 2, "sam": 1}
WALKS = [(name, part) for name, parts in PARTS.items() for part in range(parts)]


@pytest.fixture
def committed_world(stage: Stage) -> World:
    prepare_to_write_again()
    with transaction.atomic():
        cast = once_then_again("cast", build_cast)
        world = once_then_again("furnished", lambda: build_world(cast), given=cast)
    for name, content in world.files.items():
        default_storage.save(name, ContentFile(content))
    return world


@pytest.mark.parametrize(("name", "part"), WALKS)
def test_page_is_accessible_and_quiet(
    name: str, part: int, stage: Stage, committed_world: World
) -> None:
    size, scheme = VISITS[name]
    guest = stage.enter(committed_world.people[name], size=size, scheme=scheme)
    things = committed_world.things[HARBOUR]
    seen = set[str]()
    paths = [each.at(HARBOUR, things) for each in addresses() if _is_for(name, each)]
    for path in paths[part :: PARTS[name]]:
        if guest.visit(path) and guest.page.url not in seen:
            guest.look_once()
            seen.add(guest.page.url)
    assert len(seen) >= 3


def test_every_walk_is_made() -> None:
    assert PARTS.keys() == VISITS.keys()


def _is_for(name: str, address: Address) -> bool:
    """Whether they are the first of the visitors who may open it."""
    first = next((each for each in VISITS if each in address.may), None)
    return first == name and address.name.partition(":")[2] not in FILES
