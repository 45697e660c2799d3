"""The desk of whoever organises: what waits, one mail a day for each, and where the view ends."""

import re
from collections.abc import Callable
from datetime import timedelta
from uuid import uuid4

import pytest
from django.core import mail
from django.test import Client as Browser
from django.utils import timezone

from clients.models import Client
from coachops.correspondence.models import MailLogEntry
from coachops.correspondence.policies import LogState
from coachops.outbox.engine import drain
from coachops.outbox.models import Message, MessageState
from coachops.outbox.queue import enqueue
from coachops.pages.queries.attention import UNIT
from coachops.pages.queries.desk import KINDS, Reader, Wanted, desk_of
from coachops.pages.queries.desk.words import OWN, Row, own_need
from coachops.practices.queries.doors import doors_of
from coachops.tenancy.scope import Scope, scope, system_scope
from scheduling.services.availability import take_time_off
from tests.cast import Cast, Person
from tests.contracts.counting import opened
from tests.contracts.world import HARBOUR, LAGOON, World
from tests.tracking.factories import make_session

type Visit = Callable[[Person], Browser]

DESK = "/coach/harbour/desk/"
MOST_STATEMENTS = 15
# What stands before the name where a line of that kind needs more than a name.
PACKED = {
    "step": ("client", str(uuid4()), "A step"),
    "preparation": ("2026-11-19T09:00+00:00",),
    "questionnaire": ("2026-11-19", "How was it?"),
    "poll": ("2026-11-19T09:00+00:00", "Sam"),
    "contact": (str(uuid4()), "Acme"),
    "review": ("2026-11-19T09:00+00:00",),
    "undelivered": ("scheduling.reminder", "Your session"),
    "access_request": ("2026-11-19", "access"),
}


@pytest.mark.parametrize("kind", sorted(kind for kind in KINDS if kind in OWN or "step_" in kind))
def test_every_kind_has_words_and_a_place_where_it_is_done(kind: str) -> None:
    packed = UNIT.join((*PACKED.get(kind.partition("_")[0], PACKED.get(kind, ())), "Carol"))
    row = Row(kind, uuid4(), uuid4(), timezone.now(), 1, packed, "harbour")
    need, _due = own_need(row)
    assert need.who == "Carol"
    assert need.what
    assert need.url.startswith("/coach/harbour/")


def test_assistant_sees_what_waits_and_where_her_view_ends(furnished: World, visit: Visit) -> None:
    """In few statements; nothing of what client and coach keep between them."""
    page, asked = opened(visit(furnished.cast.vera), DESK)
    html = page.content.decode()
    assert "Intake not sent yet" in html
    assert "The answers are between Carol and Bob." in html
    assert "Where your view ends" in html
    assert len(asked) <= MOST_STATEMENTS, asked
    said = [each.words for each in furnished.sentences if not each.is_open_to("vera")]
    assert not [words for words in said if words in html]
    assert "Where your view ends" not in visit(furnished.cast.bob).get(DESK).content.decode()


def test_whoever_is_also_a_client_finds_nothing_of_their_own(
    furnished: World, visit: Visit
) -> None:
    vera, carol = furnished.cast.vera, furnished.cast.carol_client
    assert carol.name in visit(vera).get(DESK).content.decode()
    with scope(furnished.cast.alice.scope()):
        Client.objects.filter(pk=carol.pk).update(email=vera.user.email.upper())
    assert carol.name not in visit(vera).get(DESK).content.decode()


def test_a_mail_is_read_before_it_goes_and_goes_once_a_day(furnished: World, visit: Visit) -> None:
    vera, line = visit(furnished.cast.vera), f"intake:{furnished.things[HARBOUR]['open_intake']}"
    before = _messages(furnished)
    shown = vera.post(f"{DESK}preview/", {"line": line}).content.decode()
    assert "carol@harbour.example" in shown
    assert "waiting for you" in shown
    assert _messages(furnished) == before
    mail.outbox.clear()
    for said in ("Sent.", "left out"):
        answer = vera.post(f"{DESK}send/", {"line": line}, follow=True)
        assert said in answer.content.decode()
    drain()
    subjects = [each.subject for each in mail.outbox if each.to == ["carol@harbour.example"]]
    assert subjects.count("Your questions from Harbour are waiting") == 1


