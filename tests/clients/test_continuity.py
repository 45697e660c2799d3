"""A coach drops out: a colleague gets contacts and next dates, and not a word of what was said."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.core import mail
from django.db import DatabaseError, transaction
from django.test import Client as Browser
from django.utils import timezone

from clients.models import ContentRead, ContinuityCase, ContinuityTask, ContinuityWill
from clients.services.continuity import (
    AlreadyInForce,
    NamesNobody,
    NotYours,
    end_case,
    keep_will,
    put_in_force,
)
from coachops.audit.models import AuditEvent
from coachops.outbox.engine import drain
from coachops.outbox.models import Message
from coachops.practices.services.members import end_membership
from coachops.tenancy.scope import scope, system_scope
from scheduling.models import Offering, Seat
from tests.cast import Cast, Person, practice_day
from tests.tracking.factories import make_session
from tracking.services.goals import add_goal
from tracking.services.notes import save_private_note
from tracking.services.summaries import share_summary

NOW = timezone.now
PAGE = "/coach/harbour/if-you-drop-out/"

type Visit = Callable[[Person], Browser]


@pytest.fixture
def named(cast: Cast) -> Cast:
    """Bob named Olga; what he and Carol share stands written, and they meet in a week."""
    bob, carol = cast.bob.membership, cast.carol_client
    with scope(cast.bob.scope()):
        past = make_session(carol, cast.carol_engagement, bob, days=-3)
        make_session(carol, cast.carol_engagement, bob, days=7, number=2)
        save_private_note(session=past, by=bob, text="bobs-note", version=0, now=NOW())
        share_summary(session=past, by=bob, text="shared-summary", version=0, now=NOW())
        keep_will(coach=bob, named=cast.olga.membership, words="Ring Ines first.", now=NOW())
    with scope(cast.carol.scope()):
        add_goal(
            engagement=cast.carol_engagement,
            text="carols-goal",
            target=8,
            by=cast.carol.membership,
            now=NOW(),
        )
    return cast


def _begin(cast: Cast, by: Person) -> ContinuityCase:
    with scope(by.scope()):
        will = ContinuityWill.objects.select_related(
            "coach__user", "coach__practice", "named__user"
        ).get()
        return put_in_force(will=will, reason="Bob is ill.", by=by.membership, now=NOW())


def test_a_coach_names_a_colleague_and_looks_at_it_once_a_year(cast: Cast, visit: Visit) -> None:
    bob = visit(cast.bob)
    assert "Nobody is named" in bob.get(PAGE).content.decode()
    mine = {"named": str(cast.olga.membership.pk), "words": "Ring Ines first."}
    assert bob.post(PAGE, mine).status_code == 302
    page = bob.get(PAGE).content.decode()
    assert "steps in. You looked at it on" in " ".join(page.split())
    with scope(cast.bob.scope()):
        ContinuityWill.objects.update(reviewed_on=practice_day() - timedelta(days=366))
    assert "That is a year ago" in bob.get(PAGE).content.decode()
    bob.post(PAGE, {"review": "1"})
    assert "That is a year ago" not in bob.get(PAGE).content.decode()
    with scope(cast.bob.scope()):
        (waiting,) = Message.objects.filter(kind="clients.continuity_review", state="pending")
        days = (waiting.due_at.date() - practice_day()).days
        assert days in {364, 365}
    wrong = bob.post(PAGE, {"named": "", "words": "Kept text"})
    assert wrong.status_code == 422
    assert "Choose a colleague" in wrong.content.decode()
    assert "Kept text" in wrong.content.decode()


def test_it_says_when_whoever_is_named_has_left(named: Cast, visit: Visit) -> None:
    with scope(system_scope(named.practice.pk)):
        end_membership(membership=named.olga.membership, now=NOW())
    page = " ".join(visit(named.bob).get(PAGE).content.decode().split())
    assert "nobody would step in" in page
    assert "It still holds" not in page


def test_nobody_names_themself_or_somebody_who_has_left(cast: Cast) -> None:
    with scope(system_scope(cast.practice.pk)):
        end_membership(membership=cast.olga.membership, now=NOW())
        cast.olga.membership.refresh_from_db()
    with scope(cast.bob.scope()):
        for nobody in (cast.bob, cast.olga, cast.carol):
            with pytest.raises(NamesNobody):
                keep_will(coach=cast.bob.membership, named=nobody.membership, words="", now=NOW())


def test_in_force_it_shows_contacts_and_next_dates_and_no_content(
    named: Cast, visit: Visit
) -> None:
    olga = visit(named.olga)
    with scope(named.olga.scope()):
        will = ContinuityWill.objects.get()
    wrong = olga.post(f"{PAGE}{will.pk}/begin/", {"reason": ""})
    assert wrong.status_code == 422
    assert "Say in a sentence why" in wrong.content.decode()
    answer = olga.post(f"{PAGE}{will.pk}/begin/", {"reason": "Bob is ill."}, follow=True)
    page = answer.content.decode()
    assert "Carol Harbour" in page
    assert "carol@harbour.example" in page
    assert "Ring Ines first." in page
    with scope(named.carol.scope()):
        kinds = ContentRead.objects.filter(reader=named.olga.membership).values_list(
            "kind", flat=True
        )
        assert set(kinds) == {"contact and next dates"}
    record = f"/coach/harbour/clients/{named.carol_client.pk}/"
    closed = (PAGE, record, f"{record}goals/", f"{record}timeline/")
    pages = [page, *(olga.get(address).content.decode() for address in closed)]
    for planted in ("bobs-note", "shared-summary", "carols-goal"):
        assert not any(planted in each for each in pages)


def test_places_in_groups_are_among_the_dates_without_a_name_or_a_word(
    named: Cast, visit: Visit
) -> None:
    with scope(named.bob.scope()):
        for coach, days in ((named.bob, 3), (named.olga, 4)):
            group = make_session(None, None, coach.membership, days=days, capacity=6)
            Offering.objects.filter(pk=group.offering_id).update(name="Burnt out together")
            Seat.objects.create(
                session=group,
                client=named.carol_client,
                name="Carol",
                email="carol@harbour.example",
                time_zone="Europe/Berlin",
                asked_at=NOW(),
                revised_at=NOW(),
            )
    case = _begin(named, named.olga)
    page = visit(named.olga).get(f"/coach/harbour/standing-in/{case.pk}/").content.decode()
    assert page.count("in a group") == 1
    assert "Burnt out" not in page


def test_whoever_stands_in_writes_to_each_client_and_ends_it(named: Cast, visit: Visit) -> None:
    case = _begin(named, named.alice)
    olga, page = visit(named.olga), f"/coach/harbour/standing-in/{case.pk}/"
    with scope(named.olga.scope()):
        task = ContinuityTask.objects.get(client=named.carol_client)
    waiting = olga.get(page).content.decode()
    olga.post(f"/coach/harbour/standing-in/clients/{task.pk}/", {"done": "1"})
    assert "Written to" not in waiting
    assert "Written to" in olga.get(page).content.decode()
    assert visit(named.alice).get(page).status_code == 404
    assert olga.post(f"{page}end/").status_code == 302
    assert olga.get(page).status_code == 404
    with scope(named.alice.scope()):
        told = set(
            AuditEvent.objects.filter(event__startswith="continuity.").values_list(
                "event", flat=True
            )
        )
    assert {"continuity.began", "continuity.written", "continuity.ended"} <= told


def test_coach_colleague_and_clients_are_told_by_mail(named: Cast) -> None:
    drain()
    mail.outbox.clear()
    case = _begin(named, named.alice)
    drain()
    letters = {letter.to[0]: " ".join(letter.body.split()) for letter in mail.outbox}
    assert {"bob@harbour.example", "olga@harbour.example", "carol@harbour.example"} <= set(letters)
    said = letters["carol@harbour.example"]
    assert "Olga Harbour" in said
    assert "Bob is ill." not in said
    assert "Bob is ill." in letters["bob@harbour.example"]
    mail.outbox.clear()
    with scope(named.bob.scope()):
        end_case(case=case, by=named.bob.membership, now=NOW())
    drain()
    assert [letter.to for letter in mail.outbox] == [["bob@harbour.example"]]


def test_who_is_not_named_and_no_owner_puts_nothing_in_force(named: Cast, visit: Visit) -> None:
    with pytest.raises(NotYours):
        _begin(named, named.ines)
    with scope(named.ines.scope()):
        will = ContinuityWill.objects.get()
    for person in (named.bob, named.ines, named.vera):
        answer = visit(person).post(f"{PAGE}{will.pk}/begin/", {"reason": "x"})
        assert answer.status_code == 404
    with scope(named.olga.scope()):
        assert not ContinuityCase.objects.exists()
    _begin(named, named.olga)
    with pytest.raises(AlreadyInForce):
        _begin(named, named.alice)


@pytest.mark.parametrize("name", ["ines", "vera", "carol", "bob"])
def test_the_wall_lets_owners_and_the_named_person_alone_begin(named: Cast, name: str) -> None:
    person = getattr(named, name)
    made = {"coach": named.bob.membership, "reason": "x", "began_at": NOW()}
    with scope(person.scope()), pytest.raises(DatabaseError), transaction.atomic():
        ContinuityCase.objects.create(
            **made, named=named.olga.membership, began_by=person.membership
        )
    with scope(named.alice.scope()), pytest.raises(DatabaseError), transaction.atomic():
        ContinuityCase.objects.create(
            **made, named=person.membership, began_by=named.alice.membership
        )


def test_what_has_ended_is_not_begun_again_by_changing_the_row(named: Cast) -> None:
    case = _begin(named, named.olga)
    with scope(named.olga.scope()):
        end_case(case=case, by=named.olga.membership, now=NOW())
        assert ContinuityCase.objects.filter(pk=case.pk).update(ended_at=NOW()) == 0
        with pytest.raises(DatabaseError), transaction.atomic():
            ContinuityTask.objects.create(case=case, client=named.dave_client)


def test_a_will_is_its_coachs_alone(named: Cast) -> None:
    with scope(named.olga.scope()):
        assert ContinuityWill.objects.update(words="hers now") == 0
        with pytest.raises(DatabaseError), transaction.atomic():
            ContinuityWill.objects.create(
                coach=named.alice.membership,
                named=named.olga.membership,
                reviewed_on=practice_day(),
                saved_at=NOW(),
            )


def test_a_coach_who_has_left_the_practice_still_has_a_will(named: Cast) -> None:
    with scope(system_scope(named.practice.pk)):
        end_membership(membership=named.bob.membership, now=NOW())
    _begin(named, named.alice)
    with scope(named.olga.scope()):
        assert ContinuityTask.objects.filter(client=named.carol_client).exists()
