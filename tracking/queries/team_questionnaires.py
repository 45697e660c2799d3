"""What a team was asked, and who has answered: states, never an answer."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID

from django.db.models import F
from django.utils.functional import Promise

from clients.queries.asking import AskedState
from coachops.questionnaires.models import QuestionnaireVersion
from coachops.questionnaires.policies.questions import Kind
from coachops.questionnaires.queries.questionnaires import published
from tracking.models import AskedQuestionnaire
from tracking.queries.questionnaires import QuestionnaireFacts, questionnaire_facts

MOST_SHOWN: Final = 300
# What belongs to one session or to a round of raters.
_ELSEWHERE: Final = frozenset({Kind.PREPARATION, Kind.THREE_SIXTY})


@dataclass(frozen=True, slots=True)
class TeamAnswer:
    """Where one person is."""

    name: str
    client_id: UUID
    facts: QuestionnaireFacts
    has_joined_since: bool = False


@dataclass(frozen=True, slots=True)
class TeamAsking:
    """One questionnaire asked of many at one moment; of whoever joined later, when they did.

    `meets_at` is the session that it is about, or that it prepares; `engagement` what has ended.
    """

    title: str
    kind: str | Promise
    asked_at: datetime
    due_on: date | None
    by_rule: bool
    is_before: bool
    meets_at: datetime | None
    engagement: str
    people: tuple[TeamAnswer, ...]

    @property
    def answered(self) -> int:
        return sum(each.facts.state is AskedState.SENT for each in self.people)

    @property
    def of(self) -> int:
        """How many of whom an answer may come."""
        return sum(each.facts.state is not AskedState.WITHDRAWN for each in self.people)


def asked_of_team(team_id: UUID) -> tuple[TeamAsking, ...]:
    """The newest first, each with the people by name. One query."""
    rows = AskedQuestionnaire.objects.filter(team=team_id).select_related(
        "response__version__questionnaire", "asked_by", "session", "engagement", "team", "client"
    )
    return _askings(rows.order_by("-team_asked_at", "client__name", "pk")[:MOST_SHOWN])


def asked_before(session_id: UUID) -> TeamAsking | None:
    """How far each of a team is with what they are asked before this session. One query."""
    rows = AskedQuestionnaire.objects.filter(session=session_id, is_before=True).select_related(
        "response__version__questionnaire", "asked_by", "session", "engagement", "team", "client"
    )
    found = _askings(rows.order_by("client__name", "pk")[:MOST_SHOWN])
    return found[0] if found else None


def _askings(rows: Iterable[AskedQuestionnaire]) -> tuple[TeamAsking, ...]:
    groups: dict[tuple[UUID, datetime, UUID | None], list[AskedQuestionnaire]] = {}
    for row in rows:
        key = (row.response.version_id, _team_asked_at(row), row.session_id)
        groups.setdefault(key, []).append(row)
    return tuple(_asking(rows) for rows in groups.values())


def _asking(rows: list[AskedQuestionnaire]) -> TeamAsking:
    first = rows[0]
    facts = questionnaire_facts(first)
    return TeamAsking(
        title=facts.title,
        kind=facts.kind,
        asked_at=_team_asked_at(first),
        due_on=facts.due_on,
        by_rule=facts.by_rule,
        is_before=facts.is_before,
        meets_at=facts.session_on,
        engagement=facts.engagement,
        people=tuple(_answer(row) for row in rows),
    )


def _team_asked_at(row: AskedQuestionnaire) -> datetime:
    return row.team_asked_at or row.asked_at


def _answer(row: AskedQuestionnaire) -> TeamAnswer:
    joined = row.asked_at > _team_asked_at(row) and not row.by_rule
    return TeamAnswer(row.client.name, row.client_id, questionnaire_facts(row), joined)


def newcomers_asked(team_id: UUID, *, until: datetime) -> list[tuple[str, list[str]]]:
    """Who joined within the hour before and was asked what the others are: titles by name.

    One query.
    """
    rows = AskedQuestionnaire.objects.filter(
        team=team_id,
        by_rule=False,
        withdrawn_at=None,
        asked_at__gt=F("team_asked_at"),
        asked_at__gte=until - timedelta(hours=1),
        asked_at__lt=until,
    ).select_related("client", "response__version")
    found: dict[UUID, tuple[str, list[str]]] = {}
    for row in rows.order_by("client__name", "client", "team_asked_at", "pk")[:MOST_SHOWN]:
        _name, titles = found.setdefault(row.client_id, (row.client.name, []))
        titles.append(row.response.version.title)
    return list(found.values())


def to_ask_teams() -> list[QuestionnaireVersion]:
    """The newest version of what each of a team can be asked, an intake too. One statement."""
    return [each for each in published() if each.questionnaire.kind not in _ELSEWHERE]
