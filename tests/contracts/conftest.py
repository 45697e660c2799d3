"""The world of the contract tests: one of everything, in two practices."""

import pytest

from tests.cast import Cast
from tests.contracts.world import World, build_world


@pytest.fixture
def world(cast: Cast) -> World:
    return build_world(cast)
