"""Whether a practice has nothing in it yet that an archive could meet."""

from typing import Final

from django.db import connection

from coachops.practices.models import Membership
from coachops.tenancy.scope import current_practice_id, scope, system_scope, transferring
from coachops.transfer.services.archive_plan import tables

# What opening a practice and looking around in it brings along.
_MAY_BE_THERE: Final = frozenset({"audit.AuditEvent", "practices.Membership"})


def what_is_there() -> list[str]:
    """The tables that stand in the way; none of an empty practice. Two queries.

    Asked as background work: also of what the owner may not read it says that it is there.
    """
    practice_id = current_practice_id()
    asked = " UNION ALL ".join(
        f"SELECT '{table.label}' WHERE EXISTS (SELECT FROM \"{table.name}\""  # noqa: S608 -- ours
        " WHERE practice_id = (SELECT app.practice_id()))"
        for table in tables()
        if table.label not in _MAY_BE_THERE
    )
    with scope(system_scope(practice_id)), transferring(), connection.cursor() as cursor:
        cursor.execute(asked)
        found = [str(row[0]) for row in cursor.fetchall()]
    if Membership.objects.filter(practice_id=practice_id).count() > 1:
        found.append("practices.Membership")
    return found
