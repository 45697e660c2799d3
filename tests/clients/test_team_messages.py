"""A team's thread: its coach and whoever is in it, each from when they joined."""

from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import ProgrammingError, transaction
from django.test import Client as Browser
from django.utils import timezone

from clients.emails import prepare_message_waits
from clients.models import (
    Client,
    CoachingMessage,
    ContentRead,
    LogisticsMessage,
    MessageThread,
    TeamMember,
    ThreadReader,
)
from clients.services.messages import Written, open_thread, take_back, write_message
from clients.services.teams import add_team, join_team, leave_team
from coachops.outbox.models import Message
from coachops.retention.services.erasing import erase_client
from coachops.tenancy.scope import confidential, scope, system_scope
from coachops.transfer.queries.own_papers import own_teams
from tests.cast import ZONE, Cast, Person
from tests.web.test_clips import spoken

EARLY, LATE = "We never say no to sales", "This week we did"


@pytest.fixture
def team(cast: Cast) -> Client:
    """Bob's. Carol has been in it for two days; Dave joined an hour ago."""
    now = timezone.now()
    with scope(cast.bob.scope()):
        made = add_team(name="Crew", time_zone=ZONE, coach=cast.bob.membership, now=now)
        join_team(team=made, client=cast.carol_client, now=now - timedelta(days=2))
        join_team(team=made, client=cast.dave_client, now=now - timedelta(hours=1))
    return made


def _say(
    cast: Cast,
    team: Client,
    by: Person,
    text: str = LATE,
    now: datetime | None = None,
    *,
    coached: bool = True,
) -> None:
    """To the team and its coach, or about logistics."""
    with scope(by.scope()):
        write_message(
            client=team,
            coach=cast.bob.membership if coached else None,
            written=Written(text, uuid4()),
            by=by.membership,
            now=now or timezone.now(),
        )


def _pages(team: Client) -> tuple[str, str]:
    """Of the coach and of the members."""
    return (
        f"/coach/harbour/clients/{team.pk}/messages/",
        f"/portal/harbour/teams/{team.pk}/messages/",
    )


def _leave(cast: Cast, team: Client, client: Client) -> None:
    with scope(cast.bob.scope()):
        member = TeamMember.objects.present().get(team=team, client=client)
        leave_team(member=member, now=timezone.now())


def _rows(person: Person) -> int:
    with scope(person.scope()), confidential():
        return CoachingMessage.objects.count()


def test_all_of_them_read_and_write_and_it_is_written_down_who_looked(
    cast: Cast, team: Client, visit: Callable[[Person], Browser]
) -> None:
    theirs, ours = _pages(team)
    for person, address in ((cast.bob, theirs), (cast.carol, ours), (cast.dave, ours)):
        sent = visit(person).post(
            address, {"text": f"I am {person.user.name}", "key": str(uuid4())}
        )
        assert sent.status_code == 302
    for person, address in ((cast.bob, theirs), (cast.carol, ours), (cast.dave, ours)):
        page = visit(person).get(address).content.decode()
        assert all(f"I am {name}" in page for name in ("Bob", "Carol", "Dave"))
    with scope(cast.bob.scope()):
        assert ContentRead.objects.filter(kind="messages", client=team).exists()
    assert "With the team" in visit(cast.bob).get("/coach/harbour/messages/").content.decode()
    own = visit(cast.carol).get("/portal/harbour/messages/").content.decode()
    assert "I am" not in own


def test_whoever_joins_later_reads_from_joining_on(
    cast: Cast, team: Client, visit: Callable[[Person], Browser]
) -> None:
    _say(cast, team, cast.carol, EARLY, timezone.now() - timedelta(days=1))
    _say(cast, team, cast.bob, LATE)
    page = visit(cast.dave).get(_pages(team)[1]).content.decode()
    assert LATE in page
    assert EARLY not in page
    assert (_rows(cast.bob), _rows(cast.carol), _rows(cast.dave)) == (2, 2, 1)


def test_whoever_left_reads_nothing_more_also_when_they_come_back(
    cast: Cast, team: Client, visit: Callable[[Person], Browser]
) -> None:
    _say(cast, team, cast.bob, EARLY, timezone.now() - timedelta(minutes=5))
    _leave(cast, team, cast.carol_client)
    _say(cast, team, cast.dave)
    assert visit(cast.carol).get(_pages(team)[1]).status_code == 404
    assert _rows(cast.carol) == 0
    with scope(cast.carol.scope()):
        assert not MessageThread.objects.exists()
        assert not ThreadReader.objects.exists()
    with scope(cast.bob.scope()):
        join_team(team=team, client=cast.carol_client, now=timezone.now())
    assert _rows(cast.carol) == 0


