"""Clients with their sign-in, their key, and their coach."""

from collections.abc import Iterable
from datetime import timedelta

from django.conf import settings
from django.contrib.auth.hashers import make_password

from clients.models import Client, ClientKey, CoachAssignment
from clients.queries.safes import open_key
from coachops.demo.large import names
from coachops.demo.large.copying import insert
from coachops.demo.large.place import Coach, Person, Place
from coachops.demo.large.sizes import EARLIER
from coachops.encryption.seal import new_wrapped_key
from coachops.practices.models import Membership, User
from coachops.practices.roles import Audience, Role

JOINED_BEFORE = timedelta(days=400)


def add_people(place: Place, coach: Coach) -> list[Person]:
    """The clients of one coach, all of whom have come into their portal."""
    found = [_addressed(place, number) for number in coach.numbers]
    members = add_members(place, found, Audience.CLIENT, Role.CLIENT)
    clients = [
        _client(place, number, member)
        for number, member in zip(coach.numbers, members, strict=True)
    ]
    insert(Client, clients)
    keys = [
        ClientKey(
            client=client, wrapped=new_wrapped_key(bound_to=f"{client.practice_id}:{client.pk}")
        )
        for client in clients
    ]
    insert(ClientKey, keys)
    began = place.first_day(EARLIER) - timedelta(days=3)
    insert(
        CoachAssignment,
        [
            CoachAssignment(client=client, coach=coach.member, started_on=began)
            for client in clients
        ],
    )
    return [
        Person(number, client, member, open_key(key))
        for number, client, member, key in zip(coach.numbers, clients, members, keys, strict=True)
    ]


def add_members(
    place: Place, people: Iterable[tuple[str, str]], audience: Audience, role: Role
) -> list[Membership]:
    """People by address and name, all new, who have come in through this door long since."""
    joined_at = place.now - JOINED_BEFORE
    users = insert(
        User,
        [
            User(
                email=email,
                name=name,
                time_zone=place.practice.time_zone,
                language=settings.LANGUAGE_CODE,
                password=make_password(None),
                joined_at=joined_at,
            )
            for email, name in people
        ],
    )
    rows = [
        Membership(
            practice=place.practice,
            user=user,
            audience=audience,
            roles=[role],
            name=user.name,
            joined_at=joined_at,
        )
        for user in users
    ]
    return insert(Membership, rows)


def _addressed(place: Place, number: int) -> tuple[str, str]:
    first, last = names.person(number)
    return f"{first}.{last}@{place.blueprint.domain}".lower(), f"{first} {last}"


def _client(place: Place, number: int, member: Membership) -> Client:
    sponsor = place.sponsor_of(number)
    return Client(
        membership=member,
        name=member.name,
        email=member.user.email,
        time_zone=place.practice.time_zone,
        job_title=names.JOBS[number % len(names.JOBS)],
        employer=sponsor.organisation.name if sponsor else "",
        created_at=place.now - JOINED_BEFORE,
    )
