"""What stands on a day of the calendar, in words: a session, or time that is held or busy."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final
from uuid import UUID
from zoneinfo import ZoneInfo

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from coachops.web.clocks import city
from scheduling.models import InvitationReply, Offering, Session
from scheduling.policies.together import first_name_of
from scheduling.queries.calendar_grid import DAY_LONG, Frame, clock
from scheduling.queries.calendar_times import Minutes, Taken
from scheduling.queries.replies import NONE_GIVEN, ShortAnswers

MISSED: Final = frozenset({Session.Outcome.NO_SHOW, Session.Outcome.LATE_CANCEL})
Given: Final = InvitationReply.Answer
ANSWERS: Final = {
    Given.ACCEPTED: gettext_lazy("Accepted"),
    Given.DECLINED: gettext_lazy("Declined"),
    Given.TENTATIVE: gettext_lazy("Perhaps"),
}
SIGNS: Final = {
    Given.ACCEPTED: "check",
    Given.DECLINED: "calendar-x",
    Given.TENTATIVE: "circle-question-mark",
}
_WEIGHT: Final = (Given.DECLINED, Given.TENTATIVE, Given.ACCEPTED)
KINDS: Final = {
    Offering.Kind.INDIVIDUAL: "plan",
    Offering.Kind.CHEMISTRY: "chemistry",
    Offering.Kind.GROUP: "group",
    Offering.Kind.THREE_WAY: "sponsor",
}


@dataclass(frozen=True, slots=True)
class Answer:
    """What calendars said to the invitation: in words, and as a sign that needs no colour."""

    kind: str
    symbol: str
    words: str


@dataclass(frozen=True, slots=True)
class Entry:
    """Something that stands on a day. Only sessions have an id; texts are on the coach's clock.

    `page` and `page_id` are the end of the address it leads to. `minute` is where it begins on
    that day's wall clock, `theirs` the time on the client's. `meant` is said where the rules of the
    zone have changed since it was booked.
    """

    kind: str
    place: str
    minute: int
    length: int
    times: str
    who: str
    detail: str
    id: UUID | None = None
    page: str = ""
    page_id: UUID | None = None
    theirs: str = ""
    version: int = 0
    can_move: bool = False
    needs_outcome: bool = False
    is_group: bool = False
    series_id: UUID | None = None
    answer: Answer | None = None
    meant: str = ""

    @property
    def is_declined(self) -> bool:
        return self.answer is not None and self.answer.kind == Given.DECLINED


@dataclass(frozen=True, slots=True)
class Reading:
    """How a row becomes an entry: the moment, the clock, the grid, and the session that is next.

    `is_own` is whether the coach reads; all others are led to logistics, never to content.
    """

    now: datetime
    zone: ZoneInfo
    frame: Frame
    next_id: UUID | None
    is_own: bool
    answers: dict[UUID, ShortAnswers]


def held_entry(reading: Reading, minutes: Minutes, taken: Taken, lane: str) -> Entry:
    """Time on hold for somebody, or just busy."""
    start, end = minutes
    detail = ""
    if taken.is_held and taken.poll_id is None and taken.expires_at is not None:
        until = f"{taken.expires_at.astimezone(reading.zone):%H:%M}"
        detail = _("Being booked, until %(time)s") % {"time": until}
    elif taken.poll_id is not None:
        detail = _("Offered in a poll")
    return Entry(
        kind="held" if taken.is_held else "busy",
        place=_place(reading, minutes, lane),
        minute=start,
        length=end - start,
        times=_times(minutes),
        who=(taken.client_name or _("Held")) if taken.is_held else _("Busy"),
        detail=detail,
        page="polls" if taken.poll_id else "",
        page_id=taken.poll_id,
    )


def _place(reading: Reading, minutes: Minutes, lane: str) -> str:
    """In the grid; what lies outside of the hours shown is only in lists."""
    place = reading.frame.place(*minutes)
    return f"{place}{lane}" if place else "ev-out"


def as_known_to(coach_id: UUID, row: dict[str, Any]) -> dict[str, Any]:
    """The row as this coach of it may know it: the second of two knows less of the client."""
    is_second = row["coach_id"] != coach_id
    other = row["coach__name"] if is_second else row["second_coach__name"]
    seen = row | {"is_second": is_second, "other_coach": first_name_of(other or "")}
    if not is_second or row["is_assigned"]:
        return seen
    return seen | {
        "client__name": first_name_of(row["client__name"] or ""),
        "guest_name": first_name_of(row["guest_name"]),
        "number": None,
        "client_id": None,
    }


def session_entry(
    reading: Reading, day: date, minutes: Minutes, row: dict[str, Any], lane: str
) -> Entry:
    """A session as it stands on one of its days."""
    start, end = minutes
    is_requested = row["state"] == Session.State.REQUESTED
    is_over = row["ends_at"] <= reading.now
    is_group = row["capacity"] > 1
    is_second = row["is_second"]
    needs_outcome = is_over and not is_requested and not row["outcome"] and not is_second
    is_invited = not is_over and not is_requested and not is_second
    return Entry(
        kind=_kind(reading, row),
        place=_place(reading, minutes, lane),
        minute=start,
        length=end - start,
        times=_times(minutes),
        who=row["client__name"] or row["guest_name"] or row["topic"] or row["offering__name"],
        detail=_with_whom(
            _detail(row, needs_outcome=needs_outcome, is_requested=is_requested), row
        ),
        id=row["id"],
        page=_page_of(row, is_own=reading.is_own),
        page_id=row["id"],
        theirs=_theirs(row, reading.zone),
        version=row["calendar_sequence"],
        can_move=not is_second
        and row["starts_at"] > reading.now
        and not is_requested
        and row["starts_at"].astimezone(reading.zone).date() == day,
        needs_outcome=needs_outcome,
        is_group=is_group,
        series_id=row["series_id"] if row["client_id"] else None,
        answer=_answer(reading.answers.get(row["id"], NONE_GIVEN), row) if is_invited else None,
        meant=_meant(row) if row["clock_shift"] and not is_over and not is_second else "",
    )


def _answer(found: ShortAnswers, row: dict[str, Any]) -> Answer | None:
    """What those who come said, then what the second coach did by name. A no decides the sign."""
    answer = _answer_of(found.given, row)
    if not found.second:
        return answer
    own = Given(found.second)
    words = [answer.words] if answer else []
    words.append(f"{row['other_coach']}: {str(ANSWERS[own]).lower()}")
    kinds = {own, answer.kind if answer else own}
    kind = next((each for each in _WEIGHT if each in kinds), own)
    return Answer(kind, SIGNS[kind], ", ".join(words))


def _answer_of(given: tuple[str, ...], row: dict[str, Any]) -> Answer | None:
    """One answer in a word; of several how many said what."""
    if not given:
        is_asked = row["capacity"] == 1 or row["taken"]
        return Answer("none", "mail", _("No answer yet")) if is_asked else None
    kind = next((each for each in _WEIGHT if each in given), Given.ACCEPTED)
    if len(given) == 1 and row["capacity"] == 1:
        return Answer(kind, SIGNS[kind], str(ANSWERS[kind]))
    counts = ((each, given.count(each)) for each in _WEIGHT)
    words = [f"{count} {str(ANSWERS[each]).lower()}" for each, count in counts if count]
    return Answer(kind, SIGNS[kind], ", ".join(words))


def _meant(row: dict[str, Any]) -> str:
    """The wall time it was booked for."""
    meant = row["starts_at"].astimezone(ZoneInfo(row["coach_time_zone"]))
    wall = meant - timedelta(minutes=row["clock_shift"])
    return _("Booked for %(time)s") % {"time": f"{wall:%H:%M}"}


def _with_whom(detail: str, row: dict[str, Any]) -> str:
    """Who leads it too, behind what it is."""
    if not row["other_coach"]:
        return detail
    return _("%(what)s, with %(name)s") % {"what": detail, "name": row["other_coach"]}


def _page_of(row: dict[str, Any], *, is_own: bool) -> str:
    if row["is_second"]:
        return "together"
    if row["capacity"] > 1:
        return "groups"
    is_booked = row["state"] == Session.State.BOOKED
    return "sessions" if is_own and is_booked and row["client_id"] else "bookings"


def _times(minutes: Minutes) -> str:
    start, end = minutes
    return _("%(start)s to %(end)s") % {
        "start": clock(start),
        "end": clock(end) if end < DAY_LONG else "24:00",
    }


def _kind(reading: Reading, row: dict[str, Any]) -> str:
    if row["state"] == Session.State.REQUESTED:
        return "requested"
    if row["outcome"] in MISSED:
        return "missed"
    if row["ends_at"] <= reading.now:
        return "done"
    return "next" if row["id"] == reading.next_id else KINDS[row["offering__kind"]]


def _detail(row: dict[str, Any], *, needs_outcome: bool, is_requested: bool) -> str:
    if is_requested:
        return _("Asks for this time")
    if row["outcome"] in MISSED:
        return str(Session.Outcome(row["outcome"]).label)
    if row["capacity"] > 1:
        seats = ngettext(
            "%(taken)d of %(seats)d place", "%(taken)d of %(seats)d places", row["capacity"]
        )
        return seats % {"taken": row["taken"], "seats": row["capacity"]}
    if needs_outcome:
        return _("What became of it?")
    if row["number"] and row["of"]:
        numbers = {"title": row["engagement__title"], "n": row["number"], "of": row["of"]}
        return _("%(n)d of %(of)d, %(title)s") % numbers
    return str(row["offering__name"])


def _theirs(row: dict[str, Any], zone: ZoneInfo) -> str:
    """`04:00 in New York`, where the client's clock shows another time than the coach's."""
    if row["capacity"] > 1 or not row["booker_time_zone"]:
        return ""
    here = row["starts_at"].astimezone(zone)
    there = row["starts_at"].astimezone(ZoneInfo(row["booker_time_zone"]))
    if here.utcoffset() == there.utcoffset():
        return ""
    form = "H:i" if here.date() == there.date() else "D j M, H:i"
    words = {
        "time": date_format(there, form),
        "city": city(row["booker_time_zone"]),
    }
    return _("%(time)s in %(city)s") % words
