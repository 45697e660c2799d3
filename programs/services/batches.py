"""Many engagements at once, by statements that are as many for a hundred as for one."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from django.db import connection, transaction

from clients.models import Client, Engagement, SponsorOrganisation
from coachops.audit.record import Fact, record_all
from coachops.practices.models import Membership
from coachops.tenancy.models import uuid7
from coachops.tenancy.scope import current_practice_id
from programs.models import (
    EngagementPlan,
    LedgerAccount,
    LedgerEntry,
    PlannedSession,
    ProgramVersion,
)
from programs.policies import MOST_SESSIONS, EngagementRefused, Refusal, check_sessions
from programs.services.checklists import begin_onboardings
from programs.services.engagements import Blueprint, blueprint_of, check_payer_of, planned_sessions

# A dozen rows for each engagement: by far the most of what is written.
_PLANNED: Final = """
INSERT INTO programs_plannedsession
  (id, practice_id, plan_id, session_plan_id, number, opens_on, due_on)
SELECT uuidv7(), %s, plan, session_plan, number, opens_on, due_on
FROM jsonb_to_recordset(%s::jsonb)
  AS row (plan uuid, session_plan uuid, number smallint, opens_on date, due_on date)
"""


@dataclass(frozen=True, slots=True)
class NewEngagement:
    """`sessions` None takes as many as are planned; `ends_on` None the program's own end.

    `is_beginning` False for one that began elsewhere long ago: it has no onboarding to go through.
    """

    client: Client
    coach: Membership
    version: ProgramVersion
    starts_on: date
    ends_on: date | None = None
    sessions: int | None = None
    title: str = ""
    organisation: SponsorOrganisation | None = None
    is_beginning: bool = True


@transaction.atomic
def open_engagements(*, orders: Sequence[NewEngagement], now: datetime) -> list[Engagement]:
    """Engagements with plans, ledgers and onboarding, as `open_engagement` makes each.

    For clients who were added in this transaction with that coach. Raises EngagementRefused.
    """
    versions = {each.version.pk: each.version for each in orders}
    blueprints = {pk: blueprint_of(version) for pk, version in versions.items()}
    made = [_engagement(each, blueprints[each.version.pk], now) for each in orders]
    counts = [each.sessions or len(blueprints[each.version.pk].plans) for each in orders]
    for count in counts:
        check_sessions(count)
    Engagement.insert_all([_columns(each) for each in made], created_at=now)
    _plan(orders, made, counts, blueprints, now)
    _open_accounts(made, counts, now)
    begin_onboardings(
        beginning=[
            (engagement, order.version.program)
            for order, engagement in zip(orders, made, strict=True)
            if order.is_beginning
        ],
        now=now,
    )
    _record(orders, made, counts, now)
    return made


def _engagement(order: NewEngagement, blueprint: Blueprint, now: datetime) -> Engagement:
    if order.version.published_at is None:
        raise EngagementRefused(Refusal.NOT_PUBLISHED)
    payer = Engagement.Payer.SPONSOR if order.organisation else Engagement.Payer.SELF
    check_payer_of(payer, order.organisation, ())
    ends_on = order.ends_on or blueprint.ends_on(order.starts_on)
    return Engagement(
        client=order.client,
        coach=order.coach,
        sponsor_organisation=order.organisation,
        title=order.title or order.version.program.name,
        payer=payer,
        starts_on=order.starts_on,
        ends_on=ends_on,
        created_at=now,
    )


def _columns(engagement: Engagement) -> dict[str, Any]:
    company = engagement.sponsor_organisation_id
    return {
        "id": str(engagement.pk),
        "client_id": str(engagement.client_id),
        "coach_id": str(engagement.coach_id),
        "sponsor_organisation_id": str(company) if company else None,
        "title": engagement.title,
        "payer": engagement.payer,
        "starts_on": engagement.starts_on.isoformat(),
        "ends_on": engagement.ends_on.isoformat(),
    }


def _plan(
    orders: Sequence[NewEngagement],
    made: Sequence[Engagement],
    counts: Sequence[int],
    blueprints: dict[UUID, Blueprint],
    now: datetime,
) -> None:
    plans = [
        EngagementPlan(engagement=engagement, version=order.version, applied_at=now)
        for order, engagement in zip(orders, made, strict=True)
    ]
    EngagementPlan.insert_all([_columns_of_plan(plan) for plan in plans], applied_at=now)
    rows: list[dict[str, Any]] = []
    windows: dict[tuple[UUID, date], list[PlannedSession]] = {}
    for order, plan, count in zip(orders, plans, counts, strict=True):
        key = (order.version.pk, order.starts_on)
        if key not in windows:
            blueprint = blueprints[order.version.pk]
            windows[key] = planned_sessions(plan, blueprint, order.starts_on, MOST_SESSIONS)
        rows += [
            {
                "plan": str(plan.pk),
                "session_plan": str(each.session_plan_id),
                "number": each.number,
                "opens_on": each.opens_on.isoformat(),
                "due_on": each.due_on.isoformat(),
            }
            for each in windows[key][:count]
        ]
    with connection.cursor() as cursor:
        cursor.execute(_PLANNED, [current_practice_id(), json.dumps(rows)])


def _columns_of_plan(plan: EngagementPlan) -> dict[str, str]:
    return {
        "id": str(plan.pk),
        "engagement_id": str(plan.engagement_id),
        "version_id": str(plan.version_id),
    }


def _open_accounts(made: Sequence[Engagement], counts: Sequence[int], now: datetime) -> None:
    ids = [str(uuid7()) for _ in made]
    LedgerAccount.insert_all(
        [
            {"id": account, "engagement_id": str(engagement.pk)}
            for account, engagement in zip(ids, made, strict=True)
        ]
    )
    LedgerEntry.insert_all(
        [
            {"account_id": account, "change": count, "balance_after": count}
            for account, count in zip(ids, counts, strict=True)
        ],
        sequence=1,
        kind=LedgerEntry.Kind.ALLOT,
        recorded_at=now,
    )


def _record(
    orders: Sequence[NewEngagement],
    made: Sequence[Engagement],
    counts: Sequence[int],
    now: datetime,
) -> None:
    subjects: list[tuple[Engagement, dict[str, Fact]]] = []
    for order, engagement, count in zip(orders, made, counts, strict=True):
        facts: dict[str, Fact] = {
            "version": str(order.version.pk),
            "sessions": count,
            "payer": engagement.payer,
        }
        subjects.append((engagement, facts))
    record_all(event="engagement.opened", subjects=subjects, now=now)
