"""What is booked on an engagement is decided about before it pauses or ends."""

from collections.abc import Callable
from datetime import timedelta
from uuid import uuid4

import pytest
from django.core import mail
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext

from coachops.audit.models import AuditEvent
from coachops.outbox.engine import drain
from coachops.tenancy.scope import scope
from programs.queries.ledger import balances
from scheduling.models import Claim, CohortMember, Session
from scheduling.queries.standing import bookable_counts
from scheduling.services.cohorts import CohortPlan, plan_cohort
from scheduling.services.engagements import StillBooked, change_engagement
from scheduling.services.series import Run
from tests.cast import Person
from tests.scheduling.conftest import NOW, TUESDAY_TEN, Desk
from tests.scheduling.groups_world import MONDAY_FIVE, Circle, build_circle
from tests.scheduling.three_ways import ask

type Visit = Callable[[Person], Browser]

WEEK = timedelta(days=7)


def address(desk: Desk) -> str:
    return f"/coach/harbour/engagements/{desk.cast.carol_engagement.pk}/change/"


def state(desk: Desk) -> str:
    with scope(desk.cast.bob.scope()):
        return desk.cast.carol_engagement.reload().state


def told() -> list[str]:
    mail.outbox.clear()
    drain(now=NOW)
    return sorted(letter.to[0] for letter in mail.outbox)


@pytest.mark.parametrize(
    ("change", "offered"), [("complete", "cancel"), ("close", "cancel"), ("pause", "keep")]
)
def test_nothing_happens_before_the_coach_has_decided(
    desk: Desk, visit: Visit, change: str, offered: str
) -> None:
    session = desk.book()
    page = visit(desk.cast.bob).post(address(desk), {"change": change}).content.decode()
    assert "Tuesday 24 November, 10:00, session 1" in page
    [chosen] = [
        tag for tag in page.split("<input") if f"session-{session.pk}" in tag and "checked" in tag
    ]
    assert f'value="{offered}"' in chosen
    assert state(desk) == "active"
    assert not desk.reload(session).is_cancelled


def test_one_is_cancelled_and_one_is_kept(desk: Desk, visit: Visit) -> None:
    first, second = desk.book(), desk.book(TUESDAY_TEN + WEEK)
    told()
    answers = {f"session-{first.pk}": "cancel", f"session-{second.pk}": "keep"}
    visit(desk.cast.bob).post(address(desk), {"change": "complete", "decided": "on", **answers})
    first, second = desk.reload(first), desk.reload(second)
    assert state(desk) == "completed"
    assert (first.outcome, first.cancelled_by, first.calendar_sequence) == (
        "coach_cancelled",
        "coach",
        1,
    )
    assert not second.is_cancelled
    assert told() == ["bob@harbour.example", "carol@harbour.example"]
    with scope(desk.cast.bob.scope()):
        engagement = desk.cast.carol_engagement.pk
        assert balances([engagement])[engagement].left == 6, "it cost the client nothing"
        assert bookable_counts([engagement])[engagement] == 5
        assert Claim.objects.get(session=first).state == Claim.State.RELEASED


def test_an_answer_that_is_missing_is_asked_for(desk: Desk, visit: Visit) -> None:
    session = desk.book()
    answer = visit(desk.cast.bob).post(address(desk), {"change": "close", "decided": "on"})
    assert (answer.status_code, state(desk)) == (422, "active")
    assert "Keep it or cancel it?" in answer.content.decode()
    assert not desk.reload(session).is_cancelled


def test_a_session_booked_meanwhile_is_not_overlooked(desk: Desk) -> None:
    first, engagement = desk.book(), desk.cast.carol_engagement
    later = desk.book(TUESDAY_TEN + WEEK)
    with scope(desk.cast.bob.scope()), pytest.raises(StillBooked):
        change_engagement(
            engagement=engagement, change="close", cancel=[first.pk], keep=[], now=NOW
        )
    assert state(desk) == "active"
    assert not desk.reload(first).is_cancelled
    assert not desk.reload(later).is_cancelled


def test_a_three_way_session_is_decided_about_as_well(desk: Desk) -> None:
    question, engagement = ask(desk), desk.cast.carol_engagement
    question.answer("Carol", 1)
    question.answer("Stella", 1)
    with scope(desk.cast.bob.scope()):
        session = Session.objects.get()
        with pytest.raises(StillBooked):
            change_engagement(engagement=engagement, change="close", cancel=[], keep=[], now=NOW)
        change_engagement(
            engagement=engagement, change="close", cancel=[session.pk], keep=[], now=NOW
        )
    assert desk.reload(session).is_cancelled


