"""The session page and the pages of a client's record, by everybody who might try."""

import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from urllib.parse import urlencode

import pytest
from django.test import Client as Browser
from django.utils import timezone

from clients.models import ContentRead
from scheduling.models import Session
from tests.cast import Cast, Person
from tests.tracking.factories import make_plan, make_session
from tracking.models import ActionItem, GoalRating
from tracking.queries.goals import goals_of_client
from tracking.queries.session_page import NOTE, PADS, stored_pad
from tracking.services.actions import add_action
from tracking.services.goals import add_goal
from tracking.services.notes import save_private_note
from tracking.services.reflections import write_reflection
from tracking.services.summaries import share_summary

type Acting = Callable[[Person], AbstractContextManager[object]]
type Visit = Callable[[Person], Browser]

HTMX = {"HX-Request": "true"}
SCRIPT = "<script>alert('planted')</script>"


def _address(session: Session, tail: str = "") -> str:
    return f"/coach/harbour/sessions/{session.pk}/{tail}"


@pytest.fixture
def furnished(cast: Cast, acting: Acting, carols_session: Session) -> Session:
    """Everything that a session page can show, with a script in each text."""
    now, bob = timezone.now(), cast.bob.membership
    with acting(cast.bob):
        plan = make_plan(cast.carol_engagement)
        Session.objects.filter(pk=carols_session.pk).update(planned_session=plan[1], number=2)
        earlier = make_session(
            cast.carol_client, cast.carol_engagement, bob, days=-14, number=1, outcome="held"
        )
        make_session(cast.carol_client, cast.carol_engagement, bob, days=14, number=3)
        share_summary(session=earlier, text=f"PLANTED-SUMMARY {SCRIPT}", version=0, by=bob, now=now)
        save_private_note(
            session=carols_session, text=f"PLANTED-NOTE {SCRIPT}", version=0, by=bob, now=now
        )
        add_goal(
            engagement=cast.carol_engagement,
            text=f"PLANTED-GOAL {SCRIPT}",
            target=8,
            by=bob,
            now=now,
        )
        add_action(
            engagement=cast.carol_engagement,
            text=f"PLANTED-ACTION {SCRIPT}",
            owner=ActionItem.Owner.CLIENT,
            due_on=None,
            by=bob,
            now=now,
        )
    with acting(cast.carol):
        for share in (True, False):
            write_reflection(
                client=cast.carol_client,
                text=f"PLANTED-{'SHARED' if share else 'SECRET'} {SCRIPT}",
                by=cast.carol.membership,
                now=now,
                share=share,
            )
    return carols_session


def test_page_joins_what_was_said_with_what_is_written(
    cast: Cast, visit: Visit, furnished: Session
) -> None:
    page = visit(cast.bob).get(_address(furnished)).content.decode()
    for text in ("SUMMARY", "NOTE", "GOAL", "ACTION", "SHARED"):
        assert f"PLANTED-{text}" in page
    assert "PLANTED-SECRET" not in page
    assert "Conversation 2" in page
    assert "Session 2 of 3 with Carol Harbour" in page
    assert "14 days since you last met" in page
    assert "What is the space for?" in page


def test_script_in_any_text_is_shown_and_does_not_run(
    cast: Cast, visit: Visit, furnished: Session
) -> None:
    page = visit(cast.bob).get(_address(furnished)).content.decode()
    assert page.count("&lt;script&gt;alert(") >= 5
    assert "<script>alert" not in page


def test_session_is_not_there_for_anybody_but_the_assigned_coach(
    cast: Cast, visit: Visit, furnished: Session
) -> None:
    for name, person in cast.everybody().items():
        answer = visit(person).get(_address(furnished))
        assert answer.status_code == (200 if name == "bob" else 404)
        assert name == "bob" or b"PLANTED" not in answer.content


def test_another_practices_session_is_not_there(
    cast: Cast, visit: Visit, erins_session: Session
) -> None:
    assert visit(cast.bob).get(_address(erins_session)).status_code == 404


