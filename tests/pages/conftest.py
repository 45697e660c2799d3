"""One of everything, as the pages that mix the apps show it."""

import pytest

from tests.cast import Cast
from tests.contracts.world import World, build_world


@pytest.fixture
def furnished(cast: Cast) -> World:
    return build_world(cast)
