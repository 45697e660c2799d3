"""A client goes on writing an entry of the journal; whoever reads it sees that it changed."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta

import pytest
from django.test import Client as Browser
from django.utils import timezone

from coachops.audit.models import AuditEvent
from tests.cast import Cast, Person
from tracking.models import Reflection
from tracking.queries.reflections import own_reflections
from tracking.services.reflections import delete_reflection, edit_reflection, write_reflection

type Acting = Callable[[Person], AbstractContextManager[object]]
type Visit = Callable[[Person], Browser]

HTMX = {"HX-Request": "true"}
CHANGED = "Changed since it was shared"


@pytest.fixture
def entry(cast: Cast, acting: Acting) -> Reflection:
    return written(cast, acting)


def written(cast: Cast, acting: Acting, *, share: bool = False) -> Reflection:
    with acting(cast.carol):
        return write_reflection(
            client=cast.carol_client,
            text="first words",
            by=cast.carol.membership,
            now=timezone.now() - timedelta(hours=1),
            share=share,
        )


def address(entry: Reflection) -> str:
    return f"/portal/harbour/journal/{entry.pk}/"


def text_of(cast: Cast, acting: Acting) -> str:
    with acting(cast.carol):
        [found] = own_reflections(cast.carol_client.pk)
    return found.text


def test_it_saves_itself_while_the_client_writes(
    cast: Cast, acting: Acting, visit: Visit, entry: Reflection
) -> None:
    carol = visit(cast.carol)
    assert "first words" in carol.get(address(entry)).content.decode()
    answer = carol.post(address(entry), {"text": "more words", "version": 1}, headers=HTMX)
    assert 'value="2"' in answer.content.decode()
    carol.post(address(entry), {"text": "even more words", "version": 2}, headers=HTMX)
    assert text_of(cast, acting) == "even more words"


def test_an_older_tab_overwrites_nothing_and_may_keep_both(
    cast: Cast, acting: Acting, visit: Visit, entry: Reflection
) -> None:
    carol = visit(cast.carol)
    carol.post(address(entry), {"text": "from there", "version": 1})
    late = carol.post(address(entry), {"text": "from here", "version": 1}, headers=HTMX)
    assert late.status_code == 409
    assert "from there" in late.content.decode()
    assert text_of(cast, acting) == "from there"
    carol.post(address(entry), {"text": "from here", "version": 1, "seen": 2, "keep": "both"})
    assert text_of(cast, acting) == "from there\n\nfrom here"


def test_without_scripts_what_was_typed_is_kept(
    cast: Cast, acting: Acting, visit: Visit, entry: Reflection
) -> None:
    carol = visit(cast.carol)
    emptied = carol.post(address(entry), {"text": "  ", "version": 1})
    assert emptied.status_code == 422
    assert "delete it in the journal" in emptied.content.decode()
    assert text_of(cast, acting) == "first words"


def test_the_coach_sees_that_a_shared_entry_changed(
    cast: Cast, acting: Acting, visit: Visit
) -> None:
    entry, bob = written(cast, acting, share=True), visit(cast.bob)
    shared = f"/coach/harbour/clients/{cast.carol_client.pk}/reflections/"
    assert CHANGED not in bob.get(shared).content.decode()
    visit(cast.carol).post(address(entry), {"text": "other words", "version": 1})
    page = bob.get(shared).content.decode()
    assert ("other words" in page, CHANGED in page) == (True, True)
    assert CHANGED in visit(cast.carol).get("/portal/harbour/journal/").content.decode()
    with acting(cast.bob):
        assert AuditEvent.objects.filter(event="reflection.edited").count() == 1


def test_nobody_else_writes_in_it(
    cast: Cast, acting: Acting, visit: Visit, entry: Reflection
) -> None:
    for name in ("dave", "bob", "erin"):
        browser = visit(getattr(cast, name))
        assert browser.get(address(entry)).status_code == 404
        assert browser.post(address(entry), {"text": "x", "version": 1}).status_code == 404
    with acting(cast.bob), pytest.raises(Reflection.DoesNotExist):
        edit_reflection(
            reflection=entry, text="x", version=1, by=cast.bob.membership, now=timezone.now()
        )
    assert text_of(cast, acting) == "first words"


def test_what_was_deleted_in_another_tab_stays_gone(
    cast: Cast, acting: Acting, visit: Visit, entry: Reflection
) -> None:
    with acting(cast.carol):
        delete_reflection(reflection=entry, by=cast.carol.membership, now=timezone.now())
    answer = visit(cast.carol).post(address(entry), {"text": "again", "version": 1})
    assert answer.status_code == 404
    with acting(cast.carol):
        assert not own_reflections(cast.carol_client.pk)
