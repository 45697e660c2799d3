from collections.abc import Iterator
from uuid import UUID

import pytest

from tests.outbox.courier import Courier, open_practice, the_courier


@pytest.fixture
def courier() -> Iterator[Courier]:
    the_courier.__init__()  # type: ignore[misc]
    yield the_courier
    the_courier.__init__()  # type: ignore[misc]


@pytest.fixture
def practice(db) -> UUID:
    return open_practice("alder-lane")


@pytest.fixture
def other_practice(db) -> UUID:
    return open_practice("other")
