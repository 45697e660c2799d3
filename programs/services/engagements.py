"""Opening an engagement from a program, and what becomes of it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from clients.models import (
    Client,
    CoachAssignment,
    Engagement,
    EngagementStakeholder,
    SponsorContact,
    SponsorOrganisation,
)
from coachops.audit.record import Fact, record
from coachops.practices.models import Membership
from programs.models import EngagementPlan, Phase, PlannedSession, ProgramVersion, SessionPlan
from programs.policies import (
    EngagementRefused,
    Refusal,
    check_payer,
    check_sessions,
    phase_dates,
    windows,
)
from programs.services.checklists import begin_onboardings
from programs.services.ledger import open_account
from programs.signals import engagement_completed

State = Engagement.State
_FIRST = 1


@dataclass(frozen=True, slots=True)
class Blueprint:
    """A version's phases and session plans, in order."""

    phases: list[Phase]
    plans: list[SessionPlan]

    def weeks_from_start(self) -> list[int]:
        """For each session plan: in which week of the whole engagement it belongs."""
        begins, total = {}, 0
        for phase in self.phases:
            begins[phase.pk] = total
            total += max(phase.weeks, 1)
        return [begins[plan.phase_id] + plan.week for plan in self.plans]

    def ends_on(self, starts_on: date) -> date:
        return phase_dates(starts_on, [phase.weeks for phase in self.phases])[-1].ends_on


def check_payer_of(
    payer: str, organisation: SponsorOrganisation | None, contacts: tuple[SponsorContact, ...]
) -> None:
    """Whether payer, company and its people go together. Raises EngagementRefused."""
    check_payer(
        is_sponsored=payer == Engagement.Payer.SPONSOR,
        has_organisation=organisation is not None,
        contacts_elsewhere=any(
            organisation is None or each.organisation_id != organisation.pk for each in contacts
        ),
    )


@transaction.atomic
def open_engagement(
    *,
    client: Client,
    coach: Membership,
    version: ProgramVersion,
    starts_on: date,
    sessions: int,
    payer: str,
    now: datetime,
    sponsor_organisation: SponsorOrganisation | None = None,
    contacts: Iterable[SponsorContact] = (),
    report_every_days: int | None = None,
    title: str = "",
) -> Engagement:
    """Engagement, plan with its windows, ledger account with its allotment: all or nothing.

    Nothing reaches a sponsor by this: disclosure is closed. Raises EngagementRefused.
    """
    contacts = tuple(contacts)
    _check(client, coach, version, sessions, starts_on, now)
    check_payer_of(payer, sponsor_organisation, contacts)
    blueprint = blueprint_of(version)
    engagement: Engagement = Engagement.objects.create(
        client=client,
        coach=coach,
        sponsor_organisation=sponsor_organisation,
        title=title or version.program.name,
        payer=payer,
        starts_on=starts_on,
        ends_on=blueprint.ends_on(starts_on),
        report_every_days=report_every_days if sponsor_organisation else None,
    )
    links = [EngagementStakeholder(engagement=engagement, contact=each) for each in contacts]
    EngagementStakeholder.objects.bulk_create(links)
    _apply(version, blueprint, engagement, sessions, now)
    open_account(engagement=engagement, sessions=sessions, now=now)
    begin_onboardings(beginning=[(engagement, version.program)], now=now)
    facts: dict[str, Fact] = {"version": str(version.pk), "sessions": sessions, "payer": payer}
    record(event="engagement.opened", subject=engagement, now=now, facts=facts)
    return engagement


@transaction.atomic
def pause_engagement(*, engagement: Engagement, now: datetime) -> None:
    """Raises EngagementRefused unless it is active."""
    _change(engagement, {State.ACTIVE}, State.PAUSED, now)


@transaction.atomic
def resume_engagement(*, engagement: Engagement, now: datetime) -> None:
    """Raises EngagementRefused unless it is paused."""
    _change(engagement, {State.PAUSED, State.PROPOSED}, State.ACTIVE, now)


@transaction.atomic
def complete_engagement(*, engagement: Engagement, now: datetime) -> None:
    """The work is done. Sessions that are left stay in the ledger. Raises EngagementRefused."""
    _change(engagement, {State.ACTIVE, State.PAUSED}, State.COMPLETED, now)
    engagement_completed.send(sender=Engagement, engagement=engagement, now=now)


@transaction.atomic
def close_engagement(*, engagement: Engagement, now: datetime) -> None:
    """It ends early. Raises EngagementRefused when it has ended already."""
    _change(engagement, {State.ACTIVE, State.PAUSED, State.PROPOSED}, State.CLOSED, now)


def _change(engagement: Engagement, before: set[State], after: State, now: datetime) -> None:
    changed = Engagement.objects.filter(pk=engagement.pk, state__in=list(before)).update(
        state=after
    )
    if not changed:
        raise EngagementRefused(Refusal.WRONG_STATE)
    engagement.state = after
    record(event=f"engagement.{after}", subject=engagement, now=now)


def _check(
    client: Client,
    coach: Membership,
    version: ProgramVersion,
    sessions: int,
    starts_on: date,
    now: datetime,
) -> None:
    check_sessions(sessions)
    if version.published_at is None:
        raise EngagementRefused(Refusal.NOT_PUBLISHED)
    today = timezone.localdate(now, timezone=coach.practice.zone)
    days = (today, max(today, starts_on))
    assigned = CoachAssignment.objects.filter(client=client, coach=coach)
    if not any(assigned.current(day).exists() for day in days):
        raise EngagementRefused(Refusal.COACH_NOT_ASSIGNED)


def blueprint_of(version: ProgramVersion) -> Blueprint:
    """Two queries."""
    phases = list(Phase.objects.filter(version=version).order_by("position"))
    order = {phase.pk: phase.position for phase in phases}
    plans = SessionPlan.objects.filter(phase__version=version)
    return Blueprint(
        phases=phases,
        plans=sorted(plans, key=lambda plan: (order[plan.phase_id], plan.position)),
    )


def _apply(
    version: ProgramVersion,
    blueprint: Blueprint,
    engagement: Engagement,
    sessions: int,
    now: datetime,
) -> None:
    """Plan as many sessions as were allotted; further allotted ones are booked freely."""
    plan = EngagementPlan.objects.create(engagement=engagement, version=version, applied_at=now)
    PlannedSession.objects.bulk_create(
        planned_sessions(plan, blueprint, engagement.starts_on, sessions)
    )


def planned_sessions(
    plan: EngagementPlan, blueprint: Blueprint, starts_on: date, sessions: int
) -> list[PlannedSession]:
    """What a plan begins with, not saved: each session plan with its window, up to that many."""
    dated = zip(blueprint.plans, windows(starts_on, blueprint.weeks_from_start()), strict=True)
    return [
        PlannedSession(
            plan=plan,
            session_plan=session_plan,
            number=number,
            opens_on=window.opens_on,
            due_on=window.due_on,
        )
        for number, (session_plan, window) in enumerate(dated, start=_FIRST)
        if number <= sessions
    ]
