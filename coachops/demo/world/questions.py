"""Questionnaires: Leyla's intake and preparation are answered, Sam's intake has begun."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from django.utils import timezone

from clients.models import Client, Intake
from clients.queries.safes import safe_of
from clients.services.intake import ask_intake
from coachops.demo.world.cast import World, scope_of
from coachops.practices.models import Membership
from coachops.questionnaires.models import QuestionnaireVersion, Response
from coachops.questionnaires.policies.answers import Value
from coachops.questionnaires.queries.opening import Opened
from coachops.questionnaires.queries.starters import starter
from coachops.questionnaires.services.comments import comment_on
from coachops.questionnaires.services.questionnaires import create_questionnaire, publish
from coachops.questionnaires.services.responses import Given, save_answers, submit
from coachops.tenancy.scope import scope
from scheduling.models import Session
from tracking.models import SessionPreparation
from tracking.services.preparation import ask_preparations, save_preparation_policy

LEYLA, SAM, LATE = "Leyla Demir", "Sam O’Connor", "Yuki Sato"
INTAKE: Final[Mapping[str, Value]] = {
    "occasion": (
        "I was made head of engineering in spring. I know the machines, but not yet how to lead"
        " the people who used to be my peers."
    ),
    "satisfied": 5,
    "energy": {"work": "some", "people": "some", "self": "little"},
    "hope": (
        "That I decide without having prepared every answer beforehand, and that my team argues"
        " with me in the room and not in the corridor."
    ),
    "themes": ["leading", "deciding", "conflict", "change"],
    "before": "yes",
    "before_helped": "Being asked what I would do if I already knew how. Models helped me little.",
    "challenge": 5,
    "know": "Thursdays I pick up my son at five, so please not later than four.",
}
PREPARATION: Final[Mapping[str, Value]] = {
    "since": (
        "I let the review run without me. It took longer, and it was theirs. I noticed how hard it"
        " was to stay quiet."
    ),
    "focus": "The conversation with Jan about his role. I have put it off twice.",
    "energy": 4,
}
BEGUN: Final[Mapping[str, Value]] = {
    "occasion": "After fifteen years in one company I want to find out what else there is.",
    "satisfied": 3,
}
REMARKS: Final = (
    ("hope", True, "What would be the first sign of it that your team would notice?"),
    ("hope", False, "That somebody says no to me and I do not explain why I am right."),
    ("know", True, "Thank you for saying so. I have moved our Thursdays to two o’clock."),
)


def add_questionnaires(world: World, now: datetime) -> None:
    """Two that are in use, a draft, and what clients made of them."""
    coach = world.coaches["maya"]
    with scope(scope_of(coach)):
        intake = published_starter("intake", coach, now - timedelta(days=150))
        preparation = published_starter("preparation", coach, now - timedelta(days=120))
        closing = starter("closing")
        if closing is not None:
            create_questionnaire(
                kind=closing.kind, title=closing.title, content=closing.content, by=coach, now=now
            )
    _answered_intake(world, intake, now)
    _begun_intake(coach, intake, now)
    _prepared(coach, preparation, now)


def published_starter(key: str, coach: Membership, at: datetime) -> QuestionnaireVersion:
    """A starter of ours as the practice's own, in use. Raises LookupError."""
    begun = starter(key)
    if begun is None:
        raise LookupError(key)
    made = create_questionnaire(
        kind=begun.kind, title=begun.title, content=begun.content, by=coach, now=at
    )
    return publish(questionnaire=made, by=coach, now=at)


def _answered_intake(world: World, version: QuestionnaireVersion, now: datetime) -> None:
    coach = world.coaches["maya"]
    asked_at = now - timedelta(days=100)
    with scope(scope_of(coach)):
        client = Client.objects.select_related("membership").filter(name=LEYLA).first()
        if client is None or client.membership is None:
            return
        intake = ask_intake(client=client, version=version, due_on=None, by=coach, now=asked_at)
    answer_as_client(intake.response, client, INTAKE, asked_at + timedelta(days=2), send=True)
    for at, (question, is_coach, text) in enumerate(REMARKS):
        author = coach if is_coach else client.membership
        with scope(scope_of(author)):
            opened = Opened(intake.response, safe_of(client.pk), author)
            later = asked_at + timedelta(days=3, hours=at)
            comment_on(opened=opened, question=question, text=text, now=later)


def _begun_intake(coach: Membership, version: QuestionnaireVersion, now: datetime) -> None:
    """One has begun; one was to be sent by yesterday and is not."""
    today = timezone.localdate(now)
    with scope(scope_of(coach)):
        people = Client.objects.select_related("membership").filter(
            name__in=[SAM, LATE], archived_at=None
        )
        asked: list[tuple[Client, Intake]] = []
        for client in people:
            due_on = today + timedelta(days=4 if client.name == SAM else -1)
            before = now - timedelta(days=6)
            intake = ask_intake(client=client, version=version, due_on=due_on, by=coach, now=before)
            asked.append((client, intake))
    for client, intake in asked:
        if client.name == SAM:
            answer_as_client(intake.response, client, BEGUN, now - timedelta(hours=20), send=False)


def _prepared(coach: Membership, version: QuestionnaireVersion, now: datetime) -> None:
    rule: dict[str, Any] = {
        "questionnaire_id": version.questionnaire_id,
        "days_before": 7,
        "plans": {},
        "by": coach,
        "now": now,
    }
    with scope(scope_of(coach)):
        save_preparation_policy(sends_mail=False, **rule)
        ask_preparations(now=now - timedelta(hours=5))
        save_preparation_policy(sends_mail=True, **rule)
        coming = Session.objects.upcoming(now).filter(client__name=LEYLA).first()
        if coming is None:
            return
        rows = SessionPreparation.objects.select_related("client__membership", "response__version")
        asked = rows.filter(session=coming).first()
    if asked is not None:
        answer_as_client(
            asked.response, asked.client, PREPARATION, now - timedelta(hours=3), send=True
        )


def answer_as_client(
    response: Response,
    client: Client,
    answers: Mapping[str, Value],
    now: datetime,
    *,
    send: bool = True,
) -> None:
    """As the client in person; nothing for somebody who cannot sign in."""
    if client.membership is None:
        return
    with scope(scope_of(client.membership)):
        opened = Opened(response, safe_of(client.pk), client.membership)
        given = [Given(key, value, 0) for key, value in answers.items()]
        save_answers(opened=opened, given=given, now=now)
        if send:
            submit(opened=opened, now=now)
