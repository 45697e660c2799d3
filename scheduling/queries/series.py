"""A run of sessions before it is booked, date by date, and afterwards."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clients.models import Engagement
from coachops.web.clocks import TWENTY_FOUR, clock_words
from scheduling import slots
from scheduling.models import Offering, Series
from scheduling.policies.series import FEWEST, MOST, dates_of, instant_of
from scheduling.queries.availability import REASONS
from scheduling.queries.facts import led_by
from scheduling.queries.picker import write_at
from scheduling.queries.sessions import SessionLine, sessions_of_series
from scheduling.queries.slots import epoch, hard_reasons, instant, load_inquiry, load_rules
from scheduling.slots.inputs import DAY

USUAL_TIMES: Final = 6
NEARBY_DAYS: Final = 3
RHYTHMS: Final[dict[str, str | Promise]] = {
    Series.Rhythm.WEEKLY: gettext_lazy("Every week"),
    Series.Rhythm.FORTNIGHTLY: gettext_lazy("Every two weeks"),
    Series.Rhythm.MONTHLY: gettext_lazy("Every month, on the same weekday"),
}


@dataclass(frozen=True, slots=True)
class Plan:
    """What was asked for: so many times, in this rhythm, from this instant."""

    rhythm: str
    times: int
    first: datetime | None


@dataclass(frozen=True, slots=True)
class Choice:
    """One time that can be ticked, with the value that the form sends."""

    value: str
    label: str


@dataclass(frozen=True, slots=True)
class Occurrence:
    """One date of the run.

    `state` is free, taken, missing (the clocks jump over it), beyond (what can be booked ahead)
    or ended (after the engagement). `others` are the nearest times, where it cannot be had;
    `warnings` what a coach would book over.
    """

    number: int
    day_words: str
    time_words: str
    state: str
    reason: str | Promise
    choice: Choice | None
    others: tuple[Choice, ...]
    warnings: tuple[str | Promise, ...]


@dataclass(frozen=True, slots=True)
class Asker:
    """Who asks, for the rules that hold for them and the clock that they read."""

    zone: str
    by_coach: bool = False
    engagement: Engagement | None = None
    clock: str = TWENTY_FOUR


@dataclass(frozen=True, slots=True)
class SeriesPage:
    """A series that is booked. `led_by` names who leads all that is ahead; `varies` says that the
    dates differ in that."""

    series: Series
    led_by: str
    varies: bool
    rhythm: str | Promise
    lines: tuple[SessionLine, ...]
    ahead: tuple[SessionLine, ...]
    late: int


def read_plan(query: Mapping[str, str], first: datetime | None, left: int) -> Plan:
    """The plan in an address; a number of times that cannot be is brought into what can."""
    rhythm = query.get("rhythm", "")
    typed = query.get("times", "")
    times = int(typed) if typed.isascii() and typed.isdecimal() and len(typed) < 4 else USUAL_TIMES
    return Plan(
        rhythm=rhythm if rhythm in RHYTHMS else Series.Rhythm.WEEKLY,
        times=max(FEWEST, min(times, left, MOST)),
        first=first,
    )


def preview(offering: Offering, plan: Plan, asker: Asker, now: datetime) -> tuple[Occurrence, ...]:
    """Every date of the plan with its state, by the engine that books; two statements.

    The wall time is the one that the first start has in the zone of the coach's hours.
    """
    if plan.first is None:
        return ()
    rules = load_rules(offering.pk, now)
    zone = ZoneInfo(rules.schedule.zone)
    wall = plan.first.astimezone(zone)
    days = dates_of(plan.rhythm, wall.date(), plan.times)
    last = datetime.combine(days[-1], wall.time(), UTC)
    around = (NEARBY_DAYS + 2) * DAY
    window = slots.Window(epoch(plan.first) - around, epoch(last) + around)
    inquiry = load_inquiry(rules, window, now)
    # A run of groups needs times of its own: none of them joins a group that meets already.
    alone = replace(inquiry, offering=replace(inquiry.offering, key=""))
    table = _Table(alone, asker)
    return tuple(
        table.occurrence(number, day, _moment(day, wall, zone))
        for number, day in enumerate(days, start=1)
    )


@dataclass(frozen=True, slots=True)
class _Moment:
    """A date's wall time: when it is, or nearly would be if the clocks did not jump over it."""

    exact: datetime | None
    about: datetime