@pytest.mark.parametrize("name", ["olga", "ines", "sam", "mallory"])
def test_nobody_else_finds_a_word_or_the_thread(
    name: str, cast: Cast, team: Client, visit: Callable[[Person], Browser]
) -> None:
    _say(cast, team, cast.carol)
    person = getattr(cast, name)
    browser = visit(person)
    for address in (*_pages(team), f"{_pages(team)[0]}logistics/"):
        assert browser.get(address).status_code == 404
    with scope(person.scope()):
        assert not MessageThread.objects.filter(client=team).exists()
        assert not ThreadReader.objects.exists()


@pytest.mark.parametrize("name", ["alice", "vera"])
def test_whoever_organises_reads_and_writes_about_logistics_and_finds_nothing_of_the_other(
    name: str, cast: Cast, team: Client, visit: Callable[[Person], Browser]
) -> None:
    (theirs, ours), organiser = _pages(team), getattr(cast, name)
    _say(cast, team, cast.carol, EARLY)
    room = {"text": "Is there a **larger** room?", "key": str(uuid4())}
    assert visit(cast.carol).post(f"{ours}logistics/", room).status_code == 302
    desk = visit(organiser)
    assert "Logistics of the team" in desk.get("/coach/harbour/messages/").text
    for address in (theirs, f"{theirs}logistics/"):
        page = desk.get(address).text
        assert "<strong>larger</strong> room" in page
        assert EARLY not in page
    told = {"text": "From June on, yes", "key": str(uuid4())}
    assert desk.post(f"{theirs}logistics/", told).status_code == 302
    for reader, address in ((cast.carol, ours), (cast.bob, theirs)):
        assert "From June on" in visit(reader).get(f"{address}logistics/").text
        assert "From June on" not in visit(reader).get(address).text
    with scope(organiser.scope()):
        assert MessageThread.objects.get(client=team).coach_id is None


def test_about_logistics_too_each_reads_from_joining_on_and_nothing_after_leaving(
    cast: Cast, team: Client, visit: Callable[[Person], Browser]
) -> None:
    address = f"{_pages(team)[1]}logistics/"
    _say(cast, team, cast.carol, EARLY, timezone.now() - timedelta(days=1), coached=False)
    _say(cast, team, cast.carol, LATE, coached=False)
    with scope(system_scope(cast.practice.pk)):
        thread = MessageThread.objects.get(client=team)
        assert (thread.coach_id, thread.unread_by_staff) == (None, 2)
    page = visit(cast.dave).get(address).text
    assert LATE in page
    assert EARLY not in page
    with scope(cast.dave.scope()), confidential():
        [row] = own_teams(cast.dave_client.pk)
    assert [said["text"] for said in row["logistics"]] == [LATE]
    _leave(cast, team, cast.dave_client)
    assert visit(cast.dave).get(address).status_code == 404
    with scope(cast.dave.scope()), confidential():
        assert own_teams(cast.dave_client.pk)[0]["logistics"] == []


def test_messages_in_the_portal_lead_to_the_teams_threads_with_what_is_new(
    cast: Cast, team: Client, visit: Callable[[Person], Browser]
) -> None:
    _say(cast, team, cast.bob)
    _say(cast, team, cast.bob, coached=False)
    carol, (_theirs, ours) = visit(cast.carol), _pages(team)
    tab = f'href="{ours}"'
    for address in ("/portal/harbour/messages/", "/portal/harbour/messages/logistics/"):
        page = carol.get(address).text
        assert "2" in page[page.index(tab) :].partition("</a>")[0]
    carol.post(f"{ours}logistics/", {"act": "seen"})
    here = carol.get(f"{ours}logistics/").text
    assert 'class="count"' in here[here.index(tab) :].partition("</a>")[0], "the other thread waits"
    carol.post(ours, {"act": "seen"})
    assert 'class="count"' not in carol.get(f"{ours}logistics/").text
    _leave(cast, team, cast.carol_client)
    assert tab not in carol.get("/portal/harbour/messages/").text


def test_nobody_in_it_writes_in_anothers_name(cast: Cast, team: Client) -> None:
    _say(cast, team, cast.carol)
    with scope(cast.dave.scope()):
        with confidential():
            assert CoachingMessage.objects.update(deleted_at=timezone.now()) == 0
        forged = CoachingMessage(
            thread=MessageThread.objects.get(client=team),
            client=team,
            coach=cast.bob.membership,
            author=cast.carol.membership,
            is_from_client=True,
            key=uuid4(),
            sent_at=timezone.now(),
            sealed_body=b"forged",
        )
        with pytest.raises(ProgrammingError), transaction.atomic(), confidential():
            forged.save(force_insert=True)


