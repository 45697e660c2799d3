"""Before a session the client is asked what the time is for: by the practice's rule."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef, Subquery
from django.utils import timezone

from coachops.audit.record import record
from coachops.outbox.queue import enqueue
from coachops.practices.models import Membership
from coachops.questionnaires.models import QuestionnaireVersion, Response
from coachops.questionnaires.queries.questionnaires import newest_version
from coachops.questionnaires.services.responses import open_response
from scheduling.models import Session
from tracking.models import PlanPreparation, PreparationPolicy, SessionPreparation
from tracking.queries.clients import client_id_of
from tracking.services.team_rules import ask_teams_before, stop_asking_before

REQUEST_KIND: Final = "tracking.preparation"
SENT_KIND: Final = "tracking.preparation_sent"
# So many sessions of a practice in one round; the next round takes the rest.
MOST_AT_ONCE: Final = 500


@transaction.atomic
def save_preparation_policy(
    *,
    questionnaire_id: UUID | None,
    days_before: int,
    sends_mail: bool,
    plans: Mapping[UUID, UUID | None],
    by: Membership,
    now: datetime,
) -> PreparationPolicy:
    """The rule from now on; who was asked already is not asked again.

    `plans` gives session plans a questionnaire of their own, or (None) the usual one back.
    """
    policy: PreparationPolicy = (
        PreparationPolicy.objects.select_for_update().first() or PreparationPolicy()
    )
    policy.questionnaire_id = questionnaire_id
    policy.days_before = days_before
    policy.sends_mail = sends_mail
    policy.save()
    for plan_id, own_id in plans.items():
        PlanPreparation.objects.filter(session_plan_id=plan_id).delete()
        if own_id is not None:
            PlanPreparation.objects.create(session_plan_id=plan_id, questionnaire_id=own_id)
    record(event="preparation.policy_changed", subject=policy, now=now)
    return policy


@transaction.atomic
def ask_preparations(*, now: datetime) -> int:
    """Ask about every session of the practice that has come near; how many were asked.

    Individual sessions of clients who are not archived, each once; of teams each who has a place.
    """
    policy = PreparationPolicy.objects.first()
    stop_asking_before(now=now)
    if policy is None:
        return 0
    asked = ask_teams_before(policy=policy, now=now)
    versions: dict[UUID, QuestionnaireVersion | None] = {}
    for session in _coming(policy, now):
        wanted = session.own_questionnaire or policy.questionnaire_id  # type: ignore[attr-defined]
        if wanted is None:
            continue
        if wanted not in versions:
            versions[wanted] = newest_version(wanted)
        version = versions[wanted]
        if version is not None:
            ask_preparation(session=session, version=version, by_mail=policy.sends_mail, now=now)
            asked += 1
    return asked


def _coming(policy: PreparationPolicy, now: datetime) -> list[Session]:
    own = PlanPreparation.objects.filter(session_plan=OuterRef("planned_session__session_plan"))
    there = SessionPreparation.objects.filter(session=OuterRef("pk"))
    rows = (
        Session.objects.booked()
        .filter(
            starts_at__gt=now,
            starts_at__lte=now + timedelta(days=policy.days_before),
            capacity=1,
            client__isnull=False,
            client__archived_at=None,
        )
        .annotate(own_questionnaire=Subquery(own.values("questionnaire_id")[:1]))
        .exclude(Exists(there))
        .order_by("starts_at", "id")
    )
    return list(rows[:MOST_AT_ONCE])


@transaction.atomic
def ask_preparation(
    *, session: Session, version: QuestionnaireVersion, by_mail: bool, now: datetime
) -> SessionPreparation:
    """Ask about one session; the mail is not sent once the session has begun."""
    client_id = client_id_of(session)
    response = open_response(version=version, subject_id=client_id, now=now)
    asked: SessionPreparation = SessionPreparation.objects.create(
        session=session, client_id=client_id, response=response, asked_at=now
    )
    if by_mail:
        enqueue(
            kind=REQUEST_KIND,
            key=f"preparation_asked:{session.pk}",
            due_at=now,
            subject_id=asked.pk,
            not_after=session.starts_at,
        )
    record(event="preparation.asked", subject=session, now=now)
    return asked


@transaction.atomic
def tell_of_preparation(*, response: Response, now: datetime) -> None:
    """The answers were sent: whoever leads the session hears of it, while it is still ahead."""
    rows = SessionPreparation.objects.select_related("session").filter(response=response)
    asked = rows.filter(session__starts_at__gt=now).first()
    if asked is not None:
        enqueue(
            kind=SENT_KIND,
            key=f"preparation_sent:{asked.pk}:{now.isoformat()}",
            due_at=now,
            subject_id=asked.pk,
            not_after=asked.session.starts_at,
        )


@transaction.atomic
def remind_preparation(*, asked: SessionPreparation, by: Membership, now: datetime) -> bool:
    """One more mail about questions that were not sent, at most one a day; whether one goes out.

    Needs the session and the response.
    """
    session: Session = asked.session
    is_over = session.starts_at <= now or session.state != Session.State.BOOKED
    if asked.response.sent_at is not None or is_over:
        return False
    day = timezone.localdate(now, by.practice.zone).isoformat()
    sent = enqueue(
        kind=REQUEST_KIND,
        key=f"preparation_asked:{session.pk}:again:{day}",
        due_at=now,
        subject_id=asked.pk,
        not_after=session.starts_at,
    )
    if sent is None:
        return False
    record(event="preparation.reminded", subject=session, now=now)
    return True
