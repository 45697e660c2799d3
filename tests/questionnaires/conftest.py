"""Carol's intake: asked by Bob, with a question of every kind."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from clients.models import Intake
from clients.services.intake import ask_intake
from coachops.practices.models import Membership
from coachops.questionnaires.models import QuestionnaireVersion
from coachops.questionnaires.policies.questions import (
    Asks,
    Choice,
    Condition,
    Content,
    Kind,
    Question,
    Section,
)
from coachops.questionnaires.services.questionnaires import create_questionnaire, publish
from tests.cast import Cast, Person, practice_day

YES_NO = (Choice("yes", "Yes"), Choice("no", "No"))
EVERY_KIND = Content(
    intro="Take your time",
    sections=(
        Section(
            "s1",
            "Now",
            questions=(
                Question("why", Asks.LONG, "Why now?", required=True),
                Question("name", Asks.SHORT, "What shall I call you?"),
                Question("before", Asks.SINGLE, "Coached before?", choices=YES_NO),
                Question("how", Asks.LONG, "How was it?", condition=Condition("before", "yes")),
            ),
        ),
        Section(
            "s2",
            "More",
            questions=(
                Question("mood", Asks.SCALE, "Your mood?", low=0, high=10),
                Question("topics", Asks.MULTIPLE, "Which?", choices=YES_NO),
                Question("rows", Asks.MATRIX, "Each?", choices=YES_NO, rows=(Choice("r", "R"),)),
                Question("day", Asks.DATE, "Which day?"),
                Question("paper", Asks.FILE, "A document"),
            ),
        ),
    ),
)


@pytest.fixture
def now() -> datetime:
    return timezone.now()


@pytest.fixture
def version(
    cast: Cast, acting: Callable[[Person], AbstractContextManager[object]], now: datetime
) -> QuestionnaireVersion:
    with acting(cast.bob):
        made = create_questionnaire(
            kind=Kind.INTAKE, title="Before", content=EVERY_KIND, by=cast.bob.membership, now=now
        )
        return publish(questionnaire=made, by=cast.bob.membership, now=now)


@pytest.fixture
def intake(
    cast: Cast,
    version: QuestionnaireVersion,
    acting: Callable[[Person], AbstractContextManager[object]],
    now: datetime,
) -> Intake:
    with acting(cast.bob):
        return ask_intake(
            client=cast.carol_client,
            version=version,
            due_on=practice_day(now) + timedelta(days=7),
            by=cast.bob.membership,
            now=now,
        )


def feedback(title: str, by: Membership, now: datetime) -> QuestionnaireVersion:
    """One long question, published."""
    content = Content(sections=(Section("all", questions=(Question("q", Asks.LONG, "Say"),)),))
    made = create_questionnaire(kind=Kind.FEEDBACK, title=title, content=content, by=by, now=now)
    return publish(questionnaire=made, by=by, now=now)
