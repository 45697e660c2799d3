"""Why a time is, or is not, offered: what each rule of an offering says about one start.

The rules are those of the slot engine, in its order; here they get words, and whatever else a
coach wants to know: which calendar, read when, which session, who holds it.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cached_property
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Q
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from coachops.practices.models import Membership
from coachops.web.clocks import city
from scheduling import slots
from scheduling.models import (
    BusyBlock,
    BusySource,
    MeetingRoom,
    Offering,
    ScheduleOverride,
    Session,
)
from scheduling.policies.together import first_name_of
from scheduling.queries.facts import minutes_in_words
from scheduling.queries.slots import Rules, epoch, instant, load_inquiry, load_rules
from scheduling.queries.together import booker_for_second, in_the_way
from scheduling.slots.inputs import DAY, Reason

DAY_FORMAT = "l j F"
OFFERING_ONLY = frozenset(
    {Reason.PAST, Reason.NOTICE, Reason.HORIZON, Reason.OFF_GRID, Reason.ROOM}
)
MOST = 50


@dataclass(frozen=True, slots=True)
class RuleAnswer:
    """One rule in plain words. `refuses`: this one alone keeps the time from being offered."""

    name: str
    words: str
    refuses: bool


@dataclass(frozen=True, slots=True)
class StartAnswer:
    """All rules for one instant, `when` on the coach's clock; no instant if it does not exist."""

    starts_at: datetime | None
    when: str
    zone: str
    rules: tuple[RuleAnswer, ...]

    @property
    def is_offered(self) -> bool:
        return not any(rule.refuses for rule in self.rules)


def why(
    offering: Offering, wall: datetime, now: datetime, *, coach_id: UUID | None = None
) -> list[StartAnswer]:
    """The answers for a naive wall time on the coach's clock, which may occur twice or never.

    Of two who lead it together, the coach reads all about themself and only a word of the other.
    Eight statements at most for each, however much is booked.
    """
    leading = load_rules(offering.pk, now, coach_id=coach_id)
    partner = leading.partner
    rules = partner if partner is not None and partner.coach_id == coach_id else leading
    around = epoch(wall.replace(tzinfo=ZoneInfo(rules.schedule.zone)))
    inquiry = load_inquiry(leading, slots.Window(around - 2 * DAY, around + 2 * DAY), now)
    starts = slots.wall_instants(rules.schedule, wall)
    if not starts:
        words = _("The clocks go forward then: %(time)s does not exist on that day.")
        gap = RuleAnswer(_("The clock"), words % {"time": f"{wall:%H:%M}"}, refuses=True)
        when = date_format(wall, "l j F Y, H:i")
        return [StartAnswer(None, when, city(rules.schedule.zone), (gap,))]
    return [_answer(_Case(offering, rules, leading, inquiry, start, now)) for start in starts]


def _answer(case: "_Case") -> StartAnswer:
    lines = [
        _notice(case),
        _horizon(case),
        *_travel(case),
        _hours(case),
        _grid(case),
        _sessions(case),
        _holds(case),
        *_calendars(case),
        *_room(case),
        *_limits(case),
        *_other_coach(case),
    ]
    local = instant(case.start).astimezone(case.zone)
    return StartAnswer(
        starts_at=instant(case.start),
        when=f"{date_format(local, 'l j F Y, H:i')} {local:%Z}",
        zone=city(case.seen.zone),
        rules=tuple(lines),
    )


