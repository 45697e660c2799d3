"""Whether another coach could hold a session that is booked already."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final
from uuid import UUID

from django.utils.translation import gettext as _

from coachops.practices.models import Membership
from scheduling import slots
from scheduling.models import Offering, Session
from scheduling.queries.coming import engagement_of
from scheduling.queries.slots import Rules, epoch, load_inquiry, load_rules

MINUTE: Final = timedelta(minutes=1)
# The session stands already, so neither notice nor horizon nor the grid of starts is asked for.
_NOT_ASKED: Final = {slots.Reason.NOTICE, slots.Reason.HORIZON, slots.Reason.OFF_GRID}


class Obstacle(StrEnum):
    """Why a coach cannot take a session over."""

    NOBODY = "nobody"
    NO_OFFERING = "no_offering"
    NOT_FREE = "not_free"
    THEIRS_ALREADY = "theirs_already"


@dataclass(frozen=True, slots=True)
class Landing:
    """Where a session would come to stand: the new coach's offering and its rules.

    `keeps_place`: the link or the room is the session's own, so it goes along. `second` leads it
    together with the new coach, in the rules as their partner.
    """

    offering: Offering
    rules: Rules
    keeps_place: bool
    second: Membership | None


def obstacle_in_words(obstacle: Obstacle, *, coach: str) -> str:
    """What is in the way, and what to do now."""
    words = {
        Obstacle.NOBODY: _(
            "Nobody else coaches this client yet. Assign another coach: what they are free for then"
            " goes to them by itself. Or cancel it, at no cost to the client."
        ),
        Obstacle.NO_OFFERING: _(
            "%(coach)s offers no session of this kind yet. Add an offering, then hand it over."
        ),
        Obstacle.NOT_FREE: _(
            "%(coach)s is not free at that time. Cancel it, at no cost to the client; another time"
            " can then be booked with %(coach)s."
        ),
        Obstacle.THEIRS_ALREADY: _("%(coach)s holds it already, so there is nothing to hand over."),
    }
    return words[obstacle] % {"coach": coach}


def successor_of(session: Session) -> Membership | None:
    """Who leads the session's engagement now, if that is somebody else who is still here.

    Needs the offering and the engagement with its coach.
    """
    engagement = engagement_of(session)
    if engagement is None or engagement.coach_id == session.coach_id:
        return None
    coach: Membership = engagement.coach
    return coach if coach.ended_at is None else None


def landing_with(session: Session, coach: Membership, now: datetime) -> Landing | Obstacle:
    """Where it would stand with this coach, or why it cannot. At most three queries."""
    if session.coach_id == coach.pk:
        return Obstacle.THEIRS_ALREADY
    # The places of a group belong to the clients of whoever holds it, a team's to the team.
    is_open_group = session.capacity > 1 and session.client_id is None
    offering = None if is_open_group else _offering_of(coach, session)
    if offering is None:
        return Obstacle.NO_OFFERING
    length = (session.ends_at - session.starts_at) // MINUTE
    second = _second_with(session, coach)
    # Whoever stays has the time already, so they are not asked for it.
    rules = replace(load_rules(offering.pk, now, duration=length), partner=None)
    keeps_place = _has_place_of_its_own(session)
    if keeps_place:
        rules = replace(rules, room_id=session.room_id)
    at = epoch(session.starts_at)
    inquiry = load_inquiry(rules, slots.Window(at, at + 1), now, moving=session.pk)
    if set(slots.explain(inquiry, at)) - _NOT_ASKED:
        return Obstacle.NOT_FREE
    if second is not None:
        partner = replace(rules, resource_id=second.user_id, coach_id=second.pk)
        rules = replace(rules, partner=partner)
    return Landing(offering, rules, keeps_place, second)


def _second_with(session: Session, coach: Membership) -> Membership | None:
    """Who leads it together with the new coach: whoever did before, if they are still here.

    With the second coach themself the two change places, so both keep the session.
    """
    if session.second_coach_id is None:
        return None
    second: Membership = session.second_coach
    if second.pk == coach.pk:
        second = session.coach
    return second if second.ended_at is None else None


def rooms_of(coach: Membership) -> set[UUID]:
    """The rooms of this coach's own offerings, where a session could come to stand."""
    rows = Offering.objects.filter(coach=coach, archived_at=None).exclude(room=None)
    return set(rows.values_list("room_id", flat=True))


def _has_place_of_its_own(session: Session) -> bool:
    """A room that is taken for it, or a link that was made for it alone.

    That is written on the session: its offering may be another one by now, or have changed.
    """
    return session.room_id is not None or session.has_own_link


def _offering_of(coach: Membership, session: Session) -> Offering | None:
    """The coach's own of the same kind, if possible of the same length."""
    offerings = list(
        Offering.objects.filter(coach=coach, kind=session.offering.kind, archived_at=None)
        .select_related("room")
        .order_by("created_at", "pk")[:50]
    )
    length = (session.ends_at - session.starts_at) // MINUTE
    return min(offerings, key=lambda each: each.duration != length, default=None)
