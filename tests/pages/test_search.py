"""Search finds what its reader may see, and nothing else."""

import html
import re
from collections.abc import Callable, Iterator

import pytest
from django.db import transaction
from django.test import Client as Browser
from django.utils import timezone
from pytest_django import DjangoDbBlocker

from clients.models import Client, ContentRead
from clients.services.clients import add_client
from coachops.tenancy.scope import scope
from tests.again import once_then_again, prepare_to_write_again
from tests.cast import Person, build_cast
from tests.contracts.counting import counted
from tests.contracts.world import World, build_world

SEARCH = "/coach/harbour/search/"
NAMES, WORDS = "palette-results", "palette-words"

type Visit = Callable[[Person], Browser]


@pytest.fixture(scope="module")
def made(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[World]:
    """One of everything, once for all tests here, in a transaction that is never committed."""
    with django_db_blocker.unblock():
        prepare_to_write_again()
        with transaction.atomic():
            cast = once_then_again("cast", build_cast)
            yield once_then_again("furnished", lambda: build_world(cast), given=cast)
            transaction.set_rollback(True)


@pytest.fixture
def furnished(made: World) -> Iterator[World]:
    """The same for one test, which may change it."""
    with transaction.atomic():
        yield made
        transaction.set_rollback(True)


def _found(furnished: World, visit: Visit, name: str, text: str, part: str = "") -> str:
    headers = {"HX-Request": "true", "HX-Target": part} if part else {}
    answer = visit(furnished.people[name]).get(SEARCH, {"q": text}, headers=headers)
    assert answer.status_code == 200
    return answer.content.decode()


def _lines(page: str) -> list[str]:
    """The text of each hit."""
    found = re.findall(r'<span\s+class="hit"\s*>(.*?)</span>', page, re.DOTALL)
    return [re.sub(r"<[^>]+>", "", each).strip() for each in found]


def test_coach_finds_clients_and_what_was_said(furnished: World, visit: Visit) -> None:
    things = furnished.things["harbour"]
    assert f"/clients/{things['client']}/" in _found(furnished, visit, "bob", "carol")
    for text, planted in (
        ("later-word", "carols-later-wording"),
        ("action-it", "carols-action-item"),
    ):
        assert planted in "".join(_lines(_found(furnished, visit, "bob", text)))


def test_palette_gets_names_first_and_words_after(furnished: World, visit: Visit) -> None:
    names = _found(furnished, visit, "bob", "carols-later", NAMES)
    assert "<html" not in names
    assert "later-wording" not in names
    assert 'id="palette-words"' in names
    words = _found(furnished, visit, "bob", "carols-later", WORDS)
    assert "later-wording" in words
    assert 'role="option"' in words


def test_palette_says_that_nothing_was_found_at_all(furnished: World, visit: Visit) -> None:
    names = _found(furnished, visit, "bob", "xyzzyq", NAMES)
    further = re.search(r'hx-get="([^"]+)"', names)
    assert further
    headers = {"HX-Request": "true", "HX-Target": WORDS}
    bob = visit(furnished.people["bob"])
    words = bob.get(html.unescape(further[1]), headers=headers).content.decode()
    assert "Nothing found for “xyzzyq”." in words


@pytest.mark.parametrize("name", ["alice", "vera"])
def test_who_runs_the_practice_finds_people_and_no_words(
    furnished: World, visit: Visit, name: str
) -> None:
    client = f"/clients/{furnished.things['harbour']['client']}/"
    page = _found(furnished, visit, name, "carol harb")
    assert client in page
    assert "/goals/" not in page
    assert "patterns" not in page
    assert 'id="palette-words"' not in _found(furnished, visit, name, "carol harb", NAMES)
    for text in ("later-word", "action-it", "wording-for", "carols"):
        found = _found(furnished, visit, name, text)
        assert "carols-" not in "".join(_lines(found))
        assert "data-audience" not in _found(furnished, visit, name, text, WORDS)


def test_supervisor_finds_members_and_no_client(furnished: World, visit: Visit) -> None:
    assert "Bob Harbour" in _found(furnished, visit, "ines", "bob")
    page = "".join(_lines(_found(furnished, visit, "ines", "carol")))
    assert "Carol" not in page


@pytest.mark.parametrize("name", ["sam", "carol", "petra", "mallory"])
def test_sponsors_clients_and_other_practices_have_no_search(
    furnished: World, visit: Visit, name: str
) -> None:
    assert visit(furnished.people[name]).get(SEARCH, {"q": "carol"}).status_code == 404


@pytest.mark.parametrize(
    "text",
    [
        "carol",
        "frank",
        "lagoon",
        "%",
        "_",
        "' OR 1=1 --",
        "\x00",
        "é" * 500,
        "\\",
        "(",
        "[a-z]",
        "🦊🦊",
    ],
)
def test_other_coach_and_other_practice_stay_unfound(
    furnished: World, visit: Visit, text: str
) -> None:
    found = "".join(_lines(_found(furnished, visit, "olga", text)))
    assert "Carol Harbour" not in found
    assert "Frank Lagoon" not in found
    assert "carols-" not in found


@pytest.mark.parametrize("part", ["", NAMES, WORDS])
def test_script_and_ten_thousand_letters_are_only_text(
    furnished: World, visit: Visit, part: str
) -> None:
    page = _found(furnished, visit, "bob", "<script>alert(1)</script>", part)
    assert "<script>alert" not in page
    assert _found(furnished, visit, "bob", "decision " * 1_200, part)
    assert _found(furnished, visit, "bob", "d" * 10_000, part)


@pytest.mark.parametrize("typed", ["crol", "carrol", "craol harbuor", "carol@harbour", "CÁROL"])
def test_a_slip_still_finds_the_client(furnished: World, visit: Visit, typed: str) -> None:
    assert "Carol Harbour" in _lines(_found(furnished, visit, "bob", typed, NAMES))


def test_a_slip_still_finds_what_was_said(furnished: World, visit: Visit) -> None:
    assert "carols-later-wording" in "".join(
        _lines(_found(furnished, visit, "bob", "carols-latre-wordign", WORDS))
    )


def test_best_name_comes_first_and_archived_last(furnished: World, visit: Visit) -> None:
    bob = furnished.people["bob"]
    with scope(bob.scope()):
        added = [
            add_client(
                name=name,
                email=f"{n}@names.example",
                time_zone="UTC",
                coach=bob.membership,
                now=timezone.now(),
            )
            for n, name in enumerate(("Zoe Annesley", "Ann Zuber", "Joanna Aal", "Ann Aal"))
        ]
        Client.objects.filter(pk=added[3].pk).update(archived_at=timezone.now())
    lines = _lines(_found(furnished, visit, "bob", "ann", NAMES))
    people = [line for line in lines if line in {client.name for client in added}]
    assert people == ["Ann Zuber", "Zoe Annesley", "Joanna Aal", "Ann Aal"]
    archived = _lines(_found(furnished, visit, "bob", "ann aal", NAMES))
    assert "Ann Aal" in archived
    assert "Book a session for Ann Aal" not in archived


def test_verbs_are_offered_for_the_person_that_is_named(furnished: World, visit: Visit) -> None:
    client = furnished.things["harbour"]["client"]
    for typed in ("book carol", "book a session for crol", "carol book"):
        page = _found(furnished, visit, "bob", typed, NAMES)
        assert _lines(page)[0] == "Book a session for Carol Harbour", typed
        assert f"/clients/{client}/book/" in page
    for typed in ("goals carol", "carol goals"):
        assert _lines(_found(furnished, visit, "bob", typed, NAMES))[0] == "Goals of Carol Harbour"
    assert "New client" in _lines(_found(furnished, visit, "bob", "new cl", NAMES))
    assert "Calendar" in _lines(_found(furnished, visit, "bob", "calender", NAMES))


def test_team_is_offered_no_verb_for_a_person_alone(furnished: World, visit: Visit) -> None:
    team = furnished.things["harbour"]["team"]
    with scope(furnished.cast.bob.scope()):
        name = Client.objects.get(pk=team).name
    page = _found(furnished, visit, "bob", f"book {name}", NAMES)
    assert f"/clients/{team}/book/" in page
    assert f"/clients/{team}/series/" not in page


def test_verbs_and_pages_follow_the_role(furnished: World, visit: Visit) -> None:
    owner = _lines(_found(furnished, visit, "alice", "invite", NAMES))
    assert "Invite a member" in owner
    for name in ("bob", "vera", "ines"):
        assert "Invite a member" not in _lines(_found(furnished, visit, name, "invite", NAMES))
    assert "New client" not in _lines(_found(furnished, visit, "ines", "new", NAMES))


def test_before_typing_recent_people_verbs_and_pages(furnished: World, visit: Visit) -> None:
    client = furnished.things["harbour"]["client"]
    visit(furnished.people["bob"]).get(f"/coach/harbour/clients/{client}/")
    lines = _lines(_found(furnished, visit, "bob", "", NAMES))
    assert lines[0] == "Carol Harbour"
    assert {"Book a session", "Today", "Calendar"} <= set(lines)
    assert "Carol Harbour" not in _lines(_found(furnished, visit, "olga", "", NAMES))
    assert "Carol Harbour" not in _lines(_found(furnished, visit, "ines", "", NAMES))


def test_only_what_is_shown_is_written_down(furnished: World, visit: Visit) -> None:
    bob = furnished.people["bob"]
    with scope(bob.scope()):
        before = set(ContentRead.objects.values_list("client_id", "reader_id", "kind"))
    _found(furnished, visit, "bob", "carol harbour", NAMES)
    _found(furnished, visit, "bob", "nothing-like-it", WORDS)
    with scope(bob.scope()):
        assert set(ContentRead.objects.values_list("client_id", "reader_id", "kind")) == before
    _found(furnished, visit, "bob", "later-word", WORDS)
    with scope(bob.scope()):
        now = set(ContentRead.objects.values_list("client_id", "reader_id", "kind"))
    carol = furnished.things["harbour"]["client"]
    assert now - before <= {(carol, bob.membership.pk, "goals")}
    assert (carol, bob.membership.pk, "goals") in now


def test_own_notes_are_found_by_their_author_alone(furnished: World, visit: Visit) -> None:
    for text in ("carols-private-note", "carols-draft-of-a-summary"):
        assert text in "".join(_lines(_found(furnished, visit, "bob", text, WORDS)))
        for name in ("alice", "vera", "olga", "ines"):
            assert text not in "".join(_lines(_found(furnished, visit, name, text)))


@pytest.mark.parametrize(("part", "most"), [(NAMES, 15), (WORDS, 15), ("", 20)])
@pytest.mark.parametrize("text", ["carol", "crol", "zzzz", "", "book carol"])
def test_search_asks_few_statements(
    furnished: World, visit: Visit, part: str, most: int, text: str
) -> None:
    headers = {"HX-Request": "true", "HX-Target": part} if part else {}
    browser = visit(furnished.people["bob"])
    with counted() as statements:
        assert browser.get(SEARCH, {"q": text}, headers=headers).status_code == 200
    assert len(statements) <= most, str(statements)
    assert statements.twice == []
