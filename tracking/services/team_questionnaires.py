"""One questionnaire asked of each who is in a team: everybody answers alone, for its coach."""

from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from clients.models import Client, StepKind, TeamMember
from clients.queries.clients import assigned_coaches
from clients.queries.teams import present_members
from clients.services.asking import AlreadyAsked, IsArchived, plan_mails, withdraw_asking
from clients.services.onboarding import happened
from coachops.audit.record import Fact, record
from coachops.outbox.queue import enqueue
from coachops.practices.models import Membership
from coachops.questionnaires.models import QuestionnaireVersion
from coachops.questionnaires.policies.questions import Kind
from coachops.questionnaires.services.responses import open_response
from tracking.models import AskedQuestionnaire

NEWCOMERS_KIND: Final = "tracking.newcomers_asked"


class NobodyToAsk(Exception):
    """There is nobody in the team yet."""


@transaction.atomic
def ask_team(
    *,
    team: Client,
    version: QuestionnaireVersion,
    due_on: date | None,
    by: Membership,
    now: datetime,
) -> int:
    """Ask everybody who is in the team now and is not answering it already; how many that are.

    Whoever joins while somebody has it open is asked as well: see `ask_newcomer`. Raises
    NobodyToAsk, AlreadyAsked, IsArchived.
    """
    if team.archived_at is not None:
        raise IsArchived
    Client.objects.select_for_update(no_key=True).get(pk=team.pk)
    people = present_members(team.pk)
    if not people:
        raise NobodyToAsk
    waiting = AskedQuestionnaire.objects.filter(
        team=team, closed_at=None, response__version__questionnaire=version.questionnaire_id
    )
    busy = set(waiting.values_list("client_id", flat=True))
    wanted = [person for person in people if person.pk not in busy]
    if not wanted:
        raise AlreadyAsked
    for person in wanted:
        asked = AskedQuestionnaire(
            team=team, team_asked_at=now, asked_by=by, asked_at=now, due_on=due_on
        )
        _ask(asked, person, version)
    return len(wanted)


@transaction.atomic
def ask_newcomer(*, member: TeamMember, now: datetime) -> int:
    """Whoever joins is asked what is still open for their team; how many questionnaires.

    Open is what a member asked of the team, as long as somebody in it has not answered and its day
    is not over. What the rules ask about a session or at an end is about what was before they came.
    The team's coaches are told, at most once an hour.
    """
    today = timezone.localdate(now, member.team.practice.zone)
    open_ones = _asked_of(member).exclude(client=member.client_id)
    open_ones = open_ones.filter(Q(due_on=None) | Q(due_on__gte=today), closed_at=None)
    mine = _asked_of(member).filter(client=member.client_id, withdrawn_at=None)
    known = set(mine.values_list("response__version", "team_asked_at"))
    asked = 0
    for other in open_ones.select_related("response__version").order_by("team_asked_at", "pk"):
        version = other.response.version
        if (version.pk, other.team_asked_at) in known:
            continue
        known.add((version.pk, other.team_asked_at))
        like_them = AskedQuestionnaire(
            team=member.team,
            team_asked_at=other.team_asked_at,
            asked_by_id=other.asked_by_id,
            asked_at=now,
            due_on=other.due_on,
        )
        _ask(like_them, member.client, version)
        asked += 1
    if asked:
        _tell_coaches(member.team, now)
    return asked


def _asked_of(member: TeamMember) -> QuerySet[AskedQuestionnaire]:
    """What members asked of the team."""
    rows: QuerySet[AskedQuestionnaire] = AskedQuestionnaire.objects.filter(
        team=member.team_id, by_rule=False
    )
    return rows


def _ask(asked: AskedQuestionnaire, person: Client, version: QuestionnaireVersion) -> None:
    """One of the team, who is asked at the moment that the row names."""
    now = asked.asked_at
    asked.client = person
    asked.response = open_response(version=version, subject_id=person.pk, now=now)
    asked.save(force_insert=True)
    plan_mails(asked, now)
    facts: dict[str, Fact] = {"client": str(person.pk), "team": str(asked.team_id)}
    record(event="questionnaire.asked", subject=asked, now=now, facts=facts)


def _tell_coaches(team: Client, now: datetime) -> None:
    """At the next full hour, of all who joined within this one."""
    due = now.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
    for coach in assigned_coaches(team, timezone.localdate(now, team.practice.zone)):
        enqueue(
            kind=NEWCOMERS_KIND,
            key=f"asked_newcomers:{team.pk}:{coach.pk}:{due.isoformat()}",
            due_at=due,
            subject_id=team.pk,
            payload={"coach": str(coach.pk), "until": due.isoformat()},
        )


@transaction.atomic
def stop_asking_member(*, member: TeamMember, now: datetime) -> None:
    """Whoever has left the team is not asked for its sake any more; what they sent stays."""
    waiting = AskedQuestionnaire.objects.filter(
        team=member.team_id, client=member.client_id, closed_at=None
    )
    for asked in waiting.order_by("pk"):
        withdraw_asking(asking=asked, now=now)
    tick_off_intake(team_id=member.team_id, now=now)


@transaction.atomic
def tick_off_intake(*, team_id: UUID, now: datetime) -> None:
    """The step of the team's onboarding is done once each who was asked its intake has answered."""
    asked = AskedQuestionnaire.objects.filter(
        team=team_id, withdrawn_at=None, response__version__questionnaire__kind=Kind.INTAKE
    )
    if asked.exists() and not asked.filter(closed_at=None).exists():
        happened(kind=StepKind.INTAKE, client_id=team_id, now=now)