def test_each_of_the_others_gets_one_mail_until_they_have_opened_it(
    cast: Cast, team: Client
) -> None:
    for minute in range(3):
        _say(cast, team, cast.carol, now=timezone.now() + timedelta(minutes=minute))
    with scope(system_scope(cast.practice.pk)):
        waiting = list(Message.objects.filter(kind="clients.message_waits"))
        readers = {row.payload["reader"] for row in waiting}
        assert readers == {str(cast.bob.membership.pk), str(cast.dave.membership.pk)}
        assert len(waiting) == 4, "at once, and one more after half an hour of quiet"
        to_dave = next(r for r in waiting if r.payload["reader"] == str(cast.dave.membership.pk))
        assert prepare_message_waits(to_dave) is not None
        thread = MessageThread.objects.get(client=team)
        assert ThreadReader.objects.get(member__client=cast.dave_client).unread == 3
        assert ThreadReader.objects.get(member__client=cast.carol_client).unread == 0
    with scope(cast.dave.scope()):
        open_thread(thread=thread, is_client=True, by=cast.dave.membership, now=timezone.now())
    with scope(system_scope(cast.practice.pk)):
        assert prepare_message_waits(to_dave) is None


def test_the_coach_sees_how_many_have_opened_it_and_the_team_what_is_new(
    cast: Cast, team: Client, visit: Callable[[Person], Browser]
) -> None:
    theirs, ours = _pages(team)
    _say(cast, team, cast.bob)
    assert "1 new message" in " ".join(visit(cast.carol).get("/portal/harbour/").text.split())
    assert "0 of 2 have opened it" in " ".join(visit(cast.bob).get(theirs).text.split())
    visit(cast.carol).post(ours, {"act": "seen"})
    assert "1 of 2 have opened it" in " ".join(visit(cast.bob).get(theirs).text.split())
    assert "1 new message" not in " ".join(visit(cast.carol).get("/portal/harbour/").text.split())


def test_taken_back_by_a_newcomer_leaves_the_wait_of_the_one_before(
    cast: Cast, team: Client
) -> None:
    asked = timezone.now() - timedelta(days=1)
    _say(cast, team, cast.carol, EARLY, asked)
    _say(cast, team, cast.dave)
    with scope(cast.dave.scope()):
        thread = MessageThread.objects.get(client=team)
        with confidential():
            mine = CoachingMessage.objects.get(author=cast.dave.membership)
        take_back(thread=thread, message_id=mine.pk, by=cast.dave.membership, now=timezone.now())
    with scope(cast.bob.scope()):
        row = MessageThread.objects.get(client=team)
        assert (row.unanswered_at, row.unread_by_staff) == (asked, 1)
        assert ThreadReader.objects.get(member__client=cast.carol_client).unread == 0


def test_file_and_clip_are_the_teams_alone(
    cast: Cast, team: Client, visit: Callable[[Person], Browser]
) -> None:
    theirs, ours = _pages(team)
    clip = SimpleUploadedFile("voice.webm", spoken())
    asked = {"text": "", "key": str(uuid4()), "upload": clip}
    assert visit(cast.dave).post(ours, asked).status_code == 302
    with scope(cast.bob.scope()), confidential():
        pk = CoachingMessage.objects.get().pk
    for person, address in ((cast.bob, theirs), (cast.carol, ours)):
        assert visit(person).get(f"{address}?play={pk}").status_code == 200
    assert visit(cast.vera).get(f"{theirs}?play={pk}").status_code == 404
    assert visit(cast.carol).get(f"/portal/harbour/messages/?file={pk}").status_code == 404
    _leave(cast, team, cast.carol_client)
    assert visit(cast.carol).get(f"{ours}?play={pk}").status_code == 404


def test_a_coach_writes_to_nobody_where_nobody_can_come_in(
    cast: Cast, visit: Callable[[Person], Browser]
) -> None:
    with scope(cast.bob.scope()):
        team = add_team(name="Empty", time_zone=ZONE, coach=cast.bob.membership, now=timezone.now())
    bob, address = visit(cast.bob), _pages(team)[0]
    assert 'name="text"' not in bob.get(address).content.decode()
    assert bob.post(address, {"text": LATE, "key": str(uuid4())}).status_code == 404


def test_what_an_erased_member_wrote_goes_and_what_the_others_wrote_stays(
    cast: Cast, team: Client
) -> None:
    for coached in (True, False):
        _say(cast, team, cast.carol, EARLY, coached=coached)
        _say(cast, team, cast.dave, LATE, coached=coached)
    with scope(system_scope(cast.practice.pk)):
        erase_client(client=cast.carol_client, basis="asked", by=None, now=timezone.now())
        assert [row.body for row in LogisticsMessage.objects.all()] == [LATE]
    assert (_rows(cast.bob), _rows(cast.dave)) == (1, 1)


def test_what_they_take_along_has_the_thread_while_they_are_in_it(cast: Cast, team: Client) -> None:
    _say(cast, team, cast.carol, EARLY, timezone.now() - timedelta(days=1))
    _say(cast, team, cast.bob, LATE)
    for person, client, words in (
        (cast.carol, cast.carol_client, [EARLY, LATE]),
        (cast.dave, cast.dave_client, [LATE]),
    ):
        with scope(person.scope()), confidential():
            [row] = own_teams(client.pk)
        assert [said["text"] for said in row["messages"]] == words
    _leave(cast, team, cast.carol_client)
    with scope(cast.carol.scope()), confidential():
        assert own_teams(cast.carol_client.pk)[0]["messages"] == []
