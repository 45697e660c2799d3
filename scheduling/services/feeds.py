"""Secret addresses that calendar programmes read: made, made anew, taken back."""

import secrets
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.urls import reverse

from coachops.audit.record import record
from coachops.practices.models import Membership
from coachops.practices.services.links import hash_secret
from coachops.tenancy.turns import take_turn
from scheduling.models import CalendarFeed


@transaction.atomic
def make_feed(*, membership: Membership, kind: CalendarFeed.Kind, now: datetime) -> str:
    """The feed's full address, which nobody can be shown again; an earlier one stops working."""
    take_turn(f"feed:{membership.pk}:{kind}")
    is_anew = bool(_open(membership, kind).update(revoked_at=now))
    secret = secrets.token_urlsafe(32)
    feed = CalendarFeed.objects.create(
        membership=membership, kind=kind, secret_hash=hash_secret(secret)
    )
    record(
        event="calendar_feed.made", subject=feed, now=now, facts={"kind": kind, "is_anew": is_anew}
    )
    path = reverse("feed", kwargs={"token": f"{feed.practice_id}.{secret}"})
    return f"{settings.BASE_URL}{path}"


@transaction.atomic
def revoke_feed(*, membership: Membership, kind: CalendarFeed.Kind, now: datetime) -> bool:
    """The address stops working at once. False when there was none."""
    feed = _open(membership, kind).first()
    if feed is None:
        return False
    _open(membership, kind).update(revoked_at=now)
    record(event="calendar_feed.revoked", subject=feed, now=now, facts={"kind": kind})
    return True


def _open(membership: Membership, kind: CalendarFeed.Kind) -> QuerySet[CalendarFeed]:
    return CalendarFeed.objects.filter(  # type: ignore[no-any-return]
        membership=membership, kind=kind, revoked_at=None
    )
