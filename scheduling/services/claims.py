"""Time of a coach or a room, taken and given back. The database alone decides who was first."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.db import IntegrityError, connection, transaction
from psycopg.errors import ExclusionViolation

from coachops.tenancy.models import uuid7
from coachops.tenancy.scope import current_practice_id
from scheduling.models import Claim, Session
from scheduling.queries.slots import Rules

# Longer than the usual lock_timeout: a queue of twenty on a slow day must end in answers.
_LOCK: Final = (
    "SELECT set_config('lock_timeout', '12s', true),"
    " pg_advisory_xact_lock(hashtextextended(%s::text, 42))"
)

_TAKE: Final = """
INSERT INTO scheduling_claim
  (id, practice_id, resource_id, session_id, starts_at, ends_at, buffer_before, buffer_after, state,
   expires_at, hold_key)
VALUES (%(id)s, %(practice)s, %(resource)s, %(session)s, %(starts)s, %(ends)s, %(before)s,
        %(after)s, %(state)s, %(expires)s, %(hold_key)s)
ON CONFLICT DO NOTHING
"""

_CONFIRM: Final = """
UPDATE scheduling_claim
SET state = 'confirmed', session_id = %(session)s, expires_at = NULL, hold_key = NULL
WHERE practice_id = %(practice)s AND hold_key = %(hold_key)s AND state = 'held'
  AND resource_id = %(resource)s AND starts_at = %(starts)s AND ends_at = %(ends)s
"""

_DROP: Final = """
UPDATE scheduling_claim SET state = 'released', expires_at = NULL
WHERE practice_id = %(practice)s AND hold_key = %(hold_key)s AND state = 'held'
  AND (%(resource)s::uuid IS NULL OR resource_id = %(resource)s::uuid)
