"""Where a session stands: the plain values that the policies decide on."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from django.db import connection

from clients.models import Client, Engagement
from coachops.tenancy.scope import current_practice_id
from programs.models import PlannedSession
from scheduling.models import Offering, Session
from scheduling.policies import Standing, keeps_its_number
from scheduling.queries.slot_statements import one_by_one

# How many more sessions may be booked on `engagement`: what the ledger has left, less what waits to
# take place. A request that waits for its answer counts, or somebody could ask for more than there
# is; so does a place in a group session that uses one up. A place that makes up for a missed one
# was paid for before.
LEFT_TO_BOOK: Final = """greatest(0,
  coalesce((
    SELECT sum(entry.change) FROM programs_ledgeraccount account
    JOIN programs_ledgerentry entry
      ON entry.practice_id = account.practice_id AND entry.account_id = account.id
    WHERE account.practice_id = %(practice)s AND account.engagement_id = engagement.id), 0)
  - (SELECT count(*) FROM scheduling_session session
     WHERE session.practice_id = %(practice)s AND session.engagement_id = engagement.id
       AND session.state IN ('booked', 'requested') AND session.outcome = '')
  - (SELECT count(*) FROM scheduling_seat seat
     WHERE seat.practice_id = %(practice)s AND seat.engagement_id = engagement.id
       AND seat.state = 'booked' AND seat.outcome = '' AND seat.makes_up_for_id IS NULL))"""

# Whether a session of `engagement` stands for `planned`; scheduling.policies.keeps_its_number says
# which do.
IS_STOOD_FOR: Final = """EXISTS (
  SELECT FROM scheduling_session session
  WHERE session.practice_id = %(practice)s AND session.engagement_id = engagement.id
    AND session.planned_session_id = planned.id
    AND session.outcome NOT IN ('coach_cancelled', 'waived')
    AND (session.outcome <> '' OR session.state <> 'cancelled'))"""

_BOOKABLE: Final = f"""
SELECT engagement.id, {LEFT_TO_BOOK}
FROM unnest(%(engagements)s::uuid[]) AS engagement (id)
"""  # noqa: S608 -- our own words

# Whether the practice lets `engagement` be booked only once its agreement is signed, and it
# is not. Where the practice does not want that, one row by its unique index is all that is read.
AWAITS_SIGNATURE: Final = """EXISTS (
  SELECT FROM clients_agreementsettings wish
  WHERE wish.practice_id = %(practice)s AND wish.locks_booking
    AND (cardinality(wish.locked_programs) = 0 OR EXISTS (
      SELECT FROM programs_engagementplan plan
      JOIN programs_programversion version
        ON version.practice_id = plan.practice_id AND version.id = plan.version_id
      WHERE plan.practice_id = wish.practice_id AND plan.engagement_id = engagement.id
        AND version.program_id = ANY(wish.locked_programs)))
    AND NOT EXISTS (
      SELECT FROM clients_agreement agreement
      WHERE agreement.practice_id = wish.practice_id AND agreement.engagement_id = engagement.id
        AND agreement.state = 'signed' AND agreement.kind IN ('three_party', 'two_party')))"""

_TERMS: Final = f"""
SELECT {LEFT_TO_BOOK}, {AWAITS_SIGNATURE}
FROM (SELECT %(engagement)s::uuid AS id) engagement
"""  # noqa: S608 -- our own words

_NUMBERS: Final = """
SELECT number, planned_session_id, state, outcome FROM scheduling_session
WHERE practice_id = %(practice)s AND engagement_id = %(engagement)s
"""

_NEXT_PLANNED: Final = """
SELECT row_to_json(planned) FROM programs_plannedsession planned
JOIN programs_engagementplan plan
  ON plan.practice_id = planned.practice_id AND plan.id = planned.plan_id
WHERE planned.practice_id = %(practice)s AND plan.engagement_id = %(engagement)s
  AND planned.id <> ALL(%(taken)s::uuid[])
ORDER BY planned.number LIMIT 1
"""


def standing_of(session: Session) -> Standing:
    """Needs the session's offering and coach, which select_related brings along."""
    return Standing(
        starts_at=session.starts_at,
        is_cancelled=session.is_cancelled,
        outcome=session.outcome,
        change_notice=session.offering.change_notice,
        coach_has_left=session.coach.ended_at is not None,
        is_requested=session.is_requested,
    )


def bookable_counts(engagement_ids: Iterable[UUID]) -> dict[UUID, int]:
    """How many more sessions may be booked: what the ledger has left, less what is waiting.

    One statement for any number of engagements; one without a ledger has none.
    """
    ids = {f"engagement_{number}": each for number, each in enumerate(engagement_ids)}
    if not ids:
        return {}
    statement = one_by_one(_BOOKABLE, "engagements", ids)
    with connection.cursor() as cursor:
        cursor.execute(statement, {"practice": current_practice_id(), **ids})
        return dict(cursor.fetchall())


@dataclass(frozen=True, slots=True)
class BookingTerms:
    """How many more sessions an engagement may book, and whether a signature is waited for."""

    left: int
    awaits_signature: bool


def booking_terms(engagement_id: UUID) -> BookingTerms:
    """What an engagement's own bookings hang on. One statement."""
    wanted = {"practice": current_practice_id(), "engagement": engagement_id}
    with connection.cursor() as cursor:
        cursor.execute(_TERMS, wanted)
        left, awaits = cursor.fetchone() or (0, False)
    return BookingTerms(left=left, awaits_signature=awaits)


def numbers_taken(engagement_id: UUID) -> tuple[set[int], set[UUID]]:
    """Session numbers and planned sessions that an engagement's sessions already stand for."""
    wanted = {"practice": current_practice_id(), "engagement": engagement_id}
    with connection.cursor() as cursor:
        cursor.execute(_NUMBERS, wanted)
        rows = cursor.fetchall()
    kept = [
        (number, planned)
        for number, planned, state, outcome in rows
        if keeps_its_number(is_cancelled=state == Session.State.CANCELLED, outcome=outcome)
    ]
    return (
        {number for number, _ in kept if number is not None},
        {planned for _, planned in kept if planned is not None},
    )


def next_planned_session(engagement_id: UUID, taken: set[UUID]) -> PlannedSession | None:
    """The first session of the engagement's plan that nothing is booked for."""
    wanted: dict[str, Any] = {
        "practice": current_practice_id(),
        "engagement": engagement_id,
        "taken": list(taken),
    }
    with connection.cursor() as cursor:
        cursor.execute(_NEXT_PLANNED, wanted)
        row = cursor.fetchone()
    return PlannedSession.from_json(row[0]) if row else None


def leaders_of(client: Client) -> set[UUID]:
    """The coaches of the client's running engagements. One query."""
    running = Engagement.objects.filter(client=client, state=Engagement.State.ACTIVE)
    return set(running.values_list("coach_id", flat=True))


def engagement_for_booking(client: Client, offering: Offering) -> Engagement | None:
    """The client's running engagement with the offering's coach, if possible with sessions left."""
    engagements: list[Engagement] = list(
        Engagement.objects.filter(
            client=client, coach_id=offering.coach_id, state=Engagement.State.ACTIVE
        ).order_by("starts_on")[:10]
    )
    if len(engagements) < 2:
        return engagements[0] if engagements else None
    left = bookable_counts([engagement.pk for engagement in engagements])
    return max(engagements, key=lambda each: left.get(each.pk, 0) > 0)
