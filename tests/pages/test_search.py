"""Search finds what its reader may see, and nothing else."""

import pytest

from tests.contracts.world import World

SEARCH = "/coach/harbour/search/"


def _found(furnished: World, visit, name: str, text: str) -> str:
    return visit(furnished.people[name]).get(SEARCH, {"q": text}).content.decode()


def test_coach_finds_clients_goals_and_action_items(furnished: World, visit) -> None:
    things = furnished.things["harbour"]
    assert f"/clients/{things['client']}/" in _found(furnished, visit, "bob", "carol")
    assert "carols-later-wording" in _found(furnished, visit, "bob", "later-word")
    assert "carols-action-item" in _found(furnished, visit, "bob", "action-it")


@pytest.mark.parametrize("name", ["alice", "vera"])
def test_who_runs_the_practice_finds_people_and_no_words(
    furnished: World, visit, name: str
) -> None:
    client = f"/clients/{furnished.things['harbour']['client']}/"
    assert client in _found(furnished, visit, name, "carol harb")
    for text in ("later-word", "action-it", "wording-for"):
        assert client not in _found(furnished, visit, name, text)
        assert "carols-later" not in _found(furnished, visit, name, text)


@pytest.mark.parametrize(
    "text", ["carol", "frank", "lagoon", "%", "_", "' OR 1=1 --", "\x00", "é" * 500]
)
def test_other_coach_and_other_practice_stay_unfound(furnished: World, visit, text: str) -> None:
    page = _found(furnished, visit, "olga", text)
    assert "Carol Harbour" not in page
    assert "Frank Lagoon" not in page


def test_palette_is_answered_with_the_results_alone(furnished: World, visit) -> None:
    answer = visit(furnished.cast.bob).get(
        SEARCH, {"q": "carol"}, headers={"HX-Request": "true", "HX-Target": "palette-results"}
    )
    page = answer.content.decode()
    assert "Carol Harbour" in page
    assert "<html" not in page
