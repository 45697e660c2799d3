"""Carol answers in her portal: saved as she goes, sent once, read by two, talked about."""

from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client as Browser

from clients.models import ContentRead, Intake
from coachops.questionnaires.models import AnswerFile, Response, ResponseAnswer
from coachops.tenancy.scope import confidential
from tests.cast import Cast, Person
from tests.contracts.counting import opened

type Acting = Callable[[Person], AbstractContextManager[object]]
type Visit = Callable[[Person], Browser]

HTMX = {"HX-Request": "true", "HX-Target": "sheet-saved"}


@pytest.fixture
def address(intake: Intake) -> str:
    return f"/portal/harbour/intake/{intake.pk}/"


def typed(**answers: object) -> dict[str, object]:
    """A form that shows these questions, never read before: `why="x"`, or `why=("x", 2)`."""
    form: dict[str, object] = {"shown": [key for key in answers if "-" not in key]}
    for key, answer in answers.items():
        value, version = answer if isinstance(answer, tuple) else (answer, 0)
        form |= {f"q-{key}": value, f"v-{key}": version}
    return form


def state(cast: Cast, acting: Acting, intake: Intake) -> Response:
    with acting(cast.carol):
        return Response.objects.get(pk=intake.response_id)


def test_what_is_typed_saves_itself_and_is_there_again(
    cast: Cast, visit: Visit, acting: Acting, intake: Intake, address: str
) -> None:
    browser = visit(cast.carol)
    answer = browser.post(
        address, typed(why="A new role", before="no", mood="0", topics=["yes"]), headers=HTMX
    )
    assert answer.status_code == 200
    assert "4 of 8" in " ".join(answer.text.split())
    page = browser.get(address).text
    assert "A new role" in page
    assert "How was it?" not in page
    found = state(cast, acting, intake)
    assert (found.answered, found.shown, found.sent_at) == (4, 8, None)
    assert found.begun_at is not None


def test_a_question_appears_beside_the_answer_that_asks_for_it(
    cast: Cast, visit: Visit, address: str
) -> None:
    browser = visit(cast.carol)
    assert "How was it?" in browser.post(address, typed(before="yes"), headers=HTMX).text
    back = browser.post(address, typed(before=("no", 1), how="Good"), headers=HTMX).text
    assert 'id="question-how"' in back
    assert "How was it?" not in back


def test_of_two_tabs_neither_overwrites_the_other(cast: Cast, visit: Visit, address: str) -> None:
    browser = visit(cast.carol)
    browser.post(address, typed(why="first tab", name="Caro"), headers=HTMX)
    late = browser.post(address, typed(why="second tab", name=("Carla", 1)), headers=HTMX)
    assert late.status_code == 409
    assert "first tab" in late.text
    page = browser.get(address).text
    assert "first tab" in page
    assert "Carla" in page, "what did not collide is saved"
    mine = typed(why="second tab") | {"keep": "mine:why:1"}
    assert browser.post(address, mine).status_code == 302
    assert "second tab" in browser.get(address).text


def test_what_a_tab_did_not_touch_does_not_collide(cast: Cast, visit: Visit, address: str) -> None:
    browser = visit(cast.carol)
    opened_at = browser.get(address).text
    token = opened_at.split('name="v-before"')[1].split('value="')[1].split('"')[0]
    browser.post(address, typed(before="no"), headers=HTMX)
    stale = typed(name="Caro", before="") | {"v-before": token}
    assert browser.post(address, stale, headers=HTMX).status_code == 200
    again = browser.get(address).text
    assert "Caro" in again
    assert again.count("checked") == 1, "what the other tab chose"


def test_an_answer_of_a_megabyte_is_refused_beside_its_field_and_kept_to_shorten(
    cast: Cast, visit: Visit, address: str
) -> None:
    browser = visit(cast.carol)
    page = browser.post(address, typed(why="x" * 1_000_000, name="Caro"))
    assert page.status_code == 422
    assert "too long" in page.text
    assert "x" * 1_000_000 in page.text
    assert "Caro" in browser.get(address).text


def test_what_is_required_is_asked_for_only_when_sending(
    cast: Cast, visit: Visit, acting: Acting, intake: Intake, address: str
) -> None:
    browser = visit(cast.carol)
    page = browser.post(address, typed(name="Caro") | {"act": "send"})
    assert page.status_code == 422
    assert "needed before you can send" in page.text
    assert 'href="#q-why"' in page.text
    assert state(cast, acting, intake).sent_at is None


def test_sent_is_read_by_coach_and_client_and_what_was_hidden_is_gone(
    cast: Cast, visit: Visit, acting: Acting, intake: Intake, address: str
) -> None:
    browser = visit(cast.carol)
    browser.post(address, typed(why="A new role", before="yes", how="Secretly bad"))
    browser.post(address, typed(before="yes", how="Secretly bad"))
    reading = f"/coach/harbour/clients/{cast.carol_client.pk}/intake/"
    assert "A new role" not in visit(cast.bob).get(reading).text, "not before it is sent"
    browser.post(address, typed(before=("no", 1)) | {"act": "send"})
    page = visit(cast.bob).get(reading).text
    assert "A new role" in page
    assert "Secretly bad" not in page
    with acting(cast.carol), confidential():
        kept = ResponseAnswer.objects.filter(response=intake.response_id)
        assert not kept.filter(question="how").exists()
        assert ContentRead.objects.filter(
            client=cast.carol_client, reader=cast.bob.membership, kind="intake answers"
        ).exists()
    assert "A new role" in browser.get(address).text
    assert 'name="q-why"' not in browser.get(address).text


