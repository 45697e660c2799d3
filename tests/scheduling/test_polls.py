"""A time for three: times are held, answers come by link, the first common one is booked."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.core import mail
from django.db import DatabaseError, transaction
from django.test import Client as Browser

from clients.models import Engagement, SponsorContact
from coachops.outbox.engine import drain
from coachops.practices.services.members import end_membership
from coachops.tenancy.scope import ScopeError, confidential, scope
from scheduling.models import Claim, Poll, PollShares, Seat, Session
from scheduling.policies import CancelledBy
from scheduling.policies.polls import PollRefusal, PollRefused
from scheduling.queries.poll_shares import shares_of
from scheduling.services.changes import cancel_session, move_session
from scheduling.services.engagements import change_engagement
from scheduling.services.poll_shares import choose_shares
from scheduling.services.polls import propose_more, withdraw_poll
from scheduling.services.times import SlotTaken
from tests.scheduling.conftest import NOW, Desk
from tests.scheduling.test_pages import Visit
from tests.scheduling.three_ways import ALL, CLOSES, TIMES, ask

pytestmark = pytest.mark.django_db
LINK = re.compile(r"https?://[^/\s]+(/l/[^\s\"<]+)")
DAY = timedelta(days=1)


def _held(desk: Desk) -> int:
    with scope(desk.cast.bob.scope()):
        return Claim.objects.filter(state=Claim.State.HELD).count()


def _sessions(desk: Desk) -> list[Session]:
    with scope(desk.cast.bob.scope()):
        return list(Session.objects.select_related("offering", "client").order_by("starts_at"))


def _link_of(address: str) -> str:
    """The path of the newest link that was mailed there."""
    bodies = [str(each.body) for each in mail.outbox if address in each.to]
    return str(LINK.findall(bodies[-1])[-1])


def _calendar_of(message: mail.EmailMessage) -> str:
    parts = message.message().walk()
    found = next(each for each in parts if each.get_content_type() == "text/calendar")
    return found.get_payload(decode=True).decode().replace("\r\n ", "")


def _post(path: str, options: list[str]) -> str:
    data = {"suits": options, "zone": "Europe/Berlin"}
    return Browser().post(path, data).content.decode()


def test_proposed_times_are_nobody_elses(desk: Desk) -> None:
    ask(desk)
    assert _held(desk) == 3
    with pytest.raises(SlotTaken):
        desk.book(TIMES[1])
    with pytest.raises(SlotTaken):
        desk.book_guest(TIMES[1])
    assert TIMES[1] not in desk.free(desk.chemistry, TIMES[1])


def test_a_time_that_is_taken_cannot_be_proposed(desk: Desk) -> None:
    desk.book(TIMES[1])
    with pytest.raises(SlotTaken):
        ask(desk)
    assert _held(desk) == 0


def test_first_time_that_suits_everybody_is_booked_with_the_last_answer(desk: Desk) -> None:
    question = ask(desk)
    assert question.answer("Carol", 1, 2).state == Poll.State.OPEN
    assert question.answer("Stella", 2, 1).state == Poll.State.BOOKED
    (session,) = _sessions(desk)
    assert session.starts_at == TIMES[1]
    assert session.client == desk.cast.carol_client
    assert session.engagement_id is None  # it uses no session up
    assert _held(desk) == 0
    with scope(desk.cast.bob.scope()):
        (seat,) = Seat.objects.filter(session=session)
    assert (seat.part, seat.name) == (Seat.Part.SPONSOR, "Stella Harbour")
    assert desk.book(TIMES[0]).starts_at == TIMES[0]


def test_an_answer_can_be_changed_until_a_time_is_booked(desk: Desk) -> None:
    question = ask(desk)
    question.answer("Carol", 0)
    question.answer("Stella", 2)
    question.answer("Carol", 2)
    assert [each.starts_at for each in _sessions(desk)] == [TIMES[2]]
    with pytest.raises(PollRefused) as refused:
        question.answer("Carol", 0)
    assert refused.value.reason == PollRefusal.OVER


def test_booking_waits_for_everybody(desk: Desk) -> None:
    question = ask(desk, people="Stella Sam")
    question.answer("Carol", *ALL)
    question.answer("Stella", *ALL)
    assert _sessions(desk) == []
    question.answer("Sam", 1)
    assert [each.starts_at for each in _sessions(desk)] == [TIMES[1]]


def test_coach_is_told_once_when_no_time_suits_everybody_and_can_propose_more(desk: Desk) -> None:
    question = ask(desk)
    drain(now=NOW)
    mail.outbox.clear()
    question.answer("Carol", 0)
    question.answer("Stella", 2)
    question.answer("Stella", 1)
    drain(now=NOW)
    assert [each.to for each in mail.outbox] == [["bob@harbour.example"]]
    assert "No time suits everybody" in mail.outbox[0].subject
    mail.outbox.clear()
    later = TIMES[2] + timedelta(hours=4)
    with scope(desk.cast.bob.scope()):
        propose_more(poll=question.poll, starts=[later], closes_at=CLOSES, now=NOW)
    assert _held(desk) == 4
    drain(now=NOW)
    assert {each.to[0] for each in mail.outbox} == {
        "carol@harbour.example",
        "stella@harbour.example",
    }
    question.answer("Carol", 3)
    question.answer("Stella", 3)
    assert [each.starts_at for each in _sessions(desk)] == [later]


def test_times_are_free_again_when_answers_were_due(
    desk: Desk, monday: time_machine.Traveller
) -> None:
    question = ask(desk)
    question.answer("Carol", *ALL)
    monday.move_to(CLOSES + timedelta(minutes=1))
    drain(now=CLOSES + timedelta(minutes=1))
    drain(now=CLOSES + timedelta(minutes=2))
    assert _held(desk) == 0
    assert "Not everybody answered" in mail.outbox[-1].subject
    assert "Stella Harbour" in str(mail.outbox[-1].body)
    with pytest.raises(PollRefused):
        question.answer("Stella", 1, now=CLOSES + timedelta(minutes=1))
    assert desk.book(TIMES[1], now=CLOSES + timedelta(minutes=1)).starts_at == TIMES[1]


def test_withdrawing_gives_the_times_back_and_silences_the_mails(desk: Desk) -> None:
    question = ask(desk)
    with scope(desk.cast.bob.scope()):
        withdraw_poll(poll=question.poll, now=NOW)
        withdraw_poll(poll=question.poll, now=NOW)
    assert _held(desk) == 0
    drain(now=NOW)
    assert mail.outbox == []


def test_nothing_is_asked_once_the_engagement_rests_or_the_coach_has_left(desk: Desk) -> None:
    ask(desk)
    with scope(desk.cast.bob.scope()):
        engagement = desk.cast.carol_engagement
        change_engagement(engagement=engagement, change="pause", cancel=[], keep=[], now=NOW)
    assert _held(desk) == 0
    with scope(desk.cast.bob.scope()):
        change_engagement(engagement=engagement, change="resume", cancel=[], keep=[], now=NOW)
    ask(desk)
    with scope(desk.cast.alice.scope()):
        end_membership(membership=desk.cast.bob.membership, now=NOW)
    drain(now=NOW)
    assert _held(desk) == 0


@pytest.mark.parametrize(
    ("starts", "reason"),
    [
        (TIMES[:2], PollRefusal.TOO_FEW),
        ((*TIMES, TIMES[0] + timedelta(minutes=30)), PollRefusal.OVERLAP),
        ((CLOSES - timedelta(hours=9), *TIMES), PollRefusal.CLOSES_LATE),
    ],
)
def test_what_cannot_be_proposed(desk: Desk, starts: tuple, reason: PollRefusal) -> None:
    with pytest.raises(PollRefused) as refused:
        ask(desk, starts)
    assert refused.value.reason == reason


def test_nobody_is_asked_before_a_level_is_signed(desk: Desk) -> None:
    question = ask(desk)
    with scope(desk.cast.bob.scope()):
        withdraw_poll(poll=question.poll, now=NOW)
        Engagement.objects.update(disclosure_level=None)
    path = f"/coach/harbour/engagements/{desk.cast.carol_engagement.pk}/three-ways/new/"
    bob = Browser()
    bob.force_login(desk.cast.bob.user)
    data = {
        "offering": str(question.offering.pk),
        "contacts": [str(_stella(desk))],
        "closes_on": "2026-11-20",
        "starts": [f"{at:%Y%m%dT%H%MZ}" for at in TIMES],
    }
    page = bob.post(path, data)
    assert page.status_code == 422
    assert "Let all three sign a level first" in page.content.decode()


def _stella(desk: Desk) -> object:
    with scope(desk.cast.bob.scope()):
        return SponsorContact.objects.get(name__startswith="Stella").pk


# ---- by mail, without signing in --------------------------------------------------------------


def test_three_answer_by_link_on_their_own_clock(desk: Desk) -> None:
    question = ask(desk)
    drain(now=NOW)
    carol, stella = _link_of("carol@harbour.example"), _link_of("stella@harbour.example")
    page = Browser().get(f"{stella}?zone=America/New_York").content.decode()
    assert "03:00 to 04:00" in page
    assert "This page is for Stella Harbour" in page
    assert "Where the team feels the change" in page, "the agenda is for all three"
    options = re.findall(r'name="suits"\s+value="([^"]+)"', page)
    assert "Thank you, noted" in _post(stella, options[1:])
    assert "Booked:" in _post(carol, options[:2])
    assert [each.starts_at for each in _sessions(desk)] == [TIMES[1]]
    assert "It is booked" in Browser().get(stella).content.decode()
    again = Browser().post(stella, {"suits": options, "zone": "Europe/Berlin"})
    assert again.status_code == 409
    assert question.voter("Stella").suits == options[1:]


def test_what_the_client_brings_is_not_on_the_sponsors_page(desk: Desk) -> None:
    question = ask(desk)
    with scope(desk.cast.carol.scope()):
        choose_shares(poll=question.poll, lines=["Less travel"], now=NOW)
    for person in (desk.cast.carol, desk.cast.bob):
        with scope(person.scope()):
            assert shares_of(question.poll.pk) == ("Less travel",)
    with scope(desk.cast.olga.scope()):
        assert shares_of(question.poll.pk) == ()
    with scope(desk.cast.stella.scope()), pytest.raises(ScopeError):
        shares_of(question.poll.pk)


def test_client_sees_who_read_what_they_bring(desk: Desk, visit: Visit) -> None:
    question = ask(desk)
    page = f"/coach/harbour/polls/{question.poll.pk}/"
    looked = "what you bring to a meeting of three"
    carol = visit(desk.cast.carol)
    visit(desk.cast.bob).get(page)  # nothing there to read yet
    with scope(desk.cast.carol.scope()):
        choose_shares(poll=question.poll, lines=["Less travel"], now=NOW)
    assert "Less travel" not in visit(desk.cast.alice).get(page).content.decode()
    assert looked not in carol.get("/portal/harbour/who-looked/").content.decode()
    assert "Less travel" in visit(desk.cast.bob).get(page).content.decode()
    assert looked in carol.get("/portal/harbour/who-looked/").content.decode()


def test_only_the_client_says_what_they_bring_and_it_is_kept_sealed(desk: Desk) -> None:
    question = ask(desk)
    with scope(desk.cast.bob.scope()), pytest.raises(DatabaseError), transaction.atomic():
        choose_shares(poll=question.poll, lines=["More travel"], now=NOW)
    with scope(desk.cast.carol.scope()):
        choose_shares(poll=question.poll, lines=["Less travel"], now=NOW)
        with confidential():
            assert b"travel" not in bytes(PollShares.objects.get().sealed_lines)
        choose_shares(poll=question.poll, lines=[], now=NOW)
        assert shares_of(question.poll.pk) == ()


def test_each_of_the_three_gets_an_invitation_without_the_others_address(desk: Desk) -> None:
    question = ask(desk)
    question.answer("Carol", 0)
    question.answer("Stella", 0)
    drain(now=NOW)
    booked = {each.to[0]: each for each in mail.outbox if each.subject.startswith("Booked")}
    assert sorted(booked) == [
        "bob@harbour.example",
        "carol@harbour.example",
        "stella@harbour.example",
    ]
    stellas = _calendar_of(booked["stella@harbour.example"])
    assert "METHOD:REQUEST" in stellas
    assert "carol@harbour.example" not in stellas
    assert "03:00" in str(booked["stella@harbour.example"].body)  # New York, as she answered


def test_sponsor_hears_when_it_moves_and_when_it_is_off(desk: Desk) -> None:
    question = ask(desk)
    question.answer("Carol", 0)
    question.answer("Stella", 0)
    drain(now=NOW)
    mail.outbox.clear()
    (session,) = _sessions(desk)
    with scope(desk.cast.bob.scope()):
        session = move_session(session=session, starts_at=TIMES[1], now=NOW, by_coach=True)
    drain(now=NOW)
    with scope(desk.cast.bob.scope()):
        cancel_session(session=session, cancelled_by=CancelledBy.COACH, now=NOW)
    drain(now=NOW)
    told = [each for each in mail.outbox if each.to == ["stella@harbour.example"]]
    assert [each.subject.partition(":")[0] for each in told] == ["Changed", "Cancelled"]
    assert "SEQUENCE:1" in _calendar_of(told[0])
    assert "METHOD:CANCEL" in _calendar_of(told[1])


def test_link_of_somebody_who_lost_access_no_longer_works(desk: Desk) -> None:
    ask(desk)
    drain(now=NOW)
    stella = _link_of("stella@harbour.example")
    with scope(desk.cast.bob.scope()):
        Engagement.objects.update(disclosure_level=None)
    assert Browser().get(stella).status_code == 404


def test_link_says_that_a_question_is_settled(desk: Desk, monday: time_machine.Traveller) -> None:
    ask(desk)
    drain(now=NOW)
    stella = _link_of("stella@harbour.example")
    monday.move_to(CLOSES + DAY)
    page = Browser().get(stella)
    assert "nothing left to answer" in " ".join(page.content.decode().split())
    monday.move_to(TIMES[2] + DAY)
    assert Browser().get(stella).status_code == 404
