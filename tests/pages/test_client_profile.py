"""The client's record: everything for the assigned coach, contact and dates for who runs it."""

import pytest

from clients.models import Client
from coachops.tenancy.scope import scope
from tests.contracts.world import World


def _page(furnished: World, visit, name: str) -> str:
    pk = furnished.things["harbour"]["client"]
    return visit(furnished.people[name]).get(f"/coach/harbour/clients/{pk}/").content.decode()


def test_assigned_coach_reads_the_goals_and_what_was_agreed(furnished: World, visit) -> None:
    page = _page(furnished, visit, "bob")
    for words in ("carols-later-wording", "carols-action-item", "carols-shared-reflection"):
        assert words in page
    assert "carols-private-reflection" not in page


@pytest.mark.parametrize("name", ["alice", "vera"])
def test_who_runs_the_practice_reads_contact_and_state_alone(
    furnished: World, visit, name: str
) -> None:
    page = _page(furnished, visit, name)
    assert "Carol Harbour" in page
    assert "carols-" not in page.replace("carols-run", "")


def test_client_who_was_not_invited_yet_can_be_invited_from_here(furnished: World, visit) -> None:
    wim = _wim(furnished)
    page = visit(furnished.cast.olga).get(f"/coach/harbour/clients/{wim}/").content.decode()
    assert f"/coach/harbour/clients/{wim}/invite/" in page


def _wim(furnished: World) -> object:
    with scope(furnished.cast.olga.scope()):
        return Client.objects.get(email="wim@harbour.example").pk
