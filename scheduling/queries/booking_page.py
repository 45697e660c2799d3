"""The page on which somebody books: lengths, coaches, month or list, and the time that is held."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from coachops.web.clocks import clock_words
from scheduling.models import Claim, Offering, OfferingCoach
from scheduling.policies.booking import Span, refusal_of_day
from scheduling.queries.facts import OfferingFacts, facts_of_offering
from scheduling.queries.picker import Choice, Picker, Setting, Slot, alternative_slots, build_picker
from scheduling.queries.picker_parts import Links, Switch, read_choice
from scheduling.queries.slots import free_coaches, open_starts
from scheduling.slots.inputs import Reason

MOST_COACHES = 50


@dataclass(frozen=True, slots=True)
class Person:
    """Who looks at the page: the zone and clock to begin with, and whose hold is their own.

    `keeps` are answers of the address that belong to the page around this one.
    """

    zone: str
    clock: str
    hold_key: UUID | None = None
    keeps: tuple[tuple[str, str], ...] = ()
    span: Span | None = None


@dataclass(frozen=True, slots=True)
class BookingDesk:
    """What is booked and how the address describes it, found once for one request."""

    offering: Offering
    person: Person
    choice: Choice
    setting: Setting
    duration: int
    coaches: tuple[tuple[UUID, str], ...]
    coach_id: UUID | None
    now: datetime


@dataclass(frozen=True, slots=True)
class HoldFacts:
    """Until when the chosen time is kept, on the reader's clock."""

    until: str
    seconds_left: int


@dataclass(frozen=True, slots=True)
class BookingPage:
    """`taken` says why the wanted time was refused; `others` are the nearest that are free."""

    facts: OfferingFacts
    picker: Picker
    lengths: tuple[Switch, ...]
    coaches: tuple[Switch, ...]
    hold: HoldFacts | None
    taken: str
    others: tuple[Slot, ...]


def open_desk(
    offering: Offering, query: Mapping[str, str], person: Person, now: datetime
) -> BookingDesk:
    """Read the address. At most one statement, where several coaches share the offering."""
    lengths = lengths_of(offering)
    minutes = query.get("minutes", "")
    duration = int(minutes) if minutes in {str(each) for each in lengths} else offering.duration
    coaches = _coaches(offering)
    coach_id = next((each for each, _name in coaches if str(each) == query.get("coach")), None)
    zone = offering.schedule.time_zone
    choice = read_choice(
        {**_plain(query), "zone": zone} if offering.time_zone_locked else query,
        default_zone=person.zone,
        default_clock=person.clock,
    )
    names = dict(coaches)
    holder = names[coach_id] if coach_id else offering.coach.name
    shared = bool(offering.pooling) and coach_id is None
    return BookingDesk(
        offering=offering,
        person=person,
        choice=choice,
        setting=Setting(
            duration=duration,
            other_name=_("the coach") if shared else holder.split()[0],
            other_zone=zone,
            now=now,
            keeps=person.keeps + _kept(query, duration=minutes and duration, coach_id=coach_id),
            holds=person.hold_key is not None,
            is_zone_locked=offering.time_zone_locked,
        ),
        duration=duration,
        coaches=coaches,
        coach_id=coach_id,
        now=now,
    )


def asked_for(query: Mapping[str, str], posted: Mapping[str, str]) -> dict[str, str]:
    """The address, with the time and zone of the form that was sent from it."""
    sent = {name: posted[name] for name in ("at", "zone") if name in posted}
    return {**_plain(query), **sent}


def booking_page(
    desk: BookingDesk, *, taken: str = "", alternatives: Sequence[datetime] = ()
) -> BookingPage:
    """Everything the page shows. Two statements for the times, one more for a time that is held."""
    picker = build_picker(open_times(desk), desk.choice, desk.setting)
    links = Links(desk.choice.zone, desk.setting.keeps)
    return BookingPage(
        facts=facts_of_offering(desk.offering, duration=desk.duration),
        picker=picker,
        lengths=_length_switches(desk, links),
        coaches=_coach_switches(desk, links),
        hold=_hold(desk) if picker.chosen else None,
        taken=taken,
        others=alternative_slots(alternatives, desk.choice, desk.setting),
    )


def confirm_url(desk: BookingDesk, at: datetime) -> str:
    """The last step of the same page for this time."""
    return f"{Links(desk.choice.zone, desk.setting.keeps).to(at=at)}#confirm"


