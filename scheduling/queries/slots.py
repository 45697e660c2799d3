"""Which starts are free: everything the slot engine asks for, in two statements.

The listing, the check at booking and the explanation for the coach all come through here, so a
time that is shown is a time that can be booked.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final
from uuid import UUID

from django.db import connection

from coachops.tenancy.scope import current_practice_id
from scheduling import slots
from scheduling.models import Offering
from scheduling.queries.public_holidays import public_holidays
from scheduling.queries.slot_statements import (
    BUSY,
    CLAIMS,
    CLAIMS_IN_RUNS,
    ROOM_TAKEN,
    RULES,
    one_by_one,
)
from scheduling.slots.inputs import DAY, MINUTE

LONGEST: Final = DAY
"""No session is longer than eight hours and no busy block than a day: what begins a day before a
range is enough."""
LOOKED_BACK: Final = timedelta(days=20)
YEARS_AHEAD: Final = 2

A_CLAIM, A_BLOCK = 1, 2


@dataclass(frozen=True, slots=True)
class Rules:
    """One offering's rules and one coach's hours. `resource_id` is the coach as a person.

    `holidays` names the public holidays among the days off of the schedule. `partner` has the same
    rules with the hours of whoever leads it together with the coach.
    """

    resource_id: UUID
    offering: slots.Offering
    schedule: slots.Schedule
    coach_id: UUID
    schedule_id: UUID
    room_id: UUID | None = None
    holidays: dict[date, str] = field(default_factory=dict)
    partner: "Rules | None" = None

    @property
    def second_coach_id(self) -> UUID | None:
        return None if self.partner is None else self.partner.coach_id

    def people(self) -> tuple["Rules", ...]:
        """Whoever has to be free: the coach, and the partner if there is one."""
        return (self,) if self.partner is None else (self, self.partner)


@dataclass(frozen=True, slots=True)
class _Asked:
    """What is asked about: a window, seen from a moment, but for what is moved or held by me."""

    window: slots.Window
    now: datetime
    moving: UUID | None
    hold_key: UUID | None
    is_listing: bool


@dataclass(slots=True)
class _Taken:
    """One person's taken time, as the engine wants it."""

    bookings: list[slots.Booking] = field(default_factory=list)
    blocks: list[slots.Block] = field(default_factory=list)
    room: list[slots.Block] = field(default_factory=list)


def load_rules(
    offering_id: UUID, now: datetime, *, coach_id: UUID | None = None, duration: int | None = None
) -> Rules:
    """The rules of an offering of the active practice; one statement.

    `coach_id` is the membership of one of the coaches who share it or lead it together, else its
    own coach counts;
    `duration`, in minutes, one of its other lengths. Raises Offering.DoesNotExist, also for a
    coach who does not give it. Days that differ are left out once they are long past.
    """
    leading, second = _load(offering_id, now)
    if coach_id is not None and not (second and second["coach"] == str(coach_id)):
        # Whoever shares it does so at the hours in the list, its own coach as well.
        leading = [row for row in reversed(leading) if row["coach"] == str(coach_id)]
    if not leading:
        raise Offering.DoesNotExist(str(offering_id))
    return _rules(offering_id, leading[0], now, duration, second=second)


def load_pool(offering_id: UUID, now: datetime, *, duration: int | None = None) -> list[Rules]:
    """The rules for each coach who gives the offering, by name; one statement.

    A pooled offering is given by the coaches of its list, any other by its own coach.
    """
    leading, second = _load(offering_id, now)
    shared = [row for row in leading if row["part"] == "shared"]
    return [_rules(offering_id, row, now, duration, second=second) for row in shared or leading]


def _load(offering_id: UUID, now: datetime) -> tuple[list[dict[str, Any]], dict[str, Any] | None]:
    """Those who could hold it, and who leads it together with whoever does."""
    parameters: dict[str, UUID | date] = {
        "practice": current_practice_id(),
        "offering": offering_id,
        "since": (now - LOOKED_BACK).date(),
    }
    with connection.cursor() as cursor:
        cursor.execute(RULES, parameters)
        found = [row[0] for row in cursor.fetchall()]
    second = next((row for row in found if row["part"] == "second"), None)
    return [row for row in found if row is not second], second


