"""The client's own goals, action items, journal and summaries."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta

import pytest
from django.test import Client as Browser
from django.utils import timezone

from scheduling.models import Session
from tests.cast import Cast, Person, practice_day
from tracking.models import ActionItem, Goal
from tracking.queries.goals import goals_of_client
from tracking.services.actions import add_action
from tracking.services.goals import add_goal
from tracking.services.notes import save_private_note
from tracking.services.reflections import write_reflection
from tracking.services.summaries import share_summary

type Acting = Callable[[Person], AbstractContextManager[object]]
type Visit = Callable[[Person], Browser]

HOME = "/portal/harbour/"
HTMX = {"HX-Request": "true"}


@pytest.fixture
def carols_goal(cast: Cast, acting: Acting) -> Goal:
    with acting(cast.carol):
        return add_goal(
            engagement=cast.carol_engagement,
            text="PLANTED-GOAL <script>alert(1)</script>",
            target=8,
            by=cast.carol.membership,
            now=timezone.now(),
        )


@pytest.fixture
def carols_action(cast: Cast, acting: Acting) -> ActionItem:
    with acting(cast.bob):
        return add_action(
            engagement=cast.carol_engagement,
            text="PLANTED-ACTION",
            owner=ActionItem.Owner.CLIENT,
            due_on=practice_day() - timedelta(days=2),
            by=cast.bob.membership,
            now=timezone.now(),
        )


def test_goal_is_added_in_the_clients_words(cast: Cast, acting: Acting, visit: Visit) -> None:
    browser = visit(cast.carol)
    answer = browser.post(f"{HOME}goals/new/", {"text": "Evenings that are mine", "target": 7})
    assert answer.status_code == 302
    page = browser.get(answer["Location"]).content.decode()
    assert "Evenings that are mine" in page
    with acting(cast.bob):
        assert goals_of_client(cast.carol_client.pk)[0].target == 7


def test_goal_without_words_comes_back(cast: Cast, visit: Visit) -> None:
    answer = visit(cast.carol).post(f"{HOME}goals/new/", {"text": "", "target": 7})
    assert answer.status_code == 422
    assert "aria-invalid" in answer.content.decode()


def test_goal_is_rated_reworded_and_reached(
    cast: Cast, acting: Acting, visit: Visit, carols_goal: Goal
) -> None:
    browser, address = visit(cast.carol), f"{HOME}goals/{carols_goal.pk}/"
    browser.post(f"{address}rating/", {"score": 6})
    browser.post(f"{address}wording/", {"text": "NEW-WORDS", "reason": "BECAUSE"})
    browser.post(f"{address}target/", {"target": 9})
    browser.post(f"{address}state/", {"state": "reached"})
    page = browser.get(address).content.decode()
    for text in ("NEW-WORDS", "BECAUSE", "PLANTED-GOAL", "Reached", "Aim 9"):
        assert text in page
    assert "<script>alert" not in page
    with acting(cast.carol):
        assert goals_of_client(cast.carol_client.pk)[0].self_scores == (6,)


def test_goal_is_marked_for_the_sponsor_in_other_words(
    cast: Cast, acting: Acting, visit: Visit, carols_goal: Goal
) -> None:
    browser, address = visit(cast.carol), f"{HOME}goals/{carols_goal.pk}/"
    assert browser.post(f"{address}sponsor/", {"wording": ""}).status_code == 422
    browser.post(f"{address}sponsor/", {"wording": "Delegation"})
    with acting(cast.carol):
        shown = goals_of_client(cast.carol_client.pk)[0]
    assert (shown.marked_for_sponsor, shown.sponsor_wording) == (True, "Delegation")
    assert "What Acme may see" in browser.get(address).content.decode()
    browser.post(f"{address}sponsor/hide/")
    with acting(cast.carol):
        assert not goals_of_client(cast.carol_client.pk)[0].marked_for_sponsor


def test_self_paying_client_meets_no_sponsor(cast: Cast, acting: Acting, visit: Visit) -> None:
    with acting(cast.dave):
        goal = add_goal(
            engagement=cast.dave_engagement,
            text="Sleep",
            target=8,
            by=cast.dave.membership,
            now=timezone.now(),
        )
    browser, address = visit(cast.dave), f"{HOME}goals/{goal.pk}/"
    for page in (address, f"{HOME}goals/"):
        assert "sponsor" not in browser.get(page).content.decode().lower().split("<main")[1]
    assert browser.post(f"{address}sponsor/", {"wording": "x"}).status_code == 404


def test_goal_is_not_there_for_anybody_else(cast: Cast, visit: Visit, carols_goal: Goal) -> None:
    for name in ("dave", "bob", "alice", "sam", "erin"):
        browser = visit(getattr(cast, name))
        address = f"{HOME}goals/{carols_goal.pk}/"
        assert browser.get(address).status_code == 404
        for tail in ("rating/", "wording/", "target/", "state/", "sponsor/", "sponsor/hide/"):
            assert browser.post(f"{address}{tail}", {"score": 1}).status_code == 404


def test_action_is_done_and_undone(
    cast: Cast, acting: Acting, visit: Visit, carols_action: ActionItem
) -> None:
    browser, address = visit(cast.carol), f"{HOME}actions/{carols_action.pk}/"
    assert "Still useful?" in browser.get(f"{HOME}actions/").content.decode()
    answer = browser.post(f"{address}done/", {"done": "on"}, headers=HTMX).content.decode()
    assert f'action="{address}undo/' in answer
    with acting(cast.carol):
        assert ActionItem.objects.get().done_at is not None
    assert browser.post(f"{address}undo/").status_code == 302
    browser.post(f"{address}let-go/")
    assert b"PLANTED-ACTION" not in browser.get(f"{HOME}actions/").content


def test_action_gets_a_new_date(
    cast: Cast, acting: Acting, visit: Visit, carols_action: ActionItem
) -> None:
    day = practice_day() + timedelta(days=5)
    visit(cast.carol).post(
        f"{HOME}actions/{carols_action.pk}/", {"text": "PLANTED-ACTION", "due_on": day}
    )
    with acting(cast.carol):
        assert ActionItem.objects.get().due_on == day


def test_action_is_not_there_for_anybody_else(
    cast: Cast, visit: Visit, carols_action: ActionItem
) -> None:
    for name in ("dave", "bob", "sam", "erin"):
        browser, address = visit(getattr(cast, name)), f"{HOME}actions/{carols_action.pk}/"
        assert browser.get(address).status_code == 404
        for tail in ("done/", "undo/", "let-go/"):
            assert browser.post(f"{address}{tail}").status_code == 404


def test_journal_is_private_until_shared_and_again_after(cast: Cast, visit: Visit) -> None:
    carol, bob = visit(cast.carol), visit(cast.bob)
    coachs = f"/coach/harbour/clients/{cast.carol_client.pk}/reflections/"
    carol.post(f"{HOME}journal/", {"text": "PLANTED-THOUGHT <script>alert(1)</script>"})
    page = carol.get(f"{HOME}journal/").content.decode()
    assert 'data-audience="client"' in page
    assert "<script>alert" not in page
    assert b"PLANTED-THOUGHT" not in bob.get(coachs).content
    entry = page.split('id="entry-')[1].split('"')[0]
    carol.post(f"{HOME}journal/{entry}/share/")
    assert b"PLANTED-THOUGHT" in bob.get(coachs).content
    carol.post(f"{HOME}journal/{entry}/unshare/")
    assert b"PLANTED-THOUGHT" not in bob.get(coachs).content
    carol.post(f"{HOME}journal/{entry}/delete/")
    assert b"PLANTED-THOUGHT" not in carol.get(f"{HOME}journal/").content


def test_words_of_an_entry_that_is_too_long_are_kept(cast: Cast, visit: Visit) -> None:
    answer = visit(cast.carol).post(f"{HOME}journal/", {"text": "word " * 20_000})
    assert answer.status_code == 422
    assert "word word word" in answer.content.decode()


def test_entry_is_not_there_for_anybody_else(cast: Cast, acting: Acting, visit: Visit) -> None:
    with acting(cast.carol):
        entry = write_reflection(
            client=cast.carol_client,
            text="mine",
            by=cast.carol.membership,
            now=timezone.now(),
            share=True,
        )
    for name in ("dave", "bob", "erin"):
        browser = visit(getattr(cast, name))
        for act in ("share", "unshare", "delete"):
            assert browser.post(f"{HOME}journal/{entry.pk}/{act}/").status_code == 404


def test_client_never_meets_a_private_note(
    cast: Cast, acting: Acting, visit: Visit, carols_session: Session
) -> None:
    now, by = timezone.now(), cast.bob.membership
    with acting(cast.bob):
        save_private_note(session=carols_session, text="PLANTED-NOTE", version=0, by=by, now=now)
        share_summary(session=carols_session, text="PLANTED-SUMMARY", version=0, by=by, now=now)
    browser = visit(cast.carol)
    pages = [
        browser.get(f"{HOME}{page}/").content
        for page in ("goals", "actions", "journal", "summaries")
    ]
    assert all(b"PLANTED-NOTE" not in page for page in pages)
    assert b"PLANTED-SUMMARY" in pages[-1]


@pytest.mark.parametrize("page", ["goals", "actions", "journal", "summaries"])
def test_lists_ask_as_often_with_three_rows_as_with_one(
    cast: Cast,
    acting: Acting,
    visit: Visit,
    carols_session: Session,
    counting: Callable[[], AbstractContextManager],
    page: str,
) -> None:
    def furnish(text: str) -> None:
        now = timezone.now()
        with acting(cast.carol):
            by = cast.carol.membership
            add_goal(engagement=cast.carol_engagement, text=text, target=8, by=by, now=now)
            add_action(
                engagement=cast.carol_engagement,
                text=text,
                owner=ActionItem.Owner.CLIENT,
                due_on=None,
                by=by,
                now=now,
            )
            write_reflection(client=cast.carol_client, text=text, by=by, now=now)

    furnish("one")
    browser = visit(cast.carol)
    with counting() as one:
        assert browser.get(f"{HOME}{page}/").status_code == 200
    furnish("two")
    furnish("three")
    with counting() as three:
        browser.get(f"{HOME}{page}/")
    assert len(one) == len(three) <= 8
    assert len(set(three)) == len(three)
