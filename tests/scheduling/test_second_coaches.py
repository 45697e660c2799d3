"""Who leads a booked session too: named on pages and in mails, changed, asked by their calendar."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from uuid import uuid4

import pytest
import time_machine
from django.core import mail
from django.db import transaction
from django.test import Client as Browser
from django.utils import timezone

from clients.models import CoachAssignment
from coachops.audit.models import AuditEvent
from coachops.outbox.engine import drain
from coachops.pages.queries.attention import needs_of
from coachops.tenancy.scope import scope
from scheduling.models import Claim, Offering, Seat, Series, Session
from scheduling.policies import CancelledBy, Refused
from scheduling.queries.calendar import calendar_of_coach
from scheduling.queries.calendar_views import View
from scheduling.queries.replies import answers_of
from scheduling.queries.session_rows import rows_led
from scheduling.queries.together import coaches_client, is_assigned
from scheduling.services.booking import BookerClient
from scheduling.services.changes import cancel_session
from scheduling.services.cohorts import CohortPlan, plan_cohort
from scheduling.services.groups import Group
from scheduling.services.replies import Verdict, take_mail
from scheduling.services.second_coaches import CannotLead, change_second_coach
from scheduling.services.series import Run, book_series
from tests.cast import Cast, Person
from tests.scheduling.conftest import NOW, TUESDAY_TEN, Desk
from tests.scheduling.groups_world import MONDAY_FIVE, Circle, build_circle
from tests.scheduling.reply_mails import reply_mail
from tests.scheduling.test_together import both_at, claimed, event, lead_with, letters, pair

type Visit = Callable[[Person], Browser]

__all__ = ["pair"]

WEEK = timedelta(weeks=1)
BOTH = "Bob Harbour and Olga Harbour"
CHANGE = "/coach/harbour/sessions/{}/second-coach/"


@pytest.fixture
def circle(cast: Cast) -> Circle:
    circle = build_circle(cast)
    lead_with(cast, circle.offering, cast.olga)
    return circle


def change(desk: Desk, session: Session, coach: Person | None) -> Session:
    with scope(desk.cast.bob.scope()):
        second = coach.membership if coach else None
        return change_second_coach(session=session, coach=second, now=NOW)


def sent() -> dict[str, mail.EmailMultiAlternatives]:
    """The last mail to each."""
    mail.outbox.clear()
    drain(now=NOW)
    return {each.to[0].partition("@")[0]: each for each in mail.outbox}


def book_run(desk: Desk, times: int = 2) -> Series:
    with scope(desk.cast.carol.scope()):
        return book_series(
            offering=Offering.objects.select_related("coach", "schedule").get(pk=desk.coaching.pk),
            run=Run("weekly", [TUESDAY_TEN + number * WEEK for number in range(times)]),
            booker=BookerClient(desk.cast.carol_client, desk.cast.carol_engagement),
            booking_key=uuid4(),
            booker_time_zone="Europe/Berlin",
            now=NOW,
        )


def plan(circle: Circle, *roster: object) -> object:
    with scope(circle.cast.bob.scope()):
        return plan_cohort(
            offering=circle.offering,
            plan=CohortPlan("Spring", Run("weekly", [MONDAY_FIVE, MONDAY_FIVE + WEEK]), Group()),
            roster=roster,
            booking_key=uuid4(),
            now=NOW,
        )


# Named wherever several dates are


def test_a_series_names_both_on_its_page_and_in_its_mail(pair: Desk, visit: Visit) -> None:
    series = book_run(pair)
    drain(now=NOW)
    [letter] = [each for each in mail.outbox if "2 dates" in each.subject and "carol" in each.to[0]]
    assert f"with {BOTH}" in letter.subject
    [own] = [each for each in mail.outbox if "2 dates" in each.subject and "bob" in each.to[0]]
    assert f"Led by {BOTH}" in own.body
    page = visit(pair.cast.carol).get(f"/portal/harbour/series/{series.pk}/").content.decode()
    assert f"with {BOTH}." in page


def test_dates_name_who_leads_them_once_they_differ(pair: Desk, visit: Visit) -> None:
    series = book_run(pair)
    with scope(pair.cast.bob.scope()), transaction.atomic():
        first = Session.objects.filter(series=series).order_by("starts_at")[0]
    change(pair, first, None)
    page = visit(pair.cast.carol).get(f"/portal/harbour/series/{series.pk}/").content.decode()
    assert "with Bob Harbour." in page
    assert page.count(f"with {BOTH}") == 1


def test_a_cohort_names_both_to_its_members(circle: Circle, visit: Visit) -> None:
    cohort = plan(circle, circle.cast.carol_client)
    letter = next(each for each in _drained() if "2 dates" in each.subject)
    assert f"with {BOTH}" in letter.subject
    carol = visit(circle.cast.carol)
    for path in ("groups/", f"cohorts/{cohort.pk}/"):
        assert BOTH in carol.get(f"/portal/harbour/{path}").content.decode(), path


def _drained() -> Iterator[mail.EmailMultiAlternatives]:
    drain(now=NOW)
    return iter(mail.outbox)


# In the second coach's own lists


def test_she_finds_groups_and_cohorts_that_she_leads_too(circle: Circle, visit: Visit) -> None:
    session, cohort = circle.schedule(at=MONDAY_FIVE + 5 * WEEK), plan(circle, circle.crowd[0])
    olga = visit(circle.cast.olga)
    page = olga.get("/coach/harbour/groups/").content.decode()
    assert f"/coach/harbour/together/{session.pk}/" in page
    assert f"/coach/harbour/together/cohorts/{cohort.pk}/" in page
    assert f"/coach/harbour/groups/{session.pk}/" not in page
    own = visit(circle.cast.bob).get("/coach/harbour/groups/").content.decode()
    assert f"/coach/harbour/groups/{session.pk}/" in own
    assert "/together/" not in own


def test_her_page_of_a_cohort_has_first_names_and_her_dates_alone(
    circle: Circle, visit: Visit
) -> None:
    person = circle.crowd[0]
    cohort = plan(circle, person)
    with scope(circle.cast.bob.scope()), transaction.atomic():
        first, second = Session.objects.filter(series=cohort.series_id).order_by("starts_at")
    change(Desk(circle.cast, circle.offering, circle.offering), first, None)
    olga = visit(circle.cast.olga)
    page = olga.get(f"/coach/harbour/together/cohorts/{cohort.pk}/").content.decode()
    assert f"/together/{second.pk}/" in page
    assert f"/together/{first.pk}/" not in page
    assert person.name.split()[0] in page
    assert person.name not in page
    assert olga.get(f"/coach/harbour/cohorts/{cohort.pk}/").status_code == 404


# Her calendar answers


def test_her_no_is_shown_under_her_name_and_asks_the_coach(pair: Desk, visit: Visit) -> None:
    session = pair.book()
    assert "RSVP=TRUE" in str(letters()["olga"].alternatives[-1].content).replace("\r\n ", "")
    declined = reply_mail(pair, session, sender="olga@harbour.example")
    assert take_mail(declined, now=NOW) is Verdict.KEPT
    found = sent()
    assert "Declined: Olga Harbour" in found["bob"].subject
    assert "Your no was passed on" in found["olga"].subject
    assert pair.cast.carol_client.name not in str(found["olga"].body)
    with scope(pair.cast.bob.scope()):
        needs = needs_of([pair.cast.bob.membership.pk], practice_slug="harbour", now=NOW)
        calendar = calendar_of_coach(pair.cast.bob.membership, View.WEEK, TUESDAY_TEN.date(), NOW)
    assert [each.who for each in needs if each.kind == "declined"] == ["Olga Harbour"]
    [entry] = [each for day in calendar.days for each in day.sessions]
    assert entry.answer.words == "No answer yet, Olga: declined"
    page = visit(pair.cast.bob).get(f"/coach/harbour/sessions/{session.pk}/reply/")
    assert "Olga Harbour" in page.content.decode()
    assert CHANGE.format(session.pk) in page.content.decode()


def test_the_client_s_no_is_told_to_her_by_first_name(pair: Desk) -> None:
    session = pair.book()
    sent()
    take_mail(reply_mail(pair, session), now=NOW)
    found = sent()
    assert "Declined: Carol, " in found["olga"].subject
    assert pair.cast.carol_client.name not in str(found["olga"].body)
    with scope(pair.cast.bob.scope()):
        assert [line.name for line in answers_of([session.pk])[session.pk]] == ["Carol Harbour"]


def test_her_answer_to_a_group_counts_without_a_place(circle: Circle) -> None:
    session, desk = circle.schedule(circle.crowd[0]), Desk(circle.cast, circle.offering, None)
    yes = reply_mail(desk, session, "ACCEPTED", sender="olga@harbour.example")
    assert take_mail(yes, now=NOW) is Verdict.KEPT
    with scope(circle.cast.bob.scope()):
        assert [line.name for line in answers_of([session.pk])[session.pk]] == ["Olga Harbour"]
    change(desk, session, None)
    assert take_mail(yes, now=NOW) is Verdict.STRANGER


# Changed in one session


def test_taken_out_her_time_is_free_and_her_calendar_is_told(pair: Desk) -> None:
    session = pair.book()
    letters()
    changed = change(pair, session, None)
    assert claimed(pair, session) == {(pair.cast.bob.user.pk, TUESDAY_TEN)}
    found = {name: event(letter) for name, letter in letters().items()}
    uid = session.calendar_uid
    assert found["carol"] == ("REQUEST", uid, 1, ["bob", "carol"])
    assert found["bob"] == ("REQUEST", uid, 1, ["bob", "carol"])
    assert found["olga"] == ("CANCEL", uid, 1, ["bob", "olga"])
    assert changed.calendar_sequence == 1
    with scope(pair.cast.bob.scope()):
        rows = AuditEvent.objects.filter(event="session.second_coach_changed")
        assert rows.get().facts == {"from": str(pair.cast.olga.membership.pk), "to": ""}
    assert change(pair, session, None).calendar_sequence == 1


def test_somebody_named_has_the_time_and_the_invitation(pair: Desk) -> None:
    lead_with(pair.cast, pair.coaching, None)
    session = pair.book()
    letters()
    change(pair, session, pair.cast.olga)
    assert claimed(pair, session) == both_at(pair, TUESDAY_TEN)
    found = letters()
    assert {name: event(letter)[2:] for name, letter in found.items()} == {
        "bob": (1, ["bob", "olga", "carol"]),
        "carol": (1, ["bob", "olga", "carol"]),
        "olga": (1, ["bob", "olga"]),
    }
    assert f"Now with {BOTH}" in found["carol"].subject
    assert "Together with Bob Harbour" in found["olga"].subject
    assert pair.cast.carol_client.name not in str(found["olga"].body)


def test_who_is_not_free_then_cannot_be_named(pair: Desk) -> None:
    lead_with(pair.cast, pair.coaching, None)
    late = pair.book(TUESDAY_TEN + timedelta(hours=5))
    with pytest.raises(CannotLead):
        change(pair, late, pair.cast.olga)
    assert pair.reload(late).second_coach_id is None
    early = pair.book(TUESDAY_TEN)
    with scope(pair.cast.olga.scope()), transaction.atomic():
        Claim.objects.create(
            resource_id=pair.cast.olga.user.pk,
            starts_at=TUESDAY_TEN,
            ends_at=TUESDAY_TEN + timedelta(minutes=30),
            state=Claim.State.CONFIRMED,
        )
    with pytest.raises(CannotLead):
        change(pair, early, pair.cast.olga)


def test_what_is_off_has_nobody_to_change(pair: Desk) -> None:
    session = pair.book()
    with scope(pair.cast.bob.scope()):
        cancel_session(session=session, cancelled_by=CancelledBy.COACH, now=NOW)
    with pytest.raises(Refused):
        change(pair, session, None)


def test_participants_of_a_group_get_their_own_next_invitation(circle: Circle) -> None:
    session = circle.schedule(circle.crowd[0])
    letters()
    change(Desk(circle.cast, circle.offering, circle.offering), session, None)
    found = letters()
    assert {name: event(letter)[0] for name, letter in found.items()} == {
        "bob": "REQUEST",
        "olga": "CANCEL",
        "person00": "REQUEST",
    }
    assert "Now with Bob Harbour" in found["person00"].subject
    assert event(found["person00"])[2:] == (1, ["bob", "person00"])
    with scope(circle.cast.bob.scope()):
        assert Seat.objects.get(session=session).calendar_sequence == 1


def test_the_coach_lets_go_and_an_owner_names_on_the_page(pair: Desk, visit: Visit) -> None:
    session = pair.book()
    path, olga = CHANGE.format(session.pk), str(pair.cast.olga.membership.pk)
    bob, alice = visit(pair.cast.bob), visit(pair.cast.alice)
    assert f"/coach/harbour/bookings/{session.pk}/" in bob.get(path).content.decode()
    assert bob.post(path, {"second_coach": "somebody"}).status_code == 422
    assert bob.post(path, {"second_coach": "nobody"}).status_code == 302
    assert pair.reload(session).second_coach_id is None
    assert bob.post(path, {"second_coach": olga}).status_code == 422
    assert alice.post(path, {"second_coach": olga}).status_code == 302
    assert pair.reload(session).second_coach_id == pair.cast.olga.membership.pk
    assert visit(pair.cast.olga).get(path).status_code == 404


# The rule that opens the client to her stands in one place


@pytest.mark.parametrize(
    ("begins", "ends", "opens"),
    [
        (-9, None, True),
        (0, 0, True),
        (-9, 0, True),
        (0, None, True),
        (-9, -1, False),
        (1, None, False),
        (1, 9, False),
    ],
)
def test_lists_pages_and_the_calendar_agree_on_whom_she_coaches(
    pair: Desk, begins: int, ends: int | None, opens: bool
) -> None:
    session, olga = pair.book(), pair.cast.olga.membership
    with scope(pair.cast.olga.scope()), transaction.atomic():
        CoachAssignment.objects.create(
            client=pair.cast.carol_client,
            coach=olga,
            started_on=NOW.date() + timedelta(days=begins),
            ended_on=None if ends is None else NOW.date() + timedelta(days=ends),
        )
        answers = answers_alike(session, olga.pk)
    assert answers == {opens}


def answers_alike(session: Session, coach_id: object) -> set[object]:
    column = coaches_client([coach_id], timezone.now())
    [row] = rows_led("session.state = 'booked'", "session.starts_at", 2, coaches=[coach_id])
    return {
        row.coaches_too,
        Session.objects.annotate(known=column).get(pk=session.pk).known,
        is_assigned(coach_id, session.client_id),
    }


@pytest.mark.parametrize(("begins", "ends", "opens"), [(1, None, True), (-9, 0, False)])
def test_it_is_the_day_of_the_practice_and_not_utc_s(
    pair: Desk, monday: time_machine.Traveller, begins: int, ends: int | None, opens: bool
) -> None:
    """Half past eleven in the evening by UTC is half past midnight in Berlin."""
    session, olga = pair.book(), pair.cast.olga.membership
    monday.move_to(NOW.replace(hour=23, minute=30), tick=False)
    with scope(pair.cast.olga.scope()), transaction.atomic():
        CoachAssignment.objects.create(
            client=pair.cast.carol_client,
            coach=olga,
            started_on=NOW.date() + timedelta(days=begins),
            ended_on=None if ends is None else NOW.date() + timedelta(days=ends),
        )
        answers = answers_alike(session, olga.pk)
    assert answers == {opens}


def test_a_guest_is_nobody_s_client(pair: Desk) -> None:
    with scope(pair.cast.bob.scope()):
        Offering.objects.filter(pk=pair.chemistry.pk).update(
            second_coach=pair.cast.olga.membership, second_schedule=pair.coaching.schedule_id
        )
    session = pair.book_guest()
    with scope(pair.cast.olga.scope()), transaction.atomic():
        assert answers_alike(session, pair.cast.olga.membership.pk) == {False}
