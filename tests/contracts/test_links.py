"""Links out of a mail: each does one thing in one practice, and all that is wrong looks alike."""

from uuid import uuid4

import pytest

from coachops.practices.purposes import purposes
from coachops.tenancy.scope import scope, system_scope
from scheduling.models import Session
from tests.again import rows_written
from tests.contracts.visitor import ANONYMOUS, Visitor
from tests.contracts.world import HARBOUR, LAGOON, World

OUTCOMES = ("held", "no_show", "late_cancel", "coach_cancelled")
LINKS = (
    "move_link",
    "cancel_link",
    "answer_link",
    "seat_link",
    "seat_move_link",
    "poll_link",
    "sign_link",
    "agreement_link",
    "agreement_file_link",
    "intake_link",
    "questionnaire_link",
    "handover_link",
    *(f"{each}_link" for each in OUTCOMES),
)
GONE = 404


@pytest.fixture
def stranger(world: World) -> Visitor:
    return Visitor(world, ANONYMOUS)


def test_every_purpose_has_a_link_in_the_world() -> None:
    outcomes = {f"outcome.{each}" for each in OUTCOMES}
    sessions = {"session.move", "session.cancel", "session.answer"}
    seats = {"seat.leave", "seat.move"}
    signing = {"disclosure.sign", "agreement.sign", "agreement.file"}
    asking = {"poll.answer", "intake.answer", "questionnaire.answer", "handover.answer"}
    assert purposes() == {*sessions, *seats, *asking, *signing, *outcomes}


@pytest.mark.parametrize("link", LINKS)
def test_link_opens_without_signing_in_and_tells_nobody_where_from(
    link: str, stranger: Visitor, world: World
) -> None:
    answer = stranger.get(f"/l/{world.things[HARBOUR][link]}/")
    assert answer.status == 200
    assert answer.headers["Referrer-Policy"] in {"no-referrer", "same-origin"}
    assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("link", LINKS)
def test_looking_does_not_use_the_link_up(link: str, world: World) -> None:
    """Scanners of mail follow every link before its reader does."""
    scanner = Visitor(world, ANONYMOUS, watch=rows_written)
    answer = scanner.get(f"/l/{world.things[HARBOUR][link]}/")
    assert (answer.status, answer.after) == (200, answer.before)


@pytest.mark.parametrize("link", LINKS)
def test_whatever_is_wrong_with_a_link_gets_one_answer(
    link: str, stranger: Visitor, world: World
) -> None:
    practice, _, secret = world.things[HARBOUR][link].partition(".")
    other = world.things[LAGOON][link].partition(".")[0]
    wrong = (
        (f"{practice}.{secret[:-1]}", f"{practice}.{secret}x", f"{practice}.", f"{practice}.x"),
        (f"{other}.{secret}", f"{other}.x"),
        (f"{uuid4()}.{secret}", secret, "nothing"),
    )
    for alike in wrong:
        answers = [
            method(f"/l/{token}/") for token in alike for method in (stranger.get, stranger.post)
        ]
        assert {answer.status for answer in answers} == {GONE}
        assert len({answer.body for answer in answers}) == 1


def test_link_works_for_its_own_subject_alone(stranger: Visitor, world: World) -> None:
    """A link to cancel takes no other session, whatever the form adds."""
    things = world.things
    address = f"/l/{things[HARBOUR]['cancel_link']}/"
    fields = {"session": str(things[LAGOON]["coming"]), "pk": str(things[LAGOON]["coming"])}
    cancelled = Visitor(world, ANONYMOUS, watch=lambda: _cancelled(world))
    answer = cancelled.post(address, fields)
    assert answer.after == [things[HARBOUR]["coming"]]


def _cancelled(world: World) -> list[object]:
    found: list[object] = []
    for practice in (world.cast.practice, world.cast.other_practice):
        with scope(system_scope(practice.pk)):
            found += Session.objects.filter(state="cancelled").values_list("pk", flat=True)
    return found
