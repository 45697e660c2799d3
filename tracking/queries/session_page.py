"""The session page: what was said so far beside what is being written."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connection
from django.db.models import Case, Q, When
from django.utils import timezone
from django_stubs_ext import StrOrPromise

from clients.queries.safes import Safe, open_wrapped, safe_of
from coachops.practices.models import Membership
from coachops.tenancy.scope import confidential
from scheduling.models import Session
from tracking.models import PrivateNote, SessionSummary
from tracking.queries.actions import ActionRow, recent_actions
from tracking.queries.clients import client_id_of
from tracking.queries.file_summaries import FilePad, file_pad
from tracking.queries.goals import GoalCourse, read_goals
from tracking.queries.pads import Pad
from tracking.queries.reflections import ReflectionEntry, read_shared
from tracking.queries.summaries import Summary, open_summary, sealed
from tracking.queries.themes import ThemeChoice, choices

REFLECTIONS = 5
PADS = NOTE, SUMMARY, FILE = "note", "summary", "file"
# One client's story around one session; in plain SQL, for the page is opened all day.
_AROUND = """
SELECT (SELECT before.starts_at FROM scheduling_session before
        WHERE before.practice_id = this.practice_id AND before.client_id = this.client_id
          AND before.state = 'booked' AND before.outcome NOT IN ('no_show', 'late_cancel')
          AND before.starts_at < this.starts_at
        ORDER BY before.starts_at DESC LIMIT 1),
       following.id, following.starts_at,
       (SELECT max(planned.number) FROM programs_plannedsession planned
        JOIN programs_engagementplan journey
          ON journey.practice_id = planned.practice_id AND journey.id = planned.plan_id
        WHERE planned.practice_id = this.practice_id
          AND journey.engagement_id = this.engagement_id),
       (SELECT asked.id FROM scheduling_schedulingrequest asked
        WHERE asked.practice_id = this.practice_id AND asked.client_id = this.client_id
          AND asked.state = 'open' ORDER BY asked.asked_at LIMIT 1),
       (SELECT run.id FROM clients_engagement run
        WHERE run.practice_id = this.practice_id AND run.client_id = this.client_id
          AND run.state IN ('active', 'paused') LIMIT 1) IS NOT NULL,
       EXISTS (SELECT FROM tracking_fileconsent consent
        WHERE consent.practice_id = this.practice_id AND consent.client_id = this.client_id),
       file.id, file.sealed_body, file.version, file.saved_at,
       note.id, note.sealed_body, note.version, note.saved_at,
       (SELECT json_agg(json_build_array(theme.id, theme.name, theme.retired_at IS NOT NULL,
                        given.id IS NOT NULL) ORDER BY theme.position, theme.name)
        FROM tracking_theme theme
        LEFT JOIN tracking_sessiontheme given
          ON given.practice_id = theme.practice_id AND given.theme_id = theme.id
          AND given.session_id = this.id AND given.author_id = %(reader)s
        WHERE theme.practice_id = this.practice_id),
       plan.title, plan.intent, plan.prompts::json, phase.name, program.name
FROM scheduling_session this
LEFT JOIN LATERAL (
  SELECT after.id, after.starts_at FROM scheduling_session after
  WHERE after.practice_id = this.practice_id AND after.client_id = this.client_id
    AND after.state = 'booked' AND after.starts_at > this.starts_at
  ORDER BY after.starts_at LIMIT 1) following ON true
LEFT JOIN tracking_filesummary file
  ON file.practice_id = this.practice_id AND file.session_id = this.id
  AND file.author_id = %(reader)s
LEFT JOIN tracking_privatenote note
  ON note.practice_id = this.practice_id AND note.session_id = this.id
  AND note.author_id = %(reader)s
LEFT JOIN programs_plannedsession due
  ON due.practice_id = this.practice_id AND due.id = this.planned_session_id
LEFT JOIN programs_sessionplan plan
  ON plan.practice_id = due.practice_id AND plan.id = due.session_plan_id
LEFT JOIN programs_phase phase
  ON phase.practice_id = plan.practice_id AND phase.id = plan.phase_id