@dataclass(frozen=True)
class _Case:
    """One start with all that its rules are asked about.

    `rules` are the reader's, `leading` those of the offering's coach, which may be another one.
    """

    offering: Offering
    rules: Rules
    leading: Rules
    inquiry: slots.Inquiry
    start: int
    now: datetime

    @cached_property
    def of_offering(self) -> slots.Examination:
        """What the offering's coach and the rules that are the offering's say."""
        return slots.examine(replace(self.inquiry, partner=None), self.start)

    @cached_property
    def of_partner(self) -> slots.Examination | None:
        theirs = slots.as_partner(self.inquiry)
        return slots.examine(theirs, self.start) if theirs else None

    @property
    def is_second(self) -> bool:
        return self.rules is not self.leading

    @property
    def seen(self) -> slots.Examination:
        """What the rules say about the reader."""
        return self.of_partner if self.is_second and self.of_partner else self.of_offering

    @property
    def bookings(self) -> tuple[slots.Booking, ...]:
        partner = self.inquiry.partner
        return partner.bookings if self.is_second and partner else self.inquiry.bookings

    @cached_property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.seen.zone)

    @property
    def end(self) -> int:
        return self.start + self.rules.offering.duration * 60

    def found(self, *reasons: Reason) -> list[slots.Finding]:
        found = [each for each in self.seen.findings if each.reason not in OFFERING_ONLY]
        found += [each for each in self.of_offering.findings if each.reason in OFFERING_ONLY]
        return [each for each in found if each.reason in reasons]

    def refuses(self, *reasons: Reason) -> bool:
        return bool(self.found(*reasons))

    def clock(self, seconds: int) -> str:
        """`14:30`, with the day when it is another one."""
        local = instant(seconds).astimezone(self.zone)
        return f"{local:%H:%M}" if local.date() == self.seen.day else self.moment(local)

    def moment(self, at: datetime) -> str:
        return date_format(at.astimezone(self.zone), "D j M, H:i")

    def span(self, starts_at: int | None, ends_at: int | None) -> str:
        if starts_at is None or ends_at is None:
            return ""
        times = {"start": self.clock(starts_at), "end": self.clock(ends_at)}
        return _("%(start)s to %(end)s") % times


def _notice(case: _Case) -> RuleAnswer:
    name = _("Notice")
    if case.refuses(Reason.PAST):
        return RuleAnswer(name, _("It is in the past."), refuses=True)
    notice = case.rules.offering.notice
    if not notice:
        return RuleAnswer(name, _("It can be booked until it begins."), refuses=False)
    words = {
        "notice": minutes_in_words(notice),
        "until": case.moment(instant(case.start - notice * 60)),
    }
    if case.refuses(Reason.NOTICE):
        text = _("%(notice)s of notice are asked for: it could be booked until %(until)s.") % words
        return RuleAnswer(name, text, refuses=True)
    text = _("%(notice)s of notice are asked for: it can be booked until %(until)s.") % words
    return RuleAnswer(name, text, refuses=False)


def _horizon(case: _Case) -> RuleAnswer:
    days = case.rules.offering.horizon_days or 0
    today = case.now.astimezone(ZoneInfo(case.rules.schedule.zone)).date()
    words = {"days": days, "last": date_format(today + timedelta(days=days), DAY_FORMAT)}
    text = ngettext(
        "Times are offered %(days)d day ahead: now until %(last)s.",
        "Times are offered %(days)d days ahead: now until %(last)s.",
        days,
    )
    return RuleAnswer(_("How far ahead"), text % words, refuses=case.refuses(Reason.HORIZON))


def _travel(case: _Case) -> Iterator[RuleAnswer]:
    if case.seen.zone != case.rules.schedule.zone:
        words = _("You are travelling that day, so your hours are meant on the clock of %(city)s.")
        yield RuleAnswer(_("Travel"), words % {"city": city(case.seen.zone)}, refuses=False)


def _hours(case: _Case) -> RuleAnswer:
    refuses = case.refuses(Reason.OUTSIDE_HOURS)
    special = ScheduleOverride.objects.filter(
        schedule_id=case.rules.schedule_id, on=case.seen.day
    ).first()
    text = _why_closed(case, special) or _why_open(case, special)
    if refuses and case.seen.hours:
        text += " " + _("Part of the session would be outside of that.")
    words = {
        "day": date_format(case.seen.day, DAY_FORMAT),
        "hours": ", ".join(case.span(*hours) for hours in case.seen.hours),
        "note": special.note if special else "",
        "holiday": case.rules.holidays.get(case.seen.day, ""),
    }
    return RuleAnswer(_("Your hours"), text % words, refuses=refuses)


