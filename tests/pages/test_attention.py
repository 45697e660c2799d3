"""What stands under "needs you today": only about clients whom the coach coaches today."""

from datetime import timedelta

import pytest
from django.utils import timezone

from clients.models import CoachAssignment
from coachops.pages.queries.attention import needs_of
from coachops.tenancy.scope import scope
from tests.cast import ZONE, Cast, practice_day
from tests.tracking.factories import make_session
from tracking.services.actions import add_action


@pytest.mark.parametrize(
    ("ended_days_ago", "kinds"), [(0, {"overdue", "outcome"}), (1, {"outcome"})]
)
def test_a_client_whose_coaching_ended_leaves_the_page_but_not_the_session(
    cast: Cast, ended_days_ago: int, kinds: set[str]
) -> None:
    now, today, bob = timezone.now(), practice_day(), cast.bob.membership
    with scope(cast.bob.scope()), timezone.override(ZONE):
        make_session(cast.carol_client, cast.carol_engagement, bob, days=-2)
        add_action(
            engagement=cast.carol_engagement,
            text="x",
            owner="client",
            due_on=today - timedelta(days=3),
            by=bob,
            now=now,
        )
        CoachAssignment.objects.filter(client=cast.carol_client).update(
            ended_on=today - timedelta(days=ended_days_ago)
        )
        needs = needs_of([bob.pk], practice_slug="harbour", now=now)
    assert {need.kind for need in needs if need.who == cast.carol_client.name} == kinds
