"""The health of a coach's other calendars, in plain words."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.db.models import Count
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from scheduling.calendars.problems import Problem
from scheduling.models import BusyBlock, BusySource, CalendarCopy

LATE: Final = timedelta(hours=24)
JUST_NOW: Final = timedelta(minutes=1)

# What is the matter, and what the coach can do about it.
_PROBLEMS: Final[dict[Problem, Promise]] = {
    Problem.NOT_AN_ADDRESS: gettext_lazy("The address leads nowhere. Remove it and add it again."),
    Problem.NOT_HTTPS: gettext_lazy(
        "The calendar sends us to an unprotected address. Copy its address again, with https, or"
        " allow it to be read without protection."
    ),
    Problem.NAMES_A_USER: gettext_lazy(
        "The calendar sends us to an address with a password in it. Copy its address again."
    ),
    Problem.WRONG_PORT: gettext_lazy("The calendar sends us to an unusual port, which is shut."),
    Problem.PRIVATE_ADDRESS: gettext_lazy(
        "The address leads into a private network. It has to be reachable from the internet."
    ),
    Problem.UNKNOWN_HOST: gettext_lazy("No server goes by this name. Check the address."),
    Problem.CERTIFICATE: gettext_lazy(
        "The server cannot prove who it is (its certificate is not valid). Ask who runs it."
    ),
    Problem.NO_ANSWER: gettext_lazy("The server does not answer. We keep trying."),
    Problem.TOO_SLOW: gettext_lazy("The server took longer than ten seconds. We keep trying."),
    Problem.TOO_MANY_REDIRECTS: gettext_lazy(
        "The address sends us round in circles. Copy it again from your calendar."
    ),
    Problem.TOO_LARGE: gettext_lazy(
        "The calendar is larger than 5 MB. Subscribe to a smaller one, without past years."
    ),
    Problem.STRANGE_ENCODING: gettext_lazy("The answer is packed in a way nobody can open."),
    Problem.NOT_ALLOWED: gettext_lazy(
        "The server does not let us in. Make a new address or app password, and add it again."
    ),
    Problem.NOT_FOUND: gettext_lazy(
        "There is no calendar at this address any more. Copy the address again."
    ),
    Problem.SERVER_ERROR: gettext_lazy("The server has a fault of its own. We keep trying."),
    Problem.STRANGE_ANSWER: gettext_lazy("The server gave an answer that makes no sense."),
    Problem.WEB_PAGE: gettext_lazy(
        "There is a web page at this address, no calendar. Copy the address in iCal format."
    ),
    Problem.EMPTY: gettext_lazy("The answer was empty. We keep trying."),
    Problem.CUT_OFF: gettext_lazy("The calendar broke off in the middle. We keep trying."),
    Problem.NOT_A_CALENDAR: gettext_lazy("What is at this address is no calendar."),
    Problem.TOO_MANY_EVENTS: gettext_lazy(
        "The calendar holds more than 20,000 events. Subscribe to a smaller one."
    ),
    Problem.TOO_MUCH_WORK: gettext_lazy(
        "Reading this calendar would take too long. Does it hold an endless series?"
    ),
    Problem.NO_CALENDARS: gettext_lazy("There is no calendar with events in this account."),
    Problem.CONSENT_ENDED: gettext_lazy(
        "Your permission has ended. Remove this calendar and connect it again."
    ),
    Problem.CALENDAR_GONE: gettext_lazy(
        "One of the calendars that you chose is no longer there. Choose your calendars anew."
    ),
}


@dataclass(frozen=True, slots=True)
class SourceLine:
    """One calendar on the page. `health` is good, warn or bad; `words` say why."""

    id: UUID
    name: str
    kind: str
    kind_label: str
    host: str
    health: str
    label: str
    words: tuple[str, ...]
    last_read_at: datetime | None
    next_try_at: datetime | None
    blocks: int
    is_new: bool
    is_late: bool
    is_just_read: bool
    is_unprotected: bool
    writes_back: bool
    written: int

    @property
    def has_choice(self) -> bool:
        """Whether it holds several calendars, of which some are read."""
        return self.kind != BusySource.Kind.ICS


def sources_of(coach_id: UUID, now: datetime) -> list[SourceLine]:
    """The coach's calendars by name, three statements whatever their number."""
    sources = list(
        BusySource.objects.filter(coach_id=coach_id)
        .defer("sealed_address", "sealed_secret", "sealed_calendars", "wrapped_key")
        .order_by("name", "pk")[:50]
    )
    ids = [source.pk for source in sources]
    blocks = _counts(BusyBlock.objects.filter(source__in=ids, ends_at__gt=now))
    copies = _counts(CalendarCopy.objects.filter(source__in=ids))
    return [
        _line(source, blocks.get(source.pk, 0), copies.get(source.pk, 0), now) for source in sources
    ]


