"""What can be booked with a coach."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.text import slugify

from coachops.audit.record import Fact, record
from coachops.practices.models import Membership
from scheduling.models import Offering
from scheduling.services.availability import install_default_hours

LONGEST_SLUG = 70


@transaction.atomic
def create_offering(
    *,
    coach: Membership,
    name: str,
    kind: str,
    bookers: str,
    now: datetime,
    **details: Any,
) -> Offering:
    """A new session type of this coach. `details` are further fields of Offering.

    A coach without hours gets the usual ones, so that there is something to book.
    """
    schedule = install_default_hours(coach=coach, time_zone=coach.user.time_zone, now=now)
    offering: Offering = Offering.objects.create(
        coach=coach,
        schedule=schedule,
        name=name,
        slug=_free_slug(name),
        kind=kind,
        bookers=bookers,
        **details,
    )
    facts: dict[str, Fact] = {"kind": kind, "bookers": bookers, "duration": offering.duration}
    record(event="offering.created", subject=offering, now=now, facts=facts)
    return offering


@transaction.atomic
def change_offering(*, offering: Offering, now: datetime, **details: Any) -> Offering:
    """Change its rules for bookings to come; the public address stays the same."""
    for field, value in details.items():
        setattr(offering, field, value)
    offering.save(update_fields=list(details))
    record(event="offering.changed", subject=offering, now=now, facts={"fields": sorted(details)})
    return offering


@transaction.atomic
def archive_offering(*, offering: Offering, now: datetime) -> None:
    """Nobody can book it any more; sessions that are booked stay."""
    if offering.archived_at is None:
        offering.archived_at = now
        offering.save(update_fields=["archived_at"])
        record(event="offering.archived", subject=offering, now=now)


@transaction.atomic
def archive_offerings_of(*, coach: Membership, now: datetime) -> None:
    """Close everything that can be booked with a coach, for one who leaves."""
    for offering in Offering.objects.filter(coach=coach, archived_at=None):
        archive_offering(offering=offering, now=now)


@transaction.atomic
def restore_offering(*, offering: Offering, now: datetime) -> None:
    """Open it for booking again."""
    if offering.archived_at is not None:
        offering.archived_at = None
        offering.save(update_fields=["archived_at"])
        record(event="offering.restored", subject=offering, now=now)


def _free_slug(name: str) -> str:
    base = slugify(name)[:LONGEST_SLUG] or "session"
    taken = set(Offering.objects.filter(slug__startswith=base).values_list("slug", flat=True))
    if base not in taken:
        return base
    return next(slug for n in range(2, len(taken) + 3) if (slug := f"{base}-{n}") not in taken)