def test_all_coaches_are_locked_first_and_in_one_order(desk: Desk) -> None:
    """Otherwise two who cancel the sessions of the same coaches could wait for each other."""
    sessions = [desk.book(TUESDAY_TEN + WEEK * number) for number in range(2)]
    coaches = sorted([desk.cast.bob, desk.cast.olga], key=lambda each: each.user.pk, reverse=True)
    with scope(desk.cast.alice.scope()):
        for session, coach in zip(sessions, coaches, strict=True):
            Session.objects.filter(pk=session.pk).update(coach=coach.membership)
        with CaptureQueriesContext(connection) as queries:
            change_engagement(
                engagement=desk.cast.carol_engagement,
                change="close",
                cancel=[session.pk for session in sessions],
                keep=[],
                now=NOW,
            )
    locks = [each["sql"] for each in queries if "pg_advisory_xact_lock" in each["sql"]]
    assert str(coaches[1].user.pk) in locks[0]
    assert str(coaches[0].user.pk) in locks[1]


def test_without_a_booking_it_is_one_step(desk: Desk, visit: Visit) -> None:
    bob = visit(desk.cast.bob)
    bob.post(address(desk), {"change": "pause"})
    assert state(desk) == "paused"
    bob.post(address(desk), {"change": "resume"})
    assert state(desk) == "active"


# ---- places in groups ---------------------------------------------------------------------------
def _circle(desk: Desk) -> tuple[Circle, Session]:
    """Carol has a place that draws on her engagement, and another one waits for it."""
    circle = build_circle(desk.cast, capacity=2)
    roster = (desk.cast.carol_client, circle.crowd[0])
    session = circle.schedule(*roster)
    circle.join(session, circle.crowd[1])
    told()
    return circle, session


def test_places_in_groups_are_given_up_and_whoever_waits_moves_up(desk: Desk) -> None:
    circle, session = _circle(desk)
    with scope(desk.cast.bob.scope()):
        changed = change_engagement(
            engagement=desk.cast.carol_engagement, change="close", cancel=[], keep=[], now=NOW
        )
    assert (changed.sessions, changed.places) == (0, 1)
    assert circle.names(session) == ["Person 00 Secretname", "Person 01 Secretname"]
    assert told() == ["carol@harbour.example", "person01@mail.example"]


def test_the_coach_decides_about_them_in_the_same_step(desk: Desk, visit: Visit) -> None:
    circle, session = _circle(desk)
    bob = visit(desk.cast.bob)
    page = bob.post(address(desk), {"change": "complete"}).content.decode()
    assert "A place in a group session: Monday 30 November, 17:00" in page
    bob.post(address(desk), {"change": "complete", "decided": "on", "places": "keep"})
    assert (state(desk), told()) == ("completed", [])
    assert "Carol Harbour" in circle.names(session)


def test_a_pause_keeps_them(desk: Desk) -> None:
    circle, session = _circle(desk)
    with scope(desk.cast.bob.scope()):
        change_engagement(
            engagement=desk.cast.carol_engagement, change="pause", cancel=[], keep=[], now=NOW
        )
    assert "Carol Harbour" in circle.names(session)


def test_whoever_is_done_leaves_the_rosters_of_cohorts(desk: Desk) -> None:
    circle = build_circle(desk.cast)
    starts = [MONDAY_FIVE + WEEK * number for number in range(2)]
    with scope(desk.cast.bob.scope()):
        cohort = plan_cohort(
            offering=circle.offering,
            plan=CohortPlan("Circle", Run("weekly", starts)),
            roster=[desk.cast.carol_client, circle.crowd[0]],
            booking_key=uuid4(),
            now=NOW,
        )
        changed = change_engagement(
            engagement=desk.cast.carol_engagement, change="complete", cancel=[], keep=[], now=NOW
        )
        assert changed.places == 2
        [left] = CohortMember.objects.current().filter(cohort=cohort)
        assert AuditEvent.objects.filter(event="cohort.left", subject_id=cohort.pk).count() == 1
    assert left.client_id == circle.crowd[0].pk
