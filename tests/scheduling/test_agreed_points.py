"""What the three agreed: the coach writes it, all three read it, nobody else does."""

import pytest
from django.db import DatabaseError, transaction
from django.test import Client as Browser

from clients.models import ContentRead, Engagement
from coachops.tenancy.scope import scope
from scheduling.models import AgreedPoint, Session
from scheduling.services.agreed_points import add_agreed_point
from tests.cast import Person
from tests.scheduling.conftest import NOW, Desk
from tests.scheduling.three_ways import ask

pytestmark = pytest.mark.django_db
POINT = "Carol leads the March review alone"


@pytest.fixture
def met(desk: Desk) -> Session:
    """A meeting that Carol, Bob and Stella have, with one point."""
    question = ask(desk)
    question.answer("Carol", 0)
    session = question.answer("Stella", 0).session
    _open(desk.cast.bob, f"/coach/harbour/sessions/{session.pk}/agreed/", {"text": POINT})
    return session


def _open(person: Person, path: str, data: dict | None = None) -> tuple[int, str]:
    browser = Browser()
    browser.force_login(person.user)
    answer = browser.post(path, data) if data is not None else browser.get(path)
    return answer.status_code, answer.content.decode()


def test_client_coach_and_sponsor_read_the_agenda_and_what_was_agreed(
    desk: Desk, met: Session
) -> None:
    cast = desk.cast
    for person, path in (
        (cast.bob, f"/coach/harbour/sessions/{met.pk}/"),
        (cast.carol, f"/portal/harbour/sessions/{met.pk}/"),
        (cast.stella, f"/sponsor/harbour/three-ways/{met.pk}/"),
    ):
        _, page = _open(person, path)
        assert POINT in page
        assert "Where the team feels the change" in page
        assert 'data-audience="coach client sponsor"' in page


def test_sponsor_who_took_no_part_reads_nothing_of_it(desk: Desk, met: Session) -> None:
    assert _open(desk.cast.sam, f"/sponsor/harbour/three-ways/{met.pk}/")[0] == 404


def test_closing_the_engagement_to_the_sponsor_closes_the_page(desk: Desk, met: Session) -> None:
    with scope(desk.cast.bob.scope()):
        Engagement.objects.update(disclosure_level=None)
    assert _open(desk.cast.stella, f"/sponsor/harbour/three-ways/{met.pk}/")[0] == 404


def test_only_the_clients_coach_writes(desk: Desk, met: Session) -> None:
    path = f"/coach/harbour/sessions/{met.pk}/agreed/"
    for person in (desk.cast.alice, desk.cast.olga, desk.cast.vera):
        assert _open(person, path, {"text": "Not mine to say"})[0] == 404


def test_the_wall_shows_points_to_the_three_alone(desk: Desk, met: Session) -> None:
    cast = desk.cast
    reads = {}
    for person in (cast.bob, cast.carol, cast.stella, cast.alice, cast.olga, cast.vera, cast.sam):
        with scope(person.scope()):
            reads[person.user.name.split()[0]] = AgreedPoint.objects.exists()
    assert [name for name, can in reads.items() if can] == ["Bob", "Carol", "Stella"]
    with scope(cast.bob.scope()):
        Engagement.objects.update(disclosure_level=None)
    with scope(cast.stella.scope()):
        assert not AgreedPoint.objects.exists()


@pytest.mark.parametrize("name", ["alice", "carol", "stella", "vera"])
def test_the_wall_lets_the_clients_coach_alone_write_points(
    desk: Desk, met: Session, name: str
) -> None:
    person = getattr(desk.cast, name)
    with scope(person.scope()), pytest.raises(DatabaseError), transaction.atomic():
        add_agreed_point(session=met, text="Mine", by=person.membership, now=NOW)


def test_the_clients_list_reaches_the_coach_and_not_the_sponsor(desk: Desk) -> None:
    cast, question = desk.cast, ask(desk)
    lines = {"shares": "What the last months changed\n\nWhere I want support"}
    assert _open(cast.carol, f"/portal/harbour/polls/{question.poll.pk}/shares/", lines)[0] == 302
    assert "Where I want support" in _open(cast.bob, f"/coach/harbour/polls/{question.poll.pk}/")[1]
    vera = _open(cast.vera, f"/coach/harbour/polls/{question.poll.pk}/")[1]
    assert "Stella Harbour" in vera
    assert "Where I want support" not in vera
    question.answer("Carol", 0)
    session = question.answer("Stella", 0).session
    page = _open(cast.stella, f"/sponsor/harbour/three-ways/{session.pk}/")[1]
    assert "Where I want support" not in page


def test_sponsors_reading_is_written_down_for_the_client(desk: Desk, met: Session) -> None:
    _open(desk.cast.stella, f"/sponsor/harbour/three-ways/{met.pk}/")
    with scope(desk.cast.bob.scope()):
        assert ContentRead.objects.filter(reader_id=desk.cast.stella.membership.pk).exists()
