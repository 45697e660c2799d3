"""The board: every client who is being onboarded, the most urgent first. No content."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from django.core.paginator import Page, Paginator
from django.db.models import Count, Min, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from clients.models import Client, Engagement, OnboardingStep, StepKind, StepOwner
from clients.queries.onboarding import StepLine, StepState, steps_of
from scheduling.models import Session

ROWS_A_PAGE = 25

# Where each kind of step is done; the key is the client's or the engagement's.
_PLACES: Final = {
    StepKind.INVITATION: ("coach:client_edit", "client"),
    StepKind.AGREEMENT: ("coach:engagement_agreements", "engagement"),
    StepKind.INTAKE: ("coach:intake", "client"),
    StepKind.KICKOFF: ("coach:book_for_client", "client"),
    StepKind.LETTER: ("coach:engagement_letter", "engagement"),
}


@dataclass(frozen=True, slots=True)
class BoardStep:
    """A step of a line, the day of its session, and where it is done."""

    line: StepLine
    booked_for: datetime | None
    url: str
    action: str


@dataclass(frozen=True, slots=True)
class BoardRow:
    """One engagement that is not ready yet."""

    engagement_id: UUID
    client_id: UUID
    client_name: str
    coach_name: str
    title: str
    organisation_name: str
    starts_on: date
    steps: tuple[StepLine, ...]
    settled: int
    next: BoardStep | None

    @property
    def is_late(self) -> bool:
        return any(step.state == StepState.OVERDUE for step in self.steps)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the reader asked for: a coach, whose steps, late ones alone."""

    coach_id: UUID | None = None
    owner: str = ""
    late_only: bool = False
    page: int = 1


@dataclass(frozen=True, slots=True)
class Board:
    page: Page[Any]
    rows: tuple[BoardRow, ...]
    open_steps: int
    late_steps: int


def board(clients: QuerySet[Client], wanted: Wanted, *, practice_slug: str, today: date) -> Board:
    """A page of the engagements with open steps, the earliest due first. Five queries."""
    waiting, late = _open_steps(clients, wanted), Q(due_on__lt=today)
    shown = late if wanted.late_only else Q()
    counts = waiting.aggregate(
        every=Count("pk"),
        late=Count("pk", filter=late),
        shown=Count("engagement_id", distinct=True, filter=shown),
    )
    found = (
        waiting.filter(shown)
        .values("engagement_id")
        .annotate(first=Min("due_on"))
        .order_by("first", "engagement_id")
    )
    paginator = Paginator(found, ROWS_A_PAGE)
    paginator.count = counts["shown"]
    page = paginator.get_page(wanted.page)
    ids = [row["engagement_id"] for row in page.object_list]
    return Board(
        page=page,
        rows=_rows(ids, practice_slug, today),
        open_steps=counts["every"],
        late_steps=counts["late"],
    )


def _open_steps(clients: QuerySet[Client], wanted: Wanted) -> QuerySet[OnboardingStep]:
    steps: QuerySet[OnboardingStep] = OnboardingStep.objects.filter(
        settled_at=None,
        engagement__client__in=clients.filter(archived_at=None).values("pk"),
        engagement__state__in=[
            Engagement.State.PROPOSED,
            Engagement.State.ACTIVE,
            Engagement.State.PAUSED,
        ],
    )
    if wanted.coach_id is not None:
        steps = steps.filter(engagement__coach_id=wanted.coach_id)
    if wanted.owner in StepOwner.values:
        steps = steps.filter(owner=wanted.owner)
    return steps


def _rows(ids: list[UUID], slug: str, today: date) -> tuple[BoardRow, ...]:
    engagements = {
        row.pk: row
        for row in Engagement.objects.select_related(
            "client", "coach", "sponsor_organisation"
        ).filter(pk__in=ids)
    }
    steps, booked = steps_of(ids, today), _first_booked(ids)
    return tuple(
        _row(engagements[key], steps.get(key, ()), booked.get(key), slug)
        for key in ids
        if key in engagements
    )


def _first_booked(ids: list[UUID]) -> dict[UUID, datetime]:
    """When each engagement's first session is, if one is booked. One query."""
    rows = (
        Session.objects.filter(engagement_id__in=ids, state=Session.State.BOOKED)
        .values("engagement_id")
        .annotate(first=Min("starts_at"))
        .order_by()
    )
    return {row["engagement_id"]: row["first"] for row in rows}


def _row(
    engagement: Engagement, steps: tuple[StepLine, ...], booked: datetime | None, slug: str
) -> BoardRow:
    following = next((step for step in steps if step.is_open), None)
    organisation = engagement.sponsor_organisation
    return BoardRow(
        engagement_id=engagement.pk,
        client_id=engagement.client_id,
        client_name=engagement.client.name,
        coach_name=engagement.coach.name,
        title=engagement.title,
        organisation_name=organisation.name if organisation else "",
        starts_on=engagement.starts_on,
        steps=steps,
        settled=sum(not step.is_open for step in steps),
        next=board_step(following, engagement, booked, slug) if following else None,
    )


def board_step(
    line: StepLine, engagement: Engagement, booked: datetime | None, slug: str
) -> BoardStep:
    """Where the step is done, and for when its session is booked."""
    is_kickoff = line.kind == StepKind.KICKOFF
    words = {
        StepKind.INVITATION: _("Invite"),
        StepKind.AGREEMENT: _("Open the agreement"),
        StepKind.INTAKE: _("Open the intake"),
        StepKind.KICKOFF: _("Book"),
        StepKind.LETTER: _("Read and send"),
    }
    url = ""
    if line.kind in _PLACES and not (is_kickoff and booked):
        name, whose = _PLACES[StepKind(line.kind)]
        key = engagement.client_id if whose == "client" else engagement.pk
        url = reverse(name, args=[slug, key])
    return BoardStep(
        line=line,
        booked_for=booked if is_kickoff else None,
        url=url,
        action=words.get(StepKind(line.kind), "") if url else "",
    )
