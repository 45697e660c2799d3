"""One of everything, as the pages that mix the apps show it."""

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from tests.again import once_then_again
from tests.cast import Cast
from tests.contracts.world import World, build_world


@pytest.fixture
def furnished(cast: Cast) -> World:
    world = once_then_again("furnished", lambda: build_world(cast), given=cast)
    for name, content in world.files.items():
        default_storage.save(name, ContentFile(content))
    return world
