"""What a team was asked, and who has answered: states, never an answer."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from uuid import UUID

from django.utils.functional import Promise

from coachops.questionnaires.models import QuestionnaireVersion
from coachops.questionnaires.policies.questions import Kind
from coachops.questionnaires.queries.questionnaires import published
from tracking.models import AskedQuestionnaire
from tracking.queries.questionnaires import AskedFacts, AskedState, facts_of

MOST_SHOWN: Final = 300
# What belongs to one session or to a round of raters.
_ELSEWHERE: Final = frozenset({Kind.PREPARATION, Kind.THREE_SIXTY})


@dataclass(frozen=True, slots=True)
class TeamAnswer:
    """Where one person is."""

    name: str
    client_id: UUID
    facts: AskedFacts


@dataclass(frozen=True, slots=True)
class TeamAsking:
    """One questionnaire asked of many at one moment."""

    title: str
    kind: str | Promise
    asked_at: datetime
    due_on: date | None
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
    groups: dict[tuple[UUID, datetime], list[TeamAnswer]] = {}
    for row in rows.order_by("-asked_at", "client__name", "pk")[:MOST_SHOWN]:
        answer = TeamAnswer(row.client.name, row.client_id, facts_of(row))
        groups.setdefault((row.response.version_id, row.asked_at), []).append(answer)
    return tuple(_asking(people) for people in groups.values())


def _asking(people: list[TeamAnswer]) -> TeamAsking:
    first = people[0].facts
    return TeamAsking(first.title, first.kind, first.asked_at, first.due_on, tuple(people))


def to_ask_teams() -> list[QuestionnaireVersion]:
    """The newest version of what each of a team can be asked, an intake too. One statement."""
    return [each for each in published() if each.questionnaire.kind not in _ELSEWHERE]
