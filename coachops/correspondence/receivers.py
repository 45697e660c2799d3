"""Answers to what providers, our mailbox and the apps below say."""

from email.message import Message

from anymail.signals import AnymailTrackingEvent, EventType  # type: ignore[import-untyped]
from django.utils import timezone

from coachops.correspondence.policies import BounceReason, reason_of
from coachops.correspondence.services.bounces import Bounce, take_bounce
from coachops.correspondence.services.preferences import follow_address
from coachops.correspondence.services.reports import take_report
from coachops.mail.message import REFERENCE_KEY


def on_tracking(sender: object, *, event: AnymailTrackingEvent, **_: object) -> None:
    """A provider says what became of a mail. That it was opened or clicked is nobody's business."""
    if event.event_type == EventType.COMPLAINED:
        reason = BounceReason.COMPLAINED
    elif event.event_type in {EventType.BOUNCED, EventType.REJECTED}:
        reason = reason_of(event.reject_reason)
    else:
        return
    metadata = event.metadata or {}
    take_bounce(
        Bounce(
            reference=str(metadata.get(REFERENCE_KEY, "")),
            address=str(event.recipient or ""),
            reason=reason,
        ),
        now=timezone.now(),
    )


def on_other_mail(sender: object, *, mail: bytes | Message, **_: object) -> bool:
    """Mail to the organizer's address that answers no invitation; whether it is dealt with."""
    return take_report(mail, now=timezone.now())


def on_address_changed(sender: object, *, old: str, address: str, **kwargs: object) -> None:
    """Choices follow the person to a new address."""
    follow_address(old=old, new=address, now=timezone.now())
