"""What a booking is decided by, read in one statement once the coach's time is locked."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.db import connection

from clients.models import Client, Engagement
from coachops.practices.models import Membership
from coachops.tenancy.models import PracticeModel
from coachops.tenancy.scope import current_practice_id
from scheduling.models import MeetingRoom, Offering, ReminderPolicy, Session
from scheduling.queries.reminders import ReminderRules, rules_of

# The engagement's row is locked, so that it cannot end while it is booked on; and the client's, as
# the new row would lock it anyway, so that they are not archived meanwhile.
_CIRCUMSTANCES: Final = """
WITH engagement AS MATERIALIZED (
  SELECT * FROM clients_engagement
  WHERE practice_id = %(practice)s AND id = %(engagement)s::uuid AND client_id = %(client)s::uuid
  FOR NO KEY UPDATE),
client AS MATERIALIZED (
  SELECT * FROM clients_client
  WHERE practice_id = %(practice)s AND id = %(client)s::uuid
  FOR KEY SHARE)
SELECT row_to_json(offering), row_to_json(coach), row_to_json(room),
  (SELECT row_to_json(session) FROM scheduling_session session
   WHERE session.practice_id = %(practice)s AND session.booking_key = %(booking_key)s),
  (SELECT row_to_json(client) FROM client),
  (SELECT row_to_json(engagement) FROM engagement),
  (SELECT row_to_json(policy) FROM scheduling_reminderpolicy policy
   WHERE policy.practice_id = %(practice)s),
  EXISTS (
    SELECT FROM scheduling_session coming
    WHERE coming.practice_id = %(practice)s AND coming.offering_id = offering.id
      AND coming.client_id IS NULL AND coming.ends_at > %(now)s
      AND coming.state IN ('booked', 'requested')
      AND upper(coming.guest_email) = upper(%(guest_email)s::text)),
  offering.kind = 'three_way' OR offering.second_coach_id IS NOT NULL
  OR EXISTS (
    SELECT FROM scheduling_busysource source
    WHERE source.practice_id = %(practice)s AND source.writes_back)
  OR EXISTS (
    SELECT FROM clients_delegation delegation
    WHERE delegation.practice_id = %(practice)s AND delegation.client_id = %(client)s::uuid
      AND delegation.ended_on IS NULL AND delegation.gets_mail),
  EXISTS (
    SELECT FROM scheduling_claim claim
    WHERE claim.practice_id = %(practice)s AND claim.hold_key = %(hold_key)s::uuid
      AND claim.state = 'held')
FROM scheduling_offering offering
JOIN practices_membership coach
  ON coach.practice_id = offering.practice_id AND coach.id = offering.coach_id
LEFT JOIN scheduling_meetingroom room
  ON room.practice_id = offering.practice_id AND room.id = offering.room_id
WHERE offering.practice_id = %(practice)s AND offering.id = %(offering)s
"""


@dataclass(frozen=True, slots=True)
class Asked:
    """Who asks to book what, under which key: a client, or a guest with an e-mail address."""

    offering_id: UUID
    booking_key: UUID
    client_id: UUID | None = None
    engagement_id: UUID | None = None
    guest_email: str | None = None
    hold_key: UUID | None = None


@dataclass(frozen=True, slots=True)
class Circumstances:
    """The offering with its coach and room, and what else stands in the book at this moment.

    `existing` is what the key has booked already. `others`: somebody beside booker and coach, or a
    calendar of the practice, may have to hear of a booking. `has_hold`: something is held under the
    asker's key.
    """

    offering: Offering
    existing: Session | None
    client: Client | None
    engagement: Engagement | None
    reminders: ReminderRules
    guest_has_booked: bool
    others: bool
    has_hold: bool


def circumstances_of(asked: Asked, now: datetime) -> Circumstances:
    """One statement, which waits for whoever has the engagement or the client locked.

    Raises Offering.DoesNotExist.
    """
    values = {
        "practice": current_practice_id(),
        "offering": asked.offering_id,
        "booking_key": asked.booking_key,
        "client": asked.client_id,
        "engagement": asked.engagement_id,
        "guest_email": asked.guest_email,
        "hold_key": asked.hold_key,
        "now": now,
    }
    with connection.cursor() as cursor:
        cursor.execute(_CIRCUMSTANCES, values)
        found = cursor.fetchone()
    if found is None:
        raise Offering.DoesNotExist(str(asked.offering_id))
    offering = Offering.from_json(found[0])
    offering.coach, offering.room = Membership.from_json(found[1]), _read(MeetingRoom, found[2])
    client, engagement = _read(Client, found[4]), _read(Engagement, found[5])
    if engagement is not None:
        engagement.client = client
    return Circumstances(
        offering=offering,
        existing=_read(Session, found[3]),
        client=client,
        engagement=engagement,
        reminders=rules_of(_read(ReminderPolicy, found[6]) or ReminderPolicy()),
        guest_has_booked=found[7],
        others=found[8],
        has_hold=found[9],
    )


def _read[M: PracticeModel](model: type[M], row: dict[str, Any] | None) -> M | None:
    return None if row is None else model.from_json(row)
