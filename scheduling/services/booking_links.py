"""Secret and one-off links to an offering: made once, shown once, kept as a hash."""

import secrets
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q
from django.urls import reverse

from coachops.audit.record import record
from coachops.practices.services.links import hash_secret
from scheduling.models import BookingLink, Offering


@transaction.atomic
def create_booking_link(
    *,
    offering: Offering,
    now: datetime,
    note: str = "",
    most_bookings: int | None = None,
    expires_at: datetime | None = None,
) -> str:
    """A full address that books this offering; 256 random bits, only the hash is kept.

    `most_bookings` is 1 for a one-off link and None for one without a limit.
    """
    secret = secrets.token_urlsafe(32)
    link: BookingLink = BookingLink.objects.create(
        offering=offering,
        secret_hash=hash_secret(secret),
        note=note,
        most_bookings=most_bookings,
        expires_at=expires_at,
    )
    facts = {"offering": str(offering.pk), "most_bookings": most_bookings}
    record(event="booking_link.created", subject=link, now=now, facts={**facts})
    path = reverse("book_by_link", kwargs={"token": f"{link.practice_id}.{secret}"})
    return f"{settings.BASE_URL}{path}"


@transaction.atomic
def revoke_booking_link(*, link: BookingLink, now: datetime) -> None:
    """Nobody books with it any more; what was booked stays. Twice changes nothing."""
    if link.revoked_at is None:
        link.revoked_at = now
        link.save(update_fields=["revoked_at"])
        record(event="booking_link.revoked", subject=link, now=now)


def use_booking_link(*, link_id: UUID, now: datetime) -> bool:
    """Take one of its uses, in the transaction of the booking. False when none is left."""
    usable = BookingLink.objects.filter(
        Q(expires_at=None) | Q(expires_at__gt=now),
        Q(most_bookings=None) | Q(bookings__lt=F("most_bookings")),
        pk=link_id,
        revoked_at=None,
    )
    return bool(usable.update(bookings=F("bookings") + 1))
