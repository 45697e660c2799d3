"""The two practices of the demo, side by side."""

from datetime import datetime

from django.conf import settings
from django.db import transaction

from clients.models import SponsorContact
from coachops.demo.people import BY_HANDLE, KESTREL, NORTHLIGHT
from coachops.demo.world.agreements import add_agreements
from coachops.demo.world.alumni import add_alumni
from coachops.demo.world.answers import add_answers
from coachops.demo.world.asked import add_asked
from coachops.demo.world.availability import keep_hours
from coachops.demo.world.bookable import add_bookables
from coachops.demo.world.building import (
    Say,
    add_clients,
    add_coach,
    add_company,
    add_member,
    install_programs,
    rename,
)
from coachops.demo.world.calendars import add_calendars
from coachops.demo.world.cast import World
from coachops.demo.world.circles import add_circles
from coachops.demo.world.enquiries import add_enquiries, add_units
from coachops.demo.world.facts import (
    BRIGHTWATER,
    HALDEN,
    KESTREL_CLIENTS,
    NORTHLIGHT_CLIENTS,
)
from coachops.demo.world.gone import add_gone_coach
from coachops.demo.world.handover import add_handover
from coachops.demo.world.mail import add_mail
from coachops.demo.world.messages import add_messages
from coachops.demo.world.onboarding import settle_onboarding
from coachops.demo.world.questions import add_questionnaires
from coachops.demo.world.records import add_records
from coachops.demo.world.team_talk import add_team_talk
from coachops.demo.world.teams import add_teams
from coachops.demo.world.themes import add_themes
from coachops.demo.world.three_ways import add_three_ways
from coachops.demo.world.transfers import add_transfers
from coachops.practices.models import User
from coachops.practices.roles import Role
from coachops.practices.services.assistants import assign_assistant
from coachops.practices.services.people import ensure_person
from coachops.practices.services.practices import (
    change_practice,
    finish_guided_start,
    open_practice,
)
from coachops.tenancy.scope import scope, system_scope

BERLIN, NEW_YORK, DUBLIN = "Europe/Berlin", "America/New_York", "Europe/Dublin"
HR, MANAGER = SponsorContact.Kind.SPONSOR, SponsorContact.Kind.STAKEHOLDER


def build_demo(now: datetime, say: Say) -> None:
    """Both practices. Each is one transaction, so that a broken run leaves nothing half there."""
    _northlight(now, say)
    _kestrel(now, say)


def _owner(handle: str, zone: str) -> User:
    person = BY_HANDLE[handle]
    return ensure_person(
        email=person.email, name=person.name, time_zone=zone, language=settings.LANGUAGE_CODE
    )


@transaction.atomic
def _northlight(now: datetime, say: Say) -> None:
    say("Northlight Coaching")
    maya = _owner("maya", BERLIN)
    practice = open_practice(
        owner=maya,
        name="Northlight Coaching",
        time_zone=BERLIN,
        roles={Role.OWNER, Role.COACH},
        brand_hue=205,
        now=now,
    )
    with scope(system_scope(practice.pk)):
        rename(practice, NORTHLIGHT)
        change_practice(practice=practice, postal_address="Lindenallee 14, 10115 Berlin", now=now)
        finish_guided_start(practice=practice, now=now)
        world = World(practice)
        tomas = BY_HANDLE["tomas"]
        member = add_member(world, email=tomas.email, name=tomas.name, roles={Role.COACH}, now=now)
        User.objects.filter(pk=member.user_id).update(time_zone=NEW_YORK)
        _staff(world, now)
        install_programs(world, now)
        add_coach(world, "maya", maya, BERLIN, now)
        add_coach(world, "tomas", member.user, NEW_YORK, now)
        _companies(world, now)
        add_clients(world, NORTHLIGHT_CLIENTS, now, say)
        keep_hours(world, now)
        add_bookables(world, now)
        _together(world, now)
        add_answers(world, now)
        add_calendars(world, now)
        add_three_ways(world, now)
        add_themes(world, now)
        add_questionnaires(world, now)
        add_asked(world, now)
        add_agreements(world, now)
        add_units(world, now)
        add_enquiries(world, now)
        _kept(world, now)


def _together(world: World, now: datetime) -> None:
    """What several people share."""
    add_circles(world, now)
    add_teams(world, now)


def _kept(world: World, now: datetime) -> None:
    """What people wrote to each other, and what the practice has written down about itself."""
    add_alumni(world, now)
    settle_onboarding(world, now)
    add_messages(world, now)
    add_team_talk(world, now)
    add_handover(world, now)
    add_records(world, now)
    add_gone_coach(world, now)
    add_transfers(world, now)
    add_mail(world, now)


def _staff(world: World, now: datetime) -> None:
    ines, noor = BY_HANDLE["ines"], BY_HANDLE["noor"]
    add_member(world, email=ines.email, name=ines.name, roles={Role.SUPERVISOR}, now=now)
    assistant = add_member(world, email=noor.email, name=noor.name, roles={Role.ASSISTANT}, now=now)
    assign_assistant(assistant=assistant, coaches=None, now=now)


def _companies(world: World, now: datetime) -> None:
    jonas, aiko, claire = (BY_HANDLE[handle] for handle in ("jonas", "aiko", "claire"))
    add_company(
        world,
        HALDEN,
        "halden.example",
        [
            (HR, jonas.name, jonas.email, "Head of Talent"),
            (MANAGER, aiko.name, aiko.email, "Chief Technology Officer"),
        ],
        now,
    )
    add_company(
        world,
        BRIGHTWATER,
        "brightwater.example",
        [
            (HR, claire.name, claire.email, "Head of People"),
            (HR, "Antoine Girard", "antoine.girard@brightwater.example", "HR partner"),
        ],
        now,
    )


@transaction.atomic
def _kestrel(now: datetime, say: Say) -> None:
    say("Kestrel & Co")
    owner = _owner("kestrel", DUBLIN)
    practice = open_practice(
        owner=owner,
        name="Kestrel & Co",
        time_zone=DUBLIN,
        roles={Role.OWNER, Role.COACH},
        brand_hue=285,
        now=now,
    )
    with scope(system_scope(practice.pk)):
        rename(practice, KESTREL)
        finish_guided_start(practice=practice, now=now)
        world = World(practice)
        tomas = BY_HANDLE["tomas"]
        member = add_member(world, email=tomas.email, name=tomas.name, roles={Role.COACH}, now=now)
        User.objects.filter(pk=member.user_id).update(time_zone=NEW_YORK)
        install_programs(world, now)
        add_coach(world, "kestrel", owner, DUBLIN, now)
        add_coach(world, "tomas", member.user, NEW_YORK, now)
        add_clients(world, KESTREL_CLIENTS, now, say)
        settle_onboarding(world, now)
