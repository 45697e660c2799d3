"""What scheduling does when the apps below it report something."""

from datetime import datetime
from uuid import UUID

from anymail.signals import AnymailInboundEvent  # type: ignore[import-untyped]
from django.utils import timezone

from clients.models import Client, CoachAssignment, Engagement, TeamMember
from coachops.outbox.registry import ClaimedMessage
from coachops.practices.models import Membership
from scheduling.models import Poll
from scheduling.services.approvals import decline_requests_of, decline_unanswered
from scheduling.services.handover import follow_engagement, plan_hand_over
from scheduling.services.hold_ends import end_hold
from scheduling.services.offerings import archive_offerings_of
from scheduling.services.places import leave_rosters_of, plan_leaving_rosters
from scheduling.services.polls import close_due_poll, plan_withdrawal
from scheduling.services.replies import take_mail
from scheduling.services.second_coaches import step_back
from scheduling.services.team_sessions import invite_member, take_member_out


def on_membership_ended(
    sender: type[Membership], *, membership: Membership, now: datetime, **_: object
) -> None:
    """Nobody books with somebody who has left, and what waited for their answer is declined."""
    decline_requests_of(coach=membership, now=now)
    plan_withdrawal(coach=membership, now=now)
    archive_offerings_of(coach=membership, now=now)


def on_hold_end(message: ClaimedMessage) -> None:
    """A chosen time was not confirmed: it is free for everybody again. Nothing is sent."""
    if message.subject_id is not None:
        end_hold(hold_key=message.subject_id, now=timezone.now())


def on_unanswered(message: ClaimedMessage) -> None:
    """The coach did not answer a request in good time. The mails about it are rows of their own."""
    if message.subject_id is not None:
        decline_unanswered(session_id=message.subject_id, now=timezone.now())


def on_poll_closes(message: ClaimedMessage) -> None:
    """Answers about times for three were due. The mail to the coach is a row of its own."""
    poll = Poll.objects.filter(pk=message.subject_id).first()
    if poll is not None:
        close_due_poll(poll=poll, now=timezone.now())


def on_engagement_moved(
    sender: type[Engagement],
    *,
    engagement: Engagement,
    coach: Membership,
    now: datetime,
    **_: object,
) -> None:
    """What is booked goes along, where the new coach is free: in a transaction of its own."""
    plan_hand_over(engagement=engagement, now=now)


def on_hand_over(message: ClaimedMessage) -> None:
    """Another coach leads an engagement. The mails about it are rows of their own."""
    rows = Engagement.objects.select_related("coach__user")
    engagement = rows.filter(pk=message.subject_id).first()
    if engagement is not None:
        follow_engagement(engagement=engagement, now=timezone.now())


def on_team_joined(
    sender: type[TeamMember], *, member: TeamMember, now: datetime, **_: object
) -> None:
    """They come to what the team has booked."""
    invite_member(member=member, now=now)


def on_team_left(
    sender: type[TeamMember], *, member: TeamMember, now: datetime, **_: object
) -> None:
    """They do not come to what the team has booked any more."""
    take_member_out(member=member, now=now)


def on_assignment_ended(
    sender: type[CoachAssignment],
    *,
    client: Client,
    coach: Membership,
    now: datetime,
    **_: object,
) -> None:
    """Later dates of the coach's cohorts are planned without them."""
    plan_leaving_rosters(client=client, coach=coach, now=now)


def on_leave_rosters(message: ClaimedMessage) -> None:
    """Somebody is not coached any more by whoever leads these cohorts. Nothing is sent."""
    if message.subject_id is not None:
        coach_id = UUID(str(message.payload["coach"]))
        leave_rosters_of(client_id=message.subject_id, coach_id=coach_id, now=timezone.now())


def on_coach_left(message: ClaimedMessage) -> None:
    """What a coach asked who has left is asked no longer, and what they led with others is led
    without them. The mails about that are rows of their own."""
    if message.subject_id is None:
        return
    coach = Membership.objects.filter(pk=message.subject_id).first()
    if coach is not None and coach.ended_at is not None:
        step_back(coach=coach, now=timezone.now())


def on_inbound_mail(sender: object, *, event: AnymailInboundEvent, **_: object) -> None:
    """A provider handed over a mail to the organizer's address."""
    take_mail(event.message, now=timezone.now())
