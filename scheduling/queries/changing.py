"""What the pages for moving and cancelling show, whoever opens them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from coachops.web.clocks import TWENTY_FOUR
from scheduling import slots
from scheduling.models import Offering, Session
from scheduling.policies import Refused, check_can_cancel, check_can_move, is_late
from scheduling.policies.booking import Span, refusal_of_day
from scheduling.queries.facts import (
    OfferingFacts,
    booker_first_name,
    facts_of_offering,
    refusal_in_words,
)
from scheduling.queries.picker import (
    Picker,
    Setting,
    Slot,
    alternative_slots,
    build_picker,
    read_choice,
)
from scheduling.queries.sessions import SessionLine, line_of
from scheduling.queries.slots import (
    Rules,
    horizon_window,
    instant,
    load_inquiry,
    load_rules,
)
from scheduling.queries.standing import standing_of

MINUTE: Final = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class MovePage:
    """`refusal` is why it cannot be moved; `others` are offered when the wanted time is gone."""

    line: SessionLine
    facts: OfferingFacts
    booker_zone: str
    coach_zone: str
    picker: Picker
    refusal: str
    is_taken: bool
    others: tuple[Slot, ...]


@dataclass(frozen=True, slots=True)
class CancelPage:
    """`counts` says that cancelling now uses the session up."""

    line: SessionLine
    booker_zone: str
    coach_zone: str
    refusal: str
    is_late: bool
    counts: bool
    free_until: datetime


def rules_of_session(session: Session, now: datetime) -> Rules:
    """The rules for another time of a session: its own coaches, length and room. One statement.

    A coach who has left a pool since keeps what they have, by the hours of the offering's coach.
    Needs the session with its coach.
    """
    length = (session.ends_at - session.starts_at) // MINUTE
    try:
        rules = load_rules(session.offering_id, now, coach_id=session.coach_id, duration=length)
    except Offering.DoesNotExist:
        rules = load_rules(session.offering_id, now, duration=length)
    return replace(
        rules,
        resource_id=session.coach.user_id,
        coach_id=session.coach_id,
        room_id=session.room_id,
        partner=_partner_of(session, rules),
    )


def _partner_of(session: Session, rules: Rules) -> Rules | None:
    """Of whoever leads this session too, whatever the offering says by now.

    Where it names somebody else, by the hours of the offering's coach.
    """
    if session.second_coach_id is None:
        return None
    partner = rules.partner
    if partner is not None and partner.coach_id == session.second_coach_id:
        return partner
    person = session.second_coach.user_id
    return replace(rules, resource_id=person, coach_id=session.second_coach_id, partner=None)


def _other_starts(session: Session, now: datetime, *, by_coach: bool) -> list[datetime]:
    """Every start it could be moved to; a booker's stay within the dates of the agreement."""
    rules = rules_of_session(session, now)
    window = horizon_window(rules, now)
    inquiry = load_inquiry(rules, window, now, moving=session.pk)
    starts = [instant(start) for start in slots.offered_starts(inquiry, window)]
    engagement = session.engagement
    if by_coach or engagement is None:
        return starts
    span = Span(
        rules.schedule.zone,
        agreed_from=engagement.starts_on,
        agreed_until=engagement.ends_on,
    )
    return [start for start in starts if refusal_of_day(span, start) is None]


def move_page(
    session: Session,
    query: Mapping[str, str],
    now: datetime,
    *,
    by_coach: bool = False,
    alternatives: Sequence[datetime] | None = None,
    clock: str = TWENTY_FOUR,
) -> MovePage:
    """The picker for another time. `alternatives` is given when the wanted time has gone."""
    coach = session.coach.name.split()[0]
    here, there = session.booker_time_zone, session.coach_time_zone
    if by_coach:
        here, there = there, here
    choice = read_choice(query, default_zone=here, default_clock=clock)
    setting = Setting(
        duration=(session.ends_at - session.starts_at) // MINUTE,
        other_name=booker_first_name(session) if by_coach else coach,
        other_zone=there,
        now=now,
    )
    refusal = ""
    try:
        check_can_move(standing_of(session), now, by_coach=by_coach)
    except Refused as refused:
        refusal = refusal_in_words(refused.reason, coach=coach)
    starts: list[datetime] = [] if refusal else _other_starts(session, now, by_coach=by_coach)
    return MovePage(
        line=line_of(session),
        facts=facts_of_offering(session.offering),
        booker_zone=session.booker_time_zone,
        coach_zone=session.coach_time_zone,
        picker=build_picker([at for at in starts if at != session.starts_at], choice, setting),
        refusal=refusal,
        is_taken=alternatives is not None,
        others=alternative_slots(alternatives or (), choice, setting),
    )


def cancel_page(session: Session, now: datetime, *, by_coach: bool = False) -> CancelPage:
    """What cancelling now would mean."""
    standing = standing_of(session)
    refusal = ""
    try:
        check_can_cancel(standing, now)
    except Refused as refused:
        refusal = refusal_in_words(refused.reason, coach=session.coach.name.split()[0])
    late = is_late(standing, now) and not by_coach
    return CancelPage(
        line=line_of(session),
        booker_zone=session.booker_time_zone,
        coach_zone=session.coach_time_zone,
        refusal=refusal,
        is_late=late,
        counts=late
        and session.engagement_id is not None
        and session.offering.kind == Offering.Kind.INDIVIDUAL
        and session.offering.late_cancellation_forfeits,
        free_until=standing.free_until,
    )
