"""The sheet before a conversation: everything at a glance, for its coach alone."""

from datetime import timedelta

import pytest

from coachops.tenancy.scope import scope
from scheduling.models import Session
from tests.contracts.world import World
from tests.pages.copies import copied_session


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


def test_a_long_series_ahead_hides_no_news(furnished: World, visit) -> None:
    news = "Carol answered: How was it, once?"
    with scope(furnished.cast.bob.scope()):
        coming = Session.objects.get(pk=furnished.things["harbour"]["coming"])
        for weeks in range(1, 51):
            copied_session(coming, timedelta(weeks=weeks))
    assert news in _page(furnished, visit).content.decode()


@pytest.mark.parametrize("name", ["alice", "vera", "olga", "ines", "carol", "sam", "mallory"])
def test_nobody_but_the_coach_opens_it(furnished: World, visit, name: str) -> None:
    assert _page(furnished, visit, name).status_code == 404
