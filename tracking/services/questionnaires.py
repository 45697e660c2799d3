"""Questionnaires that are asked at any time, by a member or by the practice's rule."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction

from clients.models import Client, Engagement
from clients.queries.asking import was_withdrawn_by_somebody
from clients.services.asking import AlreadyAsked, IsArchived, close_asking, plan_mails
from coachops.audit.record import record
from coachops.practices.models import Membership
from coachops.questionnaires.models import QuestionnaireVersion, Response
from coachops.questionnaires.services.responses import open_response
from scheduling.models import Session
from tracking.models import AskedQuestionnaire
from tracking.services.team_questionnaires import tick_off_intake


@transaction.atomic
def ask_questionnaire(
    *,
    client: Client,
    version: QuestionnaireVersion,
    due_on: date | None,
    session: Session | None,
    by: Membership,
    now: datetime,
) -> AskedQuestionnaire:
    """Ask by mail, with two reminders to come. Raises AlreadyAsked, IsArchived."""
    if client.archived_at is not None:
        raise IsArchived
    Client.objects.select_for_update(no_key=True).get(pk=client.pk)
    open_ones = AskedQuestionnaire.objects.filter(client=client, team=None, closed_at=None)
    if open_ones.filter(response__version__questionnaire=version.questionnaire_id).exists():
        raise AlreadyAsked
    asked: AskedQuestionnaire = AskedQuestionnaire.objects.create(
        client=client,
        response=open_response(version=version, subject_id=client.pk, now=now),
        session=session,
        asked_by=by,
        asked_at=now,
        due_on=due_on,
    )
    plan_mails(asked, now)
    record(event="questionnaire.asked", subject=asked, now=now, facts={"client": str(client.pk)})
    return asked


@dataclass(frozen=True, slots=True)
class Occasion:
    """What a rule asks about: a session or an engagement; of a team's, each of its members.

    `team_asked_at` is when the first of them was asked. What is before a session of a team brings
    a mail only where the practice wants it.
    """

    session: Session | None = None
    engagement: Engagement | None = None
    team: Client | None = None
    team_asked_at: datetime | None = None
    is_before: bool = False
    by_mail: bool = True


@transaction.atomic
def ask_by_rule(
    *, client: Client, version: QuestionnaireVersion, occasion: Occasion, now: datetime
) -> None:
    """Ask once on each occasion. What was taken back is asked again, unless somebody did so."""
    about: dict[str, Any] = {
        "client": client,
        "session": occasion.session,
        "engagement": occasion.engagement,
        "is_before": occasion.is_before,
        "by_rule": True,
    }
    rows = AskedQuestionnaire.objects.select_related("response").filter(**about)
    asked: AskedQuestionnaire | None = rows.first()
    if asked is None:
        asked = AskedQuestionnaire.objects.create(
            **about,
            response=open_response(version=version, subject_id=client.pk, now=now),
            team=occasion.team,
            team_asked_at=occasion.team_asked_at,
            asked_at=now,
        )
    elif not _is_asked_again(asked):
        return
    else:
        AskedQuestionnaire.objects.filter(pk=asked.pk).update(
            closed_at=None, withdrawn_at=None, asked_at=now
        )
        asked.asked_at = now
    if occasion.by_mail:
        plan_mails(asked, now)
    record(event="questionnaire.asked", subject=asked, now=now, facts={"client": str(client.pk)})


def _is_asked_again(asked: AskedQuestionnaire) -> bool:
    if asked.withdrawn_at is None or asked.response.sent_at is not None:
        return False
    return not was_withdrawn_by_somebody(asked.pk)


@transaction.atomic
def close_questionnaire(*, response: Response, now: datetime) -> None:
    """The answers were sent: nothing more is asked, links are spent, and the coaches are told."""
    rows = AskedQuestionnaire.objects.select_related("client__practice", "team__practice")
    asked = rows.filter(response=response).first()
    if asked is None:
        return
    close_asking(asking=asked, now=now)
    if asked.team_id is not None:
        tick_off_intake(team_id=asked.team_id, now=now)


@transaction.atomic
def reopen_questionnaire(*, response: Response, now: datetime) -> None:
    """The client took the answers back to change them. Nobody is reminded again."""
    AskedQuestionnaire.objects.filter(response=response, withdrawn_at=None).update(closed_at=None)
