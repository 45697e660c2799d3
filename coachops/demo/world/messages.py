"""What Leyla and Maya wrote to each other since they met, and a room that Noor found."""

import io
import math
import wave
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Final
from uuid import uuid5
from zoneinfo import ZoneInfo

from django.utils import timezone

from clients.models import Client, MessageThread
from clients.services.messages import Written, open_thread, promise_answers, write_message
from coachops.demo.people import BY_HANDLE
from coachops.demo.world.cast import World, scope_of
from coachops.practices.models import Membership
from coachops.tenancy.scope import scope
from coachops.web.uploads import CleanUpload

SPOKEN: Final = "Said on the way home, because typing it would have made it tidier than it was."
RATE: Final = 8000

type Line = tuple[tuple[int, int, int], str, str]

ZONE: Final = ZoneInfo("Europe/Berlin")
# How many days ago, at what time of day; who, and what.
BETWEEN: Final[tuple[Line, ...]] = (
    (
        (4, 19, 10),
        "leyla",
        (
            "I tried it today: I said nothing for the first ten minutes of the steering group."
            " Two of them **looked at me** until the third began to speak."
        ),
    ),
    (
        (3, 8, 20),
        "maya",
        "Ten minutes is long! What did you notice in yourself while they looked?",
    ),
    (
        (2, 21, 5),
        "leyla",
        (
            "That I had the answer ready, and that theirs was different and not worse."
            " I would like to begin there next time."
        ),
    ),
    (
        (1, 8, 45),
        "maya",
        (
            "Good place to begin. Until then, one small thing:\n\n"
            "- before you speak, ask who has not spoken yet\n"
            "- and write down the one moment when it was hardest"
        ),
    ),
    ((1, 18, 40), "leyla", "I will. It is the regional call on Thursday, of all meetings."),
)
ABOUT_DATES: Final[tuple[Line, ...]] = (
    (
        (3, 11, 15),
        "leyla",
        "Could we meet in the building for the next one? I am in town that day.",
    ),
    (
        (3, 14, 30),
        "noor",
        (
            "Gladly. Room 2 on the first floor is yours; the invitation has the address."
            " Ring at Lindenallee 14."
        ),
    ),
)


def add_messages(world: World, now: datetime) -> None:
    """Both threads of Leyla; the last word between the two waits for Maya."""
    maya = world.coaches["maya"]
    client = Client.objects.select_related("membership").get(email=BY_HANDLE["leyla"].email)
    noor = Membership.objects.get(user__email=BY_HANDLE["noor"].email)
    people = {"maya": maya, "leyla": client.membership, "noor": noor}
    with scope(scope_of(maya)):
        promise_answers(working_days=2, away_until=None, by=maya, now=now)
    for coach, lines in ((maya, BETWEEN), (None, ABOUT_DATES)):
        for by, text, at in _in_turn(people, lines, now):
            with scope(scope_of(by)):
                _open(client, coach, by, at)
                key = uuid5(client.pk, text)
                write_message(client=client, coach=coach, written=Written(text, key), by=by, now=at)
    _voice(client, maya, now)


def _voice(client: Client, coach: Membership, now: datetime) -> None:
    """A short clip on the way home; what a demo can speak is a few notes."""
    at = now - timedelta(hours=2)
    upload = CleanUpload(_hum(), "voice.wav", "wav")
    written = Written(SPOKEN, uuid5(client.pk, SPOKEN), upload)
    with scope(scope_of(client.membership)):
        write_message(client=client, coach=coach, written=written, by=client.membership, now=at)


def _hum() -> bytes:
    """Three notes, one a second, 8 kHz mono."""
    out = io.BytesIO()
    with wave.open(out, "wb") as clip:
        clip.setnchannels(1)
        clip.setsampwidth(2)
        clip.setframerate(RATE)
        for pitch in (220, 262, 196):
            notes = (
                int(9000 * math.sin(math.pi * n / RATE) * math.sin(math.tau * pitch * n / RATE))
                for n in range(RATE)
            )
            clip.writeframes(b"".join(note.to_bytes(2, "little", signed=True) for note in notes))
    return out.getvalue()


def _in_turn(
    people: dict[str, Membership], lines: tuple[Line, ...], now: datetime
) -> Iterator[tuple[Membership, str, datetime]]:
    today = timezone.localtime(now, ZONE).replace(second=0, microsecond=0)
    for (days, hour, minute), handle, text in lines:
        at = today.replace(hour=hour, minute=minute) - timedelta(days=days)
        yield people[handle], text, at


def _open(client: Client, coach: Membership | None, by: Membership, at: datetime) -> None:
    """Whoever answers has read."""
    thread = MessageThread.objects.filter(client=client, coach=coach).first()
    if thread is not None:
        open_thread(thread=thread, is_client=by.pk == client.membership_id, by=by, now=at)
