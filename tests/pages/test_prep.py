"""The sheet before a conversation: everything at a glance, for its coach alone."""

import pytest

from tests.contracts.world import World


def _page(furnished: World, visit, name: str = "bob", thing: str = "coming"):
    pk = furnished.things["harbour"][thing]
    return visit(furnished.people[name]).get(f"/coach/harbour/sessions/{pk}/prep/")


def test_sheet_brings_together_what_matters_before_meeting(furnished: World, visit) -> None:
    page = _page(furnished, visit).content.decode()
    for words in (
        "carols-first-wording",
        "carols-action-item",
        "carols-shared-summary",
        "carols-private-note",
        "3 of",
        "Since you last met",
        "Sessions left",
        "https://rooms.example/bob",
    ):
        assert words in page, words
    assert "carols-private-reflection" not in page


@pytest.mark.parametrize("name", ["alice", "vera", "olga", "ines", "carol", "sam", "mallory"])
def test_nobody_but_the_coach_opens_it(furnished: World, visit, name: str) -> None:
    assert _page(furnished, visit, name).status_code == 404
