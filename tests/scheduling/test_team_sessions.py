"""Sessions of a team: one booking, a place for each member, one session of the engagement."""

from collections.abc import Callable
from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import Client as Browser
from django.utils import timezone

from clients.models import Client
from clients.services.teams import join_team, leave_team
from coachops.outbox.models import Message
from coachops.tenancy.scope import scope, system_scope
from programs.queries.ledger import balances
from scheduling.models import Seat, Series, Session
from scheduling.policies import CancelledBy
from scheduling.policies.groups import GroupRefusal, GroupRefused
from scheduling.queries.guest_groups import open_to_guests
from scheduling.queries.own_groups import groups_of_client
from scheduling.queries.sessions import sessions_of_client
from scheduling.services.changes import cancel_session
from scheduling.services.outcomes import confirm_outcome
from scheduling.services.seats import join_group, leave_group
from scheduling.services.series import Run, cancel_rest
from scheduling.services.team_sessions import schedule_team_series, schedule_team_session
from tests.cast import Cast, Person
from tests.scheduling.conftest import NOW
from tests.scheduling.crew import AFTER, Crew, build_crew
from tests.scheduling.groups_world import MONDAY_FIVE


@pytest.fixture
def crew(cast: Cast) -> Crew:
    return build_crew(cast)


def test_each_member_has_a_place_an_invitation_and_reminders_of_their_own(crew: Crew) -> None:
    session = crew.book()
    assert (session.client_id, session.engagement_id, session.number) == (
        crew.team.pk,
        crew.engagement.pk,
        1,
    )
    assert crew.circle.names(session) == ["Carol Harbour", "Dave Harbour"]
    with scope(system_scope(crew.circle.cast.practice.pk)):
        seats = set(Seat.objects.values_list("pk", flat=True))
        kinds = ("scheduling.group_place", "scheduling.group_reminder")
        for kind in kinds:
            told = Message.objects.filter(kind=kind, subject_id__in=seats)
            assert set(told.values_list("subject_id", flat=True)) == seats


def test_it_is_open_to_the_team_alone(crew: Crew) -> None:
    session = crew.book()
    stranger = crew.circle.crowd[0]
    with scope(crew.circle.cast.bob.scope()):
        assert [line.id for line in groups_of_client(crew.carol.client, NOW)] == [session.pk]
        assert groups_of_client(stranger, NOW) == []
        assert not open_to_guests(crew.circle.offering, NOW, by_link=True).exists()
        with pytest.raises(GroupRefused) as refused:
            join_group(session=session, client=stranger, now=NOW, by_coach=True)
    assert refused.value.reason == GroupRefusal.NOT_A_CLIENT


def test_its_page_does_not_say_that_all_clients_are_in_it(
    crew: Crew, visit: Callable[[Person], Browser]
) -> None:
    page = f"/coach/harbour/groups/{crew.book().pk}/"
    shown = visit(crew.circle.cast.bob).get(page).content.decode()
    assert "Everybody in the team is in it already." in shown


def test_somebody_declines_and_comes_after_all(crew: Crew) -> None:
    session = crew.book()
    with scope(crew.circle.cast.bob.scope()):
        seat = Seat.objects.get(session=session, client=crew.dave.client)
        leave_group(seat=seat, left_by=CancelledBy.CLIENT, now=NOW)
    assert crew.circle.names(session) == ["Carol Harbour"]
    crew.circle.join(session, crew.dave.client)
    assert crew.circle.names(session) == ["Carol Harbour", "Dave Harbour"]


def test_the_roster_follows_the_team(crew: Crew) -> None:
    session = crew.book()
    late = crew.circle.crowd[1]
    with scope(crew.circle.cast.bob.scope()):
        join_team(team=crew.team, client=late, now=NOW)
        leave_team(member=crew.dave, now=NOW)
    assert crew.circle.names(session) == ["Carol Harbour", late.name]
    assert crew.circle.reload(session).taken == 2


def test_it_uses_one_session_of_the_team_and_none_of_its_members(crew: Crew) -> None:
    session = crew.book()
    with scope(crew.circle.cast.bob.scope()):
        for _ in range(2):
            held = confirm_outcome(session=session, outcome="held", reason="", now=AFTER)
        assert held.outcome == "held"
        [balance] = balances([crew.engagement.pk]).values()
        assert balance.left == 1


def test_no_more_is_booked_than_the_team_has_left(crew: Crew) -> None:
    crew.book()
    with scope(crew.circle.cast.bob.scope()):
        for number in (1, 2):
            wanted = {
                "team": crew.team,
                "offering": crew.circle.offering,
                "starts_at": MONDAY_FIVE + timedelta(days=number),
                "topic": "",
                "booking_key": uuid4(),
                "now": NOW,
            }
            if number == 1:
                schedule_team_session(**wanted)
                continue
            with pytest.raises(GroupRefused) as refused:
                schedule_team_session(**wanted)
    assert refused.value.reason == GroupRefusal.NONE_LEFT


