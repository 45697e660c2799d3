"""Questionnaires at any time: Leyla said how a session was, and is asked to look back."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final

from clients.models import Client
from clients.queries.safes import safe_of
from coachops.demo.world.cast import World, scope_of
from coachops.demo.world.questions import LEYLA, answer_as_client, published_starter
from coachops.practices.models import Membership
from coachops.questionnaires.policies.answers import Value
from coachops.questionnaires.queries.opening import Opened
from coachops.questionnaires.services.comments import comment_on
from coachops.tenancy.scope import scope
from scheduling.models import Session
from tracking.models import AskedQuestionnaire
from tracking.services.questionnaire_rules import save_questionnaire_rules
from tracking.services.questionnaires import ask_questionnaire

FEEDBACK: Final[Mapping[str, Value]] = {
    "useful": 8,
    "takeaway": "That I can open a meeting without having the last word in it. I tried it the"
    " next morning, and they went further without me than I had dared to hope.",
    "helped": "That you let the silence stand when I wanted to explain.",
    "differently": "Ten minutes at the end to write down what I will do. Later it is gone.",
}
ANSWERED_AND_REMARKED: Final = timedelta(hours=25)
REMARK: Final = "Good idea: we stop ten minutes earlier from now on, and you write."


def add_asked(world: World, now: datetime) -> None:
    """Feedback after a session, answered and talked about; a reflection that waits; the rule."""
    coach = world.coaches["maya"]
    with scope(scope_of(coach)):
        feedback = published_starter("after", coach, now - timedelta(days=40))
        reflection = published_starter("reflection", coach, now - timedelta(days=40))
        save_questionnaire_rules(
            practice=world.practice,
            held=feedback.questionnaire_id,
            end=None,
            plans={},
            by=coach,
            now=now,
        )
        client = Client.objects.select_related("membership").filter(name=LEYLA).first()
        # What she says about it, and what is answered, lie before now.
        past = Session.objects.filter(ends_at__lt=now - ANSWERED_AND_REMARKED)
        held = past.filter(client=client, outcome="held").order_by("-starts_at").first()
        if client is None or held is None:
            return
        asked_at = held.ends_at + timedelta(hours=2)
        asked = ask_questionnaire(
            client=client, version=feedback, due_on=None, session=held, by=coach, now=asked_at
        )
        ask_questionnaire(
            client=client,
            version=reflection,
            due_on=None,
            session=None,
            by=coach,
            now=now - timedelta(hours=20),
        )
    answer_as_client(asked.response, client, FEEDBACK, asked_at + timedelta(hours=20))
    _remark(asked, coach, client, held.ends_at + ANSWERED_AND_REMARKED)


def _remark(asked: AskedQuestionnaire, coach: Membership, client: Client, now: datetime) -> None:
    with scope(scope_of(coach)):
        opened = Opened(asked.response, safe_of(client.pk), coach)
        comment_on(opened=opened, question="differently", text=REMARK, now=now)
