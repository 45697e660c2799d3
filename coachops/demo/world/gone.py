"""A coach who has left, and a client who cannot be asked: the second person is."""

from datetime import datetime, timedelta
from typing import Final

from django.utils import timezone

from clients.models import Client, CoachAssignment, Engagement
from clients.services.clients import add_client
from coachops.correspondence.models import AddressBounce
from coachops.correspondence.policies import BounceReason
from coachops.demo.world.building import add_member
from coachops.demo.world.cast import World, scope_of
from coachops.demo.world.facts import CAREER
from coachops.practices.roles import Role
from coachops.practices.services.members import end_membership
from coachops.retention.services.break_glass import ask_to_open
from coachops.tenancy.scope import scope
from programs.services.engagements import close_engagement, open_engagement
from tracking.services.goals import add_goal

COACH: Final = ("Henrike Dahl", "henrike@northlight.example")
CLIENT: Final = ("Edda Brun", "edda.brun@mail.example", "Architect")
GOAL: Final = "I want my name on the drawings again, not only on the invoices."
WHY: Final = (
    "Edda rang: she changed her job and her address, and asks for the goals she had agreed with"
    " Henrike. Her mail comes back, so we cannot ask her in the portal."
)
BEGAN, LEFT = timedelta(days=120), timedelta(days=25)


def add_gone_coach(world: World, now: datetime) -> None:
    """Maya asks to read for four hours what Henrike and Edda had shared; Ines decides."""
    name, email, work = CLIENT
    began, left = now - BEGAN, now - LEFT
    gone = add_member(world, email=COACH[1], name=COACH[0], roles={Role.COACH}, now=began)
    with scope(scope_of(gone)):
        client = add_client(
            name=name,
            email=email,
            time_zone=world.practice.time_zone,
            coach=gone,
            now=began,
            job_title=work,
        )
        engagement = open_engagement(
            client=client,
            coach=gone,
            version=world.versions[CAREER],
            starts_on=began.date(),
            sessions=6,
            payer=Engagement.Payer.SELF,
            now=began,
        )
        add_goal(engagement=engagement, text=GOAL, target=8, by=gone, now=began)
        close_engagement(engagement=engagement, now=left)
    CoachAssignment.objects.filter(client=client).update(ended_on=left.date())
    end_membership(membership=gone, now=left)
    AddressBounce.objects.create(
        address=email, client=client, reason=BounceReason.INVALID, bounced_at=left
    )
    _ask(world, client)


def _ask(world: World, client: Client) -> None:
    maya = world.coaches["maya"]
    with scope(scope_of(maya)):
        ask_to_open(
            client=client,
            by=maya,
            reason=WHY,
            hours=4,
            asks_second=True,
            delay_reason="",
            now=timezone.now(),
        )
