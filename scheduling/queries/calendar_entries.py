"""What stands on a day of the calendar, in words: a session, or time that is held or busy."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID
from zoneinfo import ZoneInfo

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from scheduling.models import Offering, Session
from scheduling.queries.calendar_grid import DAY_LONG, Frame, clock
from scheduling.queries.calendar_times import Minutes, Taken
from scheduling.queries.zones import city

MISSED: Final = frozenset({Session.Outcome.NO_SHOW, Session.Outcome.LATE_CANCEL})
KINDS: Final = {
    Offering.Kind.INDIVIDUAL: "plan",
    Offering.Kind.CHEMISTRY: "chemistry",
    Offering.Kind.GROUP: "group",
    Offering.Kind.THREE_WAY: "sponsor",
}


@dataclass(frozen=True, slots=True)
class Entry:
    """Something that stands on a day. Only sessions have an id; texts are on the coach's clock.

    `page` and `page_id` are the end of the address it leads to. `minute` is where it begins on
    that day's wall clock, `theirs` the time on the client's.
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


def held_entry(reading: Reading, minutes: Minutes, taken: Taken) -> Entry:
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
        place=reading.frame.place(start, end),
        minute=start,
        length=end - start,
        times=_times(minutes),
        who=(taken.client_name or _("Held")) if taken.is_held else _("Busy"),
        detail=detail,
        page="polls" if taken.poll_id else "",
        page_id=taken.poll_id,
    )


def session_entry(reading: Reading, day: date, minutes: Minutes, row: dict[str, Any]) -> Entry:
    """A session as it stands on one of its days."""
    start, end = minutes
    is_requested = row["state"] == Session.State.REQUESTED
    is_over = row["ends_at"] <= reading.now
    is_group = row["capacity"] > 1
    needs_outcome = is_over and not is_requested and not row["outcome"]
    return Entry(
        kind=_kind(reading, row),
        place=reading.frame.place(start, end),
        minute=start,
        length=end - start,
        times=_times(minutes),
        who=row["client__name"] or row["guest_name"] or row["topic"] or row["offering__name"],
        detail=_detail(row, needs_outcome=needs_outcome, is_requested=is_requested),
        id=row["id"],
        page=_page_of(row, is_own=reading.is_own),
        page_id=row["id"],
        theirs=_theirs(row, reading.zone),
        version=row["calendar_sequence"],
        can_move=row["starts_at"] > reading.now
        and not is_requested
        and row["starts_at"].astimezone(reading.zone).date() == day,
        needs_outcome=needs_outcome,
        is_group=is_group,
    )


def _page_of(row: dict[str, Any], *, is_own: bool) -> str:
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
            "%(taken)d of %(seats)d seat", "%(taken)d of %(seats)d seats", row["capacity"]
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
