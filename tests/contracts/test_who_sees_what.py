"""The table of who sees what, cell by cell: what pages show and what the database gives."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.db import transaction
from django.utils import timezone

from clients.models import ContentRead, DisclosureProposal, Engagement
from clients.services.disclosure import withdraw
from coachops.practices.policies import WHO_SEES_WHAT, Data, Sight
from coachops.tenancy.scope import ScopeError, confidential, scope, system_scope
from tests.contracts.addresses import addresses
from tests.contracts.audiences import AudienceReader
from tests.contracts.visitor import Answer, Visitor
from tests.contracts.world import HARBOUR, STANDING, World
from tracking.models import GoalWording, PrivateNote, Reflection, SessionSummary, SessionTheme

AROUND_CAROL = sorted(STANDING["carol"])
SPONSORS = ("sam", "stella")
# Content of a client; whoever reads it is written down. The rest says that and when, not what.
CONTENT = {
    Data.ANSWERS,
    Data.PRIVATE_NOTES,
    Data.SUMMARIES,
    Data.FILE_SUMMARIES,
    Data.AGREED_POINTS,
    Data.SHARED_REFLECTIONS,
    Data.GOALS,
    Data.ACTIONS,
    Data.REPORT_DRAFT,
    Data.REPORT_ISSUED,
    Data.MESSAGES,
}
# Counted from dates, without words of anybody's: tests/tracking/test_health.py reads it.
COUNTED = {Data.HEALTH}
# Of these kinds there are two in the world, with different words in them.
OTHERS = {
    "held": ("session", "three_way", "team_session"),
    "client": ("team",),
    "asked": ("team_asked",),
    "report": ("issued",),
    "coming": ("three_way",),
    "agreement": ("fees_sheet",),
}


class Walks:
    """Everything about Carol that opens for somebody, opened once a person."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._found: dict[str, list[tuple[str, Answer]]] = {}

    def of(self, name: str) -> list[tuple[str, Answer]]:
        if name not in self._found:
            self._found[name] = list(self._pages(name))
        return self._found[name]

    def _pages(self, name: str) -> Iterator[tuple[str, Answer]]:
        """The answers know whether the read was written down."""
        visitor = Visitor(self._world, name, watch=lambda: _is_written_down(self._world, name))
        things = self._world.things[HARBOUR]
        for address in addresses():
            if name not in address.may:
                continue
            others = [
                {word: things[other]} for word in address.things for other in OTHERS.get(word, ())
            ]
            for each in (things, *(things | other for other in others)):
                answer = visitor.get(address.at(HARBOUR, each))
                if answer.status == 200:
                    yield address.name, answer


def _is_written_down(world: World, name: str) -> bool:
    """Whether the ledger says that this person has read anything of Carol's."""
    with scope(system_scope(world.cast.practice.pk)):
        reader = world.people[name].membership.pk
        mine = ContentRead.objects.filter(reader_id=reader, client=world.cast.carol_client)
        return mine.exists()


@pytest.fixture(scope="module")
def walks(made_world: World) -> Walks:
    return Walks(made_world)


@pytest.mark.parametrize("name", AROUND_CAROL)
def test_pages_show_each_kind_of_data_to_whom_the_table_says(
    name: str, world: World, walks: Walks
) -> None:
    texts = [answer.text for _, answer in walks.of(name)]
    carols = [each for each in world.sentences if each.client == "carol" and not each.is_spent]
    shown = {each.words for each in carols if any(each.words in text for text in texts)}
    assert shown == {each.words for each in carols if each.is_open_to(name)}


def test_every_kind_of_data_has_a_sentence(world: World) -> None:
    """Counted in the world itself: a new line of the table needs words."""
    planted = {each.data for each in world.sentences if each.client == "carol"}
    assert {rule.data for rule in WHO_SEES_WHAT} - COUNTED == planted


LEVELS = {
    None: set(),
    0: {"Carol", "carols-run"},
    1: {"Carol", "carols-run"},
    2: {"Carol", "carols-run", "carols-wording-for-the-sponsor"},
    3: {"Carol", "carols-run", "carols-wording-for-the-sponsor"},
}


@pytest.mark.parametrize("name", SPONSORS)
@pytest.mark.parametrize("level", LEVELS)
def test_sponsor_pages_show_what_the_level_opens(
    name: str, level: int | None, world: World
) -> None:
    things = world.things[HARBOUR]
    with _level(world, level):
        visitor = Visitor(world, name)
        pages = [
            visitor.get(f"/sponsor/harbour/{path}").text
            for path in ("", f"coachees/{things['engagement']}/")
        ]
    carols = {sentence.words for sentence in world.sentences if sentence.client == "carol"}
    issued = {"carols-issued-narrative", "carols-statement"}
    seen = {words for words in carols - issued if any(words in page for page in pages)}
    assert seen == LEVELS[level]


