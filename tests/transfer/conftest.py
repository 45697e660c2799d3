"""One of everything to take along, and a second factor for everybody.

Who has not set one up is asked first, as a test says.
"""

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from tests.again import once_then_again
from tests.cast import Cast
from tests.contracts.world import World, build_world


@pytest.fixture
def world(cast: Cast) -> World:
    world = once_then_again("furnished", lambda: build_world(cast), given=cast)
    for name, content in world.files.items():
        default_storage.save(name, ContentFile(content))
    return world


@pytest.fixture(autouse=True)
def second_factor(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("imports", "transfers"):
        monkeypatch.setattr(
            f"coachops.transfer.views.{name}.has_second_factor", lambda _request: True
        )
