"""What coach and client write to each other between sessions, and about dates and places."""

from datetime import datetime, timedelta
from uuid import UUID, uuid4

from clients.models import CoachingMessage, LogisticsMessage, MessageThread
from coachops.demo.large.copying import insert_anybodys
from coachops.demo.large.place import Coach, Person, Place
from coachops.demo.world import texts
from coachops.practices.models import Membership
from coachops.tenancy.models import uuid7

MESSAGES, ABOUT_DATES = 4, 2
LOGISTICS = (
    "Could we meet in the building next time?",
    "Gladly. The room on the first floor is yours; the invitation has the address.",
)


def add_talks(place: Place, coach: Coach, people: list[Person]) -> None:
    """Four messages with each client, the last one by the coach; with some, two about a room."""
    threads = [_thread(place, person, coach.member) for person in people]
    others = [_thread(place, person, None) for person in people[::3]]
    insert_anybodys(MessageThread, [*threads, *others])
    insert_anybodys(
        CoachingMessage,
        [
            _message(thread, person, coach.member, n)
            for thread, person in zip(threads, people, strict=True)
            for n in range(MESSAGES)
        ],
    )
    insert_anybodys(
        LogisticsMessage,
        [
            LogisticsMessage(
                thread_id=thread.pk,
                client_id=person.client.pk,
                author_id=_author(person, coach.member, n),
                is_from_client=n % 2 == 0,
                key=uuid4(),
                sent_at=_sent_at(thread, ABOUT_DATES, n),
                body=LOGISTICS[n],
            )
            for thread, person in zip(others, people[::3], strict=True)
            for n in range(ABOUT_DATES)
        ],
    )


def _thread(place: Place, person: Person, coach: Membership | None) -> MessageThread:
    """Every seventh client waits for an answer to read it."""
    at = place.now - timedelta(days=1 + person.number % 20)
    return MessageThread(
        client=person.client,
        coach=coach,
        last_at=at,
        unread_by_client=1 if person.number % 7 == 0 else 0,
        client_opened_at=at,
        staff_opened_at=at,
    )


def _message(thread: MessageThread, person: Person, coach: Membership, n: int) -> CoachingMessage:
    row_id = uuid7()
    words = texts.REFLECTIONS[(person.number + n) % len(texts.REFLECTIONS)]
    return CoachingMessage(
        id=row_id,
        thread_id=thread.pk,
        client_id=person.client.pk,
        coach_id=coach.pk,
        author_id=_author(person, coach, n),
        is_from_client=n % 2 == 0,
        key=uuid4(),
        sent_at=_sent_at(thread, MESSAGES, n),
        sealed_body=person.safe.close(words, row_id=row_id),
    )


def _author(person: Person, coach: Membership, n: int) -> UUID:
    """The client begins, the coach answers."""
    return person.member.pk if n % 2 == 0 else coach.pk


def _sent_at(thread: MessageThread, of: int, n: int) -> datetime:
    return thread.last_at - timedelta(hours=9 * (of - 1 - n))
