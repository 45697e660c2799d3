"""What is asked by itself: once a session was held, and once an engagement is complete."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from django.db import transaction

from clients.models import Engagement
from coachops.audit.record import record
from coachops.practices.models import Membership, Practice
from coachops.questionnaires.models import QuestionnaireVersion
from coachops.questionnaires.queries.questionnaires import newest_version
from scheduling.models import Session
from tracking.models import AskedQuestionnaire, QuestionnaireRule
from tracking.services.questionnaires import ask_by_rule, withdraw_questionnaire

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
    """What the rules ask about an individual session that was held; nothing without a rule."""
    if session.capacity != 1 or session.client_id is None or session.client.archived_at:
        return
    version = _version_for(session)
    if version is not None:
        ask_by_rule(
            client=session.client, version=version, session=session, engagement=None, now=now
        )


@transaction.atomic
def stop_asking_after(*, session: Session, now: datetime) -> None:
    """It was not held after all: what waits for an answer by the rule is taken back."""
    waiting = AskedQuestionnaire.objects.filter(session=session, by_rule=True, closed_at=None)
    for asked in waiting:
        withdraw_questionnaire(asked=asked, now=now)


@transaction.atomic
def ask_at_the_end(*, engagement: Engagement, now: datetime) -> None:
    """What the rules ask once a person's engagement is complete; a team has nobody to answer."""
    if engagement.client.is_team:
        return
    rule = QuestionnaireRule.objects.filter(moment=Moment.END).first()
    version = newest_version(rule.questionnaire_id) if rule else None
    if version is not None and engagement.client.archived_at is None:
        ask_by_rule(
            client=engagement.client,
            version=version,
            session=None,
            engagement=engagement,
            now=now,
        )


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
