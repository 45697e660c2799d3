"""The session page: what was said so far beside what is being written."""

from dataclasses import dataclass
from datetime import date, datetime
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
from tracking.queries.goals import GoalCourse, read_goals
from tracking.queries.pads import Pad
from tracking.queries.reflections import ReflectionEntry, read_shared
from tracking.queries.summaries import Summary, open_summary, sealed

REFLECTIONS = 5
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
       plan.title, plan.intent, plan.prompts::json, phase.name, program.name
FROM scheduling_session this
LEFT JOIN LATERAL (
  SELECT after.id, after.starts_at FROM scheduling_session after
  WHERE after.practice_id = this.practice_id AND after.client_id = this.client_id
    AND after.state = 'booked' AND after.starts_at > this.starts_at
  ORDER BY after.starts_at LIMIT 1) following ON true
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
    """What stands around a session. `total` is how many sessions the plan has, None without one."""

    last_starts_at: datetime | None
    next_id: UUID | None
    next_starts_at: datetime | None
    total: int | None
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


@dataclass(frozen=True, slots=True)
class SessionDesk:
    """Everything on the session page."""

    session: SessionFacts
    note: Pad
    summary: Pad
    left_off: Summary | None
    reflections: tuple[ReflectionEntry, ...]
    goals: tuple[GoalCourse, ...]
    actions: tuple[ActionRow, ...]

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
    """For a session loaded with its client and the client's key. Six queries."""
    client_id = client_id_of(session)
    around = _around(session)
    with confidential():
        safe = open_wrapped(session.wrapped_key, client_id)  # type: ignore[attr-defined]
        note = PrivateNote.objects.filter(session=session, author=reader).first()
        own, earlier = _summaries(safe, session, reader)
        goals = read_goals(safe, client_id)
        reflections = read_shared(safe, client_id, since=around.last_starts_at, limit=REFLECTIONS)
    return SessionDesk(
        session=_facts(session, around, now),
        note=_note_pad(safe, note),
        summary=_summary_pad(own),
        left_off=earlier,
        reflections=reflections,
        goals=tuple(goal for goal in goals if goal.is_open),
        actions=recent_actions(client_id, today=today, now=now),
    )


def session_pads(session: Session, *, reader: Membership) -> tuple[Pad, Pad]:
    """The private note and the summary alone. Three queries."""
    with confidential():
        safe = safe_of(client_id_of(session))
        note = PrivateNote.objects.filter(session=session, author=reader).first()
        own = SessionSummary.objects.filter(session=session, author=reader)
        row = sealed(own).first()
    return _note_pad(safe, note), _summary_pad(open_summary(safe, row) if row else None)


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


def _around(session: Session) -> Around:
    with connection.cursor() as cursor:
        cursor.execute(_AROUND, {"practice": session.practice_id, "session": session.pk})
        last, next_id, next_starts_at, total, *playbook = cursor.fetchall()[0]
    return Around(last, next_id, next_starts_at, total, _playbook(*playbook))


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
    )


def _days_between(earlier: datetime, later: datetime) -> int:
    """Nights between the two, on the reader's calendar."""
    return (timezone.localdate(later) - timezone.localdate(earlier)).days
