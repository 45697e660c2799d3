"""An engagement opened from a program: plan, dates and ledger, or nothing."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date, timedelta

import pytest
from django.utils import timezone

from clients.models import Engagement, SponsorContact, SponsorOrganisation
from clients.queries.engagements import facts_of
from programs.models import PlannedSession, Program, ProgramVersion
from programs.policies import EngagementRefused, Refusal
from programs.queries.ledger import balances
from programs.queries.plan import journey
from programs.services.engagements import (
    close_engagement,
    open_engagement,
    pause_engagement,
    resume_engagement,
)
from programs.services.starter import install_starter_program
from tests.cast import Cast, Person

Acting = Callable[[Person], AbstractContextManager[object]]
MONDAY = date(2026, 3, 2)


def open_for(cast: Cast, version: ProgramVersion, **facts: object) -> Engagement:
    order = {
        "client": cast.dave_client,
        "coach": cast.bob.membership,
        "version": version,
        "starts_on": MONDAY,
        "sessions": 12,
        "payer": Engagement.Payer.SELF,
        "now": timezone.now(),
    }
    return open_engagement(**order | facts)


def test_starter_programs_are_installed_once(cast: Cast, acting: Acting) -> None:
    with acting(cast.bob):
        version = install_starter_program(now=timezone.now())
        assert install_starter_program(now=timezone.now()) == version
        assert Program.objects.count() == 2
        engagement = open_for(cast, version)
        path = journey(facts_of(engagement), MONDAY)
        assert [phase.name for phase in path.phases] == ["Ground", "Practise", "Sustain"]
        assert path.total_sessions == 12
        assert all(session.intent and session.prompts for session in path.sessions)


def test_opening_dates_plan_and_ledger(cast: Cast, acting: Acting) -> None:
    with acting(cast.bob):
        engagement = open_for(cast, install_starter_program(now=timezone.now()))
        assert engagement.ends_on == MONDAY + timedelta(weeks=26, days=-1)
        assert balances([engagement.pk])[engagement.pk].left == 12
        planned = list(PlannedSession.objects.order_by("number"))
        assert [each.number for each in planned] == list(range(1, 13))
        assert planned[0].opens_on == MONDAY
        assert all(each.opens_on.weekday() == 0 for each in planned)
        assert planned[-1].due_on <= engagement.ends_on
        assert engagement.disclosure_level is None


def test_plan_holds_no_more_sessions_than_were_allotted(cast: Cast, acting: Acting) -> None:
    with acting(cast.bob):
        engagement = open_for(cast, install_starter_program(now=timezone.now()), sessions=5)
        assert journey(facts_of(engagement), MONDAY).total_sessions == 5


def test_refused_engagements_leave_nothing(cast: Cast, acting: Acting) -> None:
    with acting(cast.alice):
        version = install_starter_program(now=timezone.now())
        before = Engagement.objects.count()
        elsewhere = SponsorOrganisation.objects.create(name="Elsewhere")
        contact = SponsorContact.objects.get(membership=cast.sam.membership)
        attempts = [
            ({"sessions": 0}, Refusal.NO_SESSIONS),
            ({"coach": cast.olga.membership}, Refusal.COACH_NOT_ASSIGNED),
            ({"payer": "sponsor"}, Refusal.SPONSOR_MISSING),
            ({"sponsor_organisation": cast.acme}, Refusal.SPONSOR_NOT_PAYING),
            (
                {
                    "payer": "sponsor",
                    "sponsor_organisation": elsewhere,
                    "contacts": [contact],
                },
                Refusal.CONTACT_ELSEWHERE,
            ),
        ]
        for facts, reason in attempts:
            with pytest.raises(EngagementRefused) as refused:
                open_for(cast, version, **facts)
            assert refused.value.reason == reason
        version.published_at = None
        with pytest.raises(EngagementRefused):
            open_for(cast, version)
        assert Engagement.objects.count() == before


def test_states_change_only_forwards(cast: Cast, acting: Acting) -> None:
    with acting(cast.bob):
        pause_engagement(engagement=cast.dave_engagement, now=timezone.now())
        resume_engagement(engagement=cast.dave_engagement, now=timezone.now())
        close_engagement(engagement=cast.dave_engagement, now=timezone.now())
        with pytest.raises(EngagementRefused):
            resume_engagement(engagement=cast.dave_engagement, now=timezone.now())