LEFT JOIN programs_programversion version
  ON version.practice_id = phase.practice_id AND version.id = phase.version_id
LEFT JOIN programs_program program
  ON program.practice_id = version.practice_id AND program.id = version.program_id
WHERE this.practice_id = %(practice)s AND this.id = %(session)s
"""


class SealedPad(NamedTuple):
    """A text of the reader's own about the session, as it is stored; empty where there is none."""

    id: UUID | None
    body: bytes | None
    version: int | None
    saved_at: datetime | None

    def opened(self, safe: Safe) -> Pad:
        if self.id is None or self.body is None:
            return Pad()
        return Pad(safe.open(self.body, row_id=self.id), self.version or 0, self.saved_at)


@dataclass(frozen=True, slots=True)
class Playbook:
    """What the program asks of this conversation."""

    title: str
    intent: str
    prompts: tuple[str, ...]
    phase: str
    program: str


@dataclass(frozen=True, slots=True)
class Around:
    """What stands around a session. `total` is how many sessions the plan has, None without one.

    `asked_id`: the client is being asked to book. `may_book`: an engagement runs to book on.
    """

    last_starts_at: datetime | None
    next_id: UUID | None
    next_starts_at: datetime | None
    total: int | None
    asked_id: UUID | None
    may_book: bool
    file_is_agreed: bool
    file: SealedPad
    note: SealedPad
    themes: tuple[ThemeChoice, ...]
    playbook: Playbook | None


@dataclass(frozen=True, slots=True)
class SessionFacts:
    """The session itself, with what stands around it."""

    id: UUID
    client_id: UUID
    engagement_id: UUID | None
    client_name: str
    first_name: str
    number: int | None
    total: int | None
    starts_at: datetime
    ends_at: datetime
    is_cancelled: bool
    has_begun: bool
    outcome: str
    outcome_label: StrOrPromise
    join_url: str
    place_details: str
    playbook: Playbook | None
    days_since_last: int | None
    next_id: UUID | None
    next_starts_at: datetime | None
    asked_id: UUID | None
    may_book: bool


@dataclass(frozen=True, slots=True)
class SessionDesk:
    """Everything on the session page."""

    session: SessionFacts
    note: Pad
    summary: Pad
    file: FilePad
    themes: tuple[ThemeChoice, ...]
    left_off: Summary | None
    reflections: tuple[ReflectionEntry, ...]
    goals: tuple[GoalCourse, ...]
    actions: tuple[ActionRow, ...]
    last_met: datetime | None

    def with_pads(self, typed: dict[str, Pad]) -> "SessionDesk":
        """The same page with what was typed and not saved in the place of what is stored."""
        summary = typed.get(SUMMARY, self.summary)
        return replace(
            self,
            note=typed.get(NOTE, self.note),
            summary=replace(summary, shared_at=self.summary.shared_at),
            file=replace(self.file, pad=typed.get(FILE, self.file.pad)),
        )

    @property
    def ratings(self) -> tuple[tuple[GoalCourse, int | None], ...]:
        """Each goal with what the client said about it in this very session."""
        return tuple((goal, goal.score_in(self.session.id)) for goal in self.goals)

    @property
    def open_actions(self) -> tuple[ActionRow, ...]:
        return tuple(item for item in self.actions if item.is_open)


def session_desk(
    session: Session, *, reader: Membership, today: date, now: datetime
) -> SessionDesk:
    """For a session loaded with its client and the client's key. Five queries."""
    client_id = client_id_of(session)
    with confidential():
        around = _around(session, reader)
        safe = open_wrapped(session.wrapped_key, client_id)  # type: ignore[attr-defined]
        own, earlier = _summaries(safe, session, reader)
        goals = read_goals(safe, client_id)
        reflections = read_shared(safe, client_id, since=around.last_starts_at, limit=REFLECTIONS)
    return SessionDesk(
        session=_facts(session, around, now),
        note=around.note.opened(safe),
        summary=_summary_pad(own),
        file=FilePad(around.file.opened(safe), around.file_is_agreed),
        themes=around.themes,
        left_off=earlier,
        reflections=reflections,
        goals=tuple(goal for goal in goals if goal.is_open),
        actions=recent_actions(client_id, today=today, now=now),
        last_met=around.last_starts_at,
    )


