"""The one place that looks across practices: ids alone."""

from uuid import UUID

from django.db import connection

from coachops.tenancy.scope import dispatching


def practice_ids() -> list[UUID]:
    """Of every practice; called outside every scope."""
    with dispatching(), connection.cursor() as cursor:
        cursor.execute("SELECT id FROM practices_practice ORDER BY id")
        return [row[0] for row in cursor.fetchall()]