def _messages(world: World) -> int:
    with scope(system_scope(world.cast.practice.pk)):
        return Message.objects.count()


def test_preview_holds_no_way_into_anything(furnished: World, visit: Visit) -> None:
    """Neither the link to answer nor the one under every mail: they are the reader's alone."""
    line = f"poll:{furnished.things[HARBOUR]['poll']}"
    shown = visit(furnished.cast.vera).post(f"{DESK}preview/", {"line": line}).content.decode()
    assert "/l/…" in shown
    assert not re.findall(r"/(?:l|mail/choices|mail/off)/[^…<\s]", shown)


@pytest.mark.parametrize(
    ("kind", "about", "is_read"),
    [
        ("scheduling.logistics_letter", "engagement", True),
        ("tracking.summary.shared", "held", False),
    ],
)
def test_undelivered_mail_is_read_before_if_it_asks_or_speaks_of_dates(
    kind: str, about: str, is_read: bool, furnished: World, visit: Visit
) -> None:
    carol, now = furnished.cast.carol_client, timezone.now()
    with scope(system_scope(furnished.cast.practice.pk)):
        subject_id = furnished.things[HARBOUR][about]
        row_id = enqueue(
            kind=kind, key="lost", due_at=now, subject_id=subject_id, recipient=carol.email
        )
        Message.objects.filter(pk=row_id).update(state=MessageState.DEAD)
        entry = {"kind": kind, "client": carol, "subject": "Lost", "state": LogState.SENT}
        MailLogEntry.objects.create(message_id=row_id, written_at=now, **entry)
    vera, line = visit(furnished.cast.vera), f"undelivered:{row_id}"
    assert "Lost" in vera.get(f"{DESK}?do=send").content.decode()
    shown = vera.post(f"{DESK}preview/", {"line": line}).content.decode()
    assert ("mail-preview" in shown) is is_read
    with scope(system_scope(furnished.cast.practice.pk)):
        assert Message.objects.get(pk=row_id).state == MessageState.DEAD


def test_lines_of_others_are_left_out_without_a_hint(furnished: World, visit: Visit) -> None:
    theirs = f"intake:{furnished.things[LAGOON]['open_intake']}"
    said = {
        visit(furnished.cast.vera)
        .post(f"{DESK}send/", {"line": line}, follow=True)
        .content.decode()
        .partition('class="toasts"')[2]
        for line in (theirs, f"intake:{uuid4()}", "nonsense", "coach:1")
    }
    assert len(said) == 1


def test_session_on_a_day_off_is_there_to_be_moved(cast: Cast) -> None:
    bob, now = cast.bob.membership, timezone.now()
    reader = Reader(
        id=cast.vera.membership.pk,
        is_owner=False,
        is_assistant=True,
        is_coach=False,
        sees_fees=False,
        prepares_reports=True,
    )
    with scope(cast.vera.scope()):
        session = make_session(cast.carol_client, cast.carol_engagement, bob, days=5)
        found = desk_of([bob.pk], Wanted(part="arrange"), reader, practice_slug="harbour", now=now)
        assert "time_off" not in _kinds(found)
        day = timezone.localdate(session.starts_at)
        around = timedelta(days=1)
        take_time_off(coach=bob, first=day - around, last=day + around, now=now)
        found = desk_of([bob.pk], Wanted(part="arrange"), reader, practice_slug="harbour", now=now)
        assert "time_off" in _kinds(found)


def _kinds(desk: object) -> set[str]:
    return {line.need.kind for pile in desk.piles for line in pile.lines}


@pytest.mark.parametrize(("name", "first"), [("vera", DESK), ("bob", "/coach/harbour/")])
def test_an_assistant_begins_at_the_desk(name: str, first: str, cast: Cast) -> None:
    user = getattr(cast, name).user
    with scope(Scope(user_id=user.pk)):
        assert [door.url for door in doors_of(user)] == [first]


@pytest.mark.parametrize("name", ["ines", "carol", "sam"])
def test_desk_is_shut_to_whoever_organises_nothing(name: str, cast: Cast, visit: Visit) -> None:
    assert visit(getattr(cast, name)).get(DESK).status_code == 404
