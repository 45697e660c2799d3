"""Health of an engagement: the rules as a table, and what the database counts."""

from datetime import timedelta

import pytest
from django.utils import timezone

from clients.models import Engagement
from coachops.tenancy.scope import scope
from programs.policies import Limits
from programs.services.engagements import open_engagement
from programs.services.starter import install_starter_program
from tests.cast import ZONE, Cast, practice_day
from tracking.policies.health import Health, Reason, Signs, assess
from tracking.queries.health import health_of
from tracking.services.actions import add_action

LIMITS = Limits()


@pytest.mark.parametrize(
    ("signs", "health", "reasons"),
    [
        (Signs(), Health.ON_TRACK, []),
        (Signs(gap=27, overdue=1, forms=1), Health.ON_TRACK, []),
        (Signs(gap=28), Health.AT_RISK, [Reason.GAP]),
        (Signs(behind=1), Health.AT_RISK, [Reason.BEHIND]),
        (Signs(behind=2), Health.OFF_TRACK, [Reason.BEHIND]),
        (Signs(gap=30, overdue=5), Health.OFF_TRACK, [Reason.OVERDUE, Reason.GAP]),
        (Signs(forms=2), Health.AT_RISK, [Reason.FORMS]),
    ],
)
def test_one_sign_is_enough_and_the_gravest_comes_first(
    signs: Signs, health: Health, reasons: list[Reason]
) -> None:
    found = assess(signs, LIMITS)
    assert (found.health, [each.reason for each in found.findings]) == (health, reasons)


@pytest.fixture
def engagement(cast: Cast) -> Engagement:
    """Dave began ten weeks ago and has met nobody since."""
    with scope(cast.bob.scope()):
        return open_engagement(
            client=cast.dave_client,
            coach=cast.bob.membership,
            version=install_starter_program(now=timezone.now()),
            starts_on=practice_day() - timedelta(weeks=10),
            sessions=6,
            payer=Engagement.Payer.SELF,
            now=timezone.now(),
        )


def test_reasons_are_counted_from_dates(cast: Cast, engagement: Engagement) -> None:
    with scope(cast.bob.scope()), timezone.override(ZONE):
        for number in range(2):
            add_action(
                engagement=engagement,
                text=f"Promise {number}",
                owner="client",
                due_on=practice_day() - timedelta(days=3),
                by=cast.bob.membership,
                now=timezone.now(),
            )
        status = health_of(
            [engagement.pk], practice_slug="harbour", now=timezone.now(), with_reasons=True
        )[engagement.pk]
    assert status.health == Health.OFF_TRACK
    assert next(reason.text for reason in status.reasons).startswith("70 days without a session")
    assert "2 commitments are overdue." in [reason.text for reason in status.reasons]


def test_coach_reads_the_reasons_and_whoever_organises_the_status_alone(
    cast: Cast, engagement: Engagement, visit
) -> None:
    coach = visit(cast.bob).get("/coach/harbour/health/").content.decode()
    assistant = visit(cast.vera).get("/coach/harbour/health/").content.decode()
    assert "without a session" in coach
    assert "without a session" not in assistant
    assert "Off track" in assistant
    owner = visit(cast.alice).get("/coach/harbour/health/").content.decode()
    assert "Off track" in owner
    assert "without a session" not in owner
    for path in ("", "journey/"):
        assert "Off track" not in visit(cast.carol).get(f"/portal/harbour/{path}").content.decode()
