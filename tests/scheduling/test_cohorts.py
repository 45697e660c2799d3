"""A cohort: one roster for a run of group sessions, changed for one date or for all."""

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from django.core import mail
from django.test import Client as Browser

from clients.models import Client
from coachops.outbox.engine import drain
from coachops.tenancy.scope import scope
from programs.services.ledger import open_account
from scheduling.models import Claim, Cohort, CohortMember, Seat, Session
from scheduling.policies import CancelledBy
from scheduling.policies.groups import GroupRefusal, GroupRefused
from scheduling.queries.cohorts import cohort_page, cohorts_of
from scheduling.queries.own_groups import own_group_page
from scheduling.services.cohorts import (
    CohortPlan,
    add_date,
    cancel_cohort,
    change_cohort,
    join_cohort,
    leave_cohort,
    plan_cohort,
)
from scheduling.services.groups import Group
from scheduling.services.seats import settle_seat, settle_the_rest
from scheduling.services.series import DateTaken, Run
from tests.cast import Cast, Person
from tests.scheduling.conftest import NOW
from tests.scheduling.groups_world import MONDAY_FIVE, Circle, build_circle

FORTNIGHT = timedelta(days=14)
STARTS = [MONDAY_FIVE + FORTNIGHT * number for number in range(3)]
AFTER = MONDAY_FIVE + timedelta(hours=2)
COACH, PORTAL = "/coach/harbour/", "/portal/harbour/"

type Visit = Callable[[Person], Browser]


@pytest.fixture
def circle(cast: Cast) -> Circle:
    return build_circle(cast, make_ups=1)


def _plan(circle: Circle, *roster: Client, key: UUID | None = None, **more: object) -> Cohort:
    group = Group(**{name: more.pop(name) for name in ("draws_on_ledger",) if name in more})
    with scope(circle.cast.bob.scope()):
        return plan_cohort(
            offering=circle.offering,
            plan=CohortPlan("Spring cohort", Run("fortnightly", STARTS), group, **more),
            roster=roster,
            booking_key=key or uuid4(),
            now=NOW,
        )


def _sessions(circle: Circle, cohort: Cohort) -> list[Session]:
    with scope(circle.cast.bob.scope()):
        rows = Session.objects.filter(series_id=cohort.series_id).select_related("offering")
        return list(rows.order_by("starts_at"))


def _people(circle: Circle, cohort: Cohort, state: str = "booked") -> list[list[str]]:
    """The numbers of those who have that state, date by date."""
    dates = _sessions(circle, cohort)
    return [[name[7:9] for name in circle.names(date, state)] for date in dates]


def _leave(circle: Circle, cohort: Cohort, number: int, now=NOW, by=CancelledBy.CLIENT) -> None:
    with scope(circle.cast.bob.scope()):
        leave_cohort(cohort=cohort, client=circle.crowd[number], left_by=by, now=now)


def _mails(now=NOW) -> list[str]:
    mail.outbox.clear()
    drain(now=now)
    return sorted(each.to[0].partition("@")[0] for each in mail.outbox)


# ---- planning -----------------------------------------------------------------------------------
def test_all_dates_are_planned_at_once_with_a_place_for_everybody(circle: Circle) -> None:
    key = uuid4()
    cohort = _plan(circle, *circle.crowd[:2], key=key)
    assert _plan(circle, *circle.crowd[:2], key=key) == cohort
    assert [session.starts_at for session in _sessions(circle, cohort)] == STARTS
    assert _people(circle, cohort) == [["00", "01"]] * 3
    with scope(circle.cast.bob.scope()):
        assert Claim.objects.count() == 3
        [line] = cohorts_of(Cohort.objects.all(), NOW)
    assert (line.people, line.dates, line.next_at) == (2, 3, STARTS[0])


def test_one_date_that_is_taken_plans_none(circle: Circle) -> None:
    circle.schedule(at=STARTS[1] - timedelta(minutes=30))
    with pytest.raises(DateTaken) as taken:
        _plan(circle, *circle.crowd[:2])
    assert taken.value.starts_at == STARTS[1]
    with scope(circle.cast.bob.scope()):
        assert not Cohort.objects.exists()
        assert not Seat.objects.exists()


def test_each_hears_of_all_dates_once_and_gets_an_invitation_for_each(circle: Circle) -> None:
    _plan(circle, *circle.crowd[:2])
    told = _mails()
    assert [told.count(reader) for reader in ("bob", "person00", "person01")] == [3, 4, 4]
    [overview] = [each for each in mail.outbox if "3 dates" in each.subject and "00" in each.to[0]]
    assert "Monday 14 December 2026, 11:00" in overview.body
    assert "Secretname" not in overview.body


