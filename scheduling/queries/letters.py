"""What a letter says about moving and cancelling: the rules of the coach's usual session."""

from dataclasses import dataclass
from uuid import UUID

from scheduling.models import Offering
from scheduling.queries.facts import place_in_words

HOUR = 60


@dataclass(frozen=True, slots=True)
class UsualRules:
    """`minutes` long; may be moved or cancelled until `notice_hours` before."""

    minutes: int
    place: str
    notice_hours: int
    forfeits: bool


def usual_rules(coach_id: UUID) -> UsualRules | None:
    """Of the session that the coach's clients book; None where there is none. One query."""
    offering = (
        Offering.objects.filter(
            coach_id=coach_id,
            kind=Offering.Kind.INDIVIDUAL,
            bookers=Offering.Bookers.CLIENTS,
            archived_at=None,
        )
        .order_by("created_at", "pk")
        .first()
    )
    if offering is None:
        return None
    return UsualRules(
        minutes=offering.duration,
        place=place_in_words(offering.place, offering.place_details),
        notice_hours=offering.change_notice // HOUR,
        forfeits=offering.late_cancellation_forfeits,
    )
