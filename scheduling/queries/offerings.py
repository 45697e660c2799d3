"""Lists of offerings."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.conf import settings
from django.urls import reverse

from clients.models import Client, Engagement
from scheduling.models import Offering
from scheduling.queries.facts import place_in_words


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
    rows = Offering.objects.select_related("coach").filter(coach_id__in=list(coach_ids))
    ordered = sorted(rows.order_by("name")[:300], key=lambda each: each.archived_at is not None)
    return [
        OfferingLine(
            id=each.pk,
            name=each.name,
            kind_label=str(Offering.Kind(each.kind).label),
            bookers_label=str(Offering.Bookers(each.bookers).label),
            duration=each.duration,
            place=place_in_words(each.place, each.place_details),
            coach_name=each.coach.name,
            public_url=public_url(each, practice_slug),
            is_archived=each.archived_at is not None,
        )
        for each in ordered
    ]


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
    """What can be booked with a coach: individual sessions first, then by name."""
    return list(
        Offering.objects.bookable()
        .select_related("coach", "schedule")
        .filter(coach_id=coach_id)
        .order_by("-kind", "name")[:50]
    )
