"""What the two of a story write to each other, and what is written about dates."""

from datetime import datetime
from typing import TYPE_CHECKING
from uuid import uuid4

from clients.services.messages import Written, write_message
from coachops.practices.models import Membership
from coachops.practices.policies import Data
from coachops.tenancy.scope import scope
from tests.cast import Person

if TYPE_CHECKING:
    from tests.contracts.world import Story, World


def add_messages(world: "World", story: "Story", now: datetime) -> None:
    """A question and its answer, and one about a room."""
    word = story.word
    story.client.refresh_from_db()
    between = (
        (story.member, world.plant(f"{word}s-message", Data.MESSAGES, word)),
        (story.coach, world.plant(f"answer-to-{word}s-message", Data.MESSAGES, word)),
    )
    for by, words in between:
        _write(story, story.coach, words, by, now)
    _write(
        story, None, world.plant(f"{word}s-room", Data.LOGISTICS_THREAD, word), story.member, now
    )


def _write(
    story: "Story", coach: Membership | None, words: str, by: Membership, now: datetime
) -> None:
    with scope(Person(by.user, by).scope()):
        write_message(
            client=story.client, coach=coach, written=Written(words, uuid4()), by=by, now=now
        )