def _moment(day: date, wall: datetime, zone: ZoneInfo) -> _Moment:
    clock = wall.time()
    about = datetime.combine(day, clock, zone).astimezone(UTC)
    return _Moment(instant_of(day, clock, zone), about)


@dataclass(frozen=True, slots=True)
class _Table:
    """One question to the engine, and who asks it."""

    inquiry: slots.Inquiry
    asker: Asker

    def occurrence(self, number: int, day: date, moment: _Moment) -> Occurrence:
        state, reasons = self._state(moment)
        is_free = state == "free"
        local = moment.about.astimezone(ZoneInfo(self.asker.zone))
        return Occurrence(
            number=number,
            day_words=date_format(local, "l j F Y"),
            time_words=clock_words(local, self.asker.clock),
            state=state,
            reason=self._reason(state, reasons),
            choice=self._choice(moment.about) if is_free else None,
            others=() if is_free else self._others(moment.about),
            warnings=tuple(REASONS[each] for each in reasons) if is_free else (),
        )

    def _state(self, moment: _Moment) -> tuple[str, tuple[slots.Reason, ...]]:
        if moment.exact is None:
            return "missing", ()
        if self._is_after_the_end(moment.exact):
            return "ended", ()
        wanted = epoch(moment.exact)
        reasons = slots.explain(self.inquiry, wanted)
        if self.asker.by_coach:
            hard = hard_reasons(self.inquiry, wanted)
            return ("taken", tuple(hard)) if hard else ("free", tuple(reasons))
        if slots.is_offered(self.inquiry, wanted):
            return "free", ()
        beyond = slots.Reason.HORIZON in reasons
        return ("beyond" if beyond else "taken"), tuple(reasons)

    def _is_after_the_end(self, moment: datetime) -> bool:
        """The coach's side may book beyond an agreement, as with a single session."""
        engagement = self.asker.engagement
        if engagement is None or self.asker.by_coach:
            return False
        zone = ZoneInfo(self.inquiry.schedule.zone)
        return bool(moment.astimezone(zone).date() > engagement.ends_on)

    def _reason(self, state: str, reasons: tuple[slots.Reason, ...]) -> str | Promise:
        words: dict[str, str | Promise] = {
            "free": "",
            "missing": _("The clocks change then, so this time does not exist on that day."),
            "beyond": _("Further ahead than can be booked yet."),
            "ended": _("After the end of the engagement."),
        }
        if state in words:
            return words[state]
        if self.asker.by_coach and reasons:
            return REASONS[reasons[0]]
        return _("Not free on that day.")

    def _others(self, wanted: datetime) -> tuple[Choice, ...]:
        near = slots.nearest_starts(self.inquiry, epoch(wanted), 3, NEARBY_DAYS)
        free = [instant(start) for start in near]
        return tuple(self._choice(at) for at in free if not self._is_after_the_end(at))

    def _choice(self, at: datetime) -> Choice:
        local = at.astimezone(ZoneInfo(self.asker.zone))
        words = f"{date_format(local, 'D j M')}, {clock_words(local, self.asker.clock)}"
        return Choice(write_at(at), words)


def series_page(series: Series, now: datetime) -> SeriesPage:
    """Its sessions in order of time. Needs the offering and the coach."""
    lines = tuple(sessions_of_series(series.pk))
    ahead = tuple(line for line in lines if not line.is_cancelled and line.starts_at > now)
    notice = timedelta(minutes=series.offering.change_notice)
    kept = ahead or [line for line in lines if not line.is_cancelled]
    names, varies = led_by((line.coach_name for line in kept), series.coach.name)
    return SeriesPage(
        series=series,
        led_by=names,
        varies=varies,
        rhythm=RHYTHMS[series.rhythm],
        lines=lines,
        ahead=ahead,
        late=sum(line.starts_at - notice < now for line in ahead),
    )
