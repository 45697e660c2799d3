"""What the firm offers beside its coaching sessions: a shared first talk, a room, a secret link."""

from datetime import datetime, timedelta
from typing import Final
from uuid import NAMESPACE_URL, uuid5

from coachops.demo.world.cast import World, scope_of
from coachops.tenancy.scope import Scope, scope
from scheduling.models import BookingLink, Offering
from scheduling.policies.questions import QuestionKind
from scheduling.queries.slots import open_starts
from scheduling.services.answers import GivenAnswer
from scheduling.services.booking import BookerGuest, Details, book_session
from scheduling.services.booking_links import create_booking_link
from scheduling.services.meeting_rooms import add_room
from scheduling.services.offerings import change_offering, create_offering, share_offering
from scheduling.services.questions import add_question

GUEST: Final = "Sunniva Berg"
WHY: Final = "What would make this day worth it for you?"
FOUND: Final = "How did you hear of us?"


def add_bookables(world: World, now: datetime) -> None:
    """Through the services, as Maya would have done it."""
    with scope(scope_of(world.coaches["maya"])):
        _longer_sessions(world, now)
        _first_talk(world, now)
        day = _intensive(world, now)
    _request(world, day, now)


def _longer_sessions(world: World, now: datetime) -> None:
    """Clients choose between an hour and an hour and a half, each in a room of its own."""
    change_offering(
        offering=world.offerings["maya"],
        now=now,
        other_durations=[90],
        video=Offering.Video.OWN,
    )


def _first_talk(world: World, now: datetime) -> None:
    talk = create_offering(
        coach=world.coaches["maya"],
        name="First talk",
        kind=Offering.Kind.CHEMISTRY,
        bookers=Offering.Bookers.ANYBODY,
        now=now,
        duration=30,
        description="Half an hour with one of us, to find out whether we suit each other.",
        video=Offering.Video.OWN,
        pooling=Offering.Pooling.CHOICE,
    )
    share_offering(offering=talk, coaches=[world.coaches["maya"], world.coaches["tomas"]], now=now)
    heard = ["A friend or colleague", "My company", "The web"]
    for label, kind, choices in (
        ("What brings you here?", QuestionKind.LONG, []),
        (FOUND, QuestionKind.CHOICE, heard),
    ):
        add_question(
            offering=talk, label=label, kind=kind, required=False, choices=choices, now=now
        )


def _intensive(world: World, now: datetime) -> Offering:
    room = add_room(name="Linden room", join_url="", address="Lindenallee 14, Berlin", now=now)
    day = create_offering(
        coach=world.coaches["maya"],
        name="Half-day intensive",
        kind=Offering.Kind.CHEMISTRY,
        bookers=Offering.Bookers.SECRET,
        now=now,
        duration=180,
        description="A morning in person, before a large step.",
        place=Offering.Place.ADDRESS,
        room=room,
        time_zone_locked=True,
        needs_approval=True,
        max_per_week=1,
    )
    add_question(
        offering=day, label=WHY, kind=QuestionKind.LONG, required=True, choices=[], now=now
    )
    create_booking_link(offering=day, now=now, note="Halden, new directors", most_bookings=3)
    day.refresh_from_db()
    return day


def _request(world: World, offering: Offering, now: datetime) -> None:
    """Somebody came by the secret link and waits for Maya's answer."""
    with scope(Scope(practice_id=world.practice.pk, roles=frozenset({"link"}))):
        link = BookingLink.objects.get(offering=offering)
        later = now + timedelta(days=6)
        book_session(
            offering=offering,
            starts_at=next(at for at in open_starts(offering, now) if at > later),
            booker=BookerGuest(GUEST, "sunniva.berg@halden.example"),
            booking_key=uuid5(NAMESPACE_URL, f"{world.practice.pk}:{GUEST}"),
            booker_time_zone=offering.schedule.time_zone,
            now=now,
            details=Details(
                link_id=link.pk,
                answers=(GivenAnswer(WHY, "That I know how to say it to my team."),),
            ),
        )