# ---- the roster ---------------------------------------------------------------------------------
def test_whoever_joins_gets_every_coming_date_and_waits_where_it_is_full(circle: Circle) -> None:
    cohort = _plan(circle, *circle.crowd[:2])
    second = _sessions(circle, cohort)[1]
    circle.invite(second, circle.cast.carol_client)
    with scope(circle.cast.bob.scope()):
        join_cohort(cohort=cohort, client=circle.crowd[2], now=AFTER)
    assert _people(circle, cohort)[0] == ["00", "01"], "what was is over"
    assert _people(circle, cohort)[2] == ["00", "01", "02"]
    assert _people(circle, cohort, "waiting") == [[], ["02"], []]


def test_whoever_leaves_is_freed_from_all_coming_dates_and_others_move_up(circle: Circle) -> None:
    cohort = _plan(circle, *circle.crowd[:3])
    third = _sessions(circle, cohort)[2]
    circle.invite(third, circle.crowd[4])
    _mails()
    _leave(circle, cohort, 0)
    assert _people(circle, cohort) == [["01", "02"], ["01", "02"], ["01", "02", "04"]]
    assert _mails() == [*["person00"] * 3, "person04"]
    _leave(circle, cohort, 1, now=AFTER)
    assert _people(circle, cohort) == [["01", "02"], ["02"], ["02", "04"]], "what was is over"
    with scope(circle.cast.bob.scope()):
        assert CohortMember.objects.current().count() == 1


def test_whoever_comes_back_is_on_the_roster_again(circle: Circle) -> None:
    cohort = _plan(circle, *circle.crowd[:2])
    _leave(circle, cohort, 0)
    with scope(circle.cast.bob.scope()):
        join_cohort(cohort=cohort, client=circle.crowd[0], now=NOW)
    assert _people(circle, cohort) == [["01", "00"]] * 3


def test_nobody_is_put_on_who_cannot_have_every_date(circle: Circle) -> None:
    cast = circle.cast
    with scope(cast.bob.scope()):
        open_account(engagement=cast.carol_engagement, sessions=2, now=NOW)
    cohort = _plan(circle, draws_on_ledger=True)
    with scope(cast.bob.scope()):
        with pytest.raises(GroupRefused) as refused:
            join_cohort(cohort=cohort, client=cast.carol_client, now=NOW)
        assert not CohortMember.objects.exists()
        assert not Seat.objects.exists()
    assert refused.value.reason == GroupRefusal.NONE_LEFT


def test_a_later_date_takes_the_roster_of_today(circle: Circle) -> None:
    cohort = _plan(circle, *circle.crowd[:3])
    _leave(circle, cohort, 1)
    more = STARTS[-1] + FORTNIGHT
    with scope(circle.cast.bob.scope()):
        key = uuid4()
        for _ in range(2):
            add_date(cohort=cohort, starts_at=more, topic="", booking_key=key, now=NOW)
    assert _people(circle, cohort)[3:] == [["00", "02"]]


def test_places_change_for_all_coming_dates_or_for_none(circle: Circle) -> None:
    cohort = _plan(circle, *circle.crowd[:3])
    with scope(circle.cast.bob.scope()):
        with pytest.raises(GroupRefused):
            change_cohort(cohort=cohort, name="Autumn", capacity=2, is_open=False, now=NOW)
        change_cohort(cohort=cohort, name="Autumn", capacity=5, is_open=True, now=NOW)
    assert [session.capacity for session in _sessions(circle, cohort)] == [5, 5, 5]


def test_cancelling_it_cancels_what_is_ahead(circle: Circle) -> None:
    cohort = _plan(circle, *circle.crowd[:2])
    with scope(circle.cast.bob.scope()):
        assert len(cancel_cohort(cohort=cohort, now=AFTER)) == 2
    assert [each.state for each in _sessions(circle, cohort)] == ["booked", *["cancelled"] * 2]


# ---- who sees it --------------------------------------------------------------------------------
def test_a_closed_cohort_is_for_its_members_and_for_make_ups(circle: Circle) -> None:
    cohort = _plan(circle, *circle.crowd[:2])
    outsider = circle.crowd[4]
    first = _sessions(circle, cohort)[0]
    with scope(circle.cast.bob.scope()):
        session = Session.objects.select_related("offering", "coach").get(pk=first.pk)
        assert not own_group_page(session, outsider, NOW).can_join
    missed = circle.schedule(outsider, at=MONDAY_FIVE - timedelta(days=4))
    with scope(circle.cast.bob.scope()):
        seat = Seat.objects.get(session=missed)
        settle_seat(seat=seat, outcome="no_show", reason="", now=MONDAY_FIVE - timedelta(days=3))
        page = own_group_page(session, outsider, MONDAY_FIVE - timedelta(days=3))
    assert (page.can_join, page.makes_up) == (True, True)


