"""Lists of offerings."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from clients.models import Client, Engagement
from coachops.practices.models import Membership
from coachops.practices.roles import Role
from scheduling.models import BookingLink, MeetingRoom, Offering, OfferingCoach, Schedule
from scheduling.queries.facts import both, place_in_words

MOST_CHOICES: Final = 100
MOST_CALLS: Final = 8


@dataclass(frozen=True, slots=True)
class OfferingLine:
    id: UUID
    name: str
    kind_label: str
    bookers_label: str
    duration: int
    place: str
    coach_name: str
    public_url: str
    is_archived: bool


def offerings_of(coach_ids: Iterable[UUID], practice_slug: str) -> list[OfferingLine]:
    """The coaches' offerings by name, archived ones last; one statement."""
    rows = Offering.objects.select_related("coach", "second_coach")
    rows = rows.filter(coach_id__in=list(coach_ids))
    ordered = sorted(rows.order_by("name")[:300], key=lambda each: each.archived_at is not None)
    return [
        OfferingLine(
            id=each.pk,
            name=each.name,
            kind_label=str(Offering.Kind(each.kind).label),
            bookers_label=str(Offering.Bookers(each.bookers).label),
            duration=each.duration,
            place=place_in_words(each.place, each.place_details),
            coach_name=both(each.coach.name, each.second_coach.name if each.second_coach else ""),
            public_url=public_url(each, practice_slug),
            is_archived=each.archived_at is not None,
        )
        for each in ordered
    ]


def choices_of(
    coach: Membership, coaches: Iterable[Membership], second: Membership | None = None
) -> dict[str, Any]:
    """What an offering of this coach can choose from: rooms, hours, and who could share it.

    `second` leads it too already, and can stay whoever looks after them.
    """
    all_coaches = [each for each in coaches if Role.COACH in each.roles]
    seconds = {each.pk: each.name for each in all_coaches if each.pk != coach.pk}
    if second is not None:
        seconds[second.pk] = second.name
    rooms = MeetingRoom.objects.filter(archived_at=None).order_by("name")[:MOST_CHOICES]
    schedules = Schedule.objects.filter(coach=coach).order_by("pk")[:MOST_CHOICES]
    return {
        "rooms": [(room.pk, room.name) for room in rooms],
        "schedules": [(schedule.pk, schedule.name) for schedule in schedules],
        "coaches": [(each.pk, each.name) for each in all_coaches],
        "seconds": list(seconds.items()),
    }


def coaches_sharing(offering: Offering) -> list[UUID]:
    """The memberships in its pool."""
    rows = OfferingCoach.objects.filter(offering=offering)
    return list(rows.values_list("coach_id", flat=True)[:MOST_CHOICES])


@dataclass(frozen=True, slots=True)
class LinkLine:
    """A secret link as its maker sees it: never the secret, only what is left of it."""

    id: UUID
    note: str
    left: int | None
    bookings: int
    expires_at: datetime | None
    state: str
    is_usable: bool


def booking_links_of(offering: Offering, now: datetime) -> list[LinkLine]:
    """Newest first; one statement."""
    rows = BookingLink.objects.filter(offering=offering).order_by("-created_at", "-pk")
    return [_link_line(link, now) for link in rows[:MOST_CHOICES]]


def _link_line(link: BookingLink, now: datetime) -> LinkLine:
    left = None if link.most_bookings is None else max(0, link.most_bookings - link.bookings)
    states = (
        (link.revoked_at is not None, _("Taken back")),
        (left == 0, _("Used up")),
        (link.expires_at is not None and link.expires_at <= now, _("Expired")),
    )
    state = next((words for is_so, words in states if is_so), "")
    return LinkLine(
        id=link.pk,
        note=link.note,
        left=left,
        bookings=link.bookings,
        expires_at=link.expires_at,
        state=state,
        is_usable=not state,
    )


def public_url(offering: Offering, practice_slug: str) -> str:
    """The address to hand out, if anybody may book."""
    if offering.bookers != Offering.Bookers.ANYBODY or offering.archived_at is not None:
        return ""
    return f"{settings.BASE_URL}{reverse('book', args=[practice_slug, offering.slug])}"


def offerings_for_client(client: Client) -> list[Offering]:
    """What a client may book: the open offerings of the coaches of their running engagements."""
    coaches = Engagement.objects.filter(client=client, state=Engagement.State.ACTIVE).values(
        "coach_id"
    )
    return list(
        Offering.objects.bookable()
        .select_related("coach", "schedule")
        .filter(coach_id__in=coaches, kind=Offering.Kind.INDIVIDUAL)
        .order_by("name")[:50]
    )


def open_offerings_of(coach_id: UUID) -> list[Offering]:
    """What can be booked with a coach: individual sessions first, then by name.

    Groups are scheduled, and their places given away.
    """
    return list(
        Offering.objects.bookable()
        .select_related("coach", "schedule")
        .filter(coach_id=coach_id)
        .exclude(kind=Offering.Kind.GROUP)
        .order_by("-kind", "name")[:50]
    )


def public_calls() -> list[Offering]:
    """First talks that anybody may book, by name. One query."""
    return list(
        Offering.objects.bookable()
        .select_related("coach")
        .filter(kind=Offering.Kind.CHEMISTRY, bookers=Offering.Bookers.ANYBODY)
        .order_by("name", "id")[:MOST_CALLS]
    )