"""


@dataclass(frozen=True, slots=True)
class Buffers:
    """Minutes that a session keeps free around itself."""

    before: int
    after: int


@dataclass(frozen=True, slots=True)
class Stretch:
    """The time of one coach or room that is wanted."""

    resource_id: UUID
    starts_at: datetime
    ends_at: datetime
    buffers: Buffers


def lock_person(resource_id: UUID) -> None:
    """One booking at a time for a person, in every practice; until the (sub)transaction ends.

    It makes the soft rules (notice, limits, buffers) free of races; the exclusion constraint holds
    without it.
    """
    with connection.cursor() as cursor:
        cursor.execute(_LOCK, [str(resource_id)])


def lock_resources(resource_ids: Iterable[UUID]) -> None:
    """The same for several people and rooms, always in one order, so that nobody waits in a ring.

    Call it before any other lock on them is held.
    """
    for resource_id in sorted(set(resource_ids)):
        lock_person(resource_id)


def lock_sessions(session_ids: Iterable[UUID]) -> None:
    """Rows of several sessions, always in one order, so that nobody waits in a ring.

    Call it after the coaches, rooms and cohorts, and before people and their engagements.
    """
    rows = Session.objects.select_for_update(of=("self",)).filter(pk__in=list(session_ids))
    list(rows.order_by("pk").values_list("pk", flat=True))


def resources_of(sessions: Iterable[Session]) -> set[UUID]:
    """Everybody's and every room's time that these sessions have. Needs them with their coach."""
    found = list(sessions)
    rooms = {session.room_id for session in found if session.room_id is not None}
    seconds = {each.second_coach.user_id for each in found if each.second_coach_id is not None}
    return rooms | seconds | {session.coach.user_id for session in found}


def claims_on(rules: Rules, around: Buffers) -> list[tuple[UUID, Buffers]]:
    """Whose time a session takes by these rules, each with what is kept free around it.

    The coach's, the partner's and the room's; a room needs no pause.
    """
    wanted = [(each.resource_id, around) for each in rules.people()]
    if rules.room_id is not None:
        wanted.append((rules.room_id, Buffers(0, 0)))
    return wanted


def release_expired_holds(resource_id: UUID, now: datetime, *, but: UUID | None = None) -> None:
    """Nobody confirmed these in time. Only those of the active practice can be touched.

    `but` is the key of the hold that is being confirmed, late and still in nobody's way.
    """
    expired = Claim.objects.filter(
        resource_id=resource_id, state=Claim.State.HELD, expires_at__lte=now
    )
    if but is not None:
        expired = expired.exclude(hold_key=but)
    expired.update(state=Claim.State.RELEASED, expires_at=None)


def take(
    *, session: Session, resource_id: UUID, buffers: Buffers, hold_key: UUID | None = None
) -> bool:
    """Claim the session's time. False when somebody, in whatever practice, has some of it.

    What is held under `hold_key` for exactly this time becomes the claim; held otherwise, it is let
    go of, so as not to stand in its own way.
    """
    if hold_key is not None:
        if _confirm(session, resource_id, hold_key):
            return True
        drop_holds(hold_key, resource_id=resource_id)
    wanted = Stretch(resource_id, session.starts_at, session.ends_at, buffers)
    return _insert(wanted, session=session.pk, state=Claim.State.CONFIRMED)


def hold(*, wanted: Stretch, hold_key: UUID, expires_at: datetime) -> bool:
    """Keep a time until an instant. False when somebody has some of it.

    `hold_key` is whose it is: a booking page's key, or the id of a poll's option.
    """
    return _insert(
        wanted, session=None, state=Claim.State.HELD, hold_key=hold_key, expires_at=expires_at
    )


def held_of(hold_key: UUID, resource_ids: Iterable[UUID]) -> set[UUID]:
    """Which of these people and rooms are held under a key."""
    held = Claim.objects.filter(
        hold_key=hold_key, state=Claim.State.HELD, resource_id__in=list(resource_ids)
    )
    return set(held.values_list("resource_id", flat=True))


def drop_holds(hold_key: UUID, *, resource_id: UUID | None = None) -> int:
    """Let go of everything that is held under a key, or of one resource; how much that was."""
    return _execute(_DROP, {"hold_key": hold_key, "resource": resource_id})


def shift(*, claim: Claim, starts_at: datetime, ends_at: datetime) -> bool:
    """Move a claim in one statement, so that the old time is kept if the new one is taken."""
    return shift_all(claims=[claim], starts_at=starts_at, ends_at=ends_at)


def shift_all(*, claims: list[Claim], starts_at: datetime, ends_at: datetime) -> bool:
    """Move the claims of coach and room, one statement each: all of them, or none."""
    try:
        with transaction.atomic():
            for claim in claims:
                Claim.objects.filter(pk=claim.pk).update(starts_at=starts_at, ends_at=ends_at)
    except IntegrityError as error:
        if isinstance(error.__cause__, ExclusionViolation):
            return False
        raise
    return True


def release(*, session: Session) -> None:
    """Free the session's time, of the coach and of the room."""
    Claim.objects.filter(session=session).exclude(state=Claim.State.RELEASED).update(
        state=Claim.State.RELEASED, expires_at=None
    )


def _confirm(session: Session, resource_id: UUID, hold_key: UUID) -> bool:
    values: dict[str, Any] = {
        "session": session.pk,
        "hold_key": hold_key,
        "resource": resource_id,
        "starts": session.starts_at,
        "ends": session.ends_at,
    }
    return _execute(_CONFIRM, values) == 1


def _insert(
    wanted: Stretch,
    *,
    session: UUID | None,
    state: Claim.State,
    hold_key: UUID | None = None,
    expires_at: datetime | None = None,
) -> bool:
    values: dict[str, Any] = {
        "id": uuid7(),
        "resource": wanted.resource_id,
        "session": session,
        "starts": wanted.starts_at,
        "ends": wanted.ends_at,
        "before": wanted.buffers.before,
        "after": wanted.buffers.after,
        "state": state.value,
        "expires": expires_at,
        "hold_key": hold_key,
    }
    return _execute(_TAKE, values) == 1


def _execute(statement: str, values: dict[str, Any]) -> int:
    """How many rows of the active practice were written."""
    with connection.cursor() as cursor:
        cursor.execute(statement, {"practice": current_practice_id(), **values})
        return int(cursor.rowcount)
