"""Every statement runs as whoever acts at that moment, whatever happened in between."""

from collections.abc import Callable

import pytest
from django.db import DatabaseError, connection, transaction
from pytest_django import DjangoAssertNumQueries

from clients.models import Client
from coachops.tenancy.scope import Scope, confidential, scope
from tests.cast import Cast
from tracking.models import PrivateNote

_WHO = (
    "SELECT current_setting('app.user_id', true), current_setting('app.roles', true), current_user"
)
WEB, CONTENT = "coachops_web", "coachops_confidential"


def who() -> tuple[str, str, str]:
    with connection.cursor() as cursor:
        cursor.execute(_WHO)
        return tuple(text or "" for text in cursor.fetchone())  # type: ignore[return-value]


def expected(scope: Scope, role: str = WEB) -> tuple[str, str, str]:
    return str(scope.user_id or ""), ",".join(sorted(scope.roles)), role


def test_statements_follow_the_scope_in_and_out(cast: Cast) -> None:
    bob = cast.bob.scope()
    with scope(Scope(user_id=cast.bob.user.pk)):
        with scope(bob):
            assert who() == expected(bob)
            with confidential():
                assert who() == expected(bob, CONTENT)
            assert who() == expected(bob)
        assert who() == expected(Scope(user_id=cast.bob.user.pk))
    assert who() == expected(Scope())


def test_a_cursor_that_was_opened_before_runs_as_who_acts_now(cast: Cast) -> None:
    with connection.cursor() as cursor:
        with scope(cast.bob.scope()), confidential():
            cursor.execute(_WHO)
        cursor.execute(_WHO)
        assert cursor.fetchone() == ("", "", WEB)


def refused() -> None:
    with (
        pytest.raises(DatabaseError, match="no_such_column"),
        transaction.atomic(),
        confidential(),
        connection.cursor() as cursor,
    ):
        cursor.execute("SELECT no_such_column FROM clients_client")


def regretted() -> None:
    with transaction.atomic(), confidential():
        assert who()[-1] == CONTENT
        transaction.set_rollback(True)


@pytest.mark.parametrize("undone", [refused, regretted])
def test_what_is_undone_leaves_nobody_with_more_or_less(
    cast: Cast, undone: Callable[[], None]
) -> None:
    with scope(cast.bob.scope()):
        assert who() == expected(cast.bob.scope())
        undone()
        assert who() == expected(cast.bob.scope())
        with confidential():
            assert who() == expected(cast.bob.scope(), CONTENT)
            assert PrivateNote.objects.count() == 0


def test_pages_say_once_who_acts(
    cast: Cast, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with scope(cast.bob.scope()):
        with scope(cast.bob.scope()), django_assert_num_queries(2):
            Client.objects.exists()
        with django_assert_num_queries(1):
            Client.objects.exists()
