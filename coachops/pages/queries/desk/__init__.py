"""The desk: everything that waits on somebody, across all coaches one works for. Two statements.

States and dates only, so whoever organises may see it; what was said stands nowhere on it.
"""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any, Final
from uuid import UUID

from django.db import connection
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from coachops.pages.queries.attention import (
    REPORT_NOTICE_DAYS,
    UNBOOKED_AFTER_DAYS,
    UNIT,
    need_of,
)
from coachops.pages.queries.desk.kinds import (
    KINDS,
    MAILS,
    PARTS,
    TURNS,
    Part,
    Turn,
    may_read_before,
)
from coachops.pages.queries.desk.statement import DESK, REMINDED
from coachops.pages.queries.desk.words import OWN, Row, own_need
from coachops.pages.queries.needs import Need
from coachops.tenancy.scope import current_practice_id

FIRST: Final = 6
A_PAGE: Final = 25
SOON_DAYS: Final = 14
BEGINS_WITHIN_DAYS: Final = 60
_ANEW: Final = timedelta(hours=24)
_HIDDEN: Final[dict[str, Promise]] = {
    "intake": gettext_lazy("The answers are between %(client)s and %(coach)s."),
    "preparation": gettext_lazy("The answers are between %(client)s and %(coach)s."),
    "questionnaire": gettext_lazy("The answers are between %(client)s and %(coach)s."),
    "passes_on": gettext_lazy("What passes on is for %(client)s to say; %(coach)s sees it."),
    "brief_wanted": gettext_lazy("What it says is between %(client)s and %(coach)s."),
    "review": gettext_lazy("What it says is between %(client)s and %(coach)s."),
    "report_due": gettext_lazy("You gather dates and counts; the words are %(coach)s’s."),
    "report_drafted": gettext_lazy("What it says is between %(client)s and %(coach)s."),
    "report_checked": gettext_lazy("What it says is between %(client)s and %(coach)s."),
    "report_approved": gettext_lazy("What it says is between %(client)s and %(coach)s."),
    "outcome": gettext_lazy("What was said is between %(client)s and %(coach)s."),
    "undelivered": gettext_lazy("You see its subject, not what it said."),
    "access_request": gettext_lazy("You keep the clock; you do not see the records."),
}


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the reader asked for. A coach, a part of the desk, whose turn; a page of that part."""

    coach_id: UUID | None = None
    part: str = ""
    turn: str = ""
    page: int = 1

    @property
    def is_narrow(self) -> bool:
        return bool(self.coach_id or self.turn)


@dataclass(frozen=True, slots=True)
class Reader:
    """Who looks, and what is open to them beside the lines themselves."""

    id: UUID
    is_owner: bool
    is_assistant: bool
    is_coach: bool
    sees_fees: bool
    prepares_reports: bool


@dataclass(frozen=True, slots=True)
class Act:
    """A form of one button: it changes a state where it stands."""

    label: str
    url: str
    fields: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Line:
    """Who, for which coach, what, since when, whose turn, and what can be done about it here.

    `key` is what a mail can be sent for, empty where there is none; `rests` says that one went out
    so lately that the next has to wait.
    """

    need: Need
    client_id: UUID | None
    coach_name: str
    turn: str
    turn_label: Promise
    due_on: date | None
    is_late: bool
    reminded_at: datetime | None
    rests: bool
    key: str
    verb: str
    act: Act | None
    hidden: str
    has_preview: bool

    @property
    def may_send(self) -> bool:
        return bool(self.key) and not self.rests


@dataclass(frozen=True, slots=True)
class Pile:
    """One part of the desk: its lines as far as they are shown, and how many there are."""

    part: Part
    title: Promise
    text: Promise
    symbol: str
    count: int
    lines: tuple[Line, ...]

    @property
    def left(self) -> int:
        return self.count - len(self.lines)

    @property
    def keys(self) -> tuple[str, ...]:
        """Whoever can be asked again now; of a coach only once."""
        return tuple(dict.fromkeys(line.key for line in self.lines if line.may_send))


@dataclass(frozen=True, slots=True)
class Desk:
    piles: tuple[Pile, ...]
    count: int
    pages: int


def desk_of(
    coach_ids: list[UUID], wanted: Wanted, reader: Reader, *, practice_slug: str, now: datetime
) -> Desk:
    """The first lines of every part, or a page of the wanted one."""
    today = timezone.localdate(now)
    rows = _rows(coach_ids, wanted, reader, now, today)
    counts = {row[7]: row[9] for row in rows}
    first, until = _window(wanted)
    shown = [row for row in rows if wanted.part in ("", row[7]) and first < row[10] <= until]
    reminded = _reminded([row for row in shown if row[1] is not None], now)
    lines = _lines(shown, reminded, reader, practice_slug, now)
    piles = tuple(_pile(part, counts.get(part, 0), lines[part]) for part in Part)
    return Desk(
        piles=piles,
        count=sum(counts.values()),
        pages=-(-counts.get(wanted.part, 0) // A_PAGE) if wanted.part else 1,
    )


def waits_for_coach(coach_id: UUID, *, practice_slug: str, now: datetime) -> tuple[Need, ...]:
    """What nobody but this coach can take further, the oldest first. One statement.

    For a mail that whoever sends it reads before: without sheets of fees.
    """
    reader = Reader(
        id=coach_id,
        is_owner=False,
        is_assistant=False,
        is_coach=True,
        sees_fees=False,
        prepares_reports=True,
    )
    rows = _rows([coach_id], Wanted(turn=Turn.COACH), reader, now, timezone.localdate(now))
    return tuple(_worded(row, practice_slug, timezone.localdate(now))[0] for row in rows)


def _window(wanted: Wanted) -> tuple[int, int]:
    if not wanted.part:
        return 0, FIRST
    return (wanted.page - 1) * A_PAGE, wanted.page * A_PAGE


def _rows(
    coach_ids: list[UUID], wanted: Wanted, reader: Reader, now: datetime, today: date
) -> list[tuple[Any, ...]]:
    first, until = _window(wanted)
    asked: dict[str, Any] = {
        "practice": current_practice_id(),
        "coaches": coach_ids,
        "is_owner": reader.is_owner and wanted.coach_id is None,
        "sees_unassigned": (reader.is_owner or reader.is_assistant) and wanted.coach_id is None,
        "sees_requests": reader.is_owner or reader.is_assistant,
        "sees_fees": reader.sees_fees,
        "now": now,
        "today": today,
        "report_horizon": today + timedelta(days=REPORT_NOTICE_DAYS),
        "unbooked": UNBOOKED_AFTER_DAYS,
        "asked": 0,
        "intake": 0,
        "unsigned": 0,
        "beginning": BEGINS_WITHIN_DAYS,
        "soon": SOON_DAYS,
        "kinds": list(KINDS),
        "parts": [str(kind.part) for kind in KINDS.values()],
        "turns": [str(kind.turn) for kind in KINDS.values()],
        "turn": wanted.turn,
        "part": wanted.part,
        "first": FIRST,
        "from": first,
        "until": until,
    }
    with connection.cursor() as cursor:
        cursor.execute(DESK, asked)
        return list(cursor.fetchall())


def _reminded(rows: list[tuple[Any, ...]], now: datetime) -> dict[UUID, datetime]:
    """When a mail about each of these last went out; of coaches too."""
    subjects = {row[1] for row in rows} | {row[11] for row in rows if row[11] is not None}
    subjects |= {row[2] for row in rows if row[0] == "step_invitation"}
    if not subjects:
        return {}
    asked: dict[str, Any] = {
        "practice": current_practice_id(),
        "subjects": list(subjects),
        "kinds": MAILS,
        "now": now,
    }
    with connection.cursor() as cursor:
        cursor.execute(REMINDED, asked)
        return dict(cursor.fetchall())


def _lines(
    rows: list[tuple[Any, ...]],
    reminded: dict[UUID, datetime],
    reader: Reader,
    slug: str,
    now: datetime,
) -> dict[str, tuple[Line, ...]]:
    found: dict[str, list[Line]] = {part: [] for part in Part}
    for row in rows:
        found[row[7]].append(_line(row, reminded, reader, slug, now))
    return {part: tuple(lines) for part, lines in found.items()}


def _line(
    row: tuple[Any, ...],
    reminded: dict[UUID, datetime],
    reader: Reader,
    slug: str,
    now: datetime,
) -> Line:
    kind, subject_id, client_id, turn = row[0], row[1], row[2], Turn(row[8])
    coach_id, coach_name, today = row[11], row[12] or "", timezone.localdate(now)
    need, due_on = _worded(row, slug, today)
    key = _key(row, reader)
    at = reminded.get(UUID(key.partition(":")[2])) if key else None
    opens = kind == "undelivered" and may_read_before(row[5].partition(UNIT)[0])
    return Line(
        need=need,
        client_id=client_id,
        coach_name=coach_name,
        turn=turn,
        turn_label=TURNS[Turn.OFFICE] if coach_id == reader.id and _is_own(turn) else TURNS[turn],
        due_on=due_on,
        is_late=due_on is not None and due_on < today,
        reminded_at=at if KINDS[kind].part == Part.CHASE else None,
        rests=_rests(kind, at, now),
        key=key,
        verb=_verb(kind, is_over=row[13], is_coach=key.startswith("coach:")),
        act=_act(kind, subject_id, client_id, reader, slug),
        hidden=_hidden(kind, need.who, coach_name) if coach_id != reader.id and not opens else "",
        has_preview=kind != "undelivered" or opens,
    )


def _is_own(turn: Turn) -> bool:
    return turn == Turn.COACH


def _worded(row: tuple[Any, ...], slug: str, today: date) -> tuple[Need, date | None]:
    kind, subject_id, client_id, at, number, who = row[:6]
    if kind in OWN or kind.startswith("step_"):
        return own_need(Row(kind, subject_id, client_id, at, number, who, slug))
    need = need_of(row[:7], slug, today)
    if kind.startswith("report_"):
        if kind == "report_due":
            # Whoever may draft it does so by the button beside it.
            need = replace(need, action=_("See how far it is"))
        return need, timezone.localdate(at)
    if row[13]:
        need = replace(need, why=f"{need.why} {_('The link has run out.')}")
    return need, None


def _key(row: tuple[Any, ...], reader: Reader) -> str:
    """Who is written to, if a mail can bring it further and the reader may send it."""
    kind, turn, coach_id = KINDS[row[0]], row[8], row[11]
    if turn == Turn.COACH and (coach_id is None or coach_id == reader.id):
        return ""
    if kind.asks_again == "coach" or (turn == Turn.COACH and row[0].startswith("step_")):
        return f"coach:{coach_id}"
    # Whom a company sends as HR is the owner's matter where several coach for it.
    if row[0] == "contact" and not (row[4] or reader.is_owner):
        return ""
    subject = row[2] if row[0] == "step_invitation" else row[1]
    return f"{kind.asks_again}:{subject}" if kind.asks_again else ""


def _rests(kind: str, at: datetime | None, now: datetime) -> bool:
    """Nobody hears of one thing twice in a day."""
    if at is None or kind == "undelivered":
        return False
    if kind == "asked":
        return now < at + _ANEW
    return timezone.localdate(at) == timezone.localdate(now)


def _verb(kind: str, *, is_over: bool, is_coach: bool) -> str:
    if kind == "undelivered":
        return _("Send again")
    if kind == "step_invitation":
        return _("Invite")
    if is_over:
        return _("Send a new link")
    return _("Remind the coach") if is_coach else _("Remind")


def _act(
    kind: str, subject_id: UUID, client_id: UUID | None, reader: Reader, slug: str
) -> Act | None:
    """What one press settles here."""
    if kind == "outcome":
        url = reverse("coach:session_outcome", args=[slug, subject_id])
        return Act(_("It was held"), url, (("outcome", "held"),))
    if kind == "report_due" and reader.prepares_reports:
        return Act(_("Start the draft"), reverse("coach:report_draft", args=[slug, subject_id]))
    if kind in {"step_other", "step_instrument"}:
        url = reverse("coach:step_settle", args=[slug, subject_id])
        return Act(_("Done"), url, (("from", "desk"),))
    if kind == "bounced":
        return Act(_("Try it again"), reverse("coach:client_mail_try", args=[slug, client_id]))
    return None


def _hidden(kind: str, client: str, coach: str) -> str:
    words = _HIDDEN.get(kind)
    if words is None or (not coach and "%(coach)s" in str(words)):
        return ""
    names = {"client": client.partition(" ")[0], "coach": coach.partition(" ")[0]}
    return str(words) % names


def _pile(part: Part, count: int, lines: tuple[Line, ...]) -> Pile:
    title, text, symbol = PARTS[part]
    return Pile(part, title, text, symbol, count, lines)
