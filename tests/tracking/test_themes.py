"""Themes of sessions: one to three of the practice's own list."""

from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from django.test import Client as Browser
from django.utils import timezone

from coachops.tenancy.scope import confidential
from scheduling.models import Session
from tests.cast import Cast, Person
from tracking.models import SessionTheme, Theme
from tracking.queries.themes import STARTERS, theme_list
from tracking.services.themes import choose_themes

type Acting = Callable[[Person], AbstractContextManager[object]]
type Visit = Callable[[Person], Browser]

HTMX = {"HX-Request": "true"}


def _ids(acting: Acting, person: Person) -> list[str]:
    with acting(person):
        return [str(line.id) for line in theme_list()]


def _chosen(acting: Acting, person: Person) -> set[str]:
    with acting(person), confidential():
        return {str(pk) for pk in SessionTheme.objects.values_list("theme_id", flat=True)}


def _choose(visit: Visit, person: Person, session: Session, ids: list[str], **more: object):
    address = f"/coach/harbour/sessions/{session.pk}/themes/"
    return visit(person).post(address, {"theme": ids}, **more)


def test_coach_chooses_and_takes_back(
    cast: Cast, acting: Acting, visit: Visit, carols_session: Session
) -> None:
    ids = _ids(acting, cast.bob)
    assert _choose(visit, cast.bob, carols_session, ids[:2], headers=HTMX).status_code == 200
    assert _chosen(acting, cast.bob) == set(ids[:2])
    _choose(visit, cast.bob, carols_session, ids[1:3])
    assert _chosen(acting, cast.bob) == set(ids[1:3])
    page = visit(cast.bob).get(f"/coach/harbour/sessions/{carols_session.pk}/").content.decode()
    assert page.count('class="pill"') == len(STARTERS)
    _choose(visit, cast.bob, carols_session, [])
    assert _chosen(acting, cast.bob) == set()


@pytest.mark.parametrize("headers", [{}, HTMX])
def test_a_fourth_theme_is_refused_and_nothing_changes(
    cast: Cast, acting: Acting, visit: Visit, carols_session: Session, headers: dict[str, str]
) -> None:
    ids = _ids(acting, cast.bob)
    _choose(visit, cast.bob, carols_session, ids[:1])
    answer = _choose(visit, cast.bob, carols_session, ids[:4], headers=headers, follow=not headers)
    assert "At most 3 themes" in answer.content.decode()
    assert not headers or answer.status_code == 422
    assert _chosen(acting, cast.bob) == set(ids[:1])


def test_what_is_on_no_list_is_refused(
    cast: Cast, acting: Acting, visit: Visit, carols_session: Session
) -> None:
    for forged in ("nonsense", "0192f000-0000-7000-8000-000000000000"):
        answer = _choose(visit, cast.bob, carols_session, [forged], headers=HTMX)
        assert answer.status_code == 422
    assert _chosen(acting, cast.bob) == set()


def test_client_reads_own_themes_and_another_coach_none(
    cast: Cast, acting: Acting, carols_session: Session
) -> None:
    with acting(cast.bob):
        first = theme_list()[0].id
        choose_themes(
            session=carols_session, theme_ids=[first], by=cast.bob.membership, now=timezone.now()
        )
    assert _chosen(acting, cast.carol) == {str(first)}
    assert _chosen(acting, cast.olga) == set()


def test_owner_keeps_the_list(cast: Cast, acting: Acting, visit: Visit) -> None:
    alice, list_page = visit(cast.alice), "/coach/harbour/settings/themes/"
    assert "Letting go and delegating" in alice.get(list_page).content.decode()
    assert alice.post(list_page, {"name": "<script>New</script>"}).status_code == 302
    answer = alice.post(list_page, {"name": "letting GO and delegating"})
    assert answer.status_code == 422
    assert "has a theme of this name" in answer.content.decode()
    first = _ids(acting, cast.alice)[0]
    alice.post(f"{list_page}{first}/", {"do": "rename", "name": "Handing over"})
    alice.post(f"{list_page}{_ids(acting, cast.alice)[1]}/", {"do": "retire"})
    page = alice.get(list_page).content.decode()
    assert "Handing over" in page
    assert "<script>New" not in page
    with acting(cast.alice):
        assert Theme.objects.filter(retired_at=None).count() == len(STARTERS)
    assert visit(cast.bob).get(list_page).status_code == 404
