"""Every count of sessions is a sum of rows, whoever writes at the same moment."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager

import pytest
from django.db import connection, transaction
from django.db.utils import DatabaseError
from django.utils import timezone

from coachops.tenancy.models import uuid7
from coachops.tenancy.scope import scope
from programs.models import LedgerEntry
from programs.queries.ledger import Balance, balances, ledger_rows
from programs.services.ledger import NoLedger, NothingLeft, allot, open_account, settle
from tests.cast import Cast, Person, build_cast

Acting = Callable[[Person], AbstractContextManager[object]]
Kind = LedgerEntry.Kind
WRITERS = 6


def use(cast: Cast, session_id: object, kind: str) -> LedgerEntry | None:
    return settle(
        engagement_id=cast.carol_engagement.pk,
        session_id=session_id,
        kind=kind,
        now=timezone.now(),
    )


@pytest.mark.parametrize(
    ("said", "used", "kinds"),
    [
        ([Kind.CONSUME], 1, "consume"),
        ([Kind.CONSUME, Kind.CONSUME], 1, "consume"),
        ([Kind.FORFEIT], 1, "forfeit"),
        ([Kind.CONSUME, Kind.RESTORE], 0, "consume restore"),
        ([Kind.RESTORE], 0, ""),
        ([Kind.CONSUME, Kind.RESTORE, Kind.RESTORE], 0, "consume restore"),
        ([Kind.CONSUME, Kind.FORFEIT], 1, "consume restore forfeit"),
        ([Kind.FORFEIT, Kind.WAIVE], 0, "forfeit restore waive"),
        ([Kind.WAIVE], 0, "waive"),
        ([Kind.WAIVE, Kind.CONSUME], 1, "waive consume"),
    ],
)
def test_outcomes_of_one_session(
    cast: Cast, acting: Acting, said: list[str], used: int, kinds: str
) -> None:
    with acting(cast.bob):
        open_account(engagement=cast.carol_engagement, sessions=3, now=timezone.now())
        session = uuid7()
        for kind in said:
            use(cast, session, kind)
        assert balances([cast.carol_engagement.pk]) == {
            cast.carol_engagement.pk: Balance(allotted=3, used=used, left=3 - used)
        }
        written = [row.kind for row in reversed(ledger_rows(cast.carol_engagement.pk))]
        assert written == ["allot", *kinds.split()]


def test_database_refuses_an_overdraft(cast: Cast, acting: Acting) -> None:
    with acting(cast.bob):
        open_account(engagement=cast.carol_engagement, sessions=1, now=timezone.now())
        use(cast, uuid7(), Kind.CONSUME)
        with pytest.raises(NothingLeft):
            use(cast, uuid7(), Kind.CONSUME)
        allot(engagement_id=cast.carol_engagement.pk, sessions=2, now=timezone.now())
        use(cast, uuid7(), Kind.CONSUME)
        assert balances([cast.carol_engagement.pk])[cast.carol_engagement.pk].left == 1


def test_rows_are_never_changed(cast: Cast, acting: Acting) -> None:
    with acting(cast.bob):
        open_account(engagement=cast.carol_engagement, sessions=1, now=timezone.now())
        for statement in (
            "UPDATE programs_ledgerentry SET change = 9",
            "DELETE FROM programs_ledgerentry",
        ):
            with (
                pytest.raises(DatabaseError, match="permission denied"),
                transaction.atomic(),
                connection.cursor() as cursor,
            ):
                cursor.execute(statement)


def test_engagement_without_a_ledger_is_named(cast: Cast, acting: Acting) -> None:
    with acting(cast.bob):
        with pytest.raises(NoLedger):
            use(cast, uuid7(), Kind.CONSUME)
        assert balances([cast.carol_engagement.pk]) == {cast.carol_engagement.pk: Balance()}


def test_balances_of_many_take_one_query(
    cast: Cast, acting: Acting, django_assert_num_queries: Callable
) -> None:
    with acting(cast.bob):
        both = [cast.carol_engagement, cast.dave_engagement]
        for engagement in both:
            open_account(engagement=engagement, sessions=4, now=timezone.now())
        with django_assert_num_queries(1):
            assert [each.left for each in balances(row.pk for row in both).values()] == [4, 4]


@pytest.mark.django_db(transaction=True)
def test_writers_at_the_same_moment_lose_no_row_and_never_overdraw() -> None:
    with transaction.atomic():
        cast = build_cast()
    with transaction.atomic(), scope(cast.bob.scope()):
        open_account(engagement=cast.carol_engagement, sessions=WRITERS - 2, now=timezone.now())

    def write(_: int) -> bool:
        try:
            with transaction.atomic(), scope(cast.bob.scope()):
                use(cast, uuid7(), Kind.CONSUME)
        except NothingLeft:
            return False
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(WRITERS) as pool:
        written = list(pool.map(write, range(WRITERS)))
    assert sum(written) == WRITERS - 2
    with transaction.atomic(), scope(cast.bob.scope()):
        rows = list(LedgerEntry.objects.order_by("sequence"))
        assert [row.sequence for row in rows] == list(range(1, WRITERS))
        assert [row.balance_after for row in rows] == list(range(WRITERS - 2, -1, -1))
