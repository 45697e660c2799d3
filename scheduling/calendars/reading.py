"""From a calendar file to bare busy times.

Whatever cannot be understood is counted and never taken for free time. Runs in a process of its own
(`scheduling.calendars.parse`): the library remembers custom time zones by name for as long as its
process lives, and one feed's zone must not become another's.
"""

import signal
import warnings
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

import recurring_ical_events
import x_wr_timezone
from icalendar import Calendar
from icalendar import Event as ParsedEvent

from scheduling.calendars import rules
from scheduling.calendars.blocks import FileParts, split_file, text_of
from scheduling.calendars.busy_times import periods
from scheduling.calendars.intervals import Span, cut, merged, within
from scheduling.calendars.question import Question, Reading

MOST_COMPONENTS: Final = 20_000
MOST_OCCURRENCES: Final = 500
SECONDS_A_SERIES: Final = 0.5
_TENTATIVE: Final = "TENTATIVE"

type Event = Any
"""The library's; its properties are of thirty types, and a stranger's file holds any of them."""


class _TakesTooLong(Exception):
    """One series used up its time."""


def read(raw: bytes, question: Question) -> Reading:
    """Every busy time of the window. Raises Unreadable when the file as a whole is none."""
    reading = Reading()
    spans: list[Span] = []
    learned: set[str] = set()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # guessed zones: the best there is
        for parts in split_file(text_of(raw), most_components=MOST_COMPONENTS):
            spans += _CalendarReader(parts, question, reading).spans(learned)
    window = (question.start, question.end)
    reading.busy = cut(merged(within(spans, window)))
    return reading


class _CalendarReader:
    """One VCALENDAR of the file."""

    def __init__(self, parts: FileParts, question: Question, reading: Reading) -> None:
        self.question = question
        self.reading = reading
        self.parts = parts
        self.own_uids = frozenset(question.own_uids)
        self.named_zone = _named_zone(parts.properties)
        self.zone = ZoneInfo(self.named_zone or question.zone)
        self.start = datetime.fromtimestamp(question.start, UTC)
        self.end = datetime.fromtimestamp(question.end, UTC)

    def spans(self, learned: set[str]) -> list[Span]:
        self._learn_zones(learned)
        found = list(self._busy_times())
        for group in self._series():
            found += self._of_group(group)
        return found

    def _learn_zones(self, learned: set[str]) -> None:
        """The library keeps what a VTIMEZONE says under its name, for the events that follow."""
        for text in self.parts.zones:
            if text in learned or not rules.is_sane_zone(text):
                continue
            learned.add(text)
            try:
                with _at_most(SECONDS_A_SERIES):
                    Calendar.from_ical(f"BEGIN:VCALENDAR\r\n{text}\r\nEND:VCALENDAR\r\n")
            except Exception:  # noqa: BLE001, S112 -- its events are then found uncertain
                continue

    def _series(self) -> list[list[Event]]:
        """Events of one UID together. Two that both claim to be the whole series both count."""
        masters: list[list[Event]] = []
        by_uid: dict[str, list[Event]] = {}
        overrides: dict[str, list[Event]] = defaultdict(list)
        for event in self._events():
            uid = str(event.get("UID", ""))
            if "RECURRENCE-ID" in event:
                overrides[uid].append(event)
                continue
            group = [event]
            masters.append(group)
            if uid not in by_uid or "RRULE" in event:
                by_uid[uid] = group
        for uid, changed in overrides.items():
            if uid in by_uid:
                by_uid[uid].extend(changed)
            else:
                masters.append(changed)
        return masters

    def _events(self) -> Iterator[Event]:
        for text in self.parts.events:
            self.reading.events += 1
            try:
                event: Event = ParsedEvent.from_ical(text)
                _ = event["DTSTART"].dt
            except Exception:  # noqa: BLE001 -- whatever is wrong with it, it is one event
                self.reading.unreadable += 1
                continue
            if str(event.get("UID", "")) in self.own_uids:
                continue
            self._note_zone(event)
            yield event

    def _note_zone(self, event: Event) -> None:
        """A zone that nobody defined: the time is read on the calendar's own clock."""
        start = event["DTSTART"]
        is_naive = isinstance(start.dt, datetime) and start.dt.tzinfo is None
        if is_naive and "TZID" in start.params:
            self.reading.uncertain += 1

    def _of_group(self, group: list[Event]) -> list[Span]:
        if _is_plain(group):
            return self._as_single(group)
        try:
            with _at_most(SECONDS_A_SERIES):
                return self._expanded(group)
        except rules.TooOften:
            self.reading.too_often += 1
            self.reading.unreadable += 1
        except Exception:  # noqa: BLE001 -- bad rules come in many shapes
            self.reading.unreadable += 1
        return self._as_single(group)

    def _as_single(self, group: list[Event]) -> list[Span]:
        """Of a series that cannot be followed, at least the times that stand in the file."""
        found = []
        for event in group:
            try:
                found += [self._span(event)] if self._is_busy(event) else []
            except Exception:  # noqa: BLE001, S112 -- it is counted already
                continue
        return found

    def _expanded(self, group: list[Event]) -> list[Span]:
        for event in group:
            for rule in rules.rules_of(event):
                rules.check(rule)
            rules.fast_forward(event, self.start)
        if len(group) == 1 and rules.is_simple(group[0]) and not self.named_zone:
            spans = self._simple(group[0])
        else:
            spans = [self._span(each) for each in self._occurrences(group) if self._is_busy(each)]
        if len(spans) > MOST_OCCURRENCES:
            self.reading.too_often += 1
            self.reading.unreadable += 1
        return spans[:MOST_OCCURRENCES]

    def _simple(self, event: Event) -> list[Span]:
        """A rule without exceptions, followed on the wall clock; most series are no more."""
        if not self._is_busy(event):
            return []
        starts = rules.starts(event, self.start, self.end)
        days = _whole_days(event)
        if days is not None:
            return [self._ordered(day, day + days) for day in starts]
        first, last = self._span(event)
        return [(begin, begin + last - first) for begin in map(self._seconds, starts)]

    def _occurrences(self, group: list[Event]) -> list[Event]:
        calendar = Calendar()
        for event in group:
            calendar.add_component(event)
        if self.named_zone:
            calendar.add("X-WR-TIMEZONE", self.named_zone)
            calendar = x_wr_timezone.to_standard(calendar)
        found = recurring_ical_events.of(calendar).between(self.start, self.end)
        return list(found)

    def _is_busy(self, event: Event) -> bool:
        if str(event.get("STATUS", "")).upper() == "CANCELLED":
            return False
        status = str(event.get("X-MICROSOFT-CDO-BUSYSTATUS", "")).upper()
        is_free = str(event.get("TRANSP", "")).upper() == "TRANSPARENT" or status == "FREE"
        if is_free and not self.question.counts_free:
            return False
        is_tentative = str(event.get("STATUS", "")).upper() == _TENTATIVE or status == _TENTATIVE
        return self.question.counts_tentative or not is_tentative

    def _span(self, event: Event) -> Span:
        start = event["DTSTART"].dt
        return self._ordered(start, _end(event, start))

    def _ordered(self, start: date, end: date) -> Span:
        first, last = sorted((self._seconds(start), self._seconds(end)))
        return (first, last)

    def _seconds(self, moment: date) -> int:
        """A date is its midnight; what has no zone is meant on the calendar's clock."""
        if not isinstance(moment, datetime):
            moment = datetime.combine(moment, time())
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=self.zone)
        return int(moment.timestamp())

    def _busy_times(self) -> Iterator[Span]:
        for text in self.parts.busy_times:
            for span in periods(text, counts_tentative=self.question.counts_tentative):
                self.reading.events += 1
                if span is None:
                    self.reading.unreadable += 1
                else:
                    yield span