def test_taken_back_nobody_else_reads_it_until_it_is_sent_again(
    cast: Cast, visit: Visit, intake: Intake, address: str
) -> None:
    browser, reading = visit(cast.carol), f"/coach/harbour/clients/{cast.carol_client.pk}/intake/"
    browser.post(address, typed(why="A new role") | {"act": "send"})
    browser.post(address, {"act": "change"})
    assert "A new role" not in visit(cast.bob).get(reading).text
    assert "A new role" in browser.get(address).text
    browser.post(address, typed(why=("Another", 1)) | {"act": "send"})
    assert "Another" in visit(cast.bob).get(reading).text


def test_two_talk_below_an_answer_and_each_takes_away_only_their_own(
    cast: Cast, visit: Visit, address: str
) -> None:
    carol, bob = visit(cast.carol), visit(cast.bob)
    reading = f"/coach/harbour/clients/{cast.carol_client.pk}/intake/"
    carol.post(address, typed(why="A new role") | {"act": "send"})
    bob.post(reading, {"act": "comment:why", "comment-why": "Say <b>more</b>"})
    page = carol.get(address).text
    assert "Say &lt;b&gt;more" in page
    assert "uncomment" not in page
    key = bob.get(reading).text.split('value="uncomment:')[1].split('"')[0]
    carol.post(address, {"act": f"uncomment:{key}"})
    assert "Say " in bob.get(reading).text
    bob.post(reading, {"act": f"uncomment:{key}"})
    assert "Say " not in carol.get(address).text


def test_a_file_is_sealed_and_reaches_only_the_two(
    cast: Cast, visit: Visit, acting: Acting, intake: Intake, address: str
) -> None:
    browser = visit(cast.carol)
    file = SimpleUploadedFile("../My plan.exe", b"my secret plan")
    browser.post(address, typed(why="x", paper=file) | {"act": "attach"})
    with acting(cast.carol):
        row = AnswerFile.objects.get(response=intake.response_id)
    with default_storage.open(row.stored_as) as file:
        assert b"secret" not in file.read()
    got = browser.get(f"{address}?file=paper")
    assert got.content == b"my secret plan"
    assert got["Content-Disposition"].startswith('attachment; filename="My plan.txt"')
    reading = f"/coach/harbour/clients/{cast.carol_client.pk}/intake/?file=paper"
    assert visit(cast.bob).get(reading).status_code == 404
    browser.post(address, typed(why=("x", 1)) | {"act": "send"})
    assert visit(cast.bob).get(reading).content == b"my secret plan"
    assert visit(cast.vera).get(reading).status_code == 404


def test_a_bad_file_is_refused_beside_its_field_and_the_rest_is_kept(
    cast: Cast, visit: Visit, address: str
) -> None:
    browser = visit(cast.carol)
    file = SimpleUploadedFile("cv.pdf", b"<svg onload=alert(1)>")
    page = browser.post(address, typed(name="Caro", paper=file) | {"act": "attach"})
    assert page.status_code == 422
    assert "This kind of file is not taken" in page.text
    assert "Caro" in browser.get(address).text


def test_scripts_in_every_text_stay_text(cast: Cast, visit: Visit, address: str) -> None:
    evil = "</textarea><script>alert(1)</script>"
    browser = visit(cast.carol)
    browser.post(address, typed(why=evil, name=evil, before="yes"))
    assert "<script>alert" not in browser.get(address).text
    browser.post(address, typed(why=(evil, 1)) | {"act": "send"})
    assert "<script>alert" not in browser.get(address).text
    reading = f"/coach/harbour/clients/{cast.carol_client.pk}/intake/"
    assert "<script>alert" not in visit(cast.bob).get(reading).text


@pytest.mark.parametrize("name", ["dave", "erin", "sam", "stella", "bob", "alice", "vera"])
def test_nobody_else_opens_the_clients_own_page(
    name: str, cast: Cast, visit: Visit, acting: Acting, intake: Intake, address: str
) -> None:
    stranger = visit(cast.everybody()[name])
    assert stranger.get(address).status_code == 404
    assert stranger.post(address, typed(why="mine now")).status_code == 404
    assert state(cast, acting, intake).begun_at is None


@pytest.mark.parametrize("name", ["olga", "mallory", "ines", "sam", "carol"])
def test_nobody_else_opens_the_coachs_page(
    name: str, cast: Cast, visit: Visit, intake: Intake
) -> None:
    reading = f"/coach/harbour/clients/{cast.carol_client.pk}/intake/"
    assert visit(cast.everybody()[name]).get(reading).status_code == 404


def test_both_pages_ask_the_database_little(cast: Cast, visit: Visit, address: str) -> None:
    browser, reading = visit(cast.carol), f"/coach/harbour/clients/{cast.carol_client.pk}/intake/"
    browser.post(address, typed(why="A new role", name="Caro"))
    opened(browser, address)
    _page, filling = opened(browser, address)
    browser.post(address, typed(why=("A new role", 1)) | {"act": "send"})
    coach = visit(cast.bob)
    opened(coach, reading)
    _page, read = opened(coach, reading)
    assert len(filling) <= 10, filling
    assert len(read) <= 10, read
