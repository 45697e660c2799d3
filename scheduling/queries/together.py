"""What two who lead a session together know of each other, and the second of the client."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db.models import BooleanField, Exists, OuterRef
from django.db.models.expressions import RawSQL
from django.utils import timezone
from django.utils.translation import gettext as _

from clients.models import CoachAssignment
from coachops.practices.queries.days import day_of_practice
from coachops.web.clocks import city
from scheduling.models import Seat, Session
from scheduling.policies.together import known_as
from scheduling.queries.facts import booker_name, way_in, where_in_words
from scheduling.queries.seats import SEAT_OUTCOMES
from scheduling.slots import Reason

MOST: Final = 200

_OF_THE_OFFERING = frozenset({Reason.PAST, Reason.NOTICE, Reason.HORIZON, Reason.OFF_GRID})


# The one place of the rule that opens a client to whoever leads a session too: part of statements
# about `session`, a table or its alias; `coaches` and `now` are words of the statement. The day is
# the practice's.
_ASSIGNED: Final = """EXISTS (
  SELECT FROM clients_coachassignment assigned
  JOIN practices_practice practice ON practice.id = assigned.practice_id
  WHERE assigned.practice_id = {session}.practice_id AND assigned.client_id = {session}.client_id
    AND assigned.coach_id {coaches}
    AND assigned.started_on <= ({now} AT TIME ZONE practice.time_zone)::date
    AND (assigned.ended_on IS NULL
         OR assigned.ended_on >= ({now} AT TIME ZONE practice.time_zone)::date))"""


def client_is_coached_by(coaches: str, now: str, session: str = "session") -> str:
    """As words of a statement: whether one of these coaches the session's client on that day.

    `coaches` is what an id is compared with, as `= ANY(...)`. Never with values in them.
    """
    return _ASSIGNED.format(session=session, coaches=coaches, now=now)


def coaches_client(coach_ids: Collection[UUID], now: datetime) -> RawSQL:
    """The same as a column of rows of sessions."""
    words = client_is_coached_by("= ANY(%s)", "%s", Session._meta.db_table)
    values = (list(coach_ids), now, now)
    return RawSQL(words, values, output_field=BooleanField())  # noqa: S611 -- no values in it


def is_assigned(coach_id: UUID | None, client_id: UUID | None) -> bool:
    """Whether a coach coaches a client today. One statement, none for a guest."""
    if client_id is None:
        return False
    current = CoachAssignment.objects.current(day_of_practice(timezone.now()))
    return bool(current.filter(coach_id=coach_id, client_id=client_id).exists())


def booker_for_second(session: Session) -> str:
    """What the second coach calls whoever comes; a group by its topic."""
    return booker_as_known_to(session.second_coach_id, session)


def booker_as_known_to(coach_id: UUID | None, session: Session) -> str:
    """The same for another coach than its own, who leads it too or did."""
    name = booker_name(session)
    if session.capacity > 1 and session.client_id is None:
        return name
    return known_as(name, is_assigned=is_assigned(coach_id, session.client_id))


@dataclass(frozen=True, slots=True)
class Participant:
    """Somebody with a place, as the second coach knows them."""

    id: UUID
    name: str
    outcome: str
    outcome_label: str


@dataclass(frozen=True, slots=True)
class TogetherPage:
    """A session on its second coach's clock. `client_id` only of a client they coach as well."""

    who: str
    client_id: UUID | None
    offering_name: str
    other_coach: str
    starts_at: datetime
    ends_at: datetime
    zone: str
    zone_city: str
    where: str
    join_url: str
    is_group: bool
    is_requested: bool
    is_cancelled: bool
    has_begun: bool
    participants: tuple[Participant, ...]


def together_page(session: Session, now: datetime) -> TogetherPage:
    """Needs both coaches with their users. At most three statements."""
    knows = is_assigned(session.second_coach_id, session.client_id)
    is_over = session.ends_at <= now or session.is_cancelled or session.is_requested
    return TogetherPage(
        who=booker_name(session)
        if session.capacity > 1
        else known_as(booker_name(session), is_assigned=knows),
        client_id=session.client_id if knows else None,
        offering_name=session.offering.name,
        other_coach=session.coach.name,
        starts_at=session.starts_at,
        ends_at=session.ends_at,
        zone=session.second_coach.user.time_zone,
        zone_city=city(session.second_coach.user.time_zone),
        where=where_in_words(session),
        join_url="" if is_over else way_in(session),
        is_group=session.capacity > 1,
        is_requested=session.is_requested,
        is_cancelled=session.is_cancelled,
        has_begun=session.starts_at <= now,
        participants=_participants(session),
    )


def _participants(session: Session) -> tuple[Participant, ...]:
    """Who has a place, by first name unless the second coach coaches them; sponsors likewise."""
    current = CoachAssignment.objects.current(day_of_practice(timezone.now()))
    coached = current.filter(coach_id=session.second_coach_id, client_id=OuterRef("client_id"))
    seats = Seat.objects.taken().filter(session=session).annotate(is_known=Exists(coached))
    return tuple(
        Participant(
            id=seat.pk,
            name=known_as(seat.name, is_assigned=seat.is_known),
            outcome=seat.outcome,
            outcome_label=str(SEAT_OUTCOMES.get(seat.outcome, "")),
        )
        for seat in seats.order_by("asked_at", "pk")[:MOST]
    )


def in_the_way(name: str, reasons: Collection[Reason]) -> str:
    """Why the other coach cannot: no more than that they are off, busy or full. Else nothing."""
    found = set(reasons) - _OF_THE_OFFERING - {Reason.ROOM}
    words = {"name": name}
    if not found:
        return ""
    if Reason.OUTSIDE_HOURS in found:
        return _("%(name)s is not working then.") % words
    if found <= {Reason.DAY_FULL, Reason.WEEK_FULL}:
        if Reason.DAY_FULL in found:
            return _("%(name)s takes no more sessions on that day.") % words
        return _("%(name)s takes no more sessions in that week.") % words
    return _("%(name)s is busy then.") % words
