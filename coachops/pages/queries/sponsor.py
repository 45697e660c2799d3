"""What a sponsor sees, by level: the one query behind their pages and the client's view of them.

Each part is filled only if the level in force opens it, so a template has nothing else to show.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, tzinfo
from uuid import UUID

from clients.models import Engagement
from clients.policies import Part
from clients.queries.disclosure import Text, shared_labels
from clients.queries.engagements import EngagementFacts, facts_of
from programs.queries.ledger import Balance, balances
from programs.queries.plan import Journey, PhaseFacts, journey
from scheduling.queries.agreed_points import ThreeWayLine, three_ways_of
from tracking.queries.reports_attendance import Attended, attendance_of, attendance_percent
from tracking.queries.reports_document import Path, headline, path_of
from tracking.queries.reports_goals import SharedGoal, shared_goals
from tracking.queries.reports_issued import ReportCalendar, report_calendars


@dataclass(frozen=True, slots=True)
class CoacheeCard:
    """One open engagement on the company's page."""

    id: UUID
    name: str
    title: str
    coach_name: str
    organisation_name: str
    unit_name: str
    state_label: Text
    is_running: bool
    starts_on: date
    ends_on: date
    balance: Balance
    goals: int
    progress: int | None
    reports: ReportCalendar


@dataclass(frozen=True, slots=True)
class CompanyPage:
    """The open engagements of one page; of closed ones their number alone."""

    cards: tuple[CoacheeCard, ...]
    closed: int

    @property
    def allotted(self) -> int:
        return sum(card.balance.allotted for card in self.cards)

    @property
    def used(self) -> int:
        return sum(card.balance.used for card in self.cards)

    @property
    def next_report_on(self) -> date | None:
        return min(
            (card.reports.next_on for card in self.cards if card.reports.next_on), default=None
        )

    @property
    def issued(self) -> int:
        return sum(len(card.reports.issued) for card in self.cards)


@dataclass(frozen=True, slots=True)
class CoacheePage:
    """One engagement as its sponsor sees it."""

    id: UUID
    name: str
    first_name: str
    coach_name: str
    title: str
    program_name: str
    organisation_name: str
    state_label: Text
    is_running: bool
    starts_on: date
    ends_on: date
    headline: str
    balance: Balance
    path: Path | None
    phases: tuple[PhaseFacts, ...]
    shared: tuple[Text, ...]
    attendance: tuple[Attended, ...]
    attendance_percent: int | None
    goals: tuple[SharedGoal, ...]
    shows_goals: bool
    reports: ReportCalendar
    three_ways: tuple[ThreeWayLine, ...]

    @property
    def has_words(self) -> bool:
        return any(goal.wording for goal in self.goals)


def company_page(engagements: Sequence[Engagement], *, closed: int, today: date) -> CompanyPage:
    """Three queries, however many; the engagements come with client, coach and company."""
    facts = [facts_of(row) for row in engagements]
    facts = sorted((each for each in facts if each.parts), key=lambda each: each.unit_name)
    left = balances([each.id for each in facts])
    goals = shared_goals(facts)
    reports = report_calendars(facts, today)
    return CompanyPage(
        cards=tuple(
            _card(each, left[each.id], goals.get(each.id, ()), reports[each.id]) for each in facts
        ),
        closed=closed,
    )


def coachee_page(engagement: Engagement, *, today: date, zone: tzinfo) -> CoacheePage | None:
    """Nine queries at most; None while closed. With client, coach and company loaded."""
    facts = facts_of(engagement)
    if not facts.parts:
        return None
    plan = journey(facts, today)
    balance = balances([facts.id])[facts.id]
    phases = plan.phases if plan else ()
    rows = attendance_of(facts.id, zone) if Part.ATTENDANCE in facts.parts else ()
    return CoacheePage(
        id=facts.id,
        name=facts.client_name,
        first_name=engagement.client.first_name,
        coach_name=facts.coach_name,
        title=facts.title,
        program_name=plan.program_name if plan else facts.title,
        organisation_name=facts.organisation_name,
        state_label=facts.state_label,
        is_running=facts.is_running,
        starts_on=facts.starts_on,
        ends_on=facts.ends_on,
        headline=headline(
            phases=[(phase.name, str(phase.state)) for phase in phases],
            state=facts.state,
            used=balance.used,
            allotted=balance.allotted,
        ),
        balance=balance,
        path=_path(plan, balance, is_running=facts.is_running),
        phases=phases,
        shared=shared_labels(facts.parts),
        attendance=rows,
        attendance_percent=attendance_percent(rows),
        goals=shared_goals([facts]).get(facts.id, ()),
        shows_goals=Part.GOAL_PROGRESS in facts.parts,
        reports=report_calendars([facts], today)[facts.id],
        three_ways=three_ways_of(facts.id) if Part.NEXT_THREE_WAY in facts.parts else (),
    )


def _card(
    facts: EngagementFacts,
    balance: Balance,
    goals: tuple[SharedGoal, ...],
    reports: ReportCalendar,
) -> CoacheeCard:
    known = [goal.progress for goal in goals if goal.progress is not None]
    return CoacheeCard(
        id=facts.id,
        name=facts.client_name,
        title=facts.title,
        coach_name=facts.coach_name,
        organisation_name=facts.organisation_name,
        unit_name=facts.unit_name,
        state_label=facts.state_label,
        is_running=facts.is_running,
        starts_on=facts.starts_on,
        ends_on=facts.ends_on,
        balance=balance,
        goals=len(goals),
        progress=round(sum(known) / len(known)) if known else None,
        reports=reports,
    )


def _path(plan: Journey | None, balance: Balance, *, is_running: bool) -> Path | None:
    counts = Counter(planned.phase_name for planned in plan.sessions) if plan else Counter()
    bands = [(phase.name, counts[phase.name]) for phase in plan.phases] if plan else []
    return path_of(bands, used=balance.used, allotted=balance.allotted, is_running=is_running)
