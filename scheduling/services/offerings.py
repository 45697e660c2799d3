"""What can be booked with a coach."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils.text import slugify

from coachops.audit.record import Fact, record
from coachops.practices.models import Membership
from scheduling.models import Offering, OfferingCoach
from scheduling.services.availability import install_default_hours
from scheduling.services.reminders import ask_to_replan

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

    A coach without hours gets the usual ones, so that there is something to book; the second coach
    as well.
    """
    hours = install_default_hours(coach=coach, time_zone=coach.user.time_zone, now=now)
    schedule_id = details.pop("schedule_id", hours.pk)
    details |= _hours_of_second(details, None, now)
    offering: Offering = Offering.objects.create(
        coach=coach,
        schedule_id=schedule_id,
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
    """Change its rules for bookings to come; the public address stays the same.

    A second coach leads it at the hours that are theirs already, else at their first ones. Only its
    reminders change for what is booked already.
    """
    reminds_otherwise = "reminders" in details and details["reminders"] != offering.reminders
    details |= _hours_of_second(details, offering, now)
    for field, value in details.items():
        setattr(offering, field, value)
    offering.save(update_fields=list(details))
    if reminds_otherwise:
        ask_to_replan(now=now, offering_id=offering.pk)
    record(event="offering.changed", subject=offering, now=now, facts={"fields": sorted(details)})
    return offering


@transaction.atomic
def share_offering(*, offering: Offering, coaches: Iterable[Membership], now: datetime) -> None:
    """Make these the coaches who share it, each with their own hours; nobody ends the sharing.

    Coaches without hours get the usual ones. What is booked stays with whoever has it.
    """
    wanted = {coach.pk: coach for coach in coaches}
    rows = OfferingCoach.objects.filter(offering=offering)
    before = set(rows.values_list("coach_id", flat=True))
    if before == set(wanted):
        return
    rows.exclude(coach_id__in=wanted).delete()
    for coach in wanted.values():
        if coach.pk not in before:
            hours = install_default_hours(coach=coach, time_zone=coach.user.time_zone, now=now)
            OfferingCoach.objects.create(offering=offering, coach=coach, schedule=hours)
    facts: dict[str, Fact] = {"coaches": sorted(str(each) for each in wanted)}
    record(event="offering.shared", subject=offering, now=now, facts=facts)


@transaction.atomic
def archive_offering(*, offering: Offering, now: datetime) -> None:
    """Nobody can book it any more; sessions that are booked stay."""
    if offering.archived_at is None:
        offering.archived_at = now
        offering.save(update_fields=["archived_at"])
        record(event="offering.archived", subject=offering, now=now)


@transaction.atomic
def archive_offerings_of(*, coach: Membership, now: datetime) -> None:
    """Close everything that cannot be booked without a coach, for one who leaves.

    What others share goes on with them. What they led with somebody is closed until that coach
    opens it again, alone or with another.
    """
    OfferingCoach.objects.filter(coach=coach).delete()
    others = OfferingCoach.objects.filter(offering=OuterRef("pk"))
    theirs = Q(coach=coach) | Q(second_coach=coach)
    rows = Offering.objects.filter(theirs, archived_at=None)
    for offering in rows.exclude(~Q(pooling="") & Exists(others)):
        archive_offering(offering=offering, now=now)


@transaction.atomic
def restore_offering(*, offering: Offering, now: datetime) -> None:
    """Open it for booking again; without a second coach who has left since."""
    if offering.archived_at is not None:
        offering.archived_at = None
        if offering.second_coach_id is not None and offering.second_coach.ended_at is not None:
            offering.second_coach = offering.second_schedule = None
        offering.save(update_fields=["archived_at", "second_coach", "second_schedule"])
        record(event="offering.restored", subject=offering, now=now)


def _hours_of_second(
    details: dict[str, Any], offering: Offering | None, now: datetime
) -> dict[str, Any]:
    """What belongs to a second coach among the details; nothing where they name none."""
    if "second_coach" not in details:
        return {}
    second: Membership | None = details["second_coach"]
    if second is None:
        return {"second_schedule": None}
    if offering is not None and offering.second_coach_id == second.pk:
        return {"second_schedule": offering.second_schedule}
    hours = install_default_hours(coach=second, time_zone=second.user.time_zone, now=now)
    return {"second_schedule": hours}


def _free_slug(name: str) -> str:
    base = slugify(name)[:LONGEST_SLUG] or "session"
    taken = set(Offering.objects.filter(slug__startswith=base).values_list("slug", flat=True))
    if base not in taken:
        return base
    return next(slug for n in range(2, len(taken) + 3) if (slug := f"{base}-{n}") not in taken)
