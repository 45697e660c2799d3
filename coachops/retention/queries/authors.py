"""Who keeps private notes about a client: names of authors, found by keys alone."""

from uuid import UUID

from django.db import connection

from coachops.practices.models import Membership
from coachops.tenancy.scope import erasing

_AUTHORS = """
SELECT DISTINCT author_id FROM tracking_privatenote
WHERE practice_id = (SELECT app.practice_id()) AND client_id = %s
"""


def authors_of_notes(client_id: UUID | None) -> list[Membership]:
    """Only in the system's scope; not a word of the notes is read."""
    with erasing(), connection.cursor() as cursor:
        cursor.execute(_AUTHORS, [client_id])
        ids = [row[0] for row in cursor.fetchall()]
    return list(Membership.objects.filter(pk__in=ids).order_by("name", "pk"))
