"""Bob's session with Carol, in the middle of her engagement."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from scheduling.models import Session
from tests.cast import Cast, Person
from tests.tracking.factories import make_session


@pytest.fixture
def carols_session(
    cast: Cast, acting: Callable[[Person], AbstractContextManager[object]]
) -> Session:
    with acting(cast.bob):
        return make_session(
            cast.carol_client, cast.carol_engagement, cast.bob.membership, days=-0.01, number=7
        )


@pytest.fixture
def erins_session(
    cast: Cast, acting: Callable[[Person], AbstractContextManager[object]]
) -> Session:
    with acting(cast.mallory):
        return make_session(
            cast.erin_client, cast.erin_engagement, cast.mallory.membership, days=-0.01
        )


@pytest.fixture
def counting() -> Callable[[], AbstractContextManager[list[str]]]:
    """The statements of a page, without those that only open transactions and scopes."""

    @contextmanager
    def count() -> Iterator[list[str]]:
        found: list[str] = []
        with CaptureQueriesContext(connection) as captured:
            yield found
        found.extend(
            query["sql"]
            for query in captured.captured_queries
            if not query["sql"].startswith(("SAVEPOINT", "RELEASE", "BEGIN", "COMMIT"))
            and "set_config(" not in query["sql"]
        )

    return count