def _why_closed(case: _Case, special: ScheduleOverride | None) -> str:
    """What makes this date a day off, if anything does: its own entry, or a public holiday."""
    if special is not None and not special.intervals:
        if special.note:
            return _("You are off on %(day)s: %(note)s.")
        return _("You are off on %(day)s.")
    if special is None and case.seen.day in case.rules.holidays:
        return _("%(day)s is a public holiday: %(holiday)s.")
    return "" if case.seen.hours else _("You do not work on %(day)s.")


def _why_open(case: _Case, special: ScheduleOverride | None) -> str:
    if special is None:
        return _("On %(day)s you work from %(hours)s.")
    if special.note:
        return _("%(day)s has hours of its own (%(note)s): %(hours)s.")
    return _("%(day)s has hours of its own: %(hours)s.")


def _grid(case: _Case) -> RuleAnswer:
    words = _("There is a start every %(step)s, counted from when your hours begin.") % {
        "step": minutes_in_words(case.rules.offering.step)
    }
    return RuleAnswer(_("Start times"), words, refuses=case.refuses(Reason.OFF_GRID))


def _sessions(case: _Case) -> RuleAnswer:
    name = _("Sessions")
    found = case.found(Reason.BOOKED, Reason.SEATS_FULL, Reason.BUFFER)
    if found:
        names = _names_of_sessions(case, found)
        lines = [_about_session(case, each, names) for each in found]
        return RuleAnswer(name, " ".join(lines), refuses=True)
    joins = case.seen.joins
    if joins is not None:
        words = ngettext(
            "The group meets then and %(free)d place is free.",
            "The group meets then and %(free)d places are free.",
            joins.capacity - joins.taken,
        )
        return RuleAnswer(name, words % {"free": joins.capacity - joins.taken}, refuses=False)
    return RuleAnswer(name, _("Nothing is booked then, with its free minutes."), refuses=False)


def _about_session(case: _Case, finding: slots.Finding, names: dict[int, str]) -> str:
    words = {"times": case.span(finding.starts_at, finding.ends_at)}
    if finding.reason == Reason.SEATS_FULL:
        return _("Every seat of the group is taken, %(times)s.") % words
    known = names.get(finding.starts_at or 0)
    if finding.reason == Reason.BUFFER and known is None:
        return (
            _("What takes %(times)s comes too close: the free minutes would be cut short.") % words
        )
    words["who"] = known or _("another practice")
    if finding.reason == Reason.BUFFER:
        text = _("The session with %(who)s, %(times)s, comes too close: ")
        return (text + _("the free minutes around it would be cut short.")) % words
    if known is None:
        return _("You have a session in another practice, %(times)s.") % words
    return _("You have a session with %(who)s, %(times)s.") % words


def _names_of_sessions(case: _Case, found: Sequence[slots.Finding]) -> dict[int, str]:
    """Who the sessions are with that begin at these times, as far as they are of this practice."""
    begins = [instant(each.starts_at) for each in found if each.starts_at is not None]
    coach_id = case.rules.coach_id
    theirs = Q(coach_id=coach_id) | Q(second_coach_id=coach_id)
    rows = Session.objects.filter(theirs, starts_at__in=begins)
    rows = rows.exclude(state=Session.State.CANCELLED).select_related("client", "offering")
    return {
        epoch(each.starts_at): booker_for_second(each)
        if each.second_coach_id == coach_id
        else (each.client.name if each.client else each.guest_name or each.offering.name)
        for each in rows[:MOST]
    }


def _holds(case: _Case) -> RuleAnswer:
    found = case.found(Reason.HELD)
    if not found:
        return RuleAnswer(_("Holds"), _("Nobody is choosing it right now."), refuses=False)
    begins = {each.starts_at for each in found}
    ends = [
        each.expires_at
        for each in case.bookings
        if each.starts_at in begins and each.expires_at is not None
    ]
    words = _("It is kept for somebody until %(until)s.") % {
        "until": case.moment(instant(max(ends)))
    }
    return RuleAnswer(_("Holds"), words, refuses=True)


