"""A report under way when another coach leads the engagement."""

import pytest
from django.urls import reverse

from clients.models import CoachAssignment
from clients.services.assignments import move_engagement
from coachops.tenancy.scope import scope
from tests.cast import Cast, practice_day
from tests.reports_world import NARRATIVE, World, build_world
from tracking.models import ProgressReport
from tracking.services.reports_review import ask_for_changes

State = ProgressReport.State


@pytest.fixture
def world(cast: Cast) -> World:
    return build_world(cast)


def _moves_to_olga(world):
    with scope(world.cast.alice.scope()):
        move_engagement(
            engagement=world.engagement, coach=world.cast.olga.membership, now=world.now
        )


def test_another_coach_begins_the_draft_anew_and_reads_no_word_of_the_one_before(world):
    report = world.in_review()
    with scope(world.cast.carol.scope()):
        ask_for_changes(
            report=report, text="shorter", by=world.cast.carol.membership, now=world.now
        )
    _moves_to_olga(world)
    found = world.reload(report)
    assert (found.state, found.facts) == (State.DUE, {})
    assert (found.narrative, found.requested_changes) == ("", "")


def test_what_the_client_has_approved_goes_out_as_it_is_under_another_coach(world):
    report = world.released()
    _moves_to_olga(world)
    assert world.reload(report).facts == report.facts


def test_a_second_coach_does_not_open_a_draft_that_was_begun_before_they_came(world, visit):
    report, olga = world.in_review(), world.cast.olga
    with scope(world.cast.bob.scope()):
        CoachAssignment.objects.create(
            client_id=report.client_id, coach=olga.membership, started_on=practice_day()
        )
    path = reverse("coach:report", args=["harbour", report.pk])
    assert NARRATIVE in visit(world.cast.bob).get(path).content.decode()
    assert NARRATIVE not in visit(olga).get(path).content.decode()