def test_the_page_shows_the_roster_by_dates_with_attendance(circle: Circle) -> None:
    cohort = _plan(circle, *circle.crowd[:2])
    first = _sessions(circle, cohort)[0]
    circle.invite(first, circle.crowd[5])
    with scope(circle.cast.bob.scope()):
        seat = Seat.objects.get(session=first, client=circle.crowd[1])
        settle_seat(seat=seat, outcome="no_show", reason="", now=AFTER)
        settle_the_rest(session=first, now=AFTER)
    _leave(circle, cohort, 1, now=AFTER)
    with scope(circle.cast.bob.scope()):
        page = cohort_page(Cohort.objects.select_related("series__offering").get(), AFTER)
    [member] = page.members
    assert [cell.state for cell in member.cells] == ["held", "booked", "booked"]
    assert [(row.name[7:9], row.attended, row.due) for row in page.others] == [
        ("01", 0, 1),
        ("05", 1, 1),
    ]
    assert page.attendance == 67


def test_the_coach_plans_a_cohort_from_the_list_of_dates(circle: Circle, visit: Visit) -> None:
    circle.schedule(at=STARTS[1] - timedelta(minutes=30))
    bob = visit(circle.cast.bob)
    asked = "?day=2026-11-30&at=17:00&rhythm=fortnightly&times=3"
    page = bob.get(f"{COACH}cohorts/new/{asked}").content.decode()
    assert page.count("Free</span>") + page.count('name="at"') > 3
    assert "Leave this date out" in page
    data = {
        "rhythm": "fortnightly",
        "at": ["20261130T1600Z", "20261228T1600Z"],
        "name": "Spring cohort",
        "capacity": "3",
        "people": [str(client.pk) for client in circle.crowd[:2]],
        "booking_key": str(uuid4()),
    }
    taken = bob.post(f"{COACH}cohorts/new/{asked}", {**data, "at": [*data["at"], "20261214T1600Z"]})
    assert taken.status_code == 409
    assert "Monday 14 December, 17:00 can no longer be booked" in taken.content.decode()
    planned = bob.post(f"{COACH}cohorts/new/{asked}", data)
    assert planned.status_code == 302
    assert "Person 01 Secretname" in bob.get(planned["Location"]).content.decode()


def test_roster_and_dates_are_changed_on_the_page(circle: Circle, visit: Visit) -> None:
    cohort = _plan(circle, *circle.crowd[:2])
    bob, address = visit(circle.cast.bob), f"{COACH}cohorts/{cohort.pk}/"
    bob.post(f"{address}add/", {"client": str(circle.crowd[2].pk)})
    assert _people(circle, cohort) == [["00", "01", "02"]] * 3
    bob.post(f"{address}remove/{circle.crowd[0].pk}/")
    assert _people(circle, cohort) == [["01", "02"]] * 3
    group = f"{COACH}groups/{_sessions(circle, cohort)[0].pk}/"
    bob.post(f"{group}add/", {"client": str(circle.crowd[3].pk), "dates": "one"})
    assert _people(circle, cohort)[:2] == [["01", "02", "03"], ["01", "02"]]
    date = {"day": "2026-12-14", "at": "17:30", "booking_key": str(uuid4())}
    assert bob.post(f"{address}dates/new/", date).status_code == 409
    assert bob.post(f"{address}dates/new/", {**date, "day": "2027-01-11"}).status_code == 302
    change = {"name": "Autumn", "capacity": "9"}
    assert bob.post(f"{address}change/", change).status_code == 302
    assert "Autumn" in bob.get(f"{COACH}groups/").content.decode()
    assert bob.post(f"{address}cancel/").status_code == 302
    assert {each.state for each in _sessions(circle, cohort)} == {"cancelled"}


def test_a_member_sees_the_dates_and_gives_up_one_or_all(circle: Circle, visit: Visit) -> None:
    cohort = _plan(circle, circle.cast.carol_client, *circle.crowd[:2])
    carol = visit(circle.cast.carol)
    page = carol.get(f"{PORTAL}cohorts/{cohort.pk}/").content.decode()
    assert "Person00, Person01" in page
    assert "Secretname" not in page
    assert "Spring cohort" in carol.get(f"{PORTAL}groups/").content.decode()
    first, second, _third = _sessions(circle, cohort)
    assert "All 3 coming dates" in carol.get(f"{PORTAL}groups/{first.pk}/leave/").content.decode()
    carol.post(f"{PORTAL}groups/{first.pk}/leave/")
    assert [len(date) for date in _people(circle, cohort)] == [2, 3, 3]
    carol.post(f"{PORTAL}groups/{second.pk}/leave/", {"all": "1"})
    assert _people(circle, cohort) == [["00", "01"]] * 3
    assert carol.get(f"{PORTAL}cohorts/{cohort.pk}/").status_code == 404
