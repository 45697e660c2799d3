"""Summaries for the file: coach and client read them, the assistant if the client says so."""

from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from django.test import Client as Browser

from clients.models import ContentRead
from scheduling.models import Session
from tests.cast import Cast, Person
from tracking.models import FileSummary

type Acting = Callable[[Person], AbstractContextManager[object]]
type Visit = Callable[[Person], Browser]

WORDS, PORTAL = "WORDS-FOR-THE-FILE", "/portal/harbour/for-the-file/"


@pytest.fixture
def written(cast: Cast, visit: Visit, carols_session: Session) -> Session:
    address = f"/coach/harbour/sessions/{carols_session.pk}/file/"
    answer = visit(cast.bob).post(address, {"text": f"{WORDS} <script>x</script>", "version": 0})
    assert answer.status_code == 302
    return carols_session


def _profile(visit: Visit, person: Person, session: Session) -> str:
    return visit(person).get(f"/coach/harbour/clients/{session.client_id}/").content.decode()


def test_assistant_reads_it_while_the_client_agrees(
    cast: Cast, acting: Acting, visit: Visit, written: Session
) -> None:
    carol = visit(cast.carol)
    assert WORDS in carol.get(PORTAL).content.decode()
    assert WORDS not in _profile(visit, cast.vera, written)
    carol.post(PORTAL, {"do": "agree"})
    page = _profile(visit, cast.vera, written)
    assert WORDS in page
    assert "<script>x" not in page
    with acting(cast.vera):
        assert ContentRead.objects.filter(reader=cast.vera.membership).count() == 1
    assert WORDS not in _profile(visit, cast.alice, written)
    carol.post(PORTAL, {"do": "withdraw"})
    assert WORDS not in _profile(visit, cast.vera, written)


@pytest.mark.parametrize("name", ["alice", "olga", "ines", "dave", "sam", "vera"])
def test_database_gives_it_to_nobody_else(
    cast: Cast, acting: Acting, written: Session, name: str
) -> None:
    with acting(getattr(cast, name)):
        assert FileSummary.objects.count() == 0


def test_newer_version_is_not_overwritten(cast: Cast, visit: Visit, written: Session) -> None:
    answer = visit(cast.bob).post(
        f"/coach/harbour/sessions/{written.pk}/file/", {"text": "OTHER", "version": 0}
    )
    page = answer.content.decode()
    assert answer.status_code == 409
    assert WORDS in page
    assert "OTHER" in page
