"""A coach's time, taken and given back. The database alone decides who was first."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, connection, transaction
from psycopg.errors import ExclusionViolation

from coachops.tenancy.models import uuid7
from coachops.tenancy.scope import current_practice_id
from scheduling.models import Claim, Session

# Longer than the usual lock_timeout: a queue of twenty on a slow day must end in answers.
_LOCK = (
    "SELECT set_config('lock_timeout', '12s', true),"
    " pg_advisory_xact_lock(hashtextextended(%s::text, 42))"
)

_TAKE = """
INSERT INTO scheduling_claim
  (id, practice_id, resource_id, session_id, starts_at, ends_at, buffer_before, buffer_after, state)
VALUES (%(id)s, %(practice)s, %(resource)s, %(session)s, %(starts)s, %(ends)s, %(before)s,
        %(after)s, 'confirmed')
ON CONFLICT DO NOTHING
"""


@dataclass(frozen=True, slots=True)
class Buffers:
    """Minutes that a session keeps free around itself."""

    before: int
    after: int


def lock_person(resource_id: UUID) -> None:
    """One booking at a time for a person, in every practice; until the (sub)transaction ends.

    It makes the soft rules (notice, limits, buffers) free of races; the exclusion constraint holds
    without it.
    """
    with connection.cursor() as cursor:
        cursor.execute(_LOCK, [str(resource_id)])


def release_expired_holds(resource_id: UUID, now: datetime) -> None:
    """Nobody confirmed these in time. Only those of the active practice can be touched."""
    Claim.objects.filter(
        resource_id=resource_id, state=Claim.State.HELD, expires_at__lte=now
    ).update(state=Claim.State.RELEASED, expires_at=None)


def take(*, session: Session, resource_id: UUID, buffers: Buffers) -> bool:
    """Claim the session's time. False when somebody, in whatever practice, has some of it."""
    with connection.cursor() as cursor:
        cursor.execute(
            _TAKE,
            {
                "id": uuid7(),
                "practice": current_practice_id(),
                "resource": resource_id,
                "session": session.pk,
                "starts": session.starts_at,
                "ends": session.ends_at,
                "before": buffers.before,
                "after": buffers.after,
            },
        )
        return bool(cursor.rowcount == 1)


def shift(*, claim: Claim, starts_at: datetime, ends_at: datetime) -> bool:
    """Move a claim in one statement, so that the old time is kept if the new one is taken."""
    try:
        with transaction.atomic():
            Claim.objects.filter(pk=claim.pk).update(starts_at=starts_at, ends_at=ends_at)
    except IntegrityError as error:
        if isinstance(error.__cause__, ExclusionViolation):
            return False
        raise
    return True


def release(*, session: Session) -> None:
    Claim.objects.filter(session=session).exclude(state=Claim.State.RELEASED).update(
        state=Claim.State.RELEASED, expires_at=None
    )
