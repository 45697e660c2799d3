"""A brief that the client reads, a question what passes on, and somebody who stands in."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from clients.models import (
    CoachAssignment,
    ContinuityCase,
    ContinuityTask,
    ContinuityWill,
    Handover,
    HandoverLink,
)
from clients.services.clients import add_client
from clients.services.handover import save_brief, share_brief
from clients.services.handover_asking import ANSWER_PURPOSE
from coachops.practices.models import Membership
from coachops.practices.policies import Data
from coachops.practices.roles import Audience, Role
from coachops.practices.services.links import create_link
from coachops.practices.services.members import ensure_membership
from coachops.tenancy.scope import scope
from tests.cast import Person, practice_day

if TYPE_CHECKING:
    from tests.contracts.world import Story, World


def add_handover(world: "World", things: dict[str, Any], story: "Story", now: datetime) -> None:
    """Of each story; an assistant stands in, who reaches the coach's clients anyway."""
    client, coach, word = story.client, story.coach, story.word
    with scope(Person(coach.user, coach).scope()):
        text = world.plant(f"{word}s-brief", Data.BRIEF, word)
        brief = save_brief(client=client, text=text, version=0, next_coach=None, by=coach, now=now)
        share_brief(client=client, brief=brief, by=coach, now=now)
        assignment = CoachAssignment.objects.get(client=client, coach=coach)
        asked = Handover.objects.create(client=client, assignment=assignment, asked_at=now)
        things["handover"] = asked.pk
        things["handover_link"] = _link(story, now)
        named = _assistant(story, now)
        will = ContinuityWill.objects.create(
            coach=coach, named=named, reviewed_on=practice_day(), saved_at=now
        )
    with scope(Person(named.user, named).scope()):
        case = ContinuityCase.objects.create(
            coach=coach, named=named, began_by=named, reason="Ill", began_at=now
        )
        task = ContinuityTask.objects.create(case=case, client=client)
    things |= {"will": will.pk, "continuity_case": case.pk, "continuity_task": task.pk}


def _link(story: "Story", now: datetime) -> str:
    """To somebody who has no portal yet."""
    client = add_client(
        name=f"Handed {story.word.title()}",
        email=f"handed-{story.word}@mail.example",
        time_zone="Europe/Berlin",
        coach=story.coach,
        now=now,
    )
    assignment = CoachAssignment.objects.get(client=client)
    asked = Handover.objects.create(client=client, assignment=assignment, asked_at=now)
    way = HandoverLink.objects.create(client=client, handover=asked, opened_at=now)
    address = create_link(
        purpose=ANSWER_PURPOSE,
        subject_id=way.pk,
        now=now,
        valid_for=timedelta(days=30),
        recipient=client.email,
    )
    return address.rstrip("/").rpartition("/")[2]


def _assistant(story: "Story", now: datetime) -> Membership:
    found: Membership | None = Membership.objects.filter(
        practice=story.client.practice, roles__contains=[Role.ASSISTANT]
    ).first()
    return found or ensure_membership(
        email=f"desk-of-{story.word}@mail.example",
        name="Desk",
        audience=Audience.STAFF,
        roles={Role.ASSISTANT},
        now=now,
    )