def _counts(rows: object) -> dict[UUID, int]:
    counted = rows.values("source_id").annotate(number=Count("pk"))  # type: ignore[attr-defined]
    return {row["source_id"]: row["number"] for row in counted}


def _line(source: BusySource, blocks: int, written: int, now: datetime) -> SourceLine:
    since = source.last_read_at or source.created_at
    is_late = source.state != BusySource.State.READ and now - since > LATE
    health, label = _health(source, is_late=is_late)
    return SourceLine(
        id=source.pk,
        name=source.name,
        kind=source.kind,
        kind_label=str(source.get_kind_display()),
        host=source.host,
        health=health,
        label=label,
        words=tuple(_words(source)),
        last_read_at=source.last_read_at,
        next_try_at=source.next_try_at,
        blocks=blocks,
        is_new=source.state == BusySource.State.NEW,
        is_late=is_late,
        is_just_read=now - since < JUST_NOW,
        is_unprotected=source.allows_http,
        writes_back=source.writes_back,
        written=written,
    )


def _health(source: BusySource, *, is_late: bool) -> tuple[str, str]:
    match source.state:
        case BusySource.State.NEW:
            return "line", _("Being read")
        case BusySource.State.STOPPED:
            return "bad", _("No longer tried")
        case BusySource.State.STALE:
            return ("bad" if is_late else "warn"), _("Could not be read")
    if source.unreadable_events or source.uncertain_zones:
        return "warn", _("Read, with doubts")
    if source.writes_back and source.writing_problem:
        return "warn", _("Read, not written")
    return "good", _("Up to date")


def problem_in_words(problem: str) -> str:
    """What is the matter, and what to do about it."""
    return str(_PROBLEMS.get(Problem(problem), _("We keep trying.")) if problem else "")


def _words(source: BusySource) -> list[str]:
    words = []
    if source.state in {BusySource.State.STALE, BusySource.State.STOPPED}:
        words.append(problem_in_words(source.problem))
        if source.last_read_at:
            words.append(_("What was read last still counts: nothing became free by itself."))
    if source.writes_back and source.writing_problem:
        words.append(_("Your sessions could not be written into this calendar."))
        words.append(_not_written(source.writing_problem))
    if source.unreadable_events:
        words.append(_unreadable(source))
    if source.uncertain_zones:
        count = source.uncertain_zones
        words.append(
            ngettext(
                "%(n)d event names a time zone that nobody knows; it is read on your own clock.",
                "%(n)d events name a time zone that nobody knows; they are read on your own clock.",
                count,
            )
            % {"n": count}
        )
    return words


def _not_written(problem: str) -> str:
    if problem == Problem.NOT_ALLOWED:
        return _(
            "It does not let us write. Allow it there, or choose another calendar. We try with one"
            " session a day."
        )
    return problem_in_words(problem)


def _unreadable(source: BusySource) -> str:
    count = source.unreadable_events
    if source.problem == Problem.TOO_OFTEN:
        return ngettext(
            "%(n)d series repeats more often than can be followed; only its first time counts.",
            "%(n)d events or series could not be followed, some because they repeat too often.",
            count,
        ) % {"n": count}
    return ngettext(
        "%(n)d event could not be read. Look whether you are free then.",
        "%(n)d events could not be read. Look whether you are free then.",
        count,
    ) % {"n": count}
