"""Pads of the session page: looking before sharing, two versions side by side, few statements."""

from collections.abc import Callable
from contextlib import AbstractContextManager

from django.test import Client as Browser

from clients.models import CoachAssignment
from scheduling.models import Session
from tests.cast import Cast, Person, practice_day
from tracking.policies.differences import Line, side_by_side
from tracking.queries.session_page import NOTE, SUMMARY, stored_pad

type Acting = Callable[[Person], AbstractContextManager[object]]
type Visit = Callable[[Person], Browser]
type Counting = Callable[[], AbstractContextManager[list[str]]]

HTMX = {"HX-Request": "true"}


def _address(session: Session, tail: str) -> str:
    return f"/coach/harbour/sessions/{session.pk}/{tail}/"


def test_autosave_asks_little(
    cast: Cast, visit: Visit, carols_session: Session, counting: Counting
) -> None:
    bob = visit(cast.bob)
    for version in range(2):  # the first one begins the note and who looked
        with counting() as sent:
            bob.post(
                _address(carols_session, "note"),
                {"text": f"word {version}", "version": version},
                headers=HTMX,
            )
    assert len(sent) <= 10, "\n".join(sent)


def test_preview_shows_what_will_be_read_and_saves_nothing(
    cast: Cast, acting: Acting, visit: Visit, carols_session: Session
) -> None:
    typed = {"text": "**Bold** <script>alert(1)</script>", "version": 0, "kind": SUMMARY}
    for headers in (HTMX, {}):
        answer = visit(cast.bob).post(_address(carols_session, "preview"), typed, headers=headers)
        page = answer.content.decode()
        assert answer.status_code == 200
        assert "<strong>Bold</strong>" in page
        assert "<script>alert" not in page
    assert "**Bold**" in page, "what was typed is still there"
    with acting(cast.bob):
        assert stored_pad(SUMMARY, carols_session, reader=cast.bob.membership).version == 0
    unknown = visit(cast.bob).post(_address(carols_session, "preview"), {**typed, "kind": "x"})
    assert unknown.status_code == 404


def test_two_tabs_see_their_texts_side_by_side(
    cast: Cast, visit: Visit, carols_session: Session
) -> None:
    bob, address = visit(cast.bob), _address(carols_session, "note")
    bob.post(address, {"text": "Same line\nFrom the other tab", "version": 0})
    answer = bob.post(address, {"text": "Same line\nFrom this tab", "version": 0}, headers=HTMX)
    page = answer.content.decode()
    assert answer.status_code == 409
    page = " ".join(page.split()).replace("<mark >", "<mark>")
    assert "<mark>From this tab</mark>" in page
    assert "<mark>From the other tab</mark>" in page
    assert "<mark>Same line" not in page


def test_two_coaches_write_a_summary_each_and_neither_loses_a_word(
    cast: Cast, acting: Acting, visit: Visit, carols_session: Session
) -> None:
    with acting(cast.alice):
        CoachAssignment.objects.create(
            client=cast.carol_client,
            coach=cast.olga.membership,
            started_on=practice_day(),
        )
    for person in (cast.bob, cast.olga):
        answer = visit(person).post(
            _address(carols_session, "summary"),
            {"text": f"By {person.membership.name}", "version": 0},
            headers=HTMX,
        )
        assert answer.status_code == 200
    for person in (cast.bob, cast.olga):
        with acting(person):
            kept = stored_pad(SUMMARY, carols_session, reader=person.membership)
            assert kept.text == f"By {person.membership.name}"
            assert stored_pad(NOTE, carols_session, reader=person.membership).text == ""


def test_lines_that_are_the_same_stand_at_one_height() -> None:
    assert side_by_side("a\nb\nc", "a\nx\ny\nc") == (
        Line("a", "a", is_same=True),
        Line("b", "x", is_same=False),
        Line("", "y", is_same=False),
        Line("c", "c", is_same=True),
    )
    long = "\n".join(str(n) for n in range(5000))
    assert side_by_side(long, "short") == (Line(long, "short", is_same=False),)