def _is_plain(group: list[Event]) -> bool:
    """Whether every event stands for itself."""
    repeats = any(name in event for event in group for name in ("RRULE", "RDATE"))
    return not repeats and (len(group) == 1 or all("RECURRENCE-ID" in each for each in group))


def _end(event: Event, start: date) -> date:
    if "DTEND" in event:
        return event["DTEND"].dt  # type: ignore[no-any-return]
    if "DURATION" in event:
        return _after(start, event["DURATION"].dt)
    return start if isinstance(start, datetime) else start + timedelta(days=1)


def _whole_days(event: Event) -> timedelta | None:
    """How many days on the calendar an all-day event takes; they are not all 24 hours long."""
    start: date = event["DTSTART"].dt
    end = _end(event, start)
    if isinstance(start, datetime) or isinstance(end, datetime):
        return None
    return end - start


def _after(start: date, length: timedelta) -> date:
    """Elapsed time, not wall time, for hours; days on the calendar for dates."""
    if isinstance(start, datetime) and start.tzinfo is not None:
        return (start.astimezone(UTC) + length).astimezone(start.tzinfo)
    return start + length


def _named_zone(properties: list[str]) -> str:
    for line in properties:
        name, _colon, value = line.partition(":")
        if name.partition(";")[0].strip().upper() == "X-WR-TIMEZONE":
            try:
                return ZoneInfo(value.strip()).key
            except (ValueError, OSError):
                return ""
    return ""


@contextmanager
def _at_most(seconds: float) -> Iterator[None]:
    """So much of the processor and no more for what is inside. For the main thread alone."""

    def ring(_number: int, _frame: Any) -> None:
        raise _TakesTooLong

    before = signal.signal(signal.SIGPROF, ring)
    # And again, should the library have caught the first one.
    signal.setitimer(signal.ITIMER_PROF, seconds, seconds / 5)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)
