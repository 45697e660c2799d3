"""One timeline of a client, put together from what every app has to tell. One query.

Who does not coach the client gets what organisers may know: the sources without content alone.
"""

from collections.abc import Iterable, Iterator
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache
from typing import Any, Final, NoReturn
from uuid import UUID

from django.db import connection
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clients.models import Client
from clients.queries.safes import Safe
from clients.queries.timeline import SOURCES as OF_CLIENTS
from clients.queries.timeline_papers import SOURCES as OF_PAPERS
from coachops.correspondence.queries.timeline import SOURCES as OF_MAIL
from coachops.pages.queries.timeline_openings import SOURCES as OF_OPENINGS
from coachops.tenancy.scope import confidential, current_practice_id, current_scope
from coachops.web.timeline import Found, Readers, Reading, Source, Strand, Told
from scheduling.queries.timeline import SOURCES as OF_SCHEDULING
from tracking.queries.timeline import SOURCES as OF_TRACKING
from tracking.queries.timeline_forms import SOURCES as OF_FORMS

SOURCES: Final[tuple[Source, ...]] = (
    *OF_CLIENTS,
    *OF_SCHEDULING,
    *OF_TRACKING,
    *OF_PAPERS,
    *OF_FORMS,
    *OF_OPENINGS,
    *OF_MAIL,
)
# Told only to whoever asks for it: reminders and confirmations would drown the story.
APART: Final = frozenset({Strand.MAIL})
PER_PAGE: Final = 20
ONE_DAY: Final = timedelta(days=1)
STRAND_LABELS: Final[dict[Strand, str | Promise]] = {
    Strand.SESSIONS: gettext_lazy("Sessions"),
    Strand.NOTES: gettext_lazy("Summaries and notes"),
    Strand.GOALS: gettext_lazy("Goals"),
    Strand.ACTIONS: gettext_lazy("Action items"),
    Strand.REFLECTIONS: gettext_lazy("Reflections"),
    Strand.FORMS: gettext_lazy("Questionnaires"),
    Strand.AGREEMENTS: gettext_lazy("Agreements"),
    Strand.FILES: gettext_lazy("Files"),
    Strand.FRAME: gettext_lazy("Engagement and onboarding"),
    Strand.SPONSOR: gettext_lazy("Sponsor and reports"),
    Strand.MAIL: gettext_lazy("Mail"),
}
# Each source stays bounded and in order by itself, however long the whole story is.
_PART: Final = """(SELECT {number} AS source, found.at, found.id, found.engagement_id,
  found.facts::json AS facts, found.sealed FROM ({statement}) found
WHERE (found.at, found.id, {number}) < (%(at)s::timestamptz, %(id)s::uuid, %(source)s::int)
  AND found.at >= %(start)s::timestamptz
  AND (%(engagement)s::uuid IS NULL OR found.engagement_id = %(engagement)s::uuid
    OR (found.engagement_id IS NULL AND found.at >= %(engagement_start)s::timestamptz
      AND found.at < %(engagement_end)s::timestamptz))
ORDER BY found.at DESC, found.id DESC LIMIT %(limit)s)"""
_LONG_AGO: Final = datetime(1970, 1, 1, tzinfo=UTC)
_FAR: Final = datetime(9999, 1, 1, tzinfo=UTC)
_NOBODY: Final = UUID(int=0)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a page of the timeline begins: strictly before this entry."""

    at: datetime = _FAR
    id: UUID = _NOBODY
    source: int = 0

    def __str__(self) -> str:
        return f"{self.at.timestamp():.6f}-{self.id.hex}-{self.source}"

    @classmethod
    def read(cls, text: str) -> "Place":
        """From an address; the beginning where it makes no sense."""
        try:
            at, row_id, source = text.split("-")
            return cls(datetime.fromtimestamp(float(at), UTC), UUID(row_id), int(source))
        except (ValueError, OverflowError, OSError):
            return cls()


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a reader narrows the timeline to. Dates are days of the reader's calendar, inclusive.

    `dates` are those of the engagement: what belongs to none is told by its date. Where no strand
    is asked for, those left out are not told.
    """

    strand: Strand | None = None
    left_out: frozenset[Strand] = APART
    engagement: UUID | None = None
    dates: tuple[date, date] | None = None
    since: date | None = None
    until: date | None = None
    after: datetime | None = None
    before: Place = Place()


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that happened, or will, with who may see it."""

    strand: Strand
    at: datetime
    told: Told
    audience: str
    vis: str
    vis_text: str
    is_ahead: bool


@dataclass(frozen=True, slots=True)
class Timeline:
    """Newest first. `earlier` is where the next page begins, empty on the last one."""

    entries: tuple[Entry, ...]
    earlier: str


def strands_for(*, opens_content: bool) -> tuple[Strand, ...]:
    """What there is to choose from, in order."""
    present = {each.strand for each in SOURCES if opens_content or not each.is_content}
    return tuple(strand for strand in STRAND_LABELS if strand in present)


def timeline_of(
    client: Client,
    safe: Safe | None,
    wanted: Wanted,
    *,
    now: datetime,
    practice_slug: str,
    limit: int = PER_PAGE,
) -> Timeline:
    """A page of what happened; content only with the client's safe. One query."""
    sources = tuple(
        (number, each)
        for number, each in enumerate(SOURCES)
        if (safe or not each.is_content) and _is_wanted(each.strand, wanted)
    )
    if not sources:
        return Timeline((), "")
    rows = _rows(sources, client, wanted, limit + 1, is_content=safe is not None)
    reading = Reading(
        practice_slug=practice_slug,
        client_id=client.pk,
        first_name=client.first_name,
        opens_content=safe is not None,
        unseal=_opener(safe),
    )
    entries = tuple(_entries(rows[:limit], reading, now))
    return Timeline(entries, _earlier(rows, limit))


