"""Whom to ask to book: the first planned session of each engagement that nothing is booked for."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from django.db import connection
from django.db.models import Exists, Max, OuterRef, QuerySet

from coachops.outbox.models import Message
from coachops.tenancy.scope import current_practice_id
from programs.models import PlannedSession
from scheduling.models import Offering, SchedulingRequest, Session
from scheduling.policies.sessions import NOT_USED
from scheduling.queries.reminders import reminder_policy
from scheduling.queries.standing import IS_STOOD_FOR, LEFT_TO_BOOK, bookable_counts, numbers_taken

BOOK_PLEASE: Final = "scheduling.book_please"
MOST_AT_ONCE: Final = 200
LONGEST_OVERDUE: Final = 21
"""Days after which a session that was due is no longer asked about for the first time."""

# The first session of each running plan that no session stands for; its window has opened, the
# client can sign in, there is something to book and a session left to book it with; and nobody is
# being asked about it.
_DUE = f"""
SELECT planned.id, engagement.id, client.id, client.time_zone, planned.due_on
FROM clients_engagement engagement
JOIN clients_client client ON client.practice_id = engagement.practice_id
  AND client.id = engagement.client_id AND client.archived_at IS NULL
JOIN practices_membership member ON member.practice_id = client.practice_id
  AND member.id = client.membership_id AND member.ended_at IS NULL
JOIN practices_membership coach ON coach.practice_id = engagement.practice_id
  AND coach.id = engagement.coach_id AND coach.ended_at IS NULL
JOIN programs_engagementplan plan ON plan.practice_id = engagement.practice_id
  AND plan.engagement_id = engagement.id
JOIN LATERAL (
  SELECT planned.id, planned.opens_on, planned.due_on
  FROM programs_plannedsession planned
  WHERE planned.practice_id = plan.practice_id AND planned.plan_id = plan.id
    AND NOT {IS_STOOD_FOR}
  ORDER BY planned.number LIMIT 1
) planned ON true
WHERE engagement.practice_id = %(practice)s AND engagement.state = 'active'
  AND engagement.ends_on >= %(today)s::date
  AND planned.opens_on <= %(today)s::date
  AND planned.due_on >= %(today)s::date - %(overdue)s
  AND EXISTS (
    SELECT FROM scheduling_offering offering
    WHERE offering.practice_id = engagement.practice_id
      AND offering.coach_id = engagement.coach_id AND offering.kind = 'individual'
      AND offering.archived_at IS NULL
  )
  AND NOT EXISTS (
    SELECT FROM scheduling_schedulingrequest asked
    WHERE asked.practice_id = engagement.practice_id AND asked.planned_session_id = planned.id
      AND asked.state = 'open'
  )
  AND {LEFT_TO_BOOK} > 0
ORDER BY planned.due_on, planned.id
LIMIT %(limit)s
"""  # noqa: S608 -- our own words


@dataclass(frozen=True, slots=True)
class DueSession:
    """A planned session whose client should be asked now."""

    planned_id: UUID
    engagement_id: UUID
    client_id: UUID
    time_zone: str
    due_on: date


@dataclass(frozen=True, slots=True)
class Asked:
    """What the coach's side sees of one request. `is_waiting`: nothing is booked yet."""

    id: UUID
    client_id: UUID
    client_name: str
    first_name: str
    engagement_title: str
    number: int
    opens_on: date
    due_on: date
    asked_at: datetime
    nudges: int
    next_nudge_at: datetime | None
    is_waiting: bool


def sessions_to_ask_about(today: date) -> list[DueSession]:
    """At most two hundred, the most urgent first; two statements. None where it is switched off.

    Engagements with nothing left to book are left out.
    """
    if not reminder_policy().asks_to_book:
        return []
    parameters: dict[str, Any] = {
        "practice": current_practice_id(),
        "today": today,
        "overdue": LONGEST_OVERDUE,
        "limit": MOST_AT_ONCE,
    }
    with connection.cursor() as cursor:
        cursor.execute(_DUE, parameters)
        return [DueSession(*row) for row in cursor.fetchall()]


def is_still_wanted(request: SchedulingRequest) -> bool:
    """Whether the client should go on hearing of it. Needs engagement and client.

    Not once it is booked, the engagement rests or has ended, or nothing is left to book.
    """
    engagement = request.engagement
    is_open = request.state == SchedulingRequest.State.OPEN
    if not is_open or engagement.state != engagement.State.ACTIVE:
        return False
    if request.client.archived_at is not None or not reminder_policy().asks_to_book:
        return False
    if not bookable_counts([engagement.pk]).get(engagement.pk):
        return False
    return request.planned_session_id not in numbers_taken(engagement.pk)[1]


def is_booked(request: SchedulingRequest) -> bool:
    """Whether a session stands for what was asked."""
    return request.planned_session_id in numbers_taken(request.engagement_id)[1]


def silent_but_booked() -> QuerySet[SchedulingRequest]:
    """Open requests that no reminder is planned for any more, though a session stands for them."""
    sessions = Session.objects.filter(
        engagement_id=OuterRef("engagement_id"), planned_session_id=OuterRef("planned_session_id")
    ).exclude(outcome__in=NOT_USED)
    kept = sessions.exclude(outcome="", state=Session.State.CANCELLED)
    silent = SchedulingRequest.objects.filter(
        state=SchedulingRequest.State.OPEN, next_nudge_at=None
    )
    return silent.filter(Exists(kept))  # type: ignore[no-any-return]


def heard_at(request: SchedulingRequest) -> datetime | None:
    """When the last mail about it was due; None where that is too long ago to be kept."""
    rows = Message.objects.about(request.pk).filter(kind=BOOK_PLEASE)
    return rows.aggregate(last=Max("due_at"))["last"]  # type: ignore[no-any-return]


def asked_facts(request: SchedulingRequest) -> Asked:
    """Needs engagement, client and planned session."""
    planned: PlannedSession = request.planned_session
    return Asked(
        id=request.pk,
        client_id=request.client_id,
        client_name=request.client.name,
        first_name=request.client.first_name,
        engagement_title=request.engagement.title,
        number=planned.number,
        opens_on=planned.opens_on,
        due_on=planned.due_on,
        asked_at=request.asked_at,
        nudges=request.nudges,
        next_nudge_at=request.next_nudge_at,
        is_waiting=is_still_wanted(request),
    )


def offering_to_book(coach_id: UUID) -> Offering | None:
    """What the link in the mail opens."""
    rows = Offering.objects.bookable().filter(
        coach_id=coach_id, kind=Offering.Kind.INDIVIDUAL, archived_at=None
    )
    return rows.order_by("name", "pk").first()  # type: ignore[no-any-return]
