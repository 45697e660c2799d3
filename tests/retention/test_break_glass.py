"""Shared material of a coach who is gone opens by consent alone, for a while, and never unseen."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.core import mail
from django.db import DatabaseError, transaction
from django.test import Client as Browser
from django.urls import reverse
from django.utils import timezone

from clients.models import Client, CoachAssignment, ContentRead
from coachops.correspondence.models import AddressBounce
from coachops.outbox.engine import drain
from coachops.outbox.models import Message
from coachops.practices.services.members import end_membership
from coachops.retention.models import BreakGlass, BreakGlassConsent, SecondPerson
from coachops.retention.services.break_glass import (
    LONGEST_DELAY,
    AlreadyGiven,
    NoPortal,
    StillCoached,
    ask_to_open,
    end_opening,
    give_consent,
)
from coachops.retention.services.second_person import (
    CanBeAsked,
    IsTheReader,
    NoSecondPerson,
    SaidNo,
    name_second_person,
)
from coachops.tenancy.models import PracticeModel
from coachops.tenancy.scope import (
    BREAK_GLASS,
    Scope,
    ScopeError,
    confidential,
    scope,
    system_scope,
    transferring,
)
from tests.cast import Cast, Person, practice_day
from tests.tracking.factories import make_session
from tracking.models import GoalWording, PrivateNote, Reflection, SessionSummary
from tracking.services.goals import add_goal
from tracking.services.notes import save_private_note
from tracking.services.reflections import write_reflection
from tracking.services.summaries import share_summary

NOW = timezone.now
WHY = "Bob is in hospital and Carol asks for what they had agreed."


@pytest.fixture
def left(cast: Cast) -> Cast:
    """Bob wrote and shared, Carol wrote and shared; then Bob left."""
    bob, carol = cast.bob.membership, cast.carol_client
    with scope(cast.bob.scope()):
        session = make_session(carol, cast.carol_engagement, bob, days=-3)
        save_private_note(session=session, by=bob, text="bobs-private-note", version=0, now=NOW())
        share_summary(session=session, by=bob, text="carols-summary", version=0, now=NOW())
    with scope(cast.carol.scope()):
        mine = {"client": carol, "by": cast.carol.membership, "now": NOW()}
        write_reflection(text="carols-own", **mine)
        write_reflection(text="carols-shared", share=True, **mine)
        add_goal(
            engagement=cast.carol_engagement,
            text="carols-goal",
            target=8,
            by=cast.carol.membership,
            now=NOW(),
        )
    with scope(system_scope(cast.practice.pk)):
        end_membership(membership=bob, now=NOW())
        CoachAssignment.objects.filter(client=carol).update(
            ended_on=practice_day() - timedelta(days=1)
        )
    return cast


def _ask(cast: Cast, **more: object) -> BreakGlass:
    wish = {"reason": WHY, "hours": 4, "asks_second": False, "delay_reason": "", "now": NOW()}
    with scope(cast.alice.scope()):
        return ask_to_open(client=cast.carol_client, by=cast.alice.membership, **(wish | more))


def _consent(cast: Cast, asked: BreakGlass) -> None:
    with scope(cast.carol.scope()):
        give_consent(asked=asked, giver="client", membership=cast.carol.membership, now=NOW())


def _seen(cast: Cast, person: Person) -> dict[str, int]:
    """What the database gives to somebody who steps through broken glass."""
    acting = person.scope()
    through = Scope(
        acting.user_id, acting.practice_id, acting.membership_id, acting.roles | {BREAK_GLASS}
    )
    with scope(through), confidential():
        tables = (SessionSummary, Reflection, GoalWording, PrivateNote)
        return {table.__name__: table.objects.count() for table in tables}


def _of_before(cast: Cast, row: PracticeModel) -> None:
    """A row with a date that nobody who is signed in can write down."""
    with scope(system_scope(cast.practice.pk)), transferring():
        row.insert()


def _named(cast: Cast, member: Person, *, days: int = 15) -> None:
    named_at = NOW() - timedelta(days=days)
    _of_before(
        cast,
        SecondPerson(
            practice_id=cast.practice.pk,
            member=member.membership,
            named_by=cast.alice.membership,
            named_at=named_at,
        ),
    )


def _unanswered(cast: Cast, *, days: int = 15, **more: object) -> BreakGlass:
    """What the client was asked so many days ago."""
    asked_at = NOW() - timedelta(days=days)
    row = BreakGlass(
        practice_id=cast.practice.pk,
        client=cast.carol_client,
        reader=cast.alice.membership,
        coach=cast.bob.membership,
        reason=WHY,
        hours=4,
        asked_at=asked_at,
        notice_at=asked_at,
        **more,
    )
    _of_before(cast, row)
    return row


NOTHING = {"SessionSummary": 0, "Reflection": 0, "GoalWording": 0, "PrivateNote": 0}
SHARED = {"SessionSummary": 1, "Reflection": 1, "GoalWording": 1, "PrivateNote": 0}


def test_two_clicks_ask_the_client_once(left: Cast) -> None:
    first = _ask(left)
    assert _ask(left) == first
    assert _ask(left, hours=8) != first


def test_while_ones_question_waits_the_form_to_ask_is_folded_away(
    left: Cast, visit: Callable[[Person], Browser]
) -> None:
    address = f"/coach/harbour/clients/{left.carol_client.pk}/records/"
    assert "Ask once more" not in visit(left.alice).get(address).content.decode()
    _ask(left)
    assert "Ask once more" in visit(left.alice).get(address).content.decode()


def test_consent_opens_what_was_shared_to_the_reader_alone(left: Cast) -> None:
    asked = _ask(left)
    assert _seen(left, left.alice) == NOTHING
    _consent(left, asked)
    assert _seen(left, left.alice) == SHARED
    for name in ("olga", "ines", "vera"):
        assert _seen(left, getattr(left, name)) == NOTHING
    with scope(left.alice.scope()):
        end_opening(asked=asked, now=NOW())
    assert _seen(left, left.alice) == NOTHING


def test_it_ends_by_itself_and_when_somebody_coaches_the_client_again(left: Cast) -> None:
    asked = _ask(left, hours=1)
    with scope(left.carol.scope()):
        early = NOW() - timedelta(hours=2)
        BreakGlassConsent.objects.create(
            request=asked, giver="client", membership=left.carol.membership, given_at=early
        )
    assert _seen(left, left.alice) == NOTHING
    other = _ask(left)
    _consent(left, other)
    with scope(left.alice.scope()):
        CoachAssignment.objects.create(
            client=left.carol_client, coach=left.olga.membership, started_on=practice_day()
        )
    assert _seen(left, left.alice) == NOTHING


@pytest.mark.parametrize("name", ["alice", "olga", "vera", "dave"])
def test_nobody_consents_in_the_clients_place(left: Cast, name: str) -> None:
    asked = _ask(left)
    person = getattr(left, name)
    for giver in ("client", "second"):
        with (
            scope(person.scope()),
            pytest.raises(DatabaseError, match="row-level security"),
            transaction.atomic(),
        ):
            BreakGlassConsent.objects.create(
                request=asked, giver=giver, membership=person.membership, given_at=NOW()
            )
    assert _seen(left, left.alice) == NOTHING


def test_a_reader_asks_in_their_own_name_and_changes_nothing_afterwards(left: Cast) -> None:
    asked = _ask(left, hours=1)
    _consent(left, asked)
    with scope(left.alice.scope()):
        for change in ({"hours": 72}, {"client": left.dave_client}):
            with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
                BreakGlass.objects.filter(pk=asked.pk).update(**change)
    with (
        scope(left.olga.scope()),
        pytest.raises(DatabaseError, match="row-level security"),
        transaction.atomic(),
    ):
        BreakGlass.objects.create(
            client=left.carol_client,
            reader=left.olga.membership,
            coach=left.bob.membership,
            reason=WHY,
            hours=1,
            asked_at=NOW(),
            notice_at=NOW(),
        )


def test_while_somebody_coaches_there_is_nothing_to_break(cast: Cast) -> None:
    with pytest.raises(StillCoached):
        _ask(cast)


def test_whoever_reads_is_neither_the_client_nor_the_coach_nor_the_second(left: Cast) -> None:
    with scope(left.alice.scope()), pytest.raises(NoSecondPerson):
        _ask(left, asks_second=True)
    with scope(left.alice.scope()), pytest.raises(IsTheReader):
        name_second_person(
            practice=left.practice,
            member=left.alice.membership,
            by=left.alice.membership,
            now=NOW(),
        )
    with scope(system_scope(left.practice.pk)):
        left.carol.membership.user = left.alice.user
        left.carol.membership.save(update_fields=["user"])
    with pytest.raises(IsTheReader):
        _ask(left)


def test_the_second_person_counts_two_weeks_after_they_were_named(left: Cast) -> None:
    _named(left, left.ines)
    _unanswered(left)
    asked = _ask(left, asks_second=True, delay_reason="court")
    with scope(left.ines.scope()):
        give_consent(asked=asked, giver="second", membership=left.ines.membership, now=NOW())
    assert _seen(left, left.alice) == SHARED
    with scope(left.alice.scope()):
        told = Message.objects.filter(payload__notice__in=["opened_client", "opened_coach"])
        assert {each.due_at for each in told} == {asked.asked_at + LONGEST_DELAY}


@pytest.mark.parametrize(
    ("row", "more"),
    [
        ("person", {"named_at": NOW() - timedelta(days=15)}),
        ("question", {"asked_at": NOW() - timedelta(days=15)}),
        ("question", {"asked_at": NOW() + timedelta(days=15)}),
    ],
)
def test_nobody_writes_down_a_date_of_another_day(
    left: Cast, row: str, more: dict[str, object]
) -> None:
    alice, here = left.alice.membership, {"practice_id": left.practice.pk}
    person = SecondPerson(member=left.ines.membership, named_by=alice, named_at=NOW(), **here)
    bob = left.bob.membership
    about = {"client": left.carol_client, "reader": alice, "coach": bob, "hours": 4}
    question = BreakGlass(reason=WHY, asked_at=NOW(), **about, **here)
    written = {"person": person, "question": question}[row]
    for name, value in more.items():
        setattr(written, name, value)
    question.notice_at = question.asked_at
    with (
        scope(left.alice.scope()),
        pytest.raises(DatabaseError, match="row-level security"),
        transaction.atomic(),
    ):
        written.save(force_insert=True)


def test_the_second_person_is_asked_only_where_the_client_has_not_answered(left: Cast) -> None:
    _named(left, left.ines)
    with pytest.raises(CanBeAsked):
        _ask(left, asks_second=True)
    _unanswered(left, days=13)
    with pytest.raises(CanBeAsked):
        _ask(left, asks_second=True)
    _unanswered(left, days=20, ended_at=NOW() - timedelta(days=19))
    with pytest.raises(CanBeAsked):
        _ask(left, asks_second=True)
    _unanswered(left)
    assert _ask(left, asks_second=True).asked_of == "second"


def test_who_has_no_portal_is_invited_first_unless_mail_to_them_comes_back(left: Cast) -> None:
    _named(left, left.ines)
    with scope(left.alice.scope()):
        Client.objects.filter(pk=left.carol_client.pk).update(membership=None)
        left.carol_client.refresh_from_db()
        with pytest.raises(CanBeAsked):
            _ask(left, asks_second=True)
        AddressBounce.objects.create(
            address="carol@harbour.example", reason="invalid", bounced_at=NOW()
        )
    asked = _ask(left, asks_second=True)
    with scope(left.ines.scope()):
        give_consent(asked=asked, giver="second", membership=left.ines.membership, now=NOW())
    assert _seen(left, left.alice) == SHARED


def test_nobody_says_yes_once_the_client_has_said_no(left: Cast) -> None:
    _named(left, left.ines)
    first = _unanswered(left)
    asked = _ask(left, asks_second=True)
    with scope(left.carol.scope()):
        end_opening(asked=first, by_client=True, now=NOW())
    with pytest.raises(SaidNo):
        _ask(left, asks_second=True)
    with scope(left.ines.scope()):
        with pytest.raises(AlreadyGiven):
            give_consent(asked=asked, giver="second", membership=left.ines.membership, now=NOW())
        with pytest.raises(DatabaseError, match="row-level security"), transaction.atomic():
            BreakGlassConsent.objects.create(
                request=asked, giver="second", membership=left.ines.membership, given_at=NOW()
            )


def test_the_wall_itself_asks_the_client_first(left: Cast) -> None:
    """A request that names the second person at once, past all services."""
    _named(left, left.ines)
    now = NOW()
    with scope(left.alice.scope()):
        asked = BreakGlass.objects.create(
            client=left.carol_client,
            reader=left.alice.membership,
            coach=left.bob.membership,
            reason=WHY,
            hours=4,
            asked_of="second",
            asked_at=now,
            notice_at=now,
        )
    with (
        scope(left.ines.scope()),
        pytest.raises(DatabaseError, match="row-level security"),
        transaction.atomic(),
    ):
        BreakGlassConsent.objects.create(
            request=asked, giver="second", membership=left.ines.membership, given_at=NOW()
        )


def test_a_no_is_the_clients_and_cannot_be_hidden(left: Cast) -> None:
    asked = _ask(left)
    for person, is_refused in ((left.alice, True), (left.carol, False)):
        with (
            scope(person.scope()),
            pytest.raises(DatabaseError, match="row-level security"),
            transaction.atomic(),
        ):
            BreakGlass.objects.filter(pk=asked.pk).update(ended_at=NOW(), is_refused=is_refused)


def test_naming_somebody_is_told_to_coaches_owners_and_them_and_clients_see_it(
    left: Cast, visit: Callable[[Person], Browser]
) -> None:
    visit(left.alice).post(
        reverse("coach:second_person", args=["harbour"]), {"member": left.vera.membership.pk}
    )
    drain(now=NOW() + timedelta(minutes=1))
    told = [each for each in mail.outbox if "in a client’s place" in each.subject.lower()]
    assert {each.to[0] for each in told} == {"olga@harbour.example", "vera@harbour.example"}
    assert all("Alice Harbour named Vera Harbour" in each.body for each in told)
    page = visit(left.dave).get(reverse("portal:your_data", args=["harbour"]))
    assert "Vera Harbour" in page.content.decode()


def test_a_notice_that_waits_is_told_to_owners_and_coaches_at_once(left: Cast) -> None:
    _named(left, left.ines)
    _unanswered(left)
    _ask(left, asks_second=True, delay_reason="safeguarding")
    drain(now=NOW() + timedelta(minutes=1))
    told = [each for each in mail.outbox if "the notice waits" in each.subject]
    assert {each.to[0] for each in told} == {"olga@harbour.example"}
    assert "safeguarding duty" in told[0].body
    assert "Carol" not in told[0].subject + told[0].body


def test_each_look_is_in_the_ledger_at_once_also_where_the_notice_waits(
    left: Cast, visit: Callable[[Person], Browser]
) -> None:
    _named(left, left.ines)
    _unanswered(left, ended_at=NOW() - timedelta(hours=1))
    asked = _ask(left, asks_second=True, delay_reason="safeguarding")
    page = reverse("coach:opened_records", args=["harbour", asked.pk])
    alice, ines = visit(left.alice), visit(left.ines)
    assert alice.get(page).status_code == 404
    ines.post(reverse("coach:second_consent", args=["harbour"]), {"opening": asked.pk})
    text = alice.get(page).content.decode()
    assert all(words in text for words in ("carols-summary", "carols-shared", "carols-goal"))
    assert "bobs-private-note" not in text
    assert "carols-own" not in text
    assert ines.get(page).status_code == 404
    with scope(system_scope(left.practice.pk)):
        read = ContentRead.objects.get(client=left.carol_client, reader=left.alice.membership)
        assert read.kind == "opened records"
    looked = visit(left.carol).get(reverse("portal:who_looked", args=["harbour"]))
    assert "Alice" in looked.content.decode()
    told = visit(left.carol).get(reverse("portal:your_data", args=["harbour"]))
    assert str(asked.pk) not in told.content.decode()


def test_without_the_door_the_role_opens_nothing(left: Cast) -> None:
    """An owner who does not coach cannot even step up."""
    _consent(left, _ask(left))
    with scope(left.alice.scope()), pytest.raises(ScopeError), confidential():
        pass


def test_without_a_way_into_the_portal_nobody_can_consent(left: Cast) -> None:
    """A mail can be forwarded, so consent is given where the client has signed in."""
    with scope(left.alice.scope()):
        Client.objects.filter(pk=left.carol_client.pk).update(membership=None)
        left.carol_client.refresh_from_db()
    with pytest.raises(NoPortal):
        _ask(left)


def test_what_has_ended_stays_ended(left: Cast) -> None:
    asked = _ask(left)
    _consent(left, asked)
    with scope(left.alice.scope()):
        end_opening(asked=asked, now=NOW())
        assert not BreakGlass.objects.filter(pk=asked.pk).update(ended_at=None)


def test_the_mails_say_that_and_never_what(left: Cast) -> None:
    """The client is asked in the portal; then client and coach hear that it is open."""
    asked = _ask(left)
    drain(now=NOW() + timedelta(minutes=1))
    (question,) = _about_records()
    assert question.to == ["carol@harbour.example"]
    assert reverse("portal:your_data", args=["harbour"]) in question.body
    _consent(left, asked)
    mail.outbox.clear()
    drain(now=NOW() + timedelta(minutes=1))
    told = _about_records()
    assert {each.to[0] for each in told} == {
        "carol@harbour.example",
        "bob@harbour.example",
    }
    for each in [question, *told]:
        assert "%(" not in each.subject + each.body
        assert WHY not in each.body


def _about_records() -> list[mail.EmailMultiAlternatives]:
    return [each for each in mail.outbox if "records" in each.subject.lower()]
