"""The judge of plans (`benchmarks.plans`) finds what it is there to find."""

from django.db import connection

from benchmarks.plans import Judge
from benchmarks.statements import plans_of
from coachops.tenancy.scope import scope
from tests.cast import Cast


def _findings(cast: Cast, statement: str) -> list[str]:
    def ask() -> None:
        with connection.cursor() as cursor:
            cursor.execute(statement)

    judge = Judge()
    with scope(cast.bob.scope()):
        return [judge.finding(plan) for _, plan in plans_of(ask)]


def test_statement_that_reads_a_whole_table_is_found(cast: Cast) -> None:
    """Claims may be read across practices, so nothing narrows this one down."""
    statement = "SELECT * FROM scheduling_claim WHERE buffer_after = 15"
    assert _findings(cast, statement) == ["reads all of scheduling_claim"]


def test_statement_that_goes_by_practice_is_fine(cast: Cast) -> None:
    """Row-level security adds the practice, the index does the rest."""
    statement = "SELECT * FROM scheduling_session ORDER BY starts_at LIMIT 5"
    assert _findings(cast, statement) == [""]
