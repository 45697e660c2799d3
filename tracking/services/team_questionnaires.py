"""One questionnaire asked of each who is in a team: everybody answers alone, for its coach."""

from datetime import date, datetime

from django.db import transaction

from clients.models import Client, TeamMember
from clients.queries.teams import present_members
from coachops.audit.record import Fact, record
from coachops.practices.models import Membership
from coachops.questionnaires.models import QuestionnaireVersion
from coachops.questionnaires.services.responses import open_response
from tracking.models import AskedQuestionnaire
from tracking.services.questionnaires import (
    AlreadyAsked,
    IsArchived,
    plan_mails,
    withdraw_questionnaire,
)


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

    Whoever joins later is not asked by that. Raises NobodyToAsk, AlreadyAsked, IsArchived.
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
        asked: AskedQuestionnaire = AskedQuestionnaire.objects.create(
            client=person,
            team=team,
            response=open_response(version=version, subject_id=person.pk, now=now),
            asked_by=by,
            asked_at=now,
            due_on=due_on,
        )
        plan_mails(asked, now)
        facts: dict[str, Fact] = {"client": str(person.pk), "team": str(team.pk)}
        record(event="questionnaire.asked", subject=asked, now=now, facts=facts)
    return len(wanted)


@transaction.atomic
def stop_asking_member(*, member: TeamMember, now: datetime) -> None:
    """Whoever has left the team is not asked for its sake any more; what they sent stays."""
    waiting = AskedQuestionnaire.objects.filter(
        team=member.team_id, client=member.client_id, closed_at=None
    )
    for asked in waiting.order_by("pk"):
        withdraw_questionnaire(asked=asked, now=now)
