"""A team with the client of a story in it, and words that only the team and its coach may read."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

from clients.models import Client, Engagement
from clients.queries.safes import safe_of
from clients.services.messages import Written, write_message
from clients.services.teams import add_team, join_team
from coachops.practices.policies import Data
from coachops.questionnaires.models import Questionnaire, QuestionnaireVersion
from coachops.questionnaires.queries.opening import Opened
from coachops.questionnaires.services.responses import Given, save_answers, submit
from coachops.tenancy.scope import confidential, scope
from tests.cast import Person, practice_day
from tests.tracking.factories import make_session
from tracking.models import AskedQuestionnaire, SessionSummary
from tracking.services.goals import add_goal
from tracking.services.team_questionnaires import ask_team

if TYPE_CHECKING:
    from tests.contracts.world import Story, World


def add_team_space(world: "World", things: dict[str, Any], story: "Story", now: datetime) -> None:
    """Called in the scope of the story's coach."""
    word, coach = story.word, story.coach
    team = add_team(name="Steering crew", time_zone="Europe/Berlin", coach=coach, now=now)
    member = join_team(
        team=team, client=story.client, now=now, since=practice_day() - timedelta(days=30)
    )
    run = Engagement.objects.create(
        client=team,
        coach=coach,
        title="Team coaching",
        payer=Engagement.Payer.SELF,
        starts_on=practice_day() - timedelta(days=30),
        ends_on=practice_day() + timedelta(days=60),
    )
    goal = world.plant(f"{word}s-goal-of-the-team", Data.TEAM, word)
    add_goal(engagement=run, text=goal, target=8, by=coach, now=now)
    _write_to_each_other(world, story, team, now)
    things["team_asked"] = _ask(world, story, team, now)
    session = make_session(team, run, coach, days=-3, now=now, capacity=2)
    row = SessionSummary(session=session, client=team, author=coach, saved_at=now, shared_at=now)
    said = world.plant(f"{word}s-summary-of-the-team", Data.TEAM, word)
    row.sealed_body = safe_of(team.pk).close(said, row_id=row.pk)
    with confidential():
        row.save(force_insert=True)
    things |= {"team": team.pk, "team_member": member.pk, "team_session": session.pk}


def _write_to_each_other(world: "World", story: "Story", team: Client, now: datetime) -> None:
    """And one about a room, which whoever organises reads too."""
    room = world.plant(f"{story.word}s-room-for-the-team", Data.LOGISTICS_THREAD, story.word)
    with scope(Person(story.member.user, story.member).scope()):
        write_message(
            client=team, coach=None, written=Written(room, uuid4()), by=story.member, now=now
        )
    for by in (story.member, story.coach):
        said = f"{story.word}s-{by.audience}-writes-to-the-team"
        words = world.plant(said, Data.TEAM, story.word)
        with scope(Person(by.user, by).scope()):
            write_message(
                client=team, coach=story.coach, written=Written(words, uuid4()), by=by, now=now
            )


def _ask(world: "World", story: "Story", team: Client, now: datetime) -> UUID:
    """Answered by the one who is in it."""
    made = Questionnaire.objects.filter(kind="feedback").order_by("pk").first()
    version = QuestionnaireVersion.objects.get(questionnaire=made)
    ask_team(team=team, version=version, due_on=None, by=story.coach, now=now)
    asked = AskedQuestionnaire.objects.select_related("response__version").get(team=team)
    words = world.plant(f"{story.word}s-answer-to-the-team", Data.ANSWERS, story.word)
    with scope(Person(story.member.user, story.member).scope()):
        opened = Opened(asked.response, safe_of(story.client.pk), story.member)
        save_answers(opened=opened, given=[Given("q", words, 0)], now=now)
        submit(opened=opened, now=now)
    return asked.pk
