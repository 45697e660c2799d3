"""What stands under "needs you today": only about clients whom the coach coaches today."""

from collections.abc import Callable
from datetime import timedelta
from functools import partial

import pytest
from django.test import Client as Browser
from django.urls import reverse
from django.utils import timezone

from clients.models import CoachAssignment, Engagement
from clients.services.clients import add_client
from coachops.pages.queries.attention import needs_of
from coachops.retention.models import BreakGlass, SecondPerson
from coachops.retention.policies import CONSENT_VALID
from coachops.tenancy.scope import scope, system_scope, transferring
from programs.services.engagements import open_engagement
from programs.services.starter import install_starter_program
from tests.cast import ZONE, Cast, Person, practice_day
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


def _ask_second(cast: Cast, *, days: int) -> None:
    """Alice asks Ines, who was named long ago; nobody signed in writes down dates of before."""
    asked_at = timezone.now() - timedelta(days=days)
    with scope(system_scope(cast.practice.pk)), transferring():
        SecondPerson(
            practice_id=cast.practice.pk,
            member=cast.ines.membership,
            named_by=cast.alice.membership,
            named_at=asked_at - timedelta(days=30),
        ).insert()
        BreakGlass(
            practice_id=cast.practice.pk,
            client=cast.carol_client,
            reader=cast.alice.membership,
            coach=cast.bob.membership,
            reason="why",
            hours=4,
            asked_of=BreakGlass.Asked.SECOND,
            asked_at=asked_at,
            notice_at=asked_at,
        ).insert()


@pytest.mark.parametrize(("days", "waits"), [(0, True), (CONSENT_VALID.days + 1, False)])
def test_consent_in_a_clients_place_stands_before_whoever_is_asked_alone(
    cast: Cast, visit: Callable[[Person], Browser], days: int, waits: bool
) -> None:
    _ask_second(cast, days=days)
    consent = reverse("coach:second_consent", args=["harbour"])
    today = visit(cast.ines).get("/coach/harbour/").content.decode()
    assert ("Your consent is asked for" in today) is (consent in today) is waits
    assert consent not in visit(cast.alice).get("/coach/harbour/").content.decode()


@pytest.mark.parametrize(
    ("ends_in", "sessions", "asks"),
    [(200, 12, False), (200, 2, True), (60, 12, True), (61, 3, False)],
)
def test_a_renewal_is_talked_about_while_something_is_left_and_nothing_agreed(
    cast: Cast, ends_in: int, sessions: int, asks: bool
) -> None:
    now, today, bob = timezone.now(), practice_day(), cast.bob.membership
    with scope(cast.bob.scope()), timezone.override(ZONE):
        version = install_starter_program(now=now)
        client = add_client(
            name="Ola", email="o@la.example", time_zone="Europe/Berlin", coach=bob, now=now
        )
        begin = partial(
            open_engagement,
            client=client,
            coach=bob,
            version=version,
            sessions=sessions,
            payer=Engagement.Payer.SELF,
            now=now,
        )
        running = begin(starts_on=today - timedelta(days=30))
        ends_on = today + timedelta(days=ends_in)
        Engagement.objects.filter(pk=running.pk).update(ends_on=ends_on)

        def is_asked(reads: Person) -> bool:
            with scope(reads.scope()):
                needs = needs_of([bob.pk], practice_slug="harbour", now=now)
            return "renewal" in {need.kind for need in needs if need.who == "Ola"}

        assert (is_asked(cast.bob), is_asked(cast.alice)) == (asks, False)
        begin(starts_on=today + timedelta(days=20))
        assert not is_asked(cast.bob)
