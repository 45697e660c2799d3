"""The wall as PostgreSQL's own catalogue describes it."""

from django.db import connection

from coachops.tenancy import catalogue


def test_the_wall_is_whole(db: None) -> None:
    assert catalogue.problems() == []


def test_a_bare_table_is_found(transactional_db: None, test_database: object) -> None:
    with test_database.as_owner(), connection.cursor() as cursor:
        cursor.execute("CREATE TABLE bare (id int)")
        try:
            assert "bare: row security is not enabled and forced" in catalogue.problems()
        finally:
            cursor.execute("DROP TABLE bare")


def test_statements_are_planned_for_the_practice_they_are_asked_in(db: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SHOW plan_cache_mode")
        assert cursor.fetchone() == ("force_custom_plan",)