def test_reading_is_written_down_once_an_hour(
    cast: Cast, acting: Acting, visit: Visit, furnished: Session
) -> None:
    browser = visit(cast.bob)
    browser.get(_address(furnished))
    browser.get(_address(furnished))
    with acting(cast.bob):
        reads = list(ContentRead.objects.values_list("client_id", "reader_id", "kind"))
    assert reads == [(cast.carol_client.pk, cast.bob.membership.pk, "session notes")]


def test_page_asks_twelve_times_at_most_and_nothing_twice(
    cast: Cast, visit: Visit, furnished: Session, counting: Callable[[], AbstractContextManager]
) -> None:
    browser = visit(cast.bob)
    with counting() as queries:
        assert browser.get(_address(furnished)).status_code == 200
    assert len(queries) <= 12
    assert len(set(queries)) == len(queries)


def test_page_asks_as_often_with_three_rows_as_with_one(
    cast: Cast,
    acting: Acting,
    visit: Visit,
    furnished: Session,
    counting: Callable[[], AbstractContextManager],
) -> None:
    browser = visit(cast.bob)
    with counting() as one:
        browser.get(_address(furnished))
    with acting(cast.bob):
        for text in ("two", "three"):
            add_goal(
                engagement=cast.carol_engagement,
                text=text,
                target=8,
                by=cast.bob.membership,
                now=timezone.now(),
            )
            add_action(
                engagement=cast.carol_engagement,
                text=text,
                owner=ActionItem.Owner.COACH,
                due_on=None,
                by=cast.bob.membership,
                now=timezone.now(),
            )
    with counting() as three:
        browser.get(_address(furnished))
    assert len(one) == len(three)


def test_pads_say_who_reads_them(cast: Cast, visit: Visit, furnished: Session) -> None:
    bob = visit(cast.bob)
    page = bob.get(_address(furnished)).content.decode()
    assert re.search(r'id="note-pad"[^>]*data-audience="coach"', page)
    assert re.search(r'id="summary-pad"[^>]*data-audience="coach"', page)
    bob.post(_address(furnished, "summary/share/"), {"text": "Final", "version": 0})
    page = bob.get(_address(furnished)).content.decode()
    assert re.search(r'id="summary-pad"[^>]*data-audience="coach client"', page)


def test_autosave_answers_the_time_and_the_next_version(
    cast: Cast, acting: Acting, visit: Visit, carols_session: Session
) -> None:
    answer = visit(cast.bob).post(
        _address(carols_session, "note/"),
        {"text": "slower today", "version": 0},
        headers={**HTMX, "HX-Target": "note-saved"},
    )
    page = " ".join(answer.content.decode().split())
    assert answer.status_code == 200
    assert re.search(r"Saved \d\d:\d\d", page)
    assert 'id="note-version" value="1" hx-swap-oob="true"' in page
    with acting(cast.bob):
        assert stored_pad(NOTE, carols_session, reader=cast.bob.membership).text == "slower today"


def test_save_works_without_javascript(cast: Cast, visit: Visit, carols_session: Session) -> None:
    answer = visit(cast.bob).post(
        _address(carols_session, "note/"), {"text": "plain", "version": 0}, follow=True
    )
    assert "plain</textarea>" in answer.content.decode()


@pytest.mark.parametrize("headers", [{}, HTMX])
def test_conflict_shows_both_texts_and_overwrites_nothing(
    cast: Cast, acting: Acting, visit: Visit, carols_session: Session, headers: dict[str, str]
) -> None:
    browser = visit(cast.bob)
    browser.post(_address(carols_session, "note/"), {"text": "OTHER TAB", "version": 0})
    answer = browser.post(
        _address(carols_session, "note/"), {"text": "THIS TAB", "version": 0}, headers=headers
    )
    page = answer.content.decode()
    assert answer.status_code == 409
    with acting(cast.bob):
        assert ContentRead.objects.filter(kind="session notes").count() == 1
    assert "OTHER TAB" in page
    assert headers or "THIS TAB</textarea>" in page
    assert not headers or answer["HX-Retarget"] == "#note-problem"
    with acting(cast.bob):
        assert stored_pad(NOTE, carols_session, reader=cast.bob.membership).text == "OTHER TAB"