def _is_wanted(strand: Strand, wanted: Wanted) -> bool:
    return strand == wanted.strand if wanted.strand else strand not in wanted.left_out


def _rows(
    sources: tuple[tuple[int, Source], ...],
    client: Client,
    wanted: Wanted,
    limit: int,
    *,
    is_content: bool,
) -> list[tuple[Any, ...]]:
    scope = current_scope()
    before = wanted.before
    if wanted.until is not None:
        end = _midnight(wanted.until + ONE_DAY)
        before = min(before, Place(end), key=lambda place: place.at)
    since = _midnight(wanted.since) if wanted.since else _LONG_AGO
    asked: dict[str, Any] = {
        "practice": current_practice_id(),
        "client": client.pk,
        "reader": scope.membership_id if scope else None,
        "at": before.at,
        "id": before.id,
        "source": before.source,
        "start": max(since, wanted.after or _LONG_AGO),
        "engagement": wanted.engagement,
        "engagement_start": _midnight(wanted.dates[0]) if wanted.dates else _FAR,
        "engagement_end": _midnight(wanted.dates[1] + ONE_DAY) if wanted.dates else _FAR,
        "limit": limit,
    }
    with confidential() if is_content else nullcontext(), connection.cursor() as cursor:
        cursor.execute(_statement(tuple(number for number, _each in sources)), asked)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
    return rows


@cache
def _statement(numbers: tuple[int, ...]) -> str:
    parts = (_PART.format(number=n, statement=SOURCES[n].statement) for n in numbers)
    ordered = "ORDER BY at DESC, id DESC, source DESC LIMIT %(limit)s"
    return f"SELECT * FROM ({' UNION ALL '.join(parts)}) told {ordered}"  # noqa: S608 -- own words


def _midnight(day: date) -> datetime:
    return datetime.combine(day, datetime.min.time(), timezone.get_current_timezone())


def _entries(rows: Iterable[tuple[Any, ...]], reading: Reading, now: datetime) -> Iterator[Entry]:
    for number, at, row_id, engagement_id, facts, sealed in rows:
        source = SOURCES[number]
        told = source.tell(Found(at, row_id, engagement_id, facts, sealed), reading)
        audience, vis, text = _seen_by(told.readers, reading)
        yield Entry(source.strand, at, told, audience, vis, text, is_ahead=at > now)


def _seen_by(readers: Readers, reading: Reading) -> tuple[str, str, str]:
    """The mark of the readers for the page, their badge, and the badge's words."""
    if not reading.opens_content:
        return "", "", ""
    names = {"name": reading.first_name}
    if readers == Readers.AUTHOR:
        return "coach", "private", _("Only you")
    if readers == Readers.PAIR:
        return "coach client", "client", _("You and %(name)s") % names
    if readers == Readers.SPONSOR:
        return "coach client sponsor", "sponsor", _("The sponsor too")
    return "", "cohort", _("You, %(name)s and who organises") % names


def _earlier(rows: list[tuple[Any, ...]], limit: int) -> str:
    if len(rows) <= limit:
        return ""
    number, at, row_id = rows[limit - 1][:3]
    return str(Place(at, row_id, number))


def _opener(safe: Safe | None) -> Any:
    if safe is None:
        return _shut
    return lambda sealed, row_id: safe.open(sealed, row_id=row_id)


def _shut(sealed: bytes, row_id: UUID) -> NoReturn:
    raise LookupError("content is told to the assigned coach alone")
