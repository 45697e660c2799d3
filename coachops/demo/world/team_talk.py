"""What Halden's leadership team and Maya wrote to each other, and what each of them was asked."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final
from uuid import uuid5
from zoneinfo import ZoneInfo

from django.utils import timezone

from clients.models import Client, MessageThread
from clients.services.messages import Written, open_thread, write_message
from coachops.demo.people import BY_HANDLE
from coachops.demo.world.building import forget_old_mail
from coachops.demo.world.cast import World, scope_of
from coachops.demo.world.questions import LEYLA, answer_as_client
from coachops.demo.world.teams import NAME
from coachops.practices.models import Membership
from coachops.practices.roles import Audience
from coachops.questionnaires.models import QuestionnaireVersion
from coachops.questionnaires.policies.answers import Value
from coachops.questionnaires.policies.questions import Kind
from coachops.tenancy.scope import scope
from tracking.models import AskedQuestionnaire
from tracking.services.team_questionnaires import ask_team

MAYA: Final = "Maya"
HENRIK: Final = "Henrik Sand"
NOOR: Final = "Noor"
# How many days ago, at what time of day; who, and what.
LINES: Final = (
    (
        (6, 9, 30),
        MAYA,
        "The oldest decision comes first on Monday, as you agreed. Who brings it?",
    ),
    (
        (6, 17, 45),
        HENRIK,
        "I do. It is the warehouse in Bergen, and it has waited since **March**.",
    ),
    (
        (1, 12, 5),
        LEYLA,
        (
            "We took it. It cost me the budget of two people and I said so in the room. Nobody"
            " spoke about it in the corridor afterwards, as far as I know."
        ),
    ),
)
ABOUT_DATES: Final = (
    (
        (5, 10, 15),
        HENRIK,
        "Two of us join from Bergen on Monday week. Is there a screen in the room?",
    ),
    (
        (4, 15, 40),
        NOOR,
        "There is, and a camera for the whole table. The link in the invitation stays the same.",
    ),
)
ANSWERS: Final[Mapping[str, Value]] = {
    "useful": 7,
    "takeaway": "That we can disagree for an hour and still leave with one decision.",
    "helped": "That everybody had to say what would make a no possible.",
    "differently": "Sales was not in the room. We spoke about them again.",
}
ZONE: Final = ZoneInfo("Europe/Berlin")


def add_team_talk(world: World, now: datetime) -> None:
    """A thread whose last word waits for Maya, a room that Noor found, feedback of one of them."""
    maya = world.coaches["maya"]
    noor = Membership.objects.get(user__email=BY_HANDLE["noor"].email)
    with scope(scope_of(maya)):
        team = Client.objects.filter(name=NAME, kind=Client.Kind.TEAM).first()
        people = Client.objects.select_related("membership__user").filter(
            name__in=(LEYLA, HENRIK), membership__isnull=False
        )
        members = {person.name: person for person in people}
        feedback = QuestionnaireVersion.objects.filter(questionnaire__kind=Kind.FEEDBACK).first()
    if team is None:
        return
    writers = {MAYA: maya, NOOR: noor}
    writers |= {name: person.membership for name, person in members.items()}
    today = timezone.localtime(now, ZONE).replace(second=0, microsecond=0)
    for coach, lines in ((maya, LINES), (None, ABOUT_DATES)):
        for (days, hour, minute), name, text in lines:
            if name in writers:
                at = today.replace(hour=hour, minute=minute) - timedelta(days=days)
                _write(team, coach, writers[name], text, at)
    if feedback is not None:
        _ask(team, feedback, maya, members.get(LEYLA), now - timedelta(days=3))
    with scope(scope_of(maya)):
        forget_old_mail(now)


def _write(team: Client, coach: Membership | None, by: Membership, text: str, at: datetime) -> None:
    """Whoever answers has read."""
    with scope(scope_of(by)):
        thread = MessageThread.objects.filter(client=team, coach=coach).first()
        if thread is not None:
            open_thread(thread=thread, is_client=by.audience == Audience.CLIENT, by=by, now=at)
        written = Written(text, uuid5(team.pk, text))
        write_message(client=team, coach=coach, written=written, by=by, now=at)


def _ask(
    team: Client,
    version: QuestionnaireVersion,
    coach: Membership,
    leyla: Client | None,
    at: datetime,
) -> None:
    with scope(scope_of(coach)):
        ask_team(team=team, version=version, due_on=None, by=coach, now=at)
        asked = AskedQuestionnaire.objects.select_related("response").filter(
            team=team, client=leyla
        )
        row = asked.first()
    if row is not None and leyla is not None:
        answer_as_client(row.response, leyla, ANSWERS, at + timedelta(hours=8))
