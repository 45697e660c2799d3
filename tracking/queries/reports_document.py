"""A report's facts as the page and the PDF show them: one document, whoever looks at it."""

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.utils.formats import date_format
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from clients.models import Engagement
from clients.queries.engagements import STATE_LABELS
from coachops.web import charts
from tracking.markdown import render_markdown
from tracking.queries.reports_attendance import Attended, attendance_percent
from tracking.queries.reports_facts import Facts
from tracking.queries.reports_goals import SharedGoal

PATH_PRINT = charts.Frame(width=660, height=124, top=26, bottom=40)
PATH_NARROW = charts.Frame(width=340, height=124, top=26, bottom=40)
_RUNNING = (Engagement.State.ACTIVE, Engagement.State.PAUSED)


@dataclass(frozen=True, slots=True)
class DocumentPhase:
    name: str
    starts_on: date
    ends_on: date
    state: str


@dataclass(frozen=True, slots=True)
class Path:
    """Sessions along the phases: used ones, the next, those to come. No dates, no ratings."""

    wide: charts.Arc
    narrow: charts.Arc
    words: str


@dataclass(frozen=True, slots=True)
class Document:
    """What stands in one report. Parts that are withheld are empty; nobody sees that they are."""

    number: int
    is_final: bool
    practice: str
    client: str
    first_name: str
    coach: str
    organisation: str
    readers: str
    program: str
    state_label: str
    starts_on: date
    ends_on: date
    period_starts_on: date
    period_ends_on: date
    allotted: int
    used: int
    left: int
    next_report_on: date | None
    phases: tuple[DocumentPhase, ...]
    path: Path | None
    headline: str
    attendance: tuple[Attended, ...]
    attendance_percent: int | None
    goals: tuple[SharedGoal, ...]
    narrative: SafeString
    statement: str
    approved_on: date | None
    issued_on: date | None
    hash: str

    @property
    def has_words(self) -> bool:
        """Whether goals come in words the client chose, or as percentages alone."""
        return any(goal.wording for goal in self.goals)

    @property
    def mean_progress(self) -> int | None:
        known = [goal.progress for goal in self.goals if goal.progress is not None]
        return round(sum(known) / len(known)) if known else None


def document_of(facts: Facts, *, hash: str = "") -> Document:  # noqa: A002 -- what it is
    """No query. Raises KeyError for facts that were never gathered."""
    attendance = _attendance(facts)
    return Document(
        number=facts["number"],
        is_final=facts["is_final"],
        practice=facts["practice"],
        client=facts["client"],
        first_name=facts["first_name"],
        coach=facts["coach"],
        organisation=facts["organisation"],
        readers=_readers(facts),
        program=facts["program"] or facts["title"],
        state_label=str(STATE_LABELS[facts["state"]]),
        starts_on=_day(facts["starts_on"]),
        ends_on=_day(facts["ends_on"]),
        period_starts_on=_day(facts["period"]["starts_on"]),
        period_ends_on=_day(facts["period"]["ends_on"]),
        **facts["sessions"],
        next_report_on=_day_or_none(facts["next_report_on"]),
        phases=tuple(_phase(row) for row in facts["phases"]),
        path=_path(facts),
        headline=_headline(facts),
        attendance=attendance,
        attendance_percent=attendance_percent(attendance),
        goals=tuple(_goal(row) for row in facts.get("goals", ())),
        narrative=render_markdown(facts.get("narrative", "")),
        statement=facts.get("statement", ""),
        approved_on=_day_or_none(facts.get("approved_on")),
        issued_on=_day_or_none(facts.get("issued_on")),
        hash=hash,
    )


def headline(*, phases: list[tuple[str, str]], state: str, used: int, allotted: int) -> str:
    """Where the engagement stands in one sentence: only what is so, never what may come."""
    if state in (Engagement.State.COMPLETED, Engagement.State.CLOSED):
        return _("The engagement is complete: %(used)s of %(allotted)s sessions were used.") % {
            "used": used,
            "allotted": allotted,
        }
    current = [number for number, (_name, phase) in enumerate(phases, 1) if phase == "current"]
    counted = ngettext(
        "%(used)s of %(allotted)s session used", "%(used)s of %(allotted)s sessions used", allotted
    ) % {"used": used, "allotted": allotted}
    if not current:
        return _("%(counted)s so far.") % {"counted": counted}
    number = current[0]
    return _("Phase %(number)s of %(total)s, “%(name)s”, with %(counted)s.") % {
        "number": number,
        "total": len(phases),
        "name": phases[number - 1][0],
        "counted": counted,
    }


def path_of(
    phases: list[tuple[str, int]], *, used: int, allotted: int, is_running: bool
) -> Path | None:
    """None where there is nothing to draw."""
    total = max(allotted, used)
    if total == 0:
        return None
    steps = [
        charts.ArcSession(label=str(number), state=_step(number, used, is_running=is_running))
        for number in range(1, total + 1)
    ]
    bands = [charts.ArcPhase(name, sessions) for name, sessions in phases]
    words = _("Sessions used: %(used)s of %(allotted)s.") % {"used": used, "allotted": allotted}
    if phases:
        names = ", ".join(name for name, _sessions in phases)
        words = f"{words} {_('Phases: %(names)s.') % {'names': names}}"
    return Path(
        wide=charts.arc(steps, bands, frame=PATH_PRINT),
        narrow=charts.arc(steps, bands, frame=PATH_NARROW),
        words=words,
    )


def _step(number: int, used: int, *, is_running: bool) -> charts.engagement.State:
    if number <= used:
        return "done"
    return "next" if number == used + 1 and is_running else "planned"


def _headline(facts: Facts) -> str:
    return headline(
        phases=[(row["name"], row["state"]) for row in facts["phases"]],
        state=facts["state"],
        used=facts["sessions"]["used"],
        allotted=facts["sessions"]["allotted"],
    )


def _path(facts: Facts) -> Path | None:
    return path_of(
        [(row["name"], row["sessions"]) for row in facts["phases"]],
        used=facts["sessions"]["used"],
        allotted=facts["sessions"]["allotted"],
        is_running=facts["state"] in _RUNNING,
    )


def _attendance(facts: Facts) -> tuple[Attended, ...]:
    return tuple(
        Attended(_day(row["on"]), row["took_place"]) for row in facts.get("attendance", ())
    )


def _readers(facts: Facts) -> str:
    """The people it was made for, and their company."""
    names: list[str] = facts["contacts"]
    if not names:
        return str(facts["organisation"])
    together = (
        names[0]
        if len(names) == 1
        else _("%(first)s and %(last)s")
        % {
            "first": ", ".join(names[:-1]),
            "last": names[-1],
        }
    )
    return f"{together}, {facts['organisation']}"


def _phase(row: dict[str, Any]) -> DocumentPhase:
    return DocumentPhase(row["name"], _day(row["starts_on"]), _day(row["ends_on"]), row["state"])


def _goal(row: dict[str, Any]) -> SharedGoal:
    return SharedGoal(
        id=UUID(row["id"]),
        number=row["number"],
        is_reached=row["is_reached"],
        progress=row["progress"],
        wording=row["wording"],
    )


def _day(text: str) -> date:
    return date.fromisoformat(text)


def _day_or_none(text: str | None) -> date | None:
    return _day(text) if text else None


def period_in_words(document: Document) -> str:
    """For titles: "25 August to 17 November 2026"."""
    start, end = document.period_starts_on, document.period_ends_on
    form = "j F" if start.year == end.year else "j F Y"
    return _("%(start)s to %(end)s") % {
        "start": date_format(start, form),
        "end": date_format(end, "j F Y"),
    }
