"""Whether another coach could lead a booked session too, and who that could be."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from coachops.practices.models import Membership
from scheduling import slots
from scheduling.models import Session
from scheduling.queries.calendar_times import hours_of_coach
from scheduling.queries.changing import rules_of_session
from scheduling.queries.slots import epoch, load_inquiry
from scheduling.slots import Reason

DAY: Final = timedelta(days=1)
# The session stands already, in its place; only the coach is asked for.
_NOT_ASKED: Final = frozenset(
    {Reason.PAST, Reason.NOTICE, Reason.HORIZON, Reason.OFF_GRID, Reason.ROOM}
)


def reasons_against(session: Session, coach: Membership, now: datetime) -> set[Reason]:
    """Why a coach could not lead this session too, at its own time; by their own hours.

    Asks the engine that makes the listings. Three statements.
    """
    days = (session.starts_at - DAY).date(), (session.ends_at + DAY).date()
    hours = hours_of_coach(coach.pk, *days, now)
    rules = replace(
        rules_of_session(session, now),
        resource_id=coach.user_id,
        coach_id=coach.pk,
        schedule=hours.schedule,
        room_id=None,
        partner=None,
    )
    at = epoch(session.starts_at)
    inquiry = load_inquiry(rules, slots.Window(at, at + 1), now, moving=session.pk)
    # Of a group at that time they would be one of those who lead, not one of those who join.
    alone = replace(inquiry, offering=replace(inquiry.offering, key=""))
    return set(slots.explain(alone, at)) - _NOT_ASKED