def day_url(desk: BookingDesk) -> str:
    """Back to the times of the day that was looked at."""
    choice = desk.choice
    day = choice.at.astimezone(ZoneInfo(choice.zone)).date() if choice.at else choice.day
    return Links(choice.zone, desk.setting.keeps).to(day=day)


def open_times(desk: BookingDesk) -> list[datetime]:
    """The starts this person may choose: whoever of the coaches is free, within their own days."""
    key = desk.person.hold_key
    if desk.offering.pooling:
        free = free_coaches(desk.offering, desk.now, hold_key=key, duration=desk.duration)
        starts = [start for start, coaches in free.items() if desk.coach_id in {None, *coaches}]
    else:
        starts = open_starts(desk.offering, desk.now, hold_key=key, duration=desk.duration)
    span = desk.person.span
    if span is None:
        return starts
    return [start for start in starts if refusal_of_day(span, start) is None]


def lengths_of(offering: Offering) -> list[int]:
    """Every length in minutes that the booker may choose, from short to long."""
    return sorted({offering.duration, *offering.other_durations})


def taken_in_words(reasons: frozenset[Reason], *, coach: str) -> str:
    """Why the time that was wanted cannot be had, where more can be said than that it is gone."""
    words = {
        Reason.DAY_FULL: _("%(coach)s takes no more sessions on that day."),
        Reason.WEEK_FULL: _("%(coach)s takes no more sessions in that week."),
        Reason.NOTICE: _("That is too soon: %(coach)s needs a little more notice."),
        Reason.PAST: _("That time has passed."),
        Reason.HORIZON: _("That is further ahead than can be booked now."),
        Reason.ROOM: _("The room is taken at that time."),
        Reason.HELD: _("Somebody else is confirming that time right now."),
    }
    for reason, text in words.items():
        if reason in reasons:
            return text % {"coach": coach}
    return _("Somebody was a moment quicker: that time is taken.")


def _plain(query: Mapping[str, str]) -> dict[str, str]:
    return {name: query[name] for name in query}


def _coaches(offering: Offering) -> tuple[tuple[UUID, str], ...]:
    """Whom a booker may choose between; empty where they do not choose."""
    if offering.pooling != Offering.Pooling.CHOICE:
        return ()
    rows = OfferingCoach.objects.filter(offering=offering, coach__ended_at=None)
    found = rows.order_by("coach__name", "pk").values_list("coach_id", "coach__name")
    return tuple(found[:MOST_COACHES])


def _kept(
    query: Mapping[str, str], *, duration: int | str, coach_id: UUID | None
) -> tuple[tuple[str, str], ...]:
    """What the address says beside zone and time, as far as it makes sense."""
    kept = {
        "minutes": str(duration or ""),
        "coach": str(coach_id or ""),
        "clock": query.get("clock", ""),
        "view": query.get("view", ""),
    }
    allowed = {"clock": {"12", "24"}, "view": {"list", "month"}}
    return tuple(
        (name, value)
        for name, value in kept.items()
        if value and value in allowed.get(name, {value})
    )


def _length_switches(desk: BookingDesk, links: Links) -> tuple[Switch, ...]:
    lengths = lengths_of(desk.offering)
    if len(lengths) < 2:
        return ()
    return tuple(
        Switch(
            label=ngettext("%(n)d minute", "%(n)d minutes", each) % {"n": each},
            url=links.instead("minutes", str(each), day=desk.choice.day),
            is_chosen=each == desk.duration,
        )
        for each in lengths
    )


def _coach_switches(desk: BookingDesk, links: Links) -> tuple[Switch, ...]:
    if not desk.coaches:
        return ()
    anybody = Switch(
        label=_("Whoever is free"),
        url=links.instead("coach", "", day=desk.choice.day),
        is_chosen=desk.coach_id is None,
    )
    named = (
        Switch(
            label=name,
            url=links.instead("coach", str(coach_id), day=desk.choice.day),
            is_chosen=coach_id == desk.coach_id,
        )
        for coach_id, name in desk.coaches
    )
    return (anybody, *named)


def _hold(desk: BookingDesk) -> HoldFacts | None:
    if desk.person.hold_key is None:
        return None
    held = Claim.objects.filter(
        hold_key=desk.person.hold_key,
        state=Claim.State.HELD,
        starts_at=desk.choice.at,
        expires_at__gt=desk.now,
    )
    until: datetime | None = held.values_list("expires_at", flat=True).first()
    if until is None:
        return None
    local = until.astimezone(ZoneInfo(desk.choice.zone))
    return HoldFacts(
        until=clock_words(local, desk.choice.clock),
        seconds_left=int((until - desk.now).total_seconds()),
    )
