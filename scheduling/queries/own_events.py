"""Which events of a coach's calendar are the coach's own sessions coming back."""

from datetime import datetime
from typing import Final

from django.db import connection

from scheduling.models import BusySource

# The sessions that this coach gives, also those called off; and by their claims, which may be seen
# across practices, those that the same person gives elsewhere.
_UIDS: Final = """
SELECT calendar_uid FROM scheduling_session
WHERE practice_id = %(practice)s AND coach_id = %(coach)s AND ends_at > %(since)s
UNION
SELECT session_id || '@' || %(domain)s FROM scheduling_claim
WHERE resource_id = %(person)s AND state IN ('held', 'confirmed')
  AND starts_at > %(since)s::timestamptz - interval '1 day' AND session_id IS NOT NULL
ORDER BY 1
"""


def own_uids(source: BusySource, *, since: datetime, domain: str) -> tuple[str, ...]:
    """The calendar identities of what the source's coach gives from then on, alone or to a group.

    Sessions in which the coach is somebody else's client are not among them: they take time.
    """
    asked = {
        "practice": source.practice_id,
        "coach": source.coach_id,
        "person": source.resource_id,
        "since": since,
        "domain": domain,
    }
    with connection.cursor() as cursor:
        cursor.execute(_UIDS, asked)
        return tuple(uid for (uid,) in cursor.fetchall())
