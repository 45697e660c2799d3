"""What a sponsor may read of a goal: the client's words for them, if the client says so."""

from datetime import datetime

from django.db import transaction

from coachops.audit.record import record
from coachops.practices.models import Membership
from coachops.practices.roles import Role
from tracking.models import Goal, SponsorWording
from tracking.policies.goals import NoSponsor, NotYourWords


@transaction.atomic
def show_to_sponsor(*, goal: Goal, wording: str, by: Membership, now: datetime) -> SponsorWording:
    """Mark the goal and keep the client's wording of it for the sponsor.

    Raises NoSponsor for engagements that the client pays, NotYourWords for anybody else.
    """
    _check(goal, by)
    Goal.objects.filter(pk=goal.pk).update(marked_for_sponsor=True)
    kept = SponsorWording.objects.create(goal=goal, text=wording, written_at=now)
    record(event="goal.shown_to_sponsor", subject=goal, now=now)
    return kept  # type: ignore[no-any-return]


@transaction.atomic
def hide_from_sponsor(*, goal: Goal, by: Membership, now: datetime) -> None:
    """Nothing new about the goal reaches the sponsor. Reports that were issued stay as they are."""
    _check(goal, by)
    if Goal.objects.filter(pk=goal.pk, marked_for_sponsor=True).update(marked_for_sponsor=False):
        record(event="goal.hidden_from_sponsor", subject=goal, now=now)


def _check(goal: Goal, by: Membership) -> None:
    if not goal.engagement.is_sponsored:
        raise NoSponsor
    if not by.has_role(Role.CLIENT) or by.pk != goal.client.membership_id:
        raise NotYourWords
