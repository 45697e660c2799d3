"""The client's record: everything for the assigned coach, contact and dates for who runs it."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from clients.models import Client, Engagement
from coachops.tenancy.scope import scope
from scheduling.models import Session
from tests.contracts.world import World
from tests.pages.copies import copied, copied_session
from tracking.models import Goal
from tracking.services.goals import add_goal


def _page(furnished: World, visit, name: str) -> str:
    pk = furnished.things["harbour"]["client"]
    return visit(furnished.people[name]).get(f"/coach/harbour/clients/{pk}/").content.decode()


def test_assigned_coach_reads_the_goals_and_what_was_agreed(furnished: World, visit) -> None:
    page = _page(furnished, visit, "bob")
    for words in ("carols-later-wording", "carols-action-item", "carols-shared-reflection"):
        assert words in page
    assert "carols-private-reflection" not in page


@pytest.mark.parametrize("name", ["alice", "vera"])
def test_who_runs_the_practice_reads_contact_and_state_alone(
    furnished: World, visit, name: str
) -> None:
    page = _page(furnished, visit, name)
    assert "Carol Harbour" in page
    assert "carols-" not in page.replace("carols-run", "")


def test_goals_that_have_no_room_are_counted_and_led_to(furnished: World, visit) -> None:
    bob, run = furnished.cast.bob, furnished.things["harbour"]["engagement"]
    with scope(bob.scope()):
        engagement = Engagement.objects.get(pk=run)
        for number in range(8):
            words = {"text": f"Goal {number}", "target": 8, "now": timezone.now()}
            add_goal(engagement=engagement, by=bob.membership, **words)
        count = Goal.objects.filter(client=engagement.client).count()
    client, coming = (furnished.things["harbour"][each] for each in ("client", "coming"))
    link = f"/coach/harbour/clients/{client}/goals/"
    page = _page(furnished, visit, "bob")
    assert re.search(rf'class="count"\s*>{count}<', page)
    assert f"and {count - 6} more" in page
    sheet = visit(bob).get(f"/coach/harbour/sessions/{coming}/prep/").content.decode()
    assert f"and {count - 4} more" in sheet
    assert link in sheet


def test_archived_record_says_so_and_invites_nobody(furnished: World, visit) -> None:
    client = furnished.things["harbour"]["client"]
    with scope(furnished.cast.bob.scope()):
        Client.objects.filter(pk=client).update(archived_at=timezone.now(), membership=None)
    page = _page(furnished, visit, "bob")
    assert "The record is archived" in page
    assert f"/clients/{client}/invite/" not in page
    assert f'href="/coach/harbour/clients/{client}/book/"' not in page


def test_nobody_is_led_to_a_new_goal_where_nothing_runs(furnished: World, visit) -> None:
    client = furnished.things["harbour"]["client"]
    link = f"/coach/harbour/clients/{client}/goals/new/"
    assert link in _page(furnished, visit, "bob")
    with scope(furnished.cast.bob.scope()):
        Engagement.objects.filter(client=client).update(state=Engagement.State.CLOSED)
    assert link not in _page(furnished, visit, "bob")


def test_client_who_was_not_invited_yet_can_be_invited_from_here(furnished: World, visit) -> None:
    wim = _wim(furnished)
    page = visit(furnished.cast.olga).get(f"/coach/harbour/clients/{wim}/").content.decode()
    assert f"/coach/harbour/clients/{wim}/invite/" in page


def test_a_session_of_which_nobody_said_what_became_is_to_confirm(furnished: World, visit) -> None:
    coming = furnished.things["harbour"]["coming"]
    before = _page(furnished, visit, "bob").count("To confirm")
    ago = timezone.now() - timedelta(days=2)
    with scope(furnished.cast.bob.scope()):
        Session.objects.filter(pk=coming).update(starts_at=ago, ends_at=ago + timedelta(hours=1))
    assert _page(furnished, visit, "bob").count("To confirm") == before + 1


def test_every_session_that_was_held_is_counted(furnished: World, visit) -> None:
    """Also of an earlier engagement that lies a hundred sessions back."""
    with scope(furnished.cast.bob.scope()):
        now = Engagement.objects.get(pk=furnished.things["harbour"]["engagement"])
        before = copied(now, starts_on=now.starts_on - timedelta(days=400))
        held = Session.objects.filter(engagement=now, outcome="held")
        _hold(held.latest("starts_at"), now, 100)
        _hold(held.earliest("starts_at"), before, 3)
        count = held.count()
    assert count > 100
    assert f"{count} held" in _page(furnished, visit, "bob")
    page = f"/coach/harbour/clients/{now.client_id}/?engagement={before.pk}"
    assert "3 held" in visit(furnished.cast.bob).get(page).content.decode()


def _hold(like: Session, engagement: Engagement, times: int) -> None:
    for days in range(1, times + 1):
        copied_session(like, timedelta(days=-days), engagement=engagement)


def _wim(furnished: World) -> object:
    with scope(furnished.cast.olga.scope()):
        return Client.objects.get(email="wim@harbour.example").pk