def test_a_cancelled_one_costs_nothing_and_everybody_hears(crew: Crew) -> None:
    session = crew.book()
    with scope(crew.circle.cast.bob.scope()):
        cancel_session(session=session, cancelled_by=CancelledBy.COACH, now=NOW)
        [balance] = balances([crew.engagement.pk]).values()
        assert balance.left == 2
    assert crew.circle.names(session, "cancelled") == ["Carol Harbour", "Dave Harbour"]


def test_a_members_own_coach_is_not_shown_the_teams_dates(crew: Crew) -> None:
    session = crew.book()
    with scope(crew.circle.cast.bob.scope()):
        shown = sessions_of_client(crew.dave.client_id)
        own = sessions_of_client(crew.dave.client_id, with_waiting=True)
    assert (shown, [line.id for line in own]) == ([], [session.pk])


def test_coach_books_from_the_page_and_is_told_what_is_missing(
    crew: Crew, visit: Callable[[Person], Browser]
) -> None:
    bob = visit(crew.circle.cast.bob)
    address = f"/coach/harbour/clients/{crew.team.pk}/team/sessions/new/"
    page = bob.get(address)
    assert "2 people get an invitation" in " ".join(page.content.decode().split())
    key = str(page.context["form"]["booking_key"].value())
    wrong = bob.post(address, {"day": "", "at": "17:00", "topic": "", "booking_key": key})
    assert wrong.status_code == 422
    right = {"day": "2026-11-30", "at": "17:00", "topic": "Conflict", "booking_key": key}
    booked = bob.post(address, right)
    assert "Conflict" in bob.get(booked["Location"]).content.decode()
    person = f"/coach/harbour/clients/{crew.team.pk}/book/"
    assert bob.get(person)["Location"] == address


def _weekly(crew: Crew, times: int) -> Series:
    starts = [MONDAY_FIVE + number * timedelta(days=7) for number in range(times)]
    with scope(crew.circle.cast.bob.scope()):
        return schedule_team_series(
            team=crew.team,
            offering=crew.circle.offering,
            run=Run("weekly", starts),
            topic="",
            booking_key=uuid4(),
            now=NOW,
        )


def test_a_series_is_booked_with_a_place_for_each_and_its_rest_is_cancelled(crew: Crew) -> None:
    series = _weekly(crew, 2)
    with scope(crew.circle.cast.bob.scope()):
        rows = Session.objects.filter(series=series, client=crew.team).order_by("starts_at")
        assert [row.number for row in rows] == [1, 2]
        assert Seat.objects.filter(session__in=rows, state="booked").count() == 4
        cancelled = cancel_rest(series=series, cancelled_by=CancelledBy.COACH, now=NOW)
        assert len(cancelled) == 2
        assert not Seat.objects.filter(session__in=rows, state="booked").exists()


def test_of_a_series_all_is_booked_or_nothing(crew: Crew) -> None:
    with pytest.raises(GroupRefused) as refused:
        _weekly(crew, 3)
    assert refused.value.reason is GroupRefusal.NONE_LEFT
    with scope(crew.circle.cast.bob.scope()):
        assert not Session.objects.filter(client=crew.team).exists()
        assert not Series.objects.filter(client=crew.team).exists()


def test_a_series_is_booked_on_the_page_and_a_taken_date_is_named(
    crew: Crew, visit: Callable[[Person], Browser]
) -> None:
    bob = visit(crew.circle.cast.bob)
    address = f"/coach/harbour/clients/{crew.team.pk}/team/sessions/new/"
    day = (timezone.localdate() + timedelta(days=20)).isoformat()
    asked = {"day": day, "at": "14:00", "topic": "", "rhythm": "weekly", "times": "2"}
    made = bob.post(address, asked | {"booking_key": str(uuid4())})
    assert made.status_code == 302
    assert "Series with Crew" in bob.get(made["Location"]).content.decode()
    again = bob.post(address, asked | {"booking_key": str(uuid4())})
    assert again.status_code == 422
    none = bob.post(address, asked | {"times": "", "booking_key": str(uuid4())})
    assert "Say how many times" in none.content.decode()


def test_who_works_here_and_was_in_the_team_has_no_other_way_to_its_sessions(
    crew: Crew, visit: Callable[[Person], Browser]
) -> None:
    cast = crew.circle.cast
    with scope(cast.bob.scope()):
        leave_team(member=crew.dave, now=NOW)
    address = f"/coach/harbour/groups/{crew.book().pk}/"
    assert visit(cast.alice).get(address).status_code == 200
    with scope(cast.bob.scope()):
        Client.objects.filter(pk=crew.dave.client_id).update(email=cast.alice.user.email.upper())
    assert visit(cast.alice).get(address).status_code == 404
