"""Who coaches a client, from when to when, and what moves with it."""

import contextlib
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from clients.models import Client, CoachAssignment, Engagement, TeamMember
from clients.queries.clients import assigned_coaches, has_portal
from clients.services import disclosure
from clients.services.handover import ask_what_passes_on
from clients.services.notices import Notice, tell
from clients.signals import assignment_ended, engagement_moved
from coachops.audit.record import record
from coachops.practices.models import Membership
from coachops.practices.roles import Role

# Somebody who stopped coaching only now is still told who follows.
_STILL_TOLD = timedelta(days=30)
_FINISHED = (Engagement.State.COMPLETED, Engagement.State.CLOSED)


class NotACoach(Exception):
    """Only a member who coaches can be assigned, and nobody coaches themself."""


class MayNotAssign(Exception):
    """Only owners and the client's present coach decide who else coaches them."""


class TakesOver(Exception):
    """Nobody puts themself beside or in place of a client's present coach."""


class StillCoaching(Exception):
    """Engagements that are not finished name this coach, and nobody else is there to take them."""


@transaction.atomic
def assign_coach(
    *, client: Client, coach: Membership, by: Membership, now: datetime
) -> CoachAssignment:
    """From today on this member coaches the client, who is told, as are their present coaches.

    Of before they read nothing but what the client passes on, who is asked. What a coach led who
    has left the practice is theirs to lead. Once is enough. Raises NotACoach, MayNotAssign,
    TakesOver.
    """
    today = timezone.localdate(now, timezone=coach.practice.zone)
    Client.objects.select_for_update().get(pk=client.pk)
    present = [each for each in assigned_coaches(client, today) if each.pk != coach.pk]
    if present and by.pk == coach.pk:
        raise TakesOver
    if not by.has_role(Role.OWNER) and by.pk not in {each.pk for each in present}:
        raise MayNotAssign
    told = assigned_coaches(client, today, gone_since=today - _STILL_TOLD)
    assignment = begin_assignment(client=client, coach=coach, now=now)
    ask_what_passes_on(client=client, assignment=assignment, now=now)
    _take_over(client, coach, now)
    readers = [*told, coach]
    if has_portal(client):
        readers.append(client.membership)
    tell(
        readers={each.pk: each for each in readers}.values(),
        notice=Notice.COACH_ASSIGNED,
        client=client,
        coach=coach,
        now=now,
    )
    return assignment


@transaction.atomic
def begin_assignment(*, client: Client, coach: Membership, now: datetime) -> CoachAssignment:
    """The row alone, for a client nobody coaches yet; tells nobody. Raises NotACoach."""
    if not coach.has_role(Role.COACH) or coach.ended_at is not None:
        raise NotACoach
    if coach.user.email.lower() == client.email.lower() or _is_the_client(client, coach):
        raise NotACoach
    today = timezone.localdate(now, timezone=coach.practice.zone)
    current = CoachAssignment.objects.current(today).filter(client=client, coach=coach).first()
    if current is not None:
        return current  # type: ignore[no-any-return]
    assignment: CoachAssignment = CoachAssignment.objects.create(
        client=client, coach=coach, started_on=today
    )
    record(event="coach.assigned", subject=client, now=now, facts={"coach": str(coach.pk)})
    return assignment


@transaction.atomic
def end_assignment(*, client: Client, coach: Membership, by: Membership, now: datetime) -> None:
    """The member no longer coaches the client and keeps only the notes they wrote.

    Unfinished engagements go to whoever was assigned last. Yesterday is the last day, also of an
    assignment that began today and so never was. Raises MayNotAssign, StillCoaching.
    """
    if not by.has_role(Role.OWNER) and by.pk != coach.pk:
        raise MayNotAssign
    today = timezone.localdate(now, timezone=coach.practice.zone)
    Client.objects.select_for_update().get(pk=client.pk)
    _hand_over(client, coach, now)
    current = CoachAssignment.objects.current(today).filter(client=client, coach=coach)
    for assignment in current:
        assignment.ended_on = today - timedelta(days=1)
        assignment.save(update_fields=["ended_on"])
        record(event="coach.unassigned", subject=client, now=now, facts={"coach": str(coach.pk)})
    assignment_ended.send(sender=CoachAssignment, client=client, coach=coach, now=now)


@transaction.atomic
def end_assignments_of(*, coach: Membership, now: datetime) -> None:
    """Somebody who has left coaches nobody: today is the last day of all their assignments.

    Unfinished engagements go to whoever else coaches the client; where nobody does they wait.
    """
    today = timezone.localdate(now, timezone=coach.practice.zone)
    rows = CoachAssignment.objects.select_for_update(of=("self",)).select_related("client")
    for assignment in rows.current(today).filter(coach=coach).exclude(ended_on=today):
        assignment.ended_on = today
        assignment.save(update_fields=["ended_on"])
        facts = {"coach": str(coach.pk)}
        record(event="coach.unassigned", subject=assignment.client, now=now, facts=dict(facts))
        with contextlib.suppress(StillCoaching):
            _hand_over(assignment.client, coach, now)


@transaction.atomic
def move_engagement(*, engagement: Engagement, coach: Membership, now: datetime) -> None:
    """Another coach leads the engagement from now on; an open request asks them to sign.

    The apps above hear of it: what is booked follows where the new coach is free.
    """
    before = engagement.coach_id
    if before == coach.pk:
        return
    engagement.coach = coach
    engagement.save(update_fields=["coach"])
    record(
        event="engagement.moved",
        subject=engagement,
        now=now,
        facts={"from": str(before), "to": str(coach.pk)},
    )
    disclosure.ask_new_coach(engagement=engagement, now=now)
    engagement_moved.send(sender=Engagement, engagement=engagement, coach=coach, now=now)


def _take_over(client: Client, coach: Membership, now: datetime) -> None:
    """What nobody leads, because its coach has left."""
    waiting = Engagement.objects.select_for_update(of=("self",)).filter(
        client=client, coach__ended_at__isnull=False
    )
    for engagement in waiting.exclude(state__in=_FINISHED):
        move_engagement(engagement=engagement, coach=coach, now=now)


def _hand_over(client: Client, leaving: Membership, now: datetime) -> None:
    unfinished = list(
        Engagement.objects.select_for_update()
        .filter(client=client, coach=leaving)
        .exclude(state__in=_FINISHED)
    )
    if not unfinished:
        return
    today = timezone.localdate(now, timezone=leaving.practice.zone)
    others = [each for each in assigned_coaches(client, today) if each.pk != leaving.pk]
    if not others:
        raise StillCoaching
    for engagement in unfinished:
        move_engagement(engagement=engagement, coach=others[-1], now=now)


def _is_the_client(client: Client, coach: Membership) -> bool:
    if client.is_team:
        mine = Q(client__email__iexact=coach.user.email) | Q(client__membership__user=coach.user)
        return bool(TeamMember.objects.present().filter(mine, team=client).exists())
    return bool(client.membership_id and client.membership.user_id == coach.user_id)
