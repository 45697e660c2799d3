"""Every page of the product in the browser: coaches and sponsors at a desk, clients on a phone."""

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction

from tests.contracts.addresses import addresses
from tests.contracts.world import HARBOUR, World, build_world
from tests.journeys.stage import PHONE, WIDE, Stage

# What is downloaded, and what is no page of ours to look at.
FILES = {"report_pdf", "session_calendar", "theme", "practice_logo"}
VISITS = {
    "alice": (WIDE, "light", {"alice"}),
    "bob": (WIDE, "light", {"bob"}),
    "carol": (PHONE, "dark", {"carol"}),
    "sam": (WIDE, "dark", {"sam"}),
}


@pytest.fixture
def committed_world(stage: Stage) -> World:
    from tests.cast import build_cast  # noqa: PLC0415

    with transaction.atomic():
        world = build_world(build_cast())
    for name, content in world.files.items():
        default_storage.save(name, ContentFile(content))
    return world


@pytest.mark.parametrize("name", VISITS)
def test_page_is_accessible_and_quiet(name: str, stage: Stage, committed_world: World) -> None:
    size, scheme, _ = VISITS[name]
    guest = stage.enter(committed_world.people[name], size=size, scheme=scheme)
    seen = 0
    for address in addresses():
        if name not in address.may or address.name.partition(":")[2] in FILES:
            continue
        path = address.at(HARBOUR, committed_world.things[HARBOUR])
        answer = guest.page.request.get(f"{stage.url}{path}")
        if answer.status == 200 and answer.headers["content-type"].startswith("text/html"):
            guest.open(path)
            guest.look_once()
            seen += 1
    assert seen > 3
