"""A handover on Today and on the desk: whose move it is, with the one thing to do; no content."""

from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from django.core import mail
from django.test import Client as Browser
from django.utils import timezone

from clients.models import HandedOn, Handover
from clients.services.assignments import assign_coach
from clients.services.handover import pass_on, save_brief, share_brief
from coachops.outbox.engine import drain
from coachops.pages.queries.attention import needs_of
from coachops.pages.queries.needs import Need
from coachops.tenancy.scope import scope
from tests.cast import Cast, Person

NOW = timezone.now
LINES = {"passes_on", "brief_wanted", "brief_ready"}

type Acting = Callable[[Person], AbstractContextManager[object]]
type Visit = Callable[[Person], Browser]


@pytest.fixture
def asked(cast: Cast) -> Cast:
    """Olga coaches Carol too; Bob, who was there before, works on."""
    with scope(cast.bob.scope()):
        bob, olga = cast.bob.membership, cast.olga.membership
        assign_coach(client=cast.carol_client, coach=olga, by=bob, now=NOW())
    return cast


def _lines(reader: Person, *coaches: Person) -> dict[str, Need]:
    with scope(reader.scope()):
        ids = [each.membership.pk for each in coaches or (reader,)]
        found = needs_of(ids, practice_slug="harbour", now=NOW())
    return {need.kind: need for need in found if need.kind in LINES}


def _brief(cast: Cast) -> None:
    same = {"client": cast.carol_client, "by": cast.bob.membership, "now": NOW()}
    with scope(cast.bob.scope()):
        brief = save_brief(text="a-brief-of-bob", version=0, next_coach=None, **same)
        share_brief(brief=brief, **same)


def _pass_on(cast: Cast, *kinds: str) -> None:
    with scope(cast.carol.scope()):
        asked = Handover.objects.select_related("client", "assignment__coach__user").get()
        pass_on(handover=asked, kinds=kinds, by=cast.carol.membership, now=NOW())


def test_each_sees_what_is_theirs_until_it_is_done(asked: Cast, visit: Visit) -> None:
    cast, client = asked, f"/coach/harbour/clients/{asked.carol_client.pk}/"
    assert set(_lines(cast.olga)) == {"passes_on"}
    bobs = _lines(cast.bob)
    assert set(bobs) == {"passes_on", "brief_wanted"}
    assert bobs["brief_wanted"].url == f"{client}brief/"
    assert _lines(cast.alice, cast.bob)["brief_wanted"].url == f"{client}handover/"
    assert _lines(cast.dave) == {}
    _brief(cast)
    assert set(_lines(cast.bob)) == {"passes_on"}
    _pass_on(cast, HandedOn.Kind.BRIEF)
    assert _lines(cast.bob) == {}
    assert _lines(cast.olga)["brief_ready"].url == client
    assert "a-brief-of-bob" in visit(cast.olga).get(client).content.decode()
    assert _lines(cast.olga) == {}


def test_a_brief_that_its_author_declines_is_wanted_no_more(asked: Cast, visit: Visit) -> None:
    page = f"/coach/harbour/clients/{asked.carol_client.pk}/handover/"
    bob = visit(asked.bob)
    assert "I write none" in bob.get(page).content.decode()
    bob.post(f"/coach/harbour/clients/{asked.carol_client.pk}/no-brief/")
    assert "brief_wanted" not in _lines(asked.bob)
    assert "Writes none." in bob.get(page).content.decode()
    assert visit(asked.alice).get(page).status_code == 200


def test_whoever_organises_asks_again_from_the_desk_and_reads_no_answer(
    asked: Cast, visit: Visit
) -> None:
    vera, desk = visit(asked.vera), "/coach/harbour/desk/"
    page = vera.get(desk).content.decode()
    assert "Has not said what passes on" in page
    assert "A brief for the next coach is wanted" in page
    with scope(asked.bob.scope()):
        key = f"handover:{Handover.objects.get().pk}"
    assert "Still open" in vera.post(f"{desk}preview/", {"line": key}).content.decode()
    vera.post(f"{desk}send/", {"line": key})
    drain()
    letter = mail.outbox[-1]
    assert letter.to == ["carol@harbour.example"]
    assert "/portal/harbour/a-new-coach/" in letter.body
    _pass_on(asked, HandedOn.Kind.GOALS)
    assert "Has not said" not in vera.get(desk).content.decode()
    state = f"/coach/harbour/clients/{asked.carol_client.pk}/handover/"
    said = vera.get(state).content.decode()
    assert "Answered" in said
    assert "action items" not in said
