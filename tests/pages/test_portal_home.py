"""The portal's first page: what comes next, what was promised, and what waits for an answer."""

import pytest

from tests.contracts.world import World

HOME = "/portal/harbour/"


def test_client_reads_what_comes_next(furnished: World, visit) -> None:
    page = visit(furnished.cast.carol).get(HOME).content.decode()
    assert f"/portal/harbour/sessions/{furnished.things['harbour']['coming']}/" in page
    for words in ("carols-later-wording", "carols-shared-summary", "carols-action-item"):
        assert words in page
    assert "carols-private-note" not in page
    assert "carols-draft-of-a-summary" not in page


@pytest.mark.parametrize("name", ["sessions", "questions", "what-an-assistant-sees"])
def test_client_finds_what_is_not_in_the_tabs(furnished: World, visit, name: str) -> None:
    client = visit(furnished.cast.carol)
    assert f'href="{HOME}{name}/"' in client.get(HOME).content.decode()
    assert client.get(f"{HOME}{name}/").status_code == 200


def test_report_in_review_waits_on_the_first_page(furnished: World, visit) -> None:
    page = visit(furnished.cast.carol).get(HOME).content.decode()
    assert f"/portal/harbour/reports/{furnished.things['harbour']['report']}/" in page


def test_client_who_pays_reads_of_no_sponsor(furnished: World, visit) -> None:
    page = visit(furnished.cast.dave).get(HOME).content.decode()
    assert "sponsor" not in page.lower().replace("/static/", "")


def test_client_reads_nothing_of_another(furnished: World, visit) -> None:
    page = visit(furnished.cast.dave).get(HOME).content.decode()
    assert "Carol" not in page
