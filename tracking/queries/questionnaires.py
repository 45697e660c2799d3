"""What a client was asked at any time: states for whoever chases it, never an answer."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.utils.functional import Promise

from clients.models import Client
from clients.queries.asking import AskedFacts, facts_of
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


@dataclass(frozen=True, slots=True)
class QuestionnaireFacts(AskedFacts):
    """One questionnaire: besides, what it is about and for which team."""

    kind: str | Promise
    by_rule: bool
    session_on: datetime | None
    session_number: int | None
    engagement: str
    team: str
    is_before: bool


def asked_of(client_id: UUID, page: str | int | None) -> Page[QuestionnaireFacts]:
    """The newest first, but for what was asked for a team's sake. Two statements."""
    rows = AskedQuestionnaire.objects.filter(client_id=client_id, team=None)
    return _page(rows.select_related(*_PEOPLE).order_by("-asked_at", "-id"), page)


def own_questionnaires(client: Client, page: str | int | None) -> Page[QuestionnaireFacts]:
    """What the client was asked and may answer or read again. Two statements."""
    rows = AskedQuestionnaire.objects.filter(client=client, withdrawn_at=None)
    return _page(rows.select_related(*_PEOPLE).order_by("-asked_at", "-id"), page)


def _page(rows: QuerySet[AskedQuestionnaire], page: str | int | None) -> Page[QuestionnaireFacts]:
    found: Page[Any] = Paginator(rows, A_PAGE).get_page(page)
    found.object_list = [questionnaire_facts(row) for row in found.object_list]
    return found


def questionnaire_facts(row: AskedQuestionnaire) -> QuestionnaireFacts:
    """From a row with its response, version, session and whoever asked."""
    return QuestionnaireFacts(
        **facts_of(row),
        kind=KIND_LABELS[Kind(row.response.version.questionnaire.kind)],
        by_rule=row.by_rule,
        session_on=row.session.starts_at if row.session else None,
        session_number=row.session.number if row.session else None,
        engagement=row.engagement.title if row.engagement else "",
        team=row.team.name if row.team else "",
        is_before=row.is_before,
    )


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