def _rules(
    offering_id: UUID,
    found: dict[str, Any],
    now: datetime,
    duration: int | None,
    *,
    second: dict[str, Any] | None = None,
) -> Rules:
    days_off = _days_off(found["country"], found["region"], now) if found["country"] else {}
    return Rules(
        resource_id=UUID(found["resource"]),
        coach_id=UUID(found["coach"]),
        schedule_id=UUID(found["schedule"]),
        room_id=UUID(found["room"]) if found["room"] else None,
        holidays=days_off,
        offering=slots.Offering(
            key=offering_id,
            duration=duration or found["duration"],
            step=found["step"],
            before=found["before"],
            after=found["after"],
            notice=found["notice"],
            horizon_days=found["horizon"],
            max_per_day=found["per_day"],
            max_per_week=found["per_week"],
        ),
        schedule=_schedule(found, days_off),
        partner=_rules(offering_id, second, now, duration) if second else None,
    )


def _schedule(found: dict[str, Any], days_off: dict[date, str]) -> slots.Schedule:
    """Public holidays are days off, unless their date has hours of its own."""
    weekly: dict[int, tuple[slots.Interval, ...]] = {}
    for weekday, start, end in found["weekly"]:
        weekly[weekday] = (*weekly.get(weekday, ()), slots.Interval(start, end))
    overrides: dict[date, tuple[slots.Interval, ...]] = dict.fromkeys(days_off, ())
    for day, intervals in found["overrides"]:
        overrides[date.fromisoformat(day)] = tuple(slots.Interval(*each) for each in intervals)
    travel = tuple(
        slots.Travel(date.fromisoformat(first), date.fromisoformat(last), zone)
        for first, last, zone in found["travel"]
    )
    return slots.Schedule(found["zone"], weekly, overrides, travel)


def _days_off(country: str, region: str, now: datetime) -> dict[date, str]:
    """The public holidays of this year and the next two; of the last year in its first weeks."""
    first = (now - LOOKED_BACK).year
    years = range(first, now.year + YEARS_AHEAD + 1)
    return {
        day: name for year in years for day, name in public_holidays(country, region, year).items()
    }


def load_inquiry(
    rules: Rules,
    window: slots.Window,
    now: datetime,
    *,
    moving: UUID | None = None,
    hold_key: UUID | None = None,
) -> slots.Inquiry:
    """The question to the engine for a window: one statement for all that is taken.

    `moving` is the session that is being moved, or its claim; `hold_key` that of the asker's own
    hold, which is in nobody's way but others'.
    """
    return load_inquiries([rules], window, now, moving=moving, hold_key=hold_key)[0]


def load_inquiries(
    pool: Sequence[Rules],
    window: slots.Window,
    now: datetime,
    *,
    moving: UUID | None = None,
    hold_key: UUID | None = None,
    is_listing: bool = False,
) -> list[slots.Inquiry]:
    """The same question for each of the coaches of one offering; one statement for them all.

    For a listing, bookings may come in runs: enough to tell what is offered, not why.
    """
    if not pool:
        return []
    asked = _Asked(window, now, moving, hold_key, is_listing)
    taken = iter(_taken(pool, asked))
    return [
        _inquiry(rules, now, next(taken), next(taken) if rules.partner else None) for rules in pool
    ]


def _inquiry(rules: Rules, now: datetime, own: _Taken, theirs: _Taken | None) -> slots.Inquiry:
    partner = None
    if rules.partner is not None and theirs is not None:
        partner = slots.Partner(
            rules.partner.schedule, tuple(theirs.bookings), tuple(theirs.blocks)
        )
    return slots.Inquiry(
        schedule=rules.schedule,
        offering=rules.offering,
        now=epoch(now),
        bookings=tuple(own.bookings),
        blocks=tuple(own.blocks),
        room=tuple(own.room),
        partner=partner,
    )


def _taken(pool: Sequence[Rules], asked: _Asked) -> list[_Taken]:
    """What everybody concerned, and the offering's room, have in the window; one statement.

    In the order of the pool, each coach with their partner behind them.
    """
    offering, room_id = pool[0].offering, pool[0].room_id
    needed = slots.needed_range(asked.window, offering)
    everybody = [person for rules in pool for person in rules.people()]
    people = {f"person_{number}": each.resource_id for number, each in enumerate(everybody)}
    parameters: dict[str, Any] = {
        "practice": current_practice_id(),
        "offering": offering.key,
        **people,
        "room": room_id,
        "duration": offering.duration * MINUTE,
        "now": asked.now,
        "moving": asked.moving,
        "hold": asked.hold_key,
        "earliest": needed.start - LONGEST,
        "start": needed.start,
        "end": needed.end,
        "date_changes": _date_changes(everybody, needed),
    }
    statement = CLAIMS_IN_RUNS if asked.is_listing else CLAIMS
    statement += BUSY + (ROOM_TAKEN if room_id else "")
    with connection.cursor() as cursor:
        cursor.execute(one_by_one(statement, "people", people), parameters)
        return _sorted_out(cursor.fetchall(), offering, len(everybody))


