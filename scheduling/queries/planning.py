"""What planning from the calendar would mean, told before anything is done."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import QuerySet
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from clients.models import Client, CoachAssignment
from coachops.practices.models import Membership
from coachops.web.clocks import city
from scheduling import slots
from scheduling.models import Offering, Session
from scheduling.policies import Refused, check_can_move
from scheduling.policies.together import first_name_of
from scheduling.queries.availability import REASONS
from scheduling.queries.changing import rules_of_session
from scheduling.queries.facts import booker_first_name, booker_name, refusal_in_words
from scheduling.queries.offerings import open_offerings_of
from scheduling.queries.picker import write_at
from scheduling.queries.slots import (
    Rules,
    epoch,
    hard_reasons,
    load_inquiry,
    nearest,
)
from scheduling.queries.standing import standing_of
from scheduling.queries.together import in_the_way
from scheduling.slots import Reason

REACH: Final = timedelta(days=14)
UNSPOKEN: Final = frozenset({Reason.OFF_GRID})
"""A coach's own hand need not keep to the steps in which times are offered."""
MOST_CLIENTS: Final = 500
ALONE: Final = (Offering.Kind.INDIVIDUAL, Offering.Kind.CHEMISTRY)

type Words = str | Promise


@dataclass(frozen=True, slots=True)
class Weighed:
    """What speaks against a time: what cannot be overruled, what can, and what is free nearby."""

    hard: tuple[Words, ...]
    soft: tuple[Words, ...]
    nearby: tuple[datetime, ...]


@dataclass(frozen=True, slots=True)
class Alternative:
    value: str
    label: str


@dataclass(frozen=True, slots=True)
class MoveCheck:
    """A move as it would be done. `was` and `becomes` are on the coach's clock.

    `was_theirs` and `becomes_theirs` are empty where the client's clock shows the same. `changed`
    says that the session is no longer as it was when the calendar was drawn.
    """

    session_id: UUID
    version: int
    value: str
    who: str
    first_name: str
    seats: int
    city: str
    their_city: str
    was: str
    becomes: str
    was_theirs: str
    becomes_theirs: str
    refusal: str
    changed: bool
    is_same: bool
    hard: tuple[Words, ...]
    soft: tuple[Words, ...]
    others: tuple[Alternative, ...]

    @property
    def is_possible(self) -> bool:
        return not (self.refusal or self.hard or self.changed or self.is_same)


def check_move(session: Session, at: datetime, version: int, now: datetime) -> MoveCheck:
    """What moving a session to an instant would do. Nothing is changed.

    `version` is the calendar revision that the reader has seen. Needs offering, coach and client.
    """
    refusal = ""
    try:
        check_can_move(standing_of(session), now, by_coach=True)
    except Refused as refused:
        refusal = refusal_in_words(refused.reason, coach=session.coach.name.split()[0])
    weighed = Weighed((), (), ())
    if not refusal:
        weighed = _weigh_move(session, at, now)
    here, there = ZoneInfo(session.coach.user.time_zone), ZoneInfo(session.booker_time_zone)
    length = session.ends_at - session.starts_at
    is_group = session.capacity > 1
    differs = not is_group and any(
        each.astimezone(here).utcoffset() != each.astimezone(there).utcoffset()
        for each in (session.starts_at, at)
    )
    return MoveCheck(
        session_id=session.pk,
        version=session.calendar_sequence,
        value=write_at(at),
        who=(session.topic or session.offering.name) if is_group else booker_name(session),
        first_name="" if is_group else booker_first_name(session),
        seats=session.taken if is_group else 0,
        city=city(here.key),
        their_city=city(there.key) if differs else "",
        was=time_in_words(session.starts_at, length, here),
        becomes=time_in_words(at, length, here),
        was_theirs=time_in_words(session.starts_at, length, there) if differs else "",
        becomes_theirs=time_in_words(at, length, there) if differs else "",
        refusal=refusal,
        changed=session.calendar_sequence != version,
        is_same=session.starts_at == at,
        hard=weighed.hard,
        soft=weighed.soft,
        others=alternatives(weighed.nearby, here),
    )


def _weigh_move(session: Session, at: datetime, now: datetime) -> Weighed:
    return weigh(rules_of_session(session, now), at, now, moving=session.pk)


def weigh(rules: Rules, at: datetime, now: datetime, *, moving: UUID | None = None) -> Weighed:
    """Everything that speaks against a start; one statement."""
    window = slots.Window(epoch(at - REACH), epoch(at + REACH))
    inquiry = load_inquiry(rules, window, now, moving=moving)
    wanted = epoch(at)
    alone = replace(inquiry, partner=None)
    hard = hard_reasons(alone, wanted)
    found = [each for each in slots.explain(alone, wanted) if each not in UNSPOKEN]
    against = [REASONS[each] for each in Reason if each in hard]
    speaks = [REASONS[each] for each in found]
    is_hard = bool(hard_reasons(inquiry, wanted))
    other = _other_coach_is_in_the_way(rules, inquiry, wanted)
    if other:
        (against if is_hard and not hard else speaks).append(other)
    return Weighed(
        hard=tuple(against),
        soft=() if is_hard else tuple(speaks),
        nearby=tuple(nearest(inquiry, wanted)) if is_hard else (),
    )


def _other_coach_is_in_the_way(rules: Rules, inquiry: slots.Inquiry, wanted: int) -> str:
    """Of whoever leads it too: a sentence, or nothing. A statement where they are."""
    theirs = slots.as_partner(inquiry)
    reasons = slots.explain(theirs, wanted) if theirs else ()
    if rules.partner is None or not in_the_way("", reasons):
        return ""
    names = Membership.objects.values_list("name", flat=True)
    return in_the_way(first_name_of(names.get(pk=rules.partner.coach_id)), reasons)


def alternatives(moments: Sequence[datetime], zone: ZoneInfo) -> tuple[Alternative, ...]:
    """Free times nearby, as forms send them and as the coach reads them."""
    return tuple(
        Alternative(write_at(each), date_format(each.astimezone(zone), "D j M, H:i"))
        for each in moments
    )


def time_in_words(at: datetime, length: timedelta, zone: ZoneInfo) -> str:
    """`Tuesday 24 November, 10:00 to 11:00` on the clock of a zone."""
    local = at.astimezone(zone)
    return _("%(day)s, %(start)s to %(end)s") % {
        "day": date_format(local, "l j F"),
        "start": f"{local:%H:%M}",
        "end": f"{(at + length).astimezone(zone):%H:%M}",
    }


def clients_to_book(visible: QuerySet[Client], coach_id: UUID, today: date) -> list[Client]:
    """Of the clients whom the reader may see, those of this coach, by name."""
    theirs = CoachAssignment.objects.current(today).filter(coach_id=coach_id).values("client_id")
    rows = visible.filter(pk__in=theirs, archived_at=None).order_by("name", "pk")
    return list(rows[:MOST_CLIENTS])


def offerings_to_book(coach_id: UUID) -> list[Offering]:
    """What one client can be booked for: no groups, and no three-way sessions, which are agreed."""
    return [each for each in open_offerings_of(coach_id) if each.kind in ALONE]


def lengths_of(offering: Offering) -> list[int]:
    """The lengths an offering has, in minutes, its own first."""
    return [offering.duration, *(each for each in offering.other_durations)]
