"""What a client was asked at any time: states for whoever chases it, never an answer."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from clients.models import Client
from coachops.questionnaires.models import QuestionnaireVersion
from coachops.questionnaires.policies.questions import Kind
from coachops.questionnaires.queries.questionnaires import KIND_LABELS, published
from programs.models import SessionPlan
from scheduling.models import Session
from tracking.models import AskedQuestionnaire, QuestionnaireRule
from tracking.queries.preparation import PlanLine, session_plans

A_PAGE: Final = 20
SESSIONS_TO_CHOOSE: Final = 12
# What is asked in other places, by rules of their own.
_ELSEWHERE: Final = frozenset({Kind.INTAKE, Kind.PREPARATION, Kind.THREE_SIXTY})
_PEOPLE: Final = ("response__version__questionnaire", "asked_by", "session", "engagement", "team")


class AskedState(StrEnum):
    ASKED = "asked"
    STARTED = "started"
    SENT = "sent"
    WITHDRAWN = "withdrawn"


_STATES: Final[dict[AskedState, tuple[Promise, str, str]]] = {
    AskedState.ASKED: (_("Asked"), "warn", "mail"),
    AskedState.STARTED: (_("Started"), "brand", "pencil"),
    AskedState.SENT: (_("Answered"), "good", "check"),
    AskedState.WITHDRAWN: (_("Taken back"), "line", "x"),
}


@dataclass(frozen=True, slots=True)
class AskedFacts:
    """One questionnaire without its content. `answered` of `shown` questions, as far as begun."""

    id: UUID
    title: str
    kind: str | Promise
    state: AskedState
    asked_at: datetime
    asked_by: str
    by_rule: bool
    due_on: date | None
    session_on: datetime | None
    session_number: int | None
    engagement: str
    answered: int
    shown: int
    sent_at: datetime | None
    team: str = ""

    @property
    def is_open(self) -> bool:
        return self.state in {AskedState.ASKED, AskedState.STARTED}

    @property
    def label(self) -> Promise:
        return _STATES[self.state][0]

    @property
    def tone(self) -> str:
        return _STATES[self.state][1]

    @property
    def symbol(self) -> str:
        return _STATES[self.state][2]

    def is_late(self, today: date) -> bool:
        return self.is_open and self.due_on is not None and self.due_on < today


def asked_of(client_id: UUID, page: str | int | None) -> Page[AskedFacts]:
    """The newest first, but for what was asked for a team's sake. Two statements."""
    rows = AskedQuestionnaire.objects.filter(client_id=client_id, team=None)
    return _page(rows.select_related(*_PEOPLE).order_by("-asked_at", "-id"), page)


def own_questionnaires(client: Client, page: str | int | None) -> Page[AskedFacts]:
    """What the client was asked and may answer or read again. Two statements."""
    rows = AskedQuestionnaire.objects.filter(client=client, withdrawn_at=None)
    return _page(rows.select_related(*_PEOPLE).order_by("-asked_at", "-id"), page)


def _page(rows: QuerySet[AskedQuestionnaire], page: str | int | None) -> Page[AskedFacts]:
    found: Page[Any] = Paginator(rows, A_PAGE).get_page(page)
    found.object_list = [facts_of(row) for row in found.object_list]
    return found


def facts_of(row: AskedQuestionnaire) -> AskedFacts:
    """From a row with its response, version, session and whoever asked."""
    response = row.response
    return AskedFacts(
        id=row.pk,
        title=response.version.title,
        kind=KIND_LABELS[Kind(response.version.questionnaire.kind)],
        state=state_of(row),
        asked_at=row.asked_at,
        asked_by=row.asked_by.name if row.asked_by else "",
        by_rule=row.by_rule,
        due_on=row.due_on,
        session_on=row.session.starts_at if row.session else None,
        session_number=row.session.number if row.session else None,
        engagement=row.engagement.title if row.engagement else "",
        answered=response.answered,
        shown=response.shown,
        sent_at=response.sent_at,
        team=row.team.name if row.team else "",
    )


def state_of(row: AskedQuestionnaire) -> AskedState:
    if row.withdrawn_at is not None:
        return AskedState.WITHDRAWN
    if row.response.sent_at is not None:
        return AskedState.SENT
    return AskedState.STARTED if row.response.begun_at is not None else AskedState.ASKED


def to_ask() -> list[QuestionnaireVersion]:
    """The newest version of what can be asked at any time. One statement."""
    return [each for each in published() if each.questionnaire.kind not in _ELSEWHERE]


def sessions_to_ask_about(client_id: UUID) -> list[Session]:
    """The last sessions that were held with this client alone. One statement."""
    rows = Session.objects.filter(client_id=client_id, outcome=Session.Outcome.HELD, capacity=1)
    return list(rows.order_by("-starts_at")[:SESSIONS_TO_CHOOSE])


@dataclass(frozen=True, slots=True)
class Rules:
    """What is asked by itself, as ids of questionnaires; session plans with what they ask."""

    held: UUID | None
    end: UUID | None
    plans: tuple[PlanLine, ...]


def questionnaire_rules() -> Rules:
    """The practice's rules. Two statements."""
    rows = QuestionnaireRule.objects.values_list("moment", "session_plan_id", "questionnaire_id")
    found = {(moment, plan): questionnaire for moment, plan, questionnaire in rows}
    moments = QuestionnaireRule.Moment
    plans: list[SessionPlan] = session_plans()
    return Rules(
        held=found.get((moments.HELD, None)),
        end=found.get((moments.END, None)),
        plans=tuple(
            PlanLine(
                plan.pk,
                plan.phase.version.program.name,
                plan.title,
                found.get((moments.HELD, plan.pk)),
            )
            for plan in plans
        ),
    )