@pytest.mark.parametrize(
    ("keep", "text"), [("both", "OTHER TAB\n\nTHIS TAB"), ("mine", "THIS TAB")]
)
def test_conflict_is_settled_by_the_writer(
    cast: Cast, acting: Acting, visit: Visit, carols_session: Session, keep: str, text: str
) -> None:
    browser = visit(cast.bob)
    browser.post(_address(carols_session, "note/"), {"text": "OTHER TAB", "version": 0})
    browser.post(
        _address(carols_session, "note/"),
        {"text": "THIS TAB", "version": 0, "seen": 1, "keep": keep},
    )
    with acting(cast.bob):
        assert stored_pad(NOTE, carols_session, reader=cast.bob.membership).text == text


@pytest.mark.parametrize("headers", [{}, HTMX])
def test_megabyte_of_text_is_refused_with_a_reason(
    cast: Cast, visit: Visit, carols_session: Session, headers: dict[str, str]
) -> None:
    """In letters of two bytes, each of which a form sends as three."""
    typed = "é" * 1_000_000
    answer = visit(cast.bob).post(
        _address(carols_session, "note/"),
        urlencode({"text": typed, "version": 0}),
        content_type="application/x-www-form-urlencoded",
        headers=headers,
    )
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "longer than 50,000 characters" in page
    assert headers or typed in page, "a whole page keeps what was typed"


def test_summary_is_read_by_the_client_only_once_it_is_shared(
    cast: Cast, visit: Visit, carols_session: Session
) -> None:
    bob, carol = visit(cast.bob), visit(cast.carol)
    bob.post(_address(carols_session, "summary/"), {"text": "**Draft**", "version": 0})
    assert b"Draft" not in carol.get("/portal/harbour/summaries/").content
    bob.post(_address(carols_session, "summary/share/"), {"text": "**Final**", "version": 1})
    assert "<strong>Final</strong>" in carol.get("/portal/harbour/summaries/").content.decode()
    page = bob.get(_address(carols_session)).content.decode()
    assert "Correct what Carol reads" in page


def test_empty_summary_is_not_shared(cast: Cast, visit: Visit, carols_session: Session) -> None:
    answer = visit(cast.bob).post(
        _address(carols_session, "summary/share/"), {"text": " ", "version": 0}
    )
    assert answer.status_code == 422
    assert "nothing to share yet" in answer.content.decode()


def test_goal_is_rated_in_the_session(
    cast: Cast, acting: Acting, visit: Visit, furnished: Session
) -> None:
    with acting(cast.bob):
        goal = goals_of_client(cast.carol_client.pk)[0]
    answer = visit(cast.bob).post(
        f"/coach/harbour/goals/{goal.id}/rating/",
        {"score": 7, "rater": "self", "session": str(furnished.pk)},
        headers=HTMX,
    )
    assert "Saved: 7 of 10" in answer.content.decode()
    with acting(cast.bob):
        rating = GoalRating.objects.get()
    assert (rating.score, rating.session_id) == (7, furnished.pk)


def test_rating_names_only_the_clients_own_session(
    cast: Cast, acting: Acting, visit: Visit, furnished: Session
) -> None:
    with acting(cast.bob):
        goal = goals_of_client(cast.carol_client.pk)[0]
        daves = make_session(cast.dave_client, cast.dave_engagement, cast.bob.membership, days=40)
    answer = visit(cast.bob).post(
        f"/coach/harbour/goals/{goal.id}/rating/",
        {"score": 7, "rater": "self", "session": str(daves.pk)},
    )
    assert answer.status_code == 404
    with acting(cast.bob):
        assert not GoalRating.objects.filter(session=daves).exists()


def test_action_row_is_swapped_with_a_toast_that_undoes(
    cast: Cast, acting: Acting, visit: Visit, furnished: Session
) -> None:
    with acting(cast.bob):
        item = ActionItem.objects.get()
    browser = visit(cast.bob)
    answer = browser.post(
        f"/coach/harbour/actions/{item.pk}/done/", {"done": "on"}, headers=HTMX
    ).content.decode()
    with acting(cast.bob):
        assert ContentRead.objects.filter(kind="action items").count() == 1
    assert f'id="action-{item.pk}"' in answer
    assert "checked" in answer
    assert f"/coach/harbour/actions/{item.pk}/undo/" in answer
    browser.post(f"/coach/harbour/actions/{item.pk}/undo/")
    with acting(cast.bob):
        assert ActionItem.objects.get().done_at is None


