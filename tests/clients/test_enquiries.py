"""Enquiries: asked by strangers, booked, added by hand; who sees them, and what becomes of them."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.core import mail
from django.test import Client as Browser
from django.utils import timezone

from clients.models import Client, Enquiry
from clients.services.enquiries import (
    AlreadyOpen,
    Arrangements,
    EnquirySettled,
    Referrer,
    add_enquiry,
    ask,
    call_booked,
    join_client,
    make_client,
    move_enquiry,
    put_off,
)
from coachops.outbox.engine import drain
from coachops.pages.queries.attention import needs_of
from coachops.retention.services.periods import remove_what_is_over
from coachops.tenancy.scope import scope, system_scope
from tests.cast import ZONE, Cast, Person, practice_day

type Visit = Callable[[Person], Browser]

SCRIPT = "<script>alert(1)</script>"
FORM = "/enquire/harbour/"
BOARD = "/coach/harbour/enquiries/"
ASKED = {"name": "Nina", "email": "nina@new.example", "wish": "A new role", "consent": "on"}


def _ask(email: str = "nina@new.example", name: str = "Nina") -> Enquiry:
    return ask(name=name, email=email, wish="A new role", now=timezone.now())


def _given_to(cast: Cast, coach: Person | None, email: str = "nina@new.example") -> Enquiry:
    with scope(cast.alice.scope()):
        return add_enquiry(
            name="Nina",
            email=email,
            wish="",
            arrangements=Arrangements(coach=coach.membership if coach else None),
            now=timezone.now(),
        )


def test_a_stranger_asks_and_is_asked_nothing_more(client: Browser, cast: Cast) -> None:
    answer = client.post(FORM, {**ASKED, "referrer": "My sister"})
    assert answer.status_code == 302
    assert "Thank you" in client.get(answer["Location"]).content.decode()
    with scope(cast.alice.scope()):
        found = Enquiry.objects.get()
        assert (found.name, found.email, found.wish) == ("Nina", "nina@new.example", "A new role")
        assert (found.state, found.referrer_words) == ("new", "My sister")


def test_whoever_answers_hears_of_it_once_a_day_and_not_what_was_written(
    client: Browser, cast: Cast
) -> None:
    client.post(FORM, ASKED)
    client.post(FORM, ASKED)
    drain()
    told = {cast.alice.user.email, cast.vera.user.email}
    assert sorted(letter.to[0] for letter in mail.outbox) == sorted(told)
    assert all("Nina" in letter.subject for letter in mail.outbox)
    assert not any("A new role" in str(letter.body) for letter in mail.outbox)
    mail.outbox.clear()
    with scope(cast.alice.scope()):
        settled = _ask("other@new.example", "Olaf")
        move_enquiry(enquiry=settled, state=Enquiry.State.CALL, now=timezone.now())
    drain()
    assert mail.outbox == []


def test_what_was_typed_is_kept_beside_the_error(client: Browser, cast: Cast) -> None:
    answer = client.post(FORM, {**ASKED, "email": "no address", "consent": ""})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "A new role" in page
    assert "Tick this" in page
    answer = client.post(FORM, {**ASKED, "wish": "x" * 10_000})
    assert answer.status_code == 422
    with scope(cast.alice.scope()):
        assert not Enquiry.objects.exists()


def test_a_machine_is_thanked_and_forgotten(client: Browser, cast: Cast) -> None:
    assert client.post(FORM, {**ASKED, "website": "https://spam.example"}).status_code == 302
    with scope(cast.alice.scope()):
        assert not Enquiry.objects.exists()


def test_one_network_asks_five_times_an_hour(client: Browser, cast: Cast) -> None:
    for number in range(5):
        sent = client.post(FORM, {**ASKED, "email": f"n{number}@new.example"})
        assert sent.status_code == 302
    sixth = client.post(FORM, {**ASKED, "email": "n6@new.example"})
    assert sixth.status_code == 429
    assert "A new role" in sixth.content.decode()
    with scope(cast.alice.scope()):
        assert Enquiry.objects.count() == 5


def test_asking_twice_is_one_enquiry_with_both_texts(cast: Cast) -> None:
    with scope(cast.alice.scope()):
        first = _ask()
        again = ask(name="N.", email="NINA@new.example", wish="x" * 10_000, now=timezone.now())
        assert again.pk == first.pk
        assert len(Enquiry.objects.get().wish) <= 2000


def test_a_booked_first_talk_stands_on_the_board_and_a_client_does_not(cast: Cast) -> None:
    bob, now = cast.bob.membership, timezone.now()
    with scope(cast.alice.scope()):
        call_booked(name="Carol", email=cast.carol_client.email.upper(), coach=bob, now=now)
        assert not Enquiry.objects.exists()
        asked = _ask()
        call_booked(name="Nina", email="nina@new.example", coach=bob, now=now)
        call_booked(name="Omar", email="omar@new.example", coach=bob, now=now)
        asked.refresh_from_db()
        assert (asked.state, asked.coach_id) == ("call", bob.pk)
        assert Enquiry.objects.get(name="Omar").source == Enquiry.Source.BOOKING


def test_owner_all_coach_own_assistant_hers_and_nobody_elses(cast: Cast, visit: Visit) -> None:
    mine = _given_to(cast, cast.bob)
    hers = _given_to(cast, cast.olga, "omar@new.example")
    nobodys = _given_to(cast, None, "pia@new.example")
    sees = {
        "alice": {mine, hers, nobodys},
        "bob": {mine},
        "olga": {hers},
        "vera": {mine, nobodys},
        "ines": set(),
    }
    for name, wanted in sees.items():
        browser = visit(getattr(cast, name))
        found = {
            each
            for each in (mine, hers, nobodys)
            if browser.get(f"{BOARD}{each.pk}/").status_code == 200
        }
        assert found == wanted, name
    assert visit(cast.mallory).get(f"/coach/lagoon/enquiries/{mine.pk}/").status_code == 404
    assert visit(cast.carol).get(BOARD).status_code == 404


def test_scripts_are_words_on_every_page(cast: Cast, visit: Visit) -> None:
    with scope(cast.alice.scope()):
        enquiry = add_enquiry(
            name=SCRIPT,
            email="nina@new.example",
            wish=SCRIPT,
            arrangements=Arrangements(
                coach=cast.bob.membership,
                next_step=SCRIPT,
                logistics=SCRIPT,
                referrer=Referrer(words=SCRIPT),
                next_on=practice_day(),
            ),
            now=timezone.now(),
        )
    browser = visit(cast.bob)
    for address in (
        BOARD,
        f"{BOARD}{enquiry.pk}/",
        f"{BOARD}{enquiry.pk}/client/",
        "/coach/harbour/",
    ):
        page = browser.get(address).content.decode()
        assert SCRIPT not in page
        assert "&lt;script&gt;" in page, address


def test_by_hand_with_who_sent_them_and_counted(cast: Cast, visit: Visit) -> None:
    browser = visit(cast.bob)
    given = {
        "name": "Nina",
        "email": "nina@new.example",
        "referrer": f"client:{cast.carol_client.pk}",
        "coach": str(cast.bob.membership.pk),
    }
    assert browser.post(f"{BOARD}new/", given).status_code == 302
    assert browser.post(f"{BOARD}new/", given).status_code == 422
    page = browser.get(BOARD).content.decode()
    assert f"Sent by {cast.carol_client.name}" in page
    assert "1 enquiry" in page
    record = f"/coach/harbour/clients/{cast.carol_client.pk}/"
    assert "Sent 1 person" in browser.get(record).content.decode()
    assert "Nina" in browser.get(f"{record}edit/").content.decode()


def test_another_coachs_client_is_not_named_and_not_lost(cast: Cast, visit: Visit) -> None:
    with scope(cast.alice.scope()):
        enquiry = add_enquiry(
            name="Nina",
            email="nina@new.example",
            wish="",
            arrangements=Arrangements(
                coach=cast.olga.membership, referrer=Referrer(client_id=cast.carol_client.pk)
            ),
            now=timezone.now(),
        )
    browser, address = visit(cast.olga), f"{BOARD}{enquiry.pk}/"
    page = browser.get(address).content.decode()
    assert cast.carol_client.name not in page
    kept = {"referrer": f"client:{cast.carol_client.pk}", "coach": str(cast.olga.membership.pk)}
    assert browser.post(address, {**kept, "logistics": "Calls on Monday"}).status_code == 302
    with scope(cast.alice.scope()):
        enquiry.refresh_from_db()
        assert enquiry.referrer_client_id == cast.carol_client.pk
    outsider = {**kept, "referrer": f"client:{cast.erin_client.pk}"}
    assert browser.post(address, outsider).status_code == 422


def test_the_next_step_stands_on_today_when_its_day_has_come(cast: Cast) -> None:
    enquiry, now = _given_to(cast, cast.bob), timezone.now()
    bob = [cast.bob.membership.pk]
    with scope(cast.bob.scope()), timezone.override(ZONE):
        assert [n.what for n in needs_of(bob, practice_slug="harbour", now=now)][:1]
        waiting = needs_of(bob, practice_slug="harbour", now=now)
        assert [n.who for n in waiting if n.kind == "enquiry"] == ["Nina"]
        Enquiry.objects.filter(pk=enquiry.pk).update(
            next_step="Send the proposal", next_on=practice_day() + timedelta(days=1)
        )
        quiet = needs_of(bob, practice_slug="harbour", now=now)
        assert "enquiry" not in {n.kind for n in quiet}
        due = needs_of(bob, practice_slug="harbour", now=now + timedelta(days=1))
        assert "Send the proposal" in {n.what for n in due}


def test_buttons_move_it_and_not_now_wants_a_reason(cast: Cast, visit: Visit) -> None:
    enquiry, browser = _given_to(cast, cast.bob), visit(cast.bob)
    address = f"{BOARD}{enquiry.pk}/"
    assert browser.post(f"{address}move/", {"state": "proposal"}).status_code == 302
    assert browser.post(f"{address}move/", {"state": "client"}).status_code == 302
    assert browser.get(f"{address}move/").status_code == 405
    assert browser.post(f"{address}not-now/", {"reason": "because"}).status_code == 422
    with scope(cast.bob.scope()):
        assert enquiry.reload().state == "proposal"
    assert browser.post(f"{address}not-now/", {"reason": "budget"}).status_code == 302
    with scope(cast.bob.scope()):
        row = enquiry.reload()
        assert (row.state, row.reason) == ("not_now", "budget")
        newer = _ask()
        with pytest.raises(AlreadyOpen):
            move_enquiry(enquiry=row, state=Enquiry.State.NEW, now=timezone.now())
        assert newer.is_open


def test_it_becomes_a_client_once(
    cast: Cast, protected: Callable[[Person], Browser], visit: Visit
) -> None:
    enquiry = _given_to(cast, cast.bob)
    address = f"{BOARD}{enquiry.pk}/client/"
    details = {"name": "Nina Roth", "email": "nina@new.example", "time_zone": "Europe/Berlin"}
    assert visit(cast.bob).post(address, details).status_code == 422
    assert protected(cast.bob).post(address, details).status_code == 302
    with scope(cast.bob.scope()):
        row, made = enquiry.reload(), Client.objects.get(email="nina@new.example")
        assert (row.state, row.client_id, row.touched_at) == ("client", made.pk, None)
        with pytest.raises(EnquirySettled):
            put_off(enquiry=row, reason=Enquiry.Reason.OTHER, now=timezone.now())


def test_somebody_who_is_a_client_already_is_joined_not_doubled(
    cast: Cast, protected: Callable[[Person], Browser]
) -> None:
    enquiry, browser = _given_to(cast, cast.bob, cast.carol_client.email), protected(cast.bob)
    address = f"{BOARD}{enquiry.pk}/client/"
    details = {"name": "Carol", "email": cast.carol_client.email, "time_zone": "Europe/Berlin"}
    again = browser.post(address, details)
    assert again.status_code == 422
    assert "You already have a client with this address" in again.content.decode()
    assert browser.post(address, {"join": "1"}).status_code == 302
    with scope(cast.bob.scope()):
        assert enquiry.reload().client_id == cast.carol_client.pk


def test_the_night_deletes_what_came_to_nothing(cast: Cast) -> None:
    now = timezone.now()
    long_ago = now - timedelta(days=400)
    with scope(cast.bob.scope()):
        gone, kept = _ask("gone@new.example"), _ask("kept@new.example")
        put_off(enquiry=gone, reason=Enquiry.Reason.TIMING, now=long_ago)
        make = {"name": "Kept", "email": "kept@new.example", "time_zone": "Europe/Berlin"}
        make_client(enquiry=kept, coach=cast.bob.membership, now=long_ago, **make)
        joined = _ask(cast.carol_client.email)
        join_client(enquiry=joined, client=cast.carol_client, now=long_ago)
    with scope(system_scope(cast.practice.pk)):
        remove_what_is_over(practice=cast.practice, now=now)
        assert set(Enquiry.objects.values_list("pk", flat=True)) == {kept.pk, joined.pk}
