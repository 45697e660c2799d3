"""Patterns: what returns, for the coach and the client alone, and written down."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client as Browser
from django.utils import timezone

from clients.models import ContentRead
from coachops.tenancy.scope import confidential
from tests.cast import Cast, Person, practice_day
from tests.contracts.counting import opened
from tests.tracking.factories import make_session
from tracking.models import SessionTheme, Theme
from tracking.services.actions import add_action
from tracking.services.goals import add_goal
from tracking.services.notes import save_private_note
from tracking.services.summaries import save_summary, share_summary

type Visit = Callable[[Person], Browser]


@pytest.fixture
def story(cast: Cast, acting) -> Cast:
    """Pricing is in a goal, an action and two summaries; hedgehogs are in a draft and a note."""
    now = timezone.now()
    coach = cast.bob.membership
    with acting(cast.carol):
        add_goal(
            engagement=cast.carol_engagement,
            text="I decide the pricing myself.",
            target=8,
            by=cast.carol.membership,
            now=now - timedelta(days=50),
        )
    with acting(cast.bob):
        held = [
            make_session(cast.carol_client, cast.carol_engagement, coach, days=-days, number=n)
            for n, days in enumerate((40, 20, 10), start=1)
        ]
        share_summary(
            session=held[0], text="The **pricing** tier held.", version=0, by=coach, now=now
        )
        share_summary(
            session=held[1],
            text="Pricing <script>alert(1)</script> again.",
            version=0,
            by=coach,
            now=now,
        )
        save_summary(session=held[2], text="Hedgehog and pricing.", version=0, by=coach, now=now)
        save_private_note(session=held[0], text="A secret hedgehog.", version=0, by=coach, now=now)
        add_action(
            engagement=cast.carol_engagement,
            text="Write the pricing note",
            owner="client",
            due_on=None,
            by=coach,
            now=now - timedelta(days=2),
            session=held[2],
        )
        theme = Theme.objects.create(name="Delegation", position=90)
        with confidential():
            for session in held[:2]:
                SessionTheme.objects.create(
                    session=session,
                    client=cast.carol_client,
                    theme=theme,
                    author=coach,
                    chosen_at=now,
                )
    return cast


def _page(cast: Cast, visit: Visit, person: Person, query: str = "") -> str:
    address = f"/coach/harbour/clients/{cast.carol_client.pk}/patterns/"
    if person is cast.carol:
        address = "/portal/harbour/patterns/"
    answer = visit(person).get(f"{address}{query}")
    assert answer.status_code == 200
    return re.sub(r"\s+(?=>)", "", re.sub(r"\s+", " ", answer.content.decode()))


def test_coach_sees_words_with_their_sentences_and_themes(story: Cast, visit: Visit) -> None:
    page = _page(story, visit, story.bob)
    assert "<b>pricing</b>" in page
    assert "in 5 places" in page
    assert "I decide the <mark>pricing</mark> myself." in page
    assert "The <mark>pricing</mark> tier held." in page
    assert "Delegation" in page
    assert "in 2 sessions" in page
    assert "ecret" not in page
    assert "<script>alert" not in page


def test_client_sees_what_is_shared(story: Cast, visit: Visit) -> None:
    page = _page(story, visit, story.carol)
    assert "in 4 places" in page
    assert "Delegation" in page
    assert "edgehog" not in page


@pytest.mark.parametrize("name", ["alice", "vera", "olga", "ines", "mallory", "sam", "dave"])
def test_nobody_else_opens_it(story: Cast, visit: Visit, name: str) -> None:
    person = getattr(story, name)
    address = f"/coach/harbour/clients/{story.carol_client.pk}/patterns/"
    assert visit(person).get(address).status_code == 404


def test_who_looked_says_so(story: Cast, visit: Visit, acting) -> None:
    _page(story, visit, story.bob)
    with acting(story.carol):
        reads = ContentRead.objects.filter(client=story.carol_client, reader=story.bob.membership)
        assert "what returns" in reads.values_list("kind", flat=True)
    looked = visit(story.carol).get("/portal/harbour/who-looked/").content.decode()
    assert "which themes and words return in your sessions" in looked


def test_period_and_theme_narrow_it(story: Cast, visit: Visit, acting) -> None:
    today = practice_day()
    since = today - timedelta(days=30)
    assert "in 3 places" in _page(story, visit, story.bob, f"?first={since}&last={today}")
    with acting(story.bob):
        theme = Theme.objects.get(name="Delegation")
    themed = _page(story, visit, story.bob, f"?theme={theme.pk}")
    assert "in 2 places" in themed
    assert "I decide the" not in themed
    assert "Nothing returns yet" in _page(
        story, visit, story.bob, "?first=2001-01-01&last=2001-02-01"
    )


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ("?first=nonsense", "Choose a day"),
        ("?first=2026-05-02&last=2026-05-01", "This is before the first day."),
        ("?last=9999-12-31", "Choose a day of this century."),
        ("?theme=7b1f0c1e-0000-0000-0000-000000000000", "Choose another one"),
    ],
)
def test_wrong_period_is_said_beside_the_field(
    story: Cast, visit: Visit, query: str, told: str
) -> None:
    address = f"/coach/harbour/clients/{story.carol_client.pk}/patterns/{query}"
    answer = visit(story.bob).get(address)
    assert answer.status_code == 422
    assert told in answer.content.decode()
    assert "<b>pricing</b>" in answer.content.decode()


def test_it_asks_few_statements(story: Cast, visit: Visit) -> None:
    browser = visit(story.bob)
    _answer, statements = opened(
        browser, f"/coach/harbour/clients/{story.carol_client.pk}/patterns/"
    )
    assert len(statements) <= 14, str(statements)
    assert statements.twice == []