@contextmanager
def _level(world: World, level: int | None) -> Iterator[None]:
    with transaction.atomic():
        with scope(system_scope(world.cast.practice.pk)):
            Engagement.objects.filter(client=world.cast.carol_client).update(disclosure_level=level)
            # Whoever is asked to sign has to be told for whom.
            proposal = DisclosureProposal.objects.get(pk=world.things[HARBOUR]["proposal"])
            withdraw(proposal=proposal, now=timezone.now())
        yield
        transaction.set_rollback(True)


# ---- what the pages say about themselves -----------------------------------------------------

BOTH, ALL = {"coach", "client"}, {"coach", "client", "sponsor"}
AUDIENCES = {
    Data.PRIVATE_NOTES: {"coach"},
    Data.REFLECTIONS: {"client"},
    Data.SHARED_REFLECTIONS: BOTH,
    Data.SUMMARIES: BOTH,
    Data.FILE_SUMMARIES: BOTH,
    Data.AGREED_POINTS: ALL,
    Data.GOALS: BOTH,
    Data.ACTIONS: BOTH,
    Data.REPORT_DRAFT: ALL,
    Data.REPORT_ISSUED: ALL,
    Data.MESSAGES: BOTH,
}


@pytest.mark.parametrize(
    ("name", "audience"), [("bob", "coach"), ("carol", "client"), ("sam", "sponsor")]
)
def test_every_piece_of_content_says_who_may_read_it(
    name: str, audience: str, world: World, walks: Walks
) -> None:
    """`data-audience` around the words: never wider than the table, nor without the reader."""
    carols = {each.words: each for each in world.sentences if each.data in AUDIENCES}
    wrong = []
    for page, answer in walks.of(name):
        reader = AudienceReader(carols)
        reader.feed(answer.text if answer.is_page else "")
        for words, said in sorted(reader.found):
            sentence = carols[words]
            widest = ALL if sentence.reaches_sponsor else AUDIENCES[sentence.data]
            if audience not in said.split() or not set(said.split()) <= widest:
                wrong.append(f"{page}: {words} says “{said}”")
    assert not wrong, "\n".join(wrong)


# ---- what the database gives, whatever the pages ask ------------------------------------------

ROWS = {
    "bob": {
        "PrivateNote": 1,
        "SessionSummary": 2,
        "Reflection": 1,
        "GoalWording": 2,
        "SessionTheme": 2,
    },
    "carol": {
        "PrivateNote": 0,
        "SessionSummary": 1,
        "Reflection": 2,
        "GoalWording": 2,
        "SessionTheme": 2,
    },
}
CONFIDENTIAL = (PrivateNote, SessionSummary, Reflection, GoalWording, SessionTheme)
NOTHING = dict.fromkeys(ROWS["bob"], 0)


@pytest.mark.parametrize("name", [*AROUND_CAROL, "dave"])
def test_database_gives_content_to_assigned_coach_and_client_alone(name: str, world: World) -> None:
    """Even where the code forgot to ask: all of Carol's rows, counted in each person's scope."""
    with scope(world.people[name].scope()):
        try:
            with confidential():
                rows = {
                    model.__name__: model.objects.filter(client=world.cast.carol_client).count()
                    for model in CONFIDENTIAL
                }
        except ScopeError:
            rows = NOTHING
    assert rows == ROWS.get(name, NOTHING)


# ---- nobody reads unseen ---------------------------------------------------------------------


@pytest.mark.parametrize("name", ["bob", "sam", "stella", "vera", "alice"])
def test_whoever_is_shown_content_is_written_down(name: str, world: World, walks: Walks) -> None:
    words = [
        sentence.words
        for sentence in world.sentences
        if sentence.client == "carol" and sentence.data in CONTENT
    ]
    unseen = [
        f"{page} shows {shown} and nobody will know"
        for page, answer in walks.of(name)
        if (shown := [each for each in words if each in answer.text]) and not answer.after
    ]
    assert unseen == []


def test_client_reads_who_looked(world: World) -> None:
    things = world.things[HARBOUR]
    with transaction.atomic():
        bob, carol = Visitor(world, "bob", keeps=True), Visitor(world, "carol")
        bob.get(f"/coach/harbour/sessions/{things['held']}/")
        looked = carol.get("/portal/harbour/who-looked/").text
        transaction.set_rollback(True)
    assert "Bob Harbour" in looked


def test_states_are_open_where_words_are_not(world: World) -> None:
    """The owner and the assistant run the practice by states: report, ledger, delivery."""
    things = world.things[HARBOUR]
    for name in ("alice", "vera"):
        visitor = Visitor(world, name)
        for path in (f"reports/{things['report']}/", f"engagements/{things['engagement']}/"):
            answer = visitor.get(f"/coach/harbour/{path}")
            assert (answer.status, visitor.leaks) == (200, set())


def test_sights_of_the_table_are_read_by_the_public_page(world: World) -> None:
    page = Visitor(world, "anonymous").get("/who-sees-what/").text
    assert page.count("<tr") > len(WHO_SEES_WHAT)
    assert {rule.for_viewer(viewer) for rule in WHO_SEES_WHAT for viewer in rule.sights} <= set(
        Sight
    )
