"""A practice before its clients: staff, programs, what can be booked, and the companies."""

from datetime import date, datetime, timedelta

from django.conf import settings

from clients.models import SponsorContact, SponsorOrganisation
from coachops.demo.large import names
from coachops.demo.large.copying import insert
from coachops.demo.large.papers import add_templates
from coachops.demo.large.people import add_members
from coachops.demo.large.place import Coach, Place, Sponsor
from coachops.demo.large.questions import add_questionnaires
from coachops.demo.large.sizes import Blueprint
from coachops.demo.large.writings import add_themes
from coachops.demo.world.building import rename
from coachops.demo.world.cast import scope_of
from coachops.practices.models import Membership, Practice
from coachops.practices.roles import Audience, Role
from coachops.practices.services.assistants import assign_assistant
from coachops.practices.services.people import ensure_person
from coachops.practices.services.practices import finish_guided_start, open_practice
from coachops.tenancy.scope import scope
from programs.models import Phase, ProgramVersion, SessionPlan
from programs.policies import phase_dates
from programs.services.starter import install_starter_program
from scheduling.models import Offering
from scheduling.services.offerings import create_offering

HUES = (205, 285, 150, 25, 330, 180)
# Staff are taken from the far end of the names, clients from the near one.
STAFF_NAMES = 2_200
_OF_KIND = {
    SponsorContact.Kind.SPONSOR: ("hr", Role.SPONSOR, "Head of People"),
    SponsorContact.Kind.STAKEHOLDER: ("manager", Role.STAKEHOLDER, "Vice President"),
}


def open_place(blueprint: Blueprint, now: datetime) -> Practice:
    """The practice with its owner, who coaches where nobody else does."""
    number = blueprint.number
    zone = names.ZONES[number % len(names.ZONES)]
    owner = ensure_person(
        email=blueprint.owner_email,
        name=" ".join(names.person(STAFF_NAMES + number)),
        time_zone=zone,
        language=settings.LANGUAGE_CODE,
    )
    return open_practice(
        owner=owner,
        name=names.firm(number),
        time_zone=zone,
        roles={Role.OWNER} if blueprint.size.coaches else {Role.OWNER, Role.COACH},
        now=now,
        brand_hue=HUES[number % len(HUES)],
    )


def furnish(blueprint: Blueprint, practice: Practice, now: datetime) -> Place:
    """Programs and companies, what is asked and what is signed. In the practice's scope."""
    rename(practice, blueprint.slug)
    finish_guided_start(practice=practice, now=now)
    version = install_starter_program(now=now)
    weeks, ends_after = _weeks_of(version)
    place = Place(blueprint, practice, now, version, weeks, ends_after)
    place.sponsors = _sponsors(place)
    add_questionnaires(place)
    add_templates(place)
    add_themes(place)
    return place


def staff(place: Place) -> list[Coach]:
    """Everybody who coaches, with the numbers of their clients; an assistant for several."""
    blueprint, size = place.blueprint, place.blueprint.size
    if not size.coaches:
        owner = Membership.objects.get(practice=place.practice, user__email=blueprint.owner_email)
        return [_coach(place, owner, range(size.clients))]
    desk = (blueprint.assistant_email, " ".join(names.person(STAFF_NAMES - 1)))
    (assistant,) = add_members(place, [desk], Audience.STAFF, Role.ASSISTANT)
    assign_assistant(assistant=assistant, coaches=None, now=place.now)
    people = [
        (blueprint.coach_email(each), " ".join(names.person(STAFF_NAMES + each)))
        for each in range(1, size.coaches + 1)
    ]
    share = -(-size.clients // size.coaches)
    return [
        _coach(place, member, range(each * share, min((each + 1) * share, size.clients)))
        for each, member in enumerate(add_members(place, people, Audience.STAFF, Role.COACH))
    ]


def _coach(place: Place, member: Membership, numbers: range) -> Coach:
    rhythm = place.blueprint.size.rhythm
    with scope(scope_of(member)):
        offering = create_offering(
            coach=member,
            name="Coaching session",
            kind=Offering.Kind.INDIVIDUAL,
            bookers=Offering.Bookers.CLIENTS,
            now=place.now,
            duration=rhythm.minutes,
            place=Offering.Place.VIDEO,
            place_details=f"https://meet.example/{place.blueprint.slug}",
        )
    return Coach(member, offering, numbers)


def _sponsors(place: Place) -> list[Sponsor]:
    """Companies, each with HR, who signs, and a line manager."""
    number = place.blueprint.number
    companies = [
        SponsorOrganisation(
            name=names.COMPANIES[(number + each) % len(names.COMPANIES)],
            mail_domain=f"company-{each + 1}.{place.blueprint.domain}",
        )
        for each in range(place.blueprint.size.organisations)
    ]
    insert(SponsorOrganisation, companies)
    hr = _contacts(place, companies, SponsorContact.Kind.SPONSOR)
    managers = _contacts(place, companies, SponsorContact.Kind.STAKEHOLDER)
    return [Sponsor(*each) for each in zip(companies, hr, managers, strict=True)]


def _contacts(
    place: Place, companies: list[SponsorOrganisation], kind: SponsorContact.Kind
) -> list[SponsorContact]:
    local, role, title = _OF_KIND[kind]
    first = STAFF_NAMES - (20 if kind == SponsorContact.Kind.SPONSOR else 40)
    people = [
        (f"{local}@{company.mail_domain}", " ".join(names.person(first - each)))
        for each, company in enumerate(companies)
    ]
    members = add_members(place, people, Audience.SPONSOR, role)
    contacts = [
        SponsorContact(
            organisation=company,
            membership=member,
            kind=kind,
            name=member.name,
            email=member.user.email,
            job_title=title,
        )
        for company, member in zip(companies, members, strict=True)
    ]
    return insert(SponsorContact, contacts)


def _weeks_of(version: ProgramVersion) -> tuple[list[tuple[SessionPlan, int]], timedelta]:
    """Each session plan with its week from the start, and how long the whole takes."""
    begins, total, phases = {}, 0, list(Phase.objects.filter(version=version).order_by("position"))
    for phase in phases:
        begins[phase.pk] = total
        total += phase.weeks
    plans = SessionPlan.objects.filter(phase__version=version)
    dated = [(plan, begins[plan.phase_id] + plan.week) for plan in plans]
    first = date.min
    last = phase_dates(first, [phase.weeks for phase in phases])[-1].ends_on
    return sorted(dated, key=lambda each: (each[1], each[0].position)), last - first
