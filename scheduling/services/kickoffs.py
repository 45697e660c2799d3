"""The first session held, with which an engagement has begun."""

from datetime import datetime

from clients.models import StepKind
from clients.services.onboarding import happened, took_back
from scheduling.models import Session


def note_kickoff(*, session: Session, before: str, now: datetime) -> None:
    """Part of a service: an engagement has begun, or not if that turns out otherwise."""
    held = Session.Outcome.HELD
    if session.engagement_id is None or held not in {before, session.outcome}:
        return
    sessions = Session.objects.filter(engagement_id=session.engagement_id, outcome=held)
    if session.outcome == held:
        happened(kind=StepKind.KICKOFF, engagement_id=session.engagement_id, now=now)
    elif not sessions.exists():
        took_back(kind=StepKind.KICKOFF, engagement_id=session.engagement_id, now=now)
