"""Messages: who reads which thread, what is written once, who is told, what waits."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import ProgrammingError, transaction
from django.test import Client as Browser
from django.utils import timezone

from clients.emails import prepare_message_waits
from clients.models import (
    Client,
    CoachAssignment,
    CoachingMessage,
    ContentRead,
    LogisticsMessage,
    MessageThread,
    SponsorContact,
)
from clients.policies import answer_day
from clients.services.messages import (
    TooLateToTakeBack,
    Written,
    promise_answers,
    take_back,
    write_message,
)
from coachops.outbox.models import Message
from coachops.pages.queries.attention import needs_of
from coachops.practices.models import Membership
from coachops.tenancy.scope import ScopeError, confidential, scope, system_scope
from tests.cast import Cast, Person, practice_day
from tests.web.test_clips import spoken

MINE = "/portal/harbour/messages/"
PAPERS = "/portal/harbour/messages/logistics/"
SECRET = "I dread the board meeting"


def _say(
    cast: Cast, by: Person, text: str = SECRET, *, papers: bool = False, now: datetime | None = None
) -> bool:
    coach = None if papers else cast.bob.membership
    with scope(by.scope()):
        client = Client.objects.select_related("membership").get(pk=cast.carol_client.pk)
        return write_message(
            client=client,
            coach=coach,
            written=Written(text, uuid4()),
            by=by.membership,
            now=now or timezone.now(),
        )


def _of_carol(cast: Cast, word: str = "messages") -> str:
    tail = "" if word == "messages" else "logistics/"
    return f"/coach/harbour/clients/{cast.carol_client.pk}/messages/{tail}"


def _send(browser: Browser, address: str, text: str = SECRET, **more: object):
    return browser.post(address, {"text": text, "key": str(uuid4()), **more})


def test_client_writes_and_the_coach_reads_it_written_down(
    cast: Cast, visit: Callable[[Person], Browser]
) -> None:
    assert _send(visit(cast.carol), MINE).status_code == 302
    bob = visit(cast.bob)
    assert SECRET in bob.get(_of_carol(cast)).content.decode()
    with scope(cast.bob.scope()):
        assert ContentRead.objects.filter(kind="messages", client=cast.carol_client).exists()
    bob.post(_of_carol(cast), {"act": "seen"})
    seen = visit(cast.carol).get(MINE).content.decode()
    assert "opened this page on" in seen


@pytest.mark.parametrize("name", ["vera", "alice"])
def test_who_organises_sees_the_thread_about_dates_and_no_hint_of_another(
    name: str, cast: Cast, visit: Callable[[Person], Browser]
) -> None:
    _say(cast, cast.carol)
    _say(cast, cast.carol, "Room 4 is taken", papers=True)
    browser = visit(getattr(cast, name))
    page = browser.get(_of_carol(cast)).content.decode()
    assert "Room 4 is taken" in page
    assert SECRET not in page
    assert "Between you two" not in page
    inbox = browser.get("/coach/harbour/messages/").content.decode()
    assert inbox.count("Waits since") == 1
    assert "Between you two" not in inbox


@pytest.mark.parametrize("name", ["vera", "alice", "olga", "ines", "dave", "sam"])
def test_database_gives_a_thread_to_its_two_alone(name: str, cast: Cast) -> None:
    _say(cast, cast.carol)
    with scope(getattr(cast, name).scope()):
        assert not MessageThread.objects.exists()
        try:
            with confidential():
                assert not CoachingMessage.objects.exists()
        except ScopeError:
            pass


def test_nobody_writes_in_anothers_name(cast: Cast) -> None:
    _say(cast, cast.carol)
    with scope(cast.carol.scope()):
        row = MessageThread.objects.get()
        forged = CoachingMessage(
            thread=row,
            client=cast.carol_client,
            coach=cast.bob.membership,
            author=cast.bob.membership,
            is_from_client=False,
            key=uuid4(),
            sent_at=timezone.now(),
            sealed_body=b"forged",
        )
        with pytest.raises(ProgrammingError), transaction.atomic(), confidential():
            forged.save(force_insert=True)


def test_other_people_find_no_page(cast: Cast, visit: Callable[[Person], Browser]) -> None:
    _say(cast, cast.carol)
    for person in (cast.olga, cast.ines, cast.mallory):
        assert visit(person).get(_of_carol(cast)).status_code == 404
    assert SECRET not in visit(cast.dave).get(MINE).content.decode()
    assert visit(cast.sam).get(MINE).status_code == 404
    assert visit(cast.erin).get(MINE).status_code == 404


def test_contact_of_the_company_who_is_also_a_client_reads_only_their_own(
    cast: Cast, visit: Callable[[Person], Browser]
) -> None:
    _say(cast, cast.carol)
    with scope(system_scope(cast.practice.pk)):
        SponsorContact.objects.filter(membership=cast.sam.membership).update(
            name="Dave", email=cast.dave.user.email
        )
    assert SECRET not in visit(cast.dave).get(MINE).content.decode()
    assert visit(cast.sam).get("/sponsor/harbour/messages/").status_code == 404


def test_former_coach_keeps_nothing_and_the_new_one_begins_anew(
    cast: Cast, visit: Callable[[Person], Browser]
) -> None:
    _say(cast, cast.carol)
    today = practice_day()
    with scope(system_scope(cast.practice.pk)):
        rows = CoachAssignment.objects.filter(client=cast.carol_client)
        rows.update(ended_on=today - timedelta(days=2))
        CoachAssignment.objects.create(
            client=cast.carol_client, coach=cast.olga.membership, started_on=today
        )
    assert visit(cast.bob).get(_of_carol(cast)).status_code == 404
    assert SECRET not in visit(cast.olga).get(_of_carol(cast)).content.decode()
    own = visit(cast.carol).get(f"{MINE}?coach={cast.bob.membership.pk}").content.decode()
    assert SECRET in own
    assert 'name="text"' not in own


def test_same_form_sent_twice_writes_once(cast: Cast, visit: Callable[[Person], Browser]) -> None:
    carol, asked = visit(cast.carol), {"text": SECRET, "key": str(uuid4())}
    assert [carol.post(MINE, asked).status_code for _ in range(2)] == [302, 302]
    with scope(cast.bob.scope()), confidential():
        assert CoachingMessage.objects.count() == 1


def test_text_is_sealed_and_a_script_in_it_is_words(
    cast: Cast, visit: Callable[[Person], Browser]
) -> None:
    carol = visit(cast.carol)
    _send(carol, MINE, "<script>alert(1)</script> **really**")
    page = carol.get(MINE).content.decode()
    assert "<script>alert" not in page
    assert "<strong>really</strong>" in page
    with scope(cast.bob.scope()), confidential():
        assert b"really" not in bytes(CoachingMessage.objects.get().sealed_body)


@pytest.mark.parametrize(("address", "text"), [(MINE, "x" * 1_000_000), (PAPERS, " ")])
def test_what_does_not_fit_is_refused_beside_the_box(
    address: str, text: str, cast: Cast, visit: Callable[[Person], Browser]
) -> None:
    answer = _send(visit(cast.carol), address, text)
    assert answer.status_code == 422
    assert text.strip() in answer.content.decode()


def test_file_goes_along_and_a_bad_one_keeps_the_text(
    cast: Cast, visit: Callable[[Person], Browser]
) -> None:
    carol = visit(cast.carol)
    bad = SimpleUploadedFile("plan.pdf", b"MZ\x00\x00 not a document")
    answer = _send(carol, MINE, "Kept words", upload=bad)
    assert answer.status_code == 422
    assert "Kept words" in answer.content.decode()
    good = SimpleUploadedFile("plan.txt", b"Monday, Tuesday")
    assert _send(carol, MINE, "", upload=good).status_code == 302
    with scope(cast.bob.scope()), confidential():
        pk = CoachingMessage.objects.get().pk
    file = visit(cast.bob).get(f"{_of_carol(cast)}?file={pk}")
    assert (file.content, file["Content-Disposition"].split(";")[0]) == (
        b"Monday, Tuesday",
        "attachment",
    )
    assert visit(cast.vera).get(f"{_of_carol(cast)}?file={pk}").status_code == 404
    assert visit(cast.dave).get(f"{MINE}?file={pk}").status_code == 404


def test_voice_clip_is_sealed_and_plays_for_the_two_alone(
    cast: Cast, visit: Callable[[Person], Browser]
) -> None:
    clip = spoken()
    voice = SimpleUploadedFile("voice.webm", clip)
    assert _send(visit(cast.carol), MINE, "", upload=voice).status_code == 302
    with scope(cast.bob.scope()), confidential():
        row = CoachingMessage.objects.get()
    with default_storage.open(row.stored_as) as kept:
        assert clip[44:] not in kept.read()
    bob = visit(cast.bob)
    assert '<audio class="talk-clip" controls' in " ".join(
        bob.get(_of_carol(cast)).content.decode().split()
    )
    played = bob.get(f"{_of_carol(cast)}?play={row.pk}", headers={"Range": "bytes=0-11"})
    assert (played.status_code, played.content) == (206, clip[:12])
    assert played["Content-Type"] == "audio/wav"
    with scope(cast.bob.scope()):
        assert ContentRead.objects.filter(kind="messages", client=cast.carol_client).exists()
    for other, address in ((cast.vera, _of_carol(cast)), (cast.dave, MINE), (cast.olga, MINE)):
        assert visit(other).get(f"{address}?play={row.pk}").status_code == 404


def test_what_is_no_clip_is_not_played(cast: Cast, visit: Callable[[Person], Browser]) -> None:
    plan = SimpleUploadedFile("plan.txt", b"Monday, Tuesday")
    _send(visit(cast.carol), MINE, "", upload=plan)
    with scope(cast.bob.scope()), confidential():
        pk = CoachingMessage.objects.get().pk
    assert visit(cast.bob).get(f"{_of_carol(cast)}?play={pk}").status_code == 404


def test_own_message_is_deleted_within_a_quarter_of_an_hour(cast: Cast) -> None:
    now = timezone.now()
    _say(cast, cast.carol, now=now - timedelta(minutes=10))
    with scope(cast.carol.scope()):
        thread = MessageThread.objects.get()
        with confidential():
            pk = CoachingMessage.objects.get().pk
        with pytest.raises(TooLateToTakeBack):
            take_back(
                thread=thread,
                message_id=pk,
                by=cast.carol.membership,
                now=now + timedelta(minutes=6),
            )
        take_back(thread=thread, message_id=pk, by=cast.carol.membership, now=now)
        thread.refresh_from_db()
        assert (thread.unanswered_at, thread.unread_by_staff) == (None, 0)
        with confidential():
            assert CoachingMessage.objects.get().deleted_at == now


def test_nobody_deletes_what_another_wrote(cast: Cast, visit: Callable[[Person], Browser]) -> None:
    _say(cast, cast.carol, "Room 4 is taken", papers=True)
    with scope(cast.vera.scope()):
        pk = LogisticsMessage.objects.get().pk
    answer = visit(cast.vera).post(_of_carol(cast), {"act": f"take-back:{pk}"})
    assert answer.status_code == 404
    assert "Room 4 is taken" in visit(cast.vera).get(_of_carol(cast)).content.decode()


def test_one_mail_in_a_quiet_half_hour_without_a_word_of_it(cast: Cast, mailoutbox) -> None:
    now = timezone.now()
    for minute in (0, 5, 20):
        _say(cast, cast.carol, now=now + timedelta(minutes=minute))
    with scope(system_scope(cast.practice.pk)):
        rows = list(Message.objects.filter(kind="clients.message_waits").order_by("due_at"))
        assert [row.due_at - now for row in rows] == [timedelta(), timedelta(minutes=30)]
        delivery = prepare_message_waits(rows[0])
    assert delivery is not None
    delivery()
    mail = mailoutbox[0]
    assert mail.to == [cast.bob.user.email]
    assert "Carol Harbour wrote to you" in mail.subject
    assert SECRET not in str(mail.message())


def test_no_mail_once_it_was_opened(cast: Cast, visit: Callable[[Person], Browser]) -> None:
    _say(cast, cast.carol)
    visit(cast.bob).post(_of_carol(cast), {"act": "seen"})
    with scope(system_scope(cast.practice.pk)):
        assert prepare_message_waits(Message.objects.get(kind="clients.message_waits")) is None


def test_about_dates_the_assistant_is_told(cast: Cast) -> None:
    _say(cast, cast.carol, "Room 4 is taken", papers=True)
    with scope(system_scope(cast.practice.pk)):
        row = Message.objects.get(kind="clients.message_waits")
    assert row.payload["reader"] == str(cast.vera.membership.pk)


def _needs(cast: Cast, person: Person, now: datetime) -> list[str]:
    with scope(person.scope()):
        found = needs_of([cast.bob.membership.pk], practice_slug="harbour", now=now)
    return [need.url for need in found if need.kind == "message"]


def test_unanswered_for_longer_than_expected_needs_the_coach_alone(cast: Cast) -> None:
    now = timezone.now()
    with scope(cast.bob.scope()):
        promise_answers(working_days=1, away_until=None, by=cast.bob.membership, now=now)
    _say(cast, cast.carol, now=now - timedelta(days=6))
    assert _needs(cast, cast.bob, now) == [_of_carol(cast)]
    assert _needs(cast, cast.vera, now) == []
    _say(cast, cast.bob, "I know", now=now)
    assert _needs(cast, cast.bob, now) == []


def test_answer_is_due_on_the_practices_clock_wherever_the_client_is(cast: Cast) -> None:
    friday_in_berlin = datetime(2026, 11, 19, 23, 30, tzinfo=UTC)
    with scope(cast.bob.scope()):
        promise_answers(
            working_days=1, away_until=None, by=cast.bob.membership, now=friday_in_berlin
        )
    with timezone.override("America/New_York"):
        _say(cast, cast.carol, now=friday_in_berlin)
    with scope(cast.bob.scope()):
        due = MessageThread.objects.get(coach=cast.bob.membership).answer_due_at
    assert due == datetime(2026, 11, 23, 23, 0, tzinfo=UTC)


def test_nothing_is_promised_while_the_coach_is_away(
    cast: Cast, visit: Callable[[Person], Browser]
) -> None:
    bob, today = visit(cast.bob), practice_day()
    asked = {"working_days": "2", "away_until": today + timedelta(days=9)}
    assert bob.post("/coach/harbour/messages/", asked).status_code == 302
    page = visit(cast.carol).get(MINE).content.decode()
    assert "is away until" in page
    assert "I answer within" not in page
    past = {"working_days": "2", "away_until": today - timedelta(days=1)}
    assert bob.post("/coach/harbour/messages/", past).status_code == 422


def test_promise_counts_working_days_after_an_absence() -> None:
    friday = date(2026, 11, 20)
    assert answer_day(friday, 2, None) == date(2026, 11, 24)
    assert answer_day(friday, 1, date(2026, 11, 25)) == date(2026, 11, 26)


def test_home_of_the_client_says_how_many_are_new(
    cast: Cast, visit: Callable[[Person], Browser]
) -> None:
    _say(cast, cast.bob, "How did it go?")
    carol = visit(cast.carol)
    assert "1 new" in " ".join(carol.get("/portal/harbour/").content.decode().split())
    carol.get(MINE)
    assert "1 new" in " ".join(carol.get("/portal/harbour/").content.decode().split())
    carol.post(MINE, {"act": "seen"})
    assert "1 new" not in " ".join(carol.get("/portal/harbour/").content.decode().split())


def test_thirty_messages_and_the_way_to_the_earlier_ones(
    cast: Cast, visit: Callable[[Person], Browser]
) -> None:
    now = timezone.now()
    for minute in range(31):
        _say(
            cast, cast.vera, f"note-{minute:02}.", papers=True, now=now + timedelta(minutes=minute)
        )
    vera = visit(cast.vera)
    vera.get(_of_carol(cast))
    page = vera.get(_of_carol(cast)).content.decode()
    assert ("note-00." in page, "note-01." in page) == (False, True)
    older = page.split('href="?before=')[1].split('"')[0]
    assert "note-00." in vera.get(f"{_of_carol(cast)}?before={older}").content.decode()


def test_client_without_a_portal_cannot_be_written_to(
    cast: Cast, visit: Callable[[Person], Browser]
) -> None:
    with scope(system_scope(cast.practice.pk)):
        Membership.objects.filter(pk=cast.carol.membership.pk).update(ended_at=timezone.now())
    answer = _send(visit(cast.bob), _of_carol(cast))
    assert answer.status_code == 422
    assert SECRET in answer.content.decode()
