"""What is asked by itself: once a session was held, and once an engagement is complete."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from django.db import transaction

from clients.models import Engagement
from clients.queries.teams import present_members
from clients.services.asking import withdraw_asking
from coachops.audit.record import record
from coachops.practices.models import Membership, Practice
from coachops.questionnaires.models import QuestionnaireVersion
from coachops.questionnaires.queries.questionnaires import newest_version
from scheduling.models import Session
from tracking.models import AskedQuestionnaire, QuestionnaireRule
from tracking.services.questionnaires import Occasion, ask_by_rule
from tracking.services.team_rules import ask_each, present_at, stop_asking_absent

Moment = QuestionnaireRule.Moment


@transaction.atomic
def save_questionnaire_rules(
    *,
    practice: Practice,
    held: UUID | None,
    end: UUID | None,
    plans: Mapping[UUID, UUID | None],
    by: Membership,
    now: datetime,
) -> None:
    """The rules from now on, as ids of questionnaires; None asks nothing.

    `plans` gives session plans a questionnaire of their own, or (None) the usual one back.
    """
    _set(Moment.HELD, None, held)
    _set(Moment.END, None, end)
    for plan_id, own in plans.items():
        _set(Moment.HELD, plan_id, own)
    record(event="questionnaire.rules_changed", subject=practice, now=now)


def _set(moment: str, plan_id: UUID | None, questionnaire_id: UUID | None) -> None:
    rows = QuestionnaireRule.objects.filter(moment=moment, session_plan_id=plan_id)
    if questionnaire_id is None:
        rows.delete()
        return
    if not rows.update(questionnaire_id=questionnaire_id):
        QuestionnaireRule.objects.create(
            moment=moment, session_plan_id=plan_id, questionnaire_id=questionnaire_id
        )


@transaction.atomic
def ask_after_session(*, session: Session, now: datetime) -> None:
    """What the rules ask about a session that was held; nothing without a rule.

    Of a team each who was there, and again nobody who was not after all. Of other groups nobody.
    """
    if session.client_id is None or session.client.archived_at:
        return
    if session.client.is_team:
        stop_asking_absent(session=session, now=now)
    elif session.capacity != 1:
        return
    version = _version_for(session)
    if version is None:
        return
    if session.client.is_team:
        about = Occasion(session=session, team=session.client)
        ask_each(people=present_at(session), version=version, occasion=about, now=now)
    else:
        about = Occasion(session=session)
        ask_by_rule(client=session.client, version=version, occasion=about, now=now)


@transaction.atomic
def stop_asking_after(*, session: Session, now: datetime) -> None:
    """It was not held after all: what waits for an answer by the rule is taken back."""
    rows = AskedQuestionnaire.objects.filter(session=session, by_rule=True, is_before=False)
    waiting = rows.filter(closed_at=None).order_by("pk")
    for asked in waiting:
        withdraw_asking(asking=asked, now=now)


@transaction.atomic
def ask_at_the_end(*, engagement: Engagement, now: datetime) -> None:
    """What the rules ask once an engagement is complete; of a team's each who is in it then."""
    client = engagement.client
    rule = QuestionnaireRule.objects.filter(moment=Moment.END).first()
    version = newest_version(rule.questionnaire_id) if rule else None
    if version is None or client.archived_at is not None:
        return
    if client.is_team:
        about = Occasion(engagement=engagement, team=client)
        ask_each(people=present_members(client.pk), version=version, occasion=about, now=now)
    else:
        about = Occasion(engagement=engagement)
        ask_by_rule(client=client, version=version, occasion=about, now=now)


def _version_for(session: Session) -> QuestionnaireVersion | None:
    """The session plan's own questionnaire, else the usual one."""
    rules = dict(
        QuestionnaireRule.objects.filter(moment=Moment.HELD).values_list(
            "session_plan_id", "questionnaire_id"
        )
    )
    if not rules:
        return None
    planned = session.planned_session
    wanted = rules.get(planned.session_plan_id if planned else None) or rules.get(None)
    return newest_version(wanted) if wanted else None