def _calendars(case: _Case) -> Iterator[RuleAnswer]:
    """One line for each calendar that is read; busy times of other practices' have no name."""
    name = _("Calendars")
    sources = list(BusySource.objects.filter(coach_id=case.rules.coach_id).order_by("name")[:MOST])
    in_the_way = {each.starts_at for each in case.found(Reason.BUSY)}
    begins = [instant(each) for each in in_the_way if each is not None]
    blocks = BusyBlock.objects.filter(
        resource_id=case.rules.resource_id, starts_at__in=begins, source__in=sources
    ).values_list("source_id", "starts_at", "ends_at")
    by_source: dict[UUID, list[str]] = {}
    for source_id, starts_at, ends_at in blocks[:MOST]:
        span = case.span(epoch(starts_at), epoch(ends_at))
        by_source.setdefault(source_id, []).append(span)
    for source in sources:
        times = by_source.get(source.pk, [])
        yield RuleAnswer(name, _about_source(case, source, times), refuses=bool(times))
    if in_the_way and not by_source:
        words = _("A calendar that another practice reads says that you are busy then.")
        yield RuleAnswer(name, words, refuses=True)
    elif not sources:
        yield RuleAnswer(name, _("No other calendar is read for you."), refuses=False)


def _about_source(case: _Case, source: BusySource, times: list[str]) -> str:
    if source.last_read_at is None:
        return _("“%(name)s” has not been read yet.") % {"name": source.name}
    words = {
        "name": source.name,
        "times": ", ".join(times),
        "read": case.moment(source.last_read_at),
    }
    if times:
        text = _("“%(name)s” is busy %(times)s. It was read %(read)s.")
    else:
        text = _("“%(name)s” has nothing then. It was read %(read)s.")
    if source.state in (BusySource.State.STALE, BusySource.State.STOPPED):
        text += " " + _("It could not be read since, so what it said then still counts.")
    return text % words


def _room(case: _Case) -> Iterator[RuleAnswer]:
    if case.leading.room_id is None:
        return
    room = MeetingRoom.objects.filter(pk=case.leading.room_id).first()
    words = {"room": room.name if room else ""}
    found = case.found(Reason.ROOM)
    if found:
        words["times"] = ", ".join(case.span(each.starts_at, each.ends_at) for each in found)
        yield RuleAnswer(_("Room"), _("%(room)s is taken %(times)s.") % words, refuses=True)
    else:
        yield RuleAnswer(_("Room"), _("%(room)s is free.") % words, refuses=False)


def _other_coach(case: _Case) -> Iterator[RuleAnswer]:
    """Of whoever leads it too: whether they stand in the way, and no more of their calendar."""
    partner = case.leading.partner
    if partner is None or case.of_partner is None:
        return
    other, seen = (case.leading, case.of_offering) if case.is_second else (partner, case.of_partner)
    name = Membership.objects.values_list("name", flat=True).get(pk=other.coach_id)
    words = in_the_way(first_name_of(name), {each.reason for each in seen.findings})
    free = _("%(name)s works and is free then.") % {"name": first_name_of(name)}
    yield RuleAnswer(_("Together with %(name)s") % {"name": name}, words or free, bool(words))


def _limits(case: _Case) -> Iterator[RuleAnswer]:
    rules, seen = case.rules.offering, case.seen
    if rules.max_per_day is not None:
        words = _("%(count)d of at most %(most)d sessions are booked that day.")
        figures = {"count": seen.in_day, "most": rules.max_per_day}
        yield RuleAnswer(_("A day"), words % figures, refuses=case.refuses(Reason.DAY_FULL))
    if rules.max_per_week is not None:
        words = _("%(count)d of at most %(most)d sessions are booked that week.")
        figures = {"count": seen.in_week, "most": rules.max_per_week}
        yield RuleAnswer(_("A week"), words % figures, refuses=case.refuses(Reason.WEEK_FULL))
