"""Who is being onboarded: everybody who has met their coach is ready, whoever begins is not."""

from datetime import datetime, timedelta

from django.db.models import DateTimeField, F
from django.db.models.functions import Cast
from django.utils import timezone

from clients.models import Engagement, OnboardingStep, StepKind
from coachops.demo.people import BY_HANDLE
from coachops.demo.world.cast import World
from coachops.practices.models import Membership

BEGUN = timedelta(days=14)


def settle_onboarding(world: World, now: datetime) -> None:
    """Steps of those who began weeks ago were taken in good time; the newest are still at it."""
    today = timezone.localdate(now)
    noor = BY_HANDLE["noor"]
    assistant = Membership.objects.filter(practice=world.practice, user__email=noor.email).first()
    steps = OnboardingStep.objects.filter(settled_at=None)
    in_time = Cast(F("due_on"), DateTimeField())
    begun = Engagement.objects.filter(starts_on__lte=today - BEGUN).values("pk")
    steps.filter(engagement__in=begun).update(settled_at=in_time, settled_by=assistant)
    letters = steps.filter(kind=StepKind.LETTER, due_on__lt=today - timedelta(days=7))
    letters.update(settled_at=in_time, settled_by=assistant)
    invited = steps.filter(kind=StepKind.INVITATION, engagement__client__membership__isnull=False)
    invited.update(settled_at=in_time)
