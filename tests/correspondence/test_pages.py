"""The mail log: who sees it, what it shows, and what a page costs."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.correspondence.conftest import NOW, Post


def log_of(post: Post) -> str:
    return f"/coach/harbour/clients/{post.cast.carol_client.pk}/mail/"


@pytest.mark.parametrize(
    ("who", "status"),
    [("alice", 200), ("bob", 200), ("vera", 200), ("olga", 404), ("ines", 404), ("mallory", 404)],
)
def test_owner_coach_and_assistant_see_subjects_and_states(
    post: Post, visit: Any, who: str, status: int
) -> None:
    post.logged()
    page = visit(getattr(post.cast, who)).get(log_of(post))
    assert page.status_code == status
    assert (b"Tomorrow at ten" in page.content) == (status == 200)


def test_a_client_sees_the_same_list_and_nobody_else_s(post: Post, visit: Any) -> None:
    post.logged()
    post.logged("helen@harbour.example", is_copy=True, subject="A copy of the dates")
    page = visit(post.cast.carol).get("/portal/harbour/mail/").content
    assert b"Tomorrow at ten" in page
    assert b"A copy of the dates" in page
    assert b"Tomorrow at ten" not in visit(post.cast.dave).get("/portal/harbour/mail/").content


@pytest.mark.parametrize(
    ("word", "shown"),
    [
        ("", {"Sent one", "Waiting one", "Back one", "Off one"}),
        ("sent", {"Sent one"}),
        ("waiting", {"Waiting one"}),
        ("bounced", {"Back one"}),
        ("not-sent", {"Off one"}),
        ("nonsense", {"Sent one", "Waiting one", "Back one", "Off one"}),
    ],
)
def test_the_log_is_narrowed_by_state(post: Post, visit: Any, word: str, shown: set) -> None:
    post.logged(subject="Sent one")
    post.logged(subject="Waiting one", state="waiting", due_at=NOW)
    post.logged(subject="Back one", bounced_at=NOW, bounce_reason="invalid")
    post.logged(subject="Off one", state="off")
    page = visit(post.cast.bob).get(f"{log_of(post)}?state={word}").content.decode()
    subjects = {"Sent one", "Waiting one", "Back one", "Off one"}
    assert {each for each in subjects if each in page} == shown


def test_a_long_log_is_paged_and_costs_the_same(post: Post, visit: Any) -> None:
    bob = visit(post.cast.bob)

    def cost(address: str) -> int:
        assert bob.get(address).status_code == 200
        with CaptureQueriesContext(connection) as asked:
            bob.get(address)
        return len(asked)

    post.logged()
    short = cost(log_of(post))
    for number in range(60):
        post.logged(written_at=NOW - timedelta(hours=number))
    assert cost(log_of(post)) == short
    assert b"Page 2 of 2" in bob.get(f"{log_of(post)}?page=2").content


def test_a_contact_chooses_to_get_news_on_mondays(post: Post, visit: Any) -> None:
    sam = visit(post.cast.sam)
    assert b"Together, on Monday morning" in sam.get("/sponsor/harbour/mail/").content
    saved = sam.post(
        "/sponsor/harbour/mail/",
        {"reminders": "all", "news": "on", "digest": "weekly", "quiet": "practice"},
    )
    assert saved.status_code == 302
    assert 'value="weekly"' in sam.get("/sponsor/harbour/mail/").content.decode()
