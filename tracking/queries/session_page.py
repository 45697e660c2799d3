"""The session page: what was said so far beside what is being written."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import Case, OuterRef, Q, QuerySet, Subquery, When
from django.utils import timezone
from django_stubs_ext import StrOrPromise

from clients.queries.safes import Safe, open_wrapped, safe_of, wrapped_key
from coachops.practices.models import Membership
from coachops.tenancy.scope import confidential
from programs.models import PlannedSession
from scheduling.models import Session
from tracking.models import PrivateNote, SessionSummary
from tracking.queries.actions import ActionRow, recent_actions
from tracking.queries.clients import client_id_of
from tracking.queries.goals import GoalCourse, read_goals
from tracking.queries.pads import Pad
from tracking.queries.reflections import ReflectionEntry, read_shared
from tracking.queries.summaries import Summary, open_summary

REFLECTIONS = 5


@dataclass(frozen=True, slots=True)
class Playbook:
    """What the program asks of this conversation."""

    title: str
    intent: str
    prompts: tuple[str, ...]
    phase: str
    program: str


@dataclass(frozen=True, slots=True)
class SessionFacts:
    """`total` is how many sessions the plan has, None without a plan."""

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


def with_neighbours(sessions: QuerySet[Session]) -> QuerySet[Session]:
    """The client's session before and after each one, how many the plan has (its last), the key."""
    others = Session.objects.booked().filter(client=OuterRef("client_id"))
    before = others.filter(starts_at__lt=OuterRef("starts_at")).exclude(
        outcome__in=[Session.Outcome.NO_SHOW, Session.Outcome.LATE_CANCEL]
    )
    after = others.filter(starts_at__gt=OuterRef("starts_at")).order_by("starts_at")
    planned = PlannedSession.objects.filter(plan__engagement=OuterRef("engagement_id"))
    last_planned = planned.order_by("-number").values("number")
    return sessions.select_related(
        "client", "offering", "planned_session__session_plan__phase__version__program"
    ).annotate(
        last_starts_at=Subquery(before.order_by("-starts_at").values("starts_at")[:1]),
        next_id=Subquery(after.values("pk")[:1]),
        next_starts_at=Subquery(after.values("starts_at")[:1]),
        planned_total=Subquery(last_planned[:1]),
        wrapped_key=wrapped_key("client_id"),
    )


def session_desk(
    session: Session, *, reader: Membership, today: date, now: datetime
) -> SessionDesk:
    """For a session loaded through `with_neighbours`. Six queries, none depends on the rows."""
    client_id = client_id_of(session)
    last = session.last_starts_at  # type: ignore[attr-defined]
    with confidential():
        safe = open_wrapped(session.wrapped_key, client_id)  # type: ignore[attr-defined]
        note = PrivateNote.objects.filter(session=session, author=reader).first()
        own, earlier = _summaries(safe, session, reader)
        goals = read_goals(safe, client_id)
        reflections = read_shared(safe, client_id, since=last, limit=REFLECTIONS)
    return SessionDesk(
        session=_facts(session, now),
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
        row = (
            SessionSummary.objects.filter(session=session, author=reader)
            .select_related("session__planned_session__session_plan")
            .first()
        )
    return _note_pad(safe, note), _summary_pad(open_summary(safe, row) if row else None)


def _summaries(
    safe: Safe, session: Session, reader: Membership
) -> tuple[Summary | None, Summary | None]:
    """The reader's own of this session, shared or not, and the latest shared one beside it.

    That is another coach's of the same session, if there is one, else an earlier session's.
    """
    is_own = Q(session=session, author=reader)
    is_so_far = Q(session__starts_at__lt=session.starts_at) | Q(session=session)
    rows = (
        SessionSummary.objects.filter(client_id=session.client_id)
        .filter(is_own | (is_so_far & Q(shared_at__isnull=False)))
        .select_related("session__planned_session__session_plan")
        .order_by(Case(When(is_own, then=0), default=1), "-session__starts_at", "-shared_at")[:2]
    )
    own = earlier = None
    for row in rows:
        if row.session_id == session.pk and row.author_id == reader.pk:
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


def _facts(session: Session, now: datetime) -> SessionFacts:
    last = session.last_starts_at  # type: ignore[attr-defined]
    is_address = session.place_details.startswith("https://")
    return SessionFacts(
        id=session.pk,
        client_id=client_id_of(session),
        engagement_id=session.engagement_id,
        client_name=session.client.name,
        first_name=session.client.first_name,
        number=session.number,
        total=session.planned_total,  # type: ignore[attr-defined]
        starts_at=session.starts_at,
        ends_at=session.ends_at,
        is_cancelled=session.is_cancelled,
        has_begun=session.starts_at <= now,
        outcome=session.outcome,
        outcome_label=session.get_outcome_display(),
        join_url=session.place_details if is_address else "",
        place_details="" if is_address else session.place_details,
        playbook=_playbook(session),
        days_since_last=_days_between(last, session.starts_at) if last else None,
        next_id=session.next_id,  # type: ignore[attr-defined]
        next_starts_at=session.next_starts_at,  # type: ignore[attr-defined]
    )


def _days_between(earlier: datetime, later: datetime) -> int:
    """Nights between the two, on the reader's calendar."""
    return (timezone.localdate(later) - timezone.localdate(earlier)).days


def _playbook(session: Session) -> Playbook | None:
    if not session.planned_session_id:
        return None
    plan = session.planned_session.session_plan
    return Playbook(
        title=plan.title,
        intent=plan.intent,
        prompts=tuple(str(prompt) for prompt in plan.prompts),
        phase=plan.phase.name,
        program=plan.phase.version.program.name,
    )