def test_action_is_added_inline_and_without_javascript(
    cast: Cast, acting: Acting, visit: Visit, carols_session: Session
) -> None:
    browser, address = (
        visit(cast.bob),
        f"/coach/harbour/clients/{cast.carol_client.pk}/actions/new/",
    )
    data = {"text": "Ask Ingrid", "owner": "client", "session": str(carols_session.pk)}
    answer = browser.post(address, data, headers=HTMX)
    assert "Ask Ingrid" in answer.content.decode()
    back = browser.post(address, {**data, "next": _address(carols_session)})
    assert back["Location"] == _address(carols_session)
    empty = browser.post(address, {**data, "text": ""})
    assert empty.status_code == 422
    assert "Write what will be done." in empty.content.decode()


def test_nobody_is_sent_to_another_site(
    cast: Cast, visit: Visit, acting: Acting, furnished: Session
) -> None:
    with acting(cast.bob):
        item = ActionItem.objects.get()
    for evil in ("https://evil.example/", "//evil.example", "/\\evil.example", "javascript:x"):
        answer = visit(cast.bob).post(f"/coach/harbour/actions/{item.pk}/undo/", {"next": evil})
        assert answer["Location"].startswith("/coach/harbour/clients/")


PAGES = ["goals/", "goals/new/", "actions/", "reflections/"]


def test_record_opens_for_the_assigned_coach_alone(
    cast: Cast, visit: Visit, furnished: Session
) -> None:
    for name, person in cast.everybody().items():
        browser = visit(person)
        for page in PAGES:
            answer = browser.get(f"/coach/harbour/clients/{cast.carol_client.pk}/{page}")
            assert answer.status_code == (200 if name == "bob" else 404)
            assert name == "bob" or b"PLANTED" not in answer.content


@pytest.mark.parametrize(
    ("page", "text", "kind"),
    [
        ("goals/", "PLANTED-GOAL", "goals"),
        ("actions/", "PLANTED-ACTION", "action items"),
        ("reflections/", "PLANTED-SHARED", "shared reflections"),
    ],
)
def test_record_shows_and_writes_down_the_read(
    cast: Cast, acting: Acting, visit: Visit, furnished: Session, page: str, text: str, kind: str
) -> None:
    address = f"/coach/harbour/clients/{cast.carol_client.pk}/{page}"
    answer = visit(cast.bob).get(address).content.decode()
    assert text in answer
    assert "PLANTED-SECRET" not in answer
    assert "PLANTED-NOTE" not in answer
    assert "<script>alert" not in answer
    with acting(cast.bob):
        assert ContentRead.objects.filter(kind=kind, client=cast.carol_client).count() == 1


def test_goal_is_reworded_with_a_reason(
    cast: Cast, acting: Acting, visit: Visit, furnished: Session
) -> None:
    with acting(cast.bob):
        goal = goals_of_client(cast.carol_client.pk)[0]
    browser, address = visit(cast.bob), f"/coach/harbour/goals/{goal.id}/"
    refused = browser.post(f"{address}wording/", {"text": "NEW-WORDS", "reason": ""})
    assert refused.status_code == 422
    assert "NEW-WORDS</textarea>" in refused.content.decode()
    browser.post(f"{address}wording/", {"text": "NEW-WORDS", "reason": "BECAUSE"})
    page = browser.get(address).content.decode()
    for text in ("PLANTED-GOAL", "NEW-WORDS", "BECAUSE"):
        assert text in page


def test_nobody_else_writes(
    cast: Cast, acting: Acting, visit: Visit, carols_session: Session
) -> None:
    for name in ("alice", "olga", "vera", "carol", "mallory"):
        for tail in ("note/", "summary/", "summary/share/", "file/", "themes/", "preview/"):
            forged = {"text": "forged", "version": 0}
            answer = visit(getattr(cast, name)).post(_address(carols_session, tail), forged)
            assert answer.status_code == 404
    with acting(cast.bob):
        pads = [stored_pad(kind, carols_session, reader=cast.bob.membership) for kind in PADS]
    assert [pad.text for pad in pads] == ["", "", ""]
