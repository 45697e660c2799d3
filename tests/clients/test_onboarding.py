"""Onboarding: what ticks itself off, what somebody settles, and who sees it."""

from datetime import timedelta

import pytest
from django.utils import timezone

from clients.models import Engagement, OnboardingStep, StepKind
from clients.services.clients import add_client, invite_client
from clients.services.onboarding import happened, reopen_step, settle_step, took_back
from coachops.tenancy.scope import scope
from programs.policies import ChecklistLine
from programs.services.checklists import save_checklist
from programs.services.engagements import open_engagement
from programs.services.starter import install_starter_program
from tests.cast import Cast, practice_day


@pytest.fixture
def engagement(cast: Cast) -> Engagement:
    """Nina begins in two weeks, and is not invited yet."""
    now = timezone.now()
    with scope(cast.bob.scope()):
        client = add_client(
            name="Nina New",
            email="nina@mail.example",
            time_zone="Europe/Berlin",
            coach=cast.bob.membership,
            now=now,
        )
        return _opened(cast, client)


def _opened(cast: Cast, client):
    now = timezone.now()
    return open_engagement(
        client=client,
        coach=cast.bob.membership,
        version=install_starter_program(now=now),
        starts_on=practice_day() + timedelta(days=14),
        sessions=6,
        payer=Engagement.Payer.SELF,
        now=now,
    )


def _step(engagement: Engagement, kind: StepKind) -> OnboardingStep:
    return OnboardingStep.objects.get(engagement=engagement, kind=kind)


def test_new_engagement_begins_with_the_usual_steps(cast: Cast, engagement: Engagement) -> None:
    with scope(cast.bob.scope()):
        steps = OnboardingStep.objects.filter(engagement=engagement).order_by("due_on")
        assert {step.kind for step in steps} == {
            "agreement",
            "invitation",
            "letter",
            "intake",
            "kickoff",
        }
        assert all(step.is_open for step in steps)
        assert steps[0].due_on == engagement.starts_on - timedelta(days=7)


def test_invitation_ticks_itself_off(cast: Cast, engagement: Engagement) -> None:
    with scope(cast.bob.scope()):
        invite_client(client=engagement.client, now=timezone.now())
        step = _step(engagement, StepKind.INVITATION)
        assert not step.is_open
        assert step.settled_by is None


def test_who_was_invited_before_need_not_be_invited_again(cast: Cast) -> None:
    with scope(cast.bob.scope()):
        again = _opened(cast, cast.carol_client)
        assert not _step(again, StepKind.INVITATION).is_open


def test_what_happened_and_is_undone_is_open_again(cast: Cast, engagement: Engagement) -> None:
    with scope(cast.bob.scope()):
        happened(kind=StepKind.KICKOFF, engagement_id=engagement.pk, now=timezone.now())
        took_back(kind=StepKind.KICKOFF, engagement_id=engagement.pk, now=timezone.now())
        assert _step(engagement, StepKind.KICKOFF).is_open


def test_what_somebody_settled_stays_settled(cast: Cast, engagement: Engagement) -> None:
    with scope(cast.vera.scope()):
        step = _step(engagement, StepKind.AGREEMENT)
        settle_step(step=step, by=cast.vera.membership, is_needed=False, now=timezone.now())
        took_back(kind=StepKind.AGREEMENT, engagement_id=engagement.pk, now=timezone.now())
        step = _step(engagement, StepKind.AGREEMENT)
        assert (step.is_skipped, step.settled_by) == (True, cast.vera.membership)
        reopen_step(step=step, now=timezone.now())
        assert _step(engagement, StepKind.AGREEMENT).is_open


def test_checklist_of_a_program_holds_for_the_next_client(
    cast: Cast, engagement: Engagement
) -> None:
    with scope(cast.bob.scope()):
        program = install_starter_program(now=timezone.now()).program
        lines = [ChecklistLine(StepKind.OTHER, "Send the book", "assistant", -3)]
        save_checklist(program=program, lines=lines, by=cast.bob.membership, now=timezone.now())
        again = _opened(cast, cast.dave_client)
        titles = OnboardingStep.objects.filter(engagement=again).values_list("title", flat=True)
        assert list(titles) == ["Send the book"]
        assert OnboardingStep.objects.filter(engagement=engagement).count() == 5


def test_assistant_runs_the_board(cast: Cast, engagement: Engagement, visit) -> None:
    browser = visit(cast.vera)
    page = browser.get("/coach/harbour/onboarding/")
    assert "Nina New" in page.content.decode()
    with scope(cast.vera.scope()):
        step = _step(engagement, StepKind.LETTER)
    browser.post(f"/coach/harbour/onboarding/{step.pk}/settle/", {"from": "board"})
    with scope(cast.vera.scope()):
        step = _step(engagement, StepKind.LETTER)
        assert step.settled_by == cast.vera.membership


def test_other_coach_sees_nothing_of_it(cast: Cast, engagement: Engagement, visit) -> None:
    browser = visit(cast.olga)
    assert "Nina New" not in browser.get("/coach/harbour/onboarding/").content.decode()
    path = f"/coach/harbour/engagements/{engagement.pk}/onboarding/"
    assert browser.get(path).status_code == 404


def test_letter_is_read_before_it_is_sent_and_ticks_its_step_off(
    cast: Cast, engagement: Engagement, visit
) -> None:
    browser = visit(cast.vera)
    path = f"/coach/harbour/engagements/{engagement.pk}/letter/"
    assert "nina@mail.example" in browser.get(path).content.decode()
    browser.post(path)
    with scope(cast.vera.scope()):
        assert not _step(engagement, StepKind.LETTER).is_open


def test_step_without_a_title_says_so_beside_the_field(
    cast: Cast, engagement: Engagement, visit
) -> None:
    path = f"/coach/harbour/engagements/{engagement.pk}/onboarding/"
    answer = visit(cast.vera).post(path, {"title": "", "kind": "other", "owner": "coach"})
    assert answer.status_code == 422
    assert "Please fill this in" in answer.content.decode()