def _date_changes(everybody: Sequence[Rules], needed: slots.Window) -> list[int]:
    """When a new day begins for one of them, if the offering's limits count by days."""
    offering = everybody[0].offering
    if offering.max_per_day is None and offering.max_per_week is None:
        return []
    earliest = needed.start - LONGEST
    changes = (slots.date_changes(rules.schedule, earliest, needed.end) for rules in everybody)
    return sorted(set[int]().union(*changes))


def _sorted_out(rows: list[tuple[Any, ...]], offering: slots.Offering, people: int) -> list[_Taken]:
    """The rows by person, who are numbered from one as in the statement."""
    taken = [_Taken() for _ in range(people)]
    for who, kind, start, end, before, after, expires, capacity, seats, sessions in rows:
        if kind == A_CLAIM and capacity is None:
            booking = slots.Booking(start, end, None, None, before, after, 1, 1, expires, sessions)
            taken[who - 1].bookings.append(booking)
        elif kind == A_CLAIM:
            booking = slots.Booking(
                start, end, None, offering.key, before, after, capacity, seats, expires
            )
            taken[who - 1].bookings.append(booking)
        elif kind == A_BLOCK:
            taken[who - 1].blocks.append(slots.Block(start, end))
        else:
            for number, theirs in enumerate(taken, start=1):
                if number != who:
                    theirs.room.append(slots.Block(start, end))
    return taken


def offered_starts(
    offering: Offering, window: slots.Window, now: datetime, *, duration: int | None = None
) -> list[int]:
    """The starts of an offering that can be booked, in epoch seconds; two statements."""
    rules = load_rules(offering.pk, now, duration=duration)
    [inquiry] = load_inquiries([rules], window, now, is_listing=True)
    return slots.offered_starts(inquiry, window)


def open_starts(
    offering: Offering,
    now: datetime,
    *,
    moving: UUID | None = None,
    hold_key: UUID | None = None,
    duration: int | None = None,
    coach_id: UUID | None = None,
) -> list[datetime]:
    """All bookable starts up to the offering's horizon, as instants in UTC; two statements."""
    rules = load_rules(offering.pk, now, coach_id=coach_id, duration=duration)
    window = horizon_window(rules, now)
    [inquiry] = load_inquiries(
        [rules], window, now, moving=moving, hold_key=hold_key, is_listing=True
    )
    return [instant(start) for start in slots.offered_starts(inquiry, window)]


def free_coaches(
    offering: Offering,
    now: datetime,
    *,
    window: slots.Window | None = None,
    hold_key: UUID | None = None,
    duration: int | None = None,
) -> dict[datetime, tuple[UUID, ...]]:
    """For each start that somebody of the pool is free for: their memberships, by name.

    In order of time, up to the offering's horizon unless a window is given; two statements.
    """
    pool = load_pool(offering.pk, now, duration=duration)
    if not pool:
        return {}
    asked = window or horizon_window(pool[0], now)
    free: dict[int, list[UUID]] = {}
    inquiries = load_inquiries(pool, asked, now, hold_key=hold_key, is_listing=True)
    for rules, inquiry in zip(pool, inquiries, strict=True):
        for start in slots.offered_starts(inquiry, asked):
            free.setdefault(start, []).append(rules.coach_id)
    return {instant(start): tuple(free[start]) for start in sorted(free)}


def horizon_window(rules: Rules, now: datetime) -> slots.Window:
    """From now to the end of the horizon, with a day more for the coach's own calendar."""
    days = (rules.offering.horizon_days or 0) + 2
    return slots.Window(epoch(now), epoch(now) + days * DAY)


def nearest(inquiry: slots.Inquiry, wanted: int) -> list[datetime]:
    """Up to three bookable starts around a wanted one."""
    return [instant(start) for start in slots.nearest_starts(inquiry, wanted)]


def hard_reasons(inquiry: slots.Inquiry, wanted: int) -> set[slots.Reason]:
    """What even the coach cannot book over: a session, a hold, a taken room, the past."""
    free = replace(inquiry, offering=replace(inquiry.offering, before=0, after=0))
    reason = slots.Reason
    hard = {reason.PAST, reason.BOOKED, reason.SEATS_FULL, reason.HELD, reason.ROOM}
    return set(slots.explain(free, wanted)) & hard


def epoch(moment: datetime) -> int:
    return int(moment.timestamp())


def instant(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
