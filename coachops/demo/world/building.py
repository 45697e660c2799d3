"""Fills a practice of the demo: people, programs, clients and their engagements."""

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from clients.models import Client, Engagement, SponsorContact
from clients.services.clients import add_client, invite_client
from clients.services.sponsors import add_contact, add_organisation, invite_contact
from coachops.demo.world.cast import Run, World, scope_of
from coachops.demo.world.facts import CAREER, EXECUTIVE, ClientFacts
from coachops.demo.world.history import (
    agree_on_disclosure,
    book_ahead,
    end_run,
    hold_sessions,
    set_goals,
    write_journal,
)
from coachops.demo.world.reporting import report_on
from coachops.outbox.models import Message, MessageState
from coachops.practices.models import Membership, Practice, User
from coachops.practices.roles import Audience, Role
from coachops.practices.services.members import ensure_membership
from coachops.tenancy.scope import scope
from programs.models import ProgramVersion
from programs.services.engagements import open_engagement
from programs.services.starter import install_starter_program
from scheduling.models import Offering
from scheduling.services.availability import install_default_hours
from scheduling.services.offerings import create_offering

REPORT_DAYS = 90
SESSIONS = {EXECUTIVE: 12, CAREER: 6}
FILES = ("tracking.report.pdf", "clients.agreement.pdf")
MAIL_KEPT = timedelta(days=2)

type Say = Callable[[str], None]


def add_coach(world: World, handle: str, user: User, time_zone: str, now: datetime) -> None:
    """Hours, a session for clients, and a chemistry call that anybody may book."""
    coach = Membership.objects.get(practice=world.practice, user=user, audience=Audience.STAFF)
    world.coaches[handle] = coach
    with scope(scope_of(coach)):
        install_default_hours(coach=coach, time_zone=time_zone, now=now)
        world.offerings[handle] = create_offering(
            coach=coach,
            name="Coaching session",
            kind=Offering.Kind.INDIVIDUAL,
            bookers=Offering.Bookers.CLIENTS,
            now=now,
            duration=60,
            place=Offering.Place.VIDEO,
            place_details=f"https://meet.example/{world.practice.slug}-{handle}",
        )
        create_offering(
            coach=coach,
            name=f"Chemistry call with {coach.name.split()[0]}",
            kind=Offering.Kind.CHEMISTRY,
            bookers=Offering.Bookers.ANYBODY,
            now=now,
            duration=30,
            description="Half an hour to find out whether we suit each other. No preparation.",
            place=Offering.Place.VIDEO,
            place_details=f"https://meet.example/{world.practice.slug}-hello",
        )


def add_member(
    world: World, *, email: str, name: str, roles: Iterable[Role], now: datetime
) -> Membership:
    """Somebody of the staff who has signed in before."""
    member = ensure_membership(
        email=email, name=name, audience=Audience.STAFF, roles=roles, now=now
    )
    _has_joined(member, world.practice.time_zone, now)
    return member


def add_company(
    world: World,
    name: str,
    domain: str,
    people: Iterable[tuple[str, str, str, str]],
    now: datetime,
) -> None:
    """A sponsor organisation and its contacts: (kind, name, address, job title)."""
    organisation = add_organisation(name=name, mail_domain=domain, now=now)
    world.organisations[name] = organisation
    world.contacts[name] = []
    for kind, person, email, job_title in people:
        contact = add_contact(
            organisation=organisation,
            kind=kind,
            name=person,
            email=email,
            job_title=job_title,
            now=now,
        )
        _has_joined(invite_contact(contact=contact, now=now), world.practice.time_zone, now)
        world.contacts[name].append(contact)


def install_programs(world: World, now: datetime) -> None:
    world.versions[EXECUTIVE] = install_starter_program(now=now)
    world.versions[CAREER] = (
        ProgramVersion.objects.exclude(program=world.versions[EXECUTIVE].program)
        .select_related("program")
        .get()
    )


def add_clients(world: World, everybody: Iterable[ClientFacts], now: datetime, say: Say) -> None:
    """Each client with the whole story so far."""
    for index, facts in enumerate(everybody):
        say(f"  {facts.name}")
        with transaction.atomic():
            _add_client(world, index, facts, now)
    forget_old_mail(now)


def _add_client(world: World, index: int, facts: ClientFacts, now: datetime) -> None:
    coach = world.coaches[facts.coach]
    came = now - timedelta(days=max(facts.started or 3, 3) + 5)
    with scope(scope_of(coach)):
        client = add_client(
            name=facts.name,
            email=facts.email,
            time_zone=facts.zone,
            coach=coach,
            now=came,
            job_title=facts.title,
            employer=facts.organisation,
        )
        member = invite_client(client=client, now=came) if facts.is_invited else None
    if member:
        _has_joined(member, facts.zone, came)
    if facts.started is not None:
        _add_engagement(world, index, facts, client, member, now)


def _add_engagement(
    world: World,
    index: int,
    facts: ClientFacts,
    client: Client,
    member: Membership | None,
    now: datetime,
) -> None:
    coach = world.coaches[facts.coach]
    engagement = _open(world, facts, client, coach, now)
    run = Run(facts, index, client, engagement, coach, member, world.offerings[facts.coach])
    goals = set_goals(run, now)
    agree_on_disclosure(run, world, now)
    hold_sessions(run, goals, now)
    write_journal(run, now)
    if facts.books_ahead and not facts.ended:
        book_ahead(run, now)
    if facts.organisation and facts.level is not None:
        report_on(run, now)
    if facts.ended:
        end_run(run, now)


def _open(
    world: World, facts: ClientFacts, client: Client, coach: Membership, now: datetime
) -> Engagement:
    sponsored = bool(facts.organisation)
    started = facts.started or 0
    managers = SponsorContact.Kind.STAKEHOLDER
    contacts = [
        contact
        for contact in world.contacts.get(facts.organisation, [])
        if contact.email != client.email and (contact.kind != managers or facts.level == 2)
    ]
    with scope(scope_of(coach)):
        return open_engagement(
            client=client,
            coach=coach,
            version=world.versions[facts.program],
            starts_on=timezone.localdate(now) - timedelta(days=started),
            sessions=SESSIONS[facts.program],
            payer=Engagement.Payer.SPONSOR if sponsored else Engagement.Payer.SELF,
            sponsor_organisation=world.organisations.get(facts.organisation),
            contacts=contacts if sponsored else (),
            report_every_days=REPORT_DAYS if sponsored else None,
            now=now - timedelta(days=max(started, 0) + 2),
        )


def _has_joined(member: Membership, time_zone: str, now: datetime) -> None:
    Membership.objects.filter(pk=member.pk).update(joined_at=now)
    User.objects.filter(pk=member.user_id).update(time_zone=time_zone)


def forget_old_mail(now: datetime) -> None:
    """The past is not mailed again; what was caused lately is, and reports get their file."""
    pending = Message.objects.filter(state=MessageState.PENDING, due_at__lt=now - MAIL_KEPT)
    pending.exclude(kind__in=FILES).update(state=MessageState.CANCELLED)


def rename(practice: Practice, slug: str) -> None:
    """The demo's addresses are short and stay the same."""
    Practice.objects.filter(pk=practice.pk).update(slug=slug)
    practice.slug = slug