def stored_pad(kind: str, session: Session, *, reader: Membership) -> Pad:
    """One pad as it is stored: the note, the summary or what is for the file. Two queries."""
    with confidential():
        safe = safe_of(client_id_of(session))
        if kind == NOTE:
            note = PrivateNote.objects.filter(session=session, author=reader).first()
            return _note_pad(safe, note)
        if kind == FILE:
            return file_pad(safe, session, reader=reader).pad
        row = sealed(SessionSummary.objects.filter(session=session, author=reader)).first()
        return _summary_pad(open_summary(safe, row) if row else None)


def _summaries(
    safe: Safe, session: Session, reader: Membership
) -> tuple[Summary | None, Summary | None]:
    """The reader's own of this session, shared or not, and the latest shared one beside it.

    That is another coach's of the same session, if there is one, else an earlier session's.
    """
    is_own = Q(session=session, author=reader)
    is_so_far = Q(session__starts_at__lt=session.starts_at) | Q(session=session)
    found = SessionSummary.objects.filter(
        is_own | (is_so_far & Q(shared_at__isnull=False)), client_id=session.client_id
    ).order_by(Case(When(is_own, then=0), default=1), "-session__starts_at", "-shared_at")
    own = earlier = None
    for row in sealed(found)[:2]:
        if row["session_id"] == session.pk and row["author_id"] == reader.pk:
            own = open_summary(safe, row)
        elif earlier is None:
            earlier = open_summary(safe, row)
    return own, earlier


def _note_pad(safe: Safe, note: PrivateNote | None) -> Pad:
    if note is None:
        return Pad()
    return Pad(safe.open(bytes(note.sealed_body), row_id=note.pk), note.version, note.saved_at)


def _summary_pad(summary: Summary | None) -> Pad:
    if summary is None:
        return Pad()
    return Pad(summary.text, summary.version, summary.saved_at, summary.shared_at)


def _around(session: Session, reader: Membership) -> Around:
    """For callers who have stepped up to confidential(): the themes are the reader's own."""
    asked = {"practice": session.practice_id, "session": session.pk, "reader": reader.pk}
    with connection.cursor() as cursor:
        cursor.execute(_AROUND, asked)
        row: Any = cursor.fetchall()[0]
    file, note = SealedPad(*row[7:11]), SealedPad(*row[11:15])
    values: list[Any] = [*row[:7], file, note, choices(row[15] or ()), _playbook(*row[16:])]
    return Around(*values)


def _playbook(
    title: str | None, intent: str, prompts: list[str], phase: str, program: str
) -> Playbook | None:
    return Playbook(title, intent, tuple(prompts), phase, program) if title else None


def _facts(session: Session, around: Around, now: datetime) -> SessionFacts:
    last = around.last_starts_at
    is_address = session.place_details.startswith("https://")
    return SessionFacts(
        id=session.pk,
        client_id=client_id_of(session),
        engagement_id=session.engagement_id,
        client_name=session.client.name,
        first_name=session.client.first_name,
        number=session.number,
        total=around.total,
        starts_at=session.starts_at,
        ends_at=session.ends_at,
        is_cancelled=session.is_cancelled,
        has_begun=session.starts_at <= now,
        outcome=session.outcome,
        outcome_label=session.get_outcome_display(),
        join_url=session.place_details if is_address else "",
        place_details="" if is_address else session.place_details,
        playbook=around.playbook,
        days_since_last=_days_between(last, session.starts_at) if last else None,
        next_id=around.next_id,
        next_starts_at=around.next_starts_at,
        asked_id=around.asked_id,
        may_book=around.may_book,
    )


def _days_between(earlier: datetime, later: datetime) -> int:
    """Nights between the two, on the reader's calendar."""
    return (timezone.localdate(later) - timezone.localdate(earlier)).days
