"""Today: the next conversation with what was said, for its coach; the day alone, for others."""

import pytest

from tests.contracts.world import World

TODAY = "/coach/harbour/"


def test_coach_reads_where_the_next_client_left_off(furnished: World, visit) -> None:
    page = visit(furnished.cast.bob).get(TODAY).content.decode()
    assert "Carol Harbour" in page
    for words in ("carols-shared-summary", "carols-action-item", "carols-shared-reflection"):
        assert words in page
    assert "carols-private-reflection" not in page


@pytest.mark.parametrize("name", ["alice", "vera"])
def test_who_runs_the_practice_sees_the_day_without_a_word_of_it(
    furnished: World, visit, name: str
) -> None:
    page = visit(furnished.people[name]).get(TODAY).content.decode()
    assert "Carol Harbour" in page
    assert "carols-" not in page.replace("carols-run", "")


@pytest.mark.parametrize("name", ["olga", "ines"])
def test_who_has_nothing_to_do_with_a_client_never_reads_the_name(
    furnished: World, visit, name: str
) -> None:
    assert "Carol" not in visit(furnished.people[name]).get(TODAY).content.decode()


def test_ended_session_asks_what_became_of_it(furnished: World, visit) -> None:
    page = visit(furnished.cast.bob).get(TODAY).content.decode()
    assert "/coach/harbour/outcomes/" in page[page.index('id="needs"') :]


def test_times_stand_in_the_readers_zone(furnished: World, visit) -> None:
    user = furnished.cast.bob.user
    browser = visit(furnished.cast.bob)
    here = browser.get(TODAY).content
    user.time_zone = "Asia/Tokyo"
    user.save(update_fields=["time_zone"])
    assert browser.get(TODAY).content != here


def test_a_supervisors_day_is_not_one_of_empty_boxes(furnished: World, visit) -> None:
    page = visit(furnished.people["ines"]).get(TODAY).content.decode()
    assert 'id="needs"' in page
    for empty in ('id="day-heading"', 'id="week-heading"', "No sessions", "booked ahead"):
        assert empty not in page
    assert 'id="week-heading"' in visit(furnished.people["vera"]).get(TODAY).content.decode()


def test_a_supervisor_reads_how_many_engagements_stand_how_and_no_name(
    furnished: World, visit
) -> None:
    page = visit(furnished.people["ines"]).get(TODAY).content.decode()
    counts = page[page.index('id="health-heading"') :]
    assert "How engagements stand" in counts
    assert "On track" in counts or "At risk" in counts or "Off track" in counts
    for name in ("Carol", "Dave", "/coach/harbour/health/"):
        assert name not in page
