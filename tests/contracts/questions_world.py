"""What the client of a story was asked and answered: an intake, and how they prepared."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from clients.models import Asking, Client
from clients.queries.safes import safe_of
from clients.services.clients import add_client
from clients.services.intake import ask_intake
from coachops.practices.policies import Data
from coachops.practices.services.links import create_link
from coachops.questionnaires.models import QuestionnaireVersion, Response
from coachops.questionnaires.policies.questions import Asks, Content, Kind, Question, Section
from coachops.questionnaires.queries.opening import Opened
from coachops.questionnaires.services.comments import comment_on
from coachops.questionnaires.services.questionnaires import create_questionnaire, publish
from coachops.questionnaires.services.responses import Given, save_answers, submit
from coachops.tenancy.scope import scope
from scheduling.models import Session
from tests.cast import Person
from tracking.services.preparation import ask_preparation
from tracking.services.questionnaires import ask_questionnaire

if TYPE_CHECKING:
    from tests.contracts.world import Story, World

ONE_QUESTION = Content(sections=(Section("all", questions=(Question("q", Asks.LONG, "Say"),)),))


def add_questions(world: "World", things: dict[str, Any], story: "Story", now: datetime) -> None:
    """A sent intake with a remark, one that waits, a sent preparation, and one asked since."""
    coach, word = Person(story.coach.user, story.coach), story.word
    member = Person(story.member.user, story.member)
    with scope(coach.scope()):
        made = create_questionnaire(
            kind=Kind.INTAKE, title="Asked", content=ONE_QUESTION, by=story.coach, now=now
        )
        version = publish(questionnaire=made, by=story.coach, now=now)
        asked = {"client": story.client, "version": version, "due_on": None, "by": story.coach}
        intake = ask_intake(**asked, now=now)
        coming = Session.objects.get(pk=things["coming"])
        preparation = ask_preparation(session=coming, version=version, by_mail=False, now=now)
    things["questionnaire"], things["question"] = made.pk, "q"
    for kind, response in (("intake", intake.response), ("preparation", preparation.response)):
        words = world.plant(f"{word}s-{kind}-answer", Data.ANSWERS, word)
        _answer(member, story, response, words, now)
    remark = world.plant(f"{word}s-intake-remark", Data.ANSWERS, word)
    with scope(coach.scope()):
        opened = Opened(intake.response, safe_of(story.client.pk), story.coach)
        comment_on(opened=opened, question="q", text=remark, now=now)
        waiting = ask_intake(**asked, now=now - timedelta(days=1))
        things["intake_link"] = _link(story, version, now)
    things["intake"], things["open_intake"] = intake.pk, waiting.pk
    _add_asked(world, things, story, now)


def _add_asked(world: "World", things: dict[str, Any], story: "Story", now: datetime) -> None:
    """One that was answered, with a remark, one that waits, and one by a link."""
    coach, word = Person(story.coach.user, story.coach), story.word
    with scope(coach.scope()):
        versions = [_feedback(f"How was it, {each}?", story, now) for each in ("once", "again")]
        asked = [
            ask_questionnaire(
                client=story.client,
                version=version,
                due_on=None,
                session=None,
                by=story.coach,
                now=now,
            )
            for version in versions
        ]
    member = Person(story.member.user, story.member)
    words = world.plant(f"{word}s-feedback-answer", Data.ANSWERS, word)
    _answer(member, story, asked[0].response, words, now)
    remark = world.plant(f"{word}s-feedback-remark", Data.ANSWERS, word)
    with scope(coach.scope()):
        opened = Opened(asked[0].response, safe_of(story.client.pk), story.coach)
        comment_on(opened=opened, question="q", text=remark, now=now)
        newcomer = Client.objects.get(email=f"newcomer-{word}@mail.example")
        by_link = ask_questionnaire(
            client=newcomer,
            version=versions[0],
            due_on=None,
            session=None,
            by=story.coach,
            now=now,
        )
        things["questionnaire_link"] = _secret_of_link(by_link, now)
    things["asked"], things["open_asked"] = asked[0].pk, asked[1].pk


def _feedback(title: str, story: "Story", now: datetime) -> QuestionnaireVersion:
    made = create_questionnaire(
        kind=Kind.FEEDBACK, title=title, content=ONE_QUESTION, by=story.coach, now=now
    )
    return publish(questionnaire=made, by=story.coach, now=now)


def _link(story: "Story", version: QuestionnaireVersion, now: datetime) -> str:
    """To somebody who has no portal yet."""
    client = add_client(
        name=f"Newcomer {story.word.title()}",
        email=f"newcomer-{story.word}@mail.example",
        time_zone="Europe/Berlin",
        coach=story.coach,
        now=now,
    )
    asked = ask_intake(client=client, version=version, due_on=None, by=story.coach, now=now)
    return _secret_of_link(asked, now)


def _secret_of_link(asking: Asking, now: datetime) -> str:
    address = create_link(
        purpose=asking.manner.answer_purpose,
        subject_id=asking.pk,
        now=now,
        valid_for=timedelta(days=30),
        recipient=asking.client.email,
    )
    return address.rstrip("/").rpartition("/")[2]


def _answer(member: Person, story: "Story", response: Response, words: str, now: datetime) -> None:
    with scope(member.scope()):
        opened = Opened(response, safe_of(story.client.pk), story.member)
        save_answers(opened=opened, given=[Given("q", words, 0)], now=now)
        submit(opened=opened, now=now)
