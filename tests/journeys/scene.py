"""What stands ready before a journey begins."""

from dataclasses import dataclass
from datetime import timedelta

from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.db import transaction
from django.utils import timezone

from clients.models import Engagement, SponsorContact
from coachops.practices.models import Practice
from coachops.tenancy.scope import scope
from programs.services.engagements import open_engagement
from programs.services.starter import install_starter_program
from scheduling.models import Offering, Session
from scheduling.services.availability import install_default_hours
from scheduling.services.offerings import create_offering
from scheduling.services.outcomes import confirm_outcome
from tests.cast import Cast, Person, practice_day
from tests.tracking.factories import make_session
from tracking.services.goals import add_goal
from tracking.services.sponsor_wordings import show_to_sponsor


@dataclass(frozen=True)
class Scene:
    """Bob's hours and offerings, Carol's sponsored engagement, a session held and one just over."""

    engagement: Engagement
    session: Session
    chemistry: Offering


def protect(person: Person) -> None:
    """A second factor, which coaches need before the first client."""
    TOTP.activate(person.user, generate_totp_secret())


@transaction.atomic
def build_scene(cast: Cast) -> Scene:
    protect(cast.bob)
    bob, carol = cast.bob.membership, cast.carol.membership
    now = timezone.now()
    with scope(cast.bob.scope()):
        install_default_hours(coach=bob, time_zone="Europe/Berlin", now=now)
        create_offering(
            coach=bob,
            name="Coaching session",
            kind=Offering.Kind.INDIVIDUAL,
            bookers=Offering.Bookers.CLIENTS,
            now=now,
        )
        chemistry = create_offering(
            coach=bob,
            name="First conversation",
            kind=Offering.Kind.CHEMISTRY,
            bookers=Offering.Bookers.ANYBODY,
            now=now,
        )
        engagement = open_engagement(
            client=cast.carol_client,
            coach=bob,
            version=install_starter_program(now=now),
            starts_on=practice_day() - timedelta(days=42),
            sessions=8,
            payer=Engagement.Payer.SPONSOR,
            sponsor_organisation=cast.acme,
            contacts=list(SponsorContact.objects.filter(organisation=cast.acme)),
            report_every_days=30,
            now=now,
        )
        held = make_session(cast.carol_client, engagement, bob, days=-9, number=1)
        confirm_outcome(session=held, outcome=Session.Outcome.HELD, reason="", now=now)
        session = make_session(cast.carol_client, engagement, bob, days=-0.1, number=2)
    with scope(cast.alice.scope()):
        Practice.objects.update(guided_start_finished_at=now)
    with scope(cast.carol.scope()):
        goal = add_goal(
            engagement=engagement,
            text="Say no without a stomach ache",
            target=8,
            by=carol,
            now=now,
        )
        show_to_sponsor(goal=goal, wording="Sets clear priorities", by=carol, now=now)
    return Scene(engagement, session, chemistry)
