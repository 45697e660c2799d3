"""One of every kind of thing in both practices, and a sentence in each that gives it away.

Every sentence stands once, in one kind of content of one client, so that whoever finds it in a page
knows what has leaked from whom.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, time, timedelta
from io import BytesIO
from typing import Any
from uuid import UUID

from allauth.usersessions.models import UserSession
from django.utils import timezone

from clients.documents import consent_facts, consent_text
from clients.models import (
    Client,
    CoachAssignment,
    DisclosureSignature,
    Engagement,
    OnboardingStep,
    SponsorContact,
    SponsorOrganisation,
)
from clients.policies import ContentKind
from clients.queries.safes import safe_of
from clients.services.access_ledger import record_read
from clients.services.clients import add_client
from clients.services.delegates import invite_delegate
from clients.services.disclosure import SIGNING_PURPOSE, Evidence, propose, sign
from clients.services.enquiries import Arrangements, add_enquiry
from clients.services.public_pages import change_public_pages
from clients.services.sponsors import add_contact, add_organisation, invite_contact
from clients.services.units import add_unit
from coachops.outbox.models import Message, MessageState
from coachops.outbox.queue import enqueue, withdraw
from coachops.practices.models import Membership, Practice
from coachops.practices.policies import Data, Sight, Viewer, sights
from coachops.practices.roles import Audience, Role
from coachops.practices.services.links import create_link
from coachops.practices.services.members import end_membership, ensure_membership
from coachops.retention.models import AccessRequest, BreakGlass, Erasure, SecondPerson
from coachops.retention.services.erasure_ledger import hash_of
from coachops.retention.services.requests import open_request
from coachops.tenancy.models import uuid7
from coachops.tenancy.scope import scope, system_scope
from coachops.transfer.policies import Kind
from programs.models import PlannedSession
from programs.services.engagements import open_engagement
from programs.services.starter import install_starter_program
from scheduling.models import (
    BookingLink,
    BusySource,
    CalendarFeed,
    Offering,
    PollOption,
    PollVoter,
    SchedulingRequest,
    Seat,
    Series,
    Session,
)
from scheduling.purposes import (
    ANSWER_LINK,
    CANCEL_LINK,
    COACH_CANCELLED_LINK,
    HELD_LINK,
    LATE_CANCEL_LINK,
    MOVE_LINK,
    NO_SHOW_LINK,
    POLL_LINK,
    SEAT_LINK,
    SEAT_MOVE_LINK,
)
from scheduling.queries.slots import open_starts
from scheduling.services.agreed_points import add_agreed_point
from scheduling.services.availability import install_default_hours
from scheduling.services.booking_links import create_booking_link
from scheduling.services.busy_sources import add_source
from scheduling.services.cohorts import CohortPlan, plan_cohort
from scheduling.services.feeds import make_feed
from scheduling.services.groups import schedule_group
from scheduling.services.meeting_rooms import add_room
from scheduling.services.offerings import create_offering
from scheduling.services.outcomes import confirm_outcome
from scheduling.services.polls import Proposal, answer_poll, propose_times
from scheduling.services.series import Run
from scheduling.services.source_secrets import Secrets
from tests.cast import Cast, Person, practice_day
from tests.contracts.handover_world import add_handover
from tests.contracts.mail_world import mail_things
from tests.contracts.messages_world import add_messages
from tests.contracts.papers_world import add_agreements
from tests.contracts.questions_world import add_questions
from tests.contracts.teams_world import add_team_space
from tests.tracking.factories import make_session
from tests.transfer.factories import make_archive, make_import
from tracking.models import ActionItem, GoalRating, ProgressReport
from tracking.models.reports import file_name
from tracking.queries.reports_draft import shown_hash
from tracking.queries.themes import starter_id
from tracking.services import reports, reports_issue, reports_review
from tracking.services.actions import add_action
from tracking.services.file_summaries import save_file_summary
from tracking.services.goals import add_goal, revise_goal
from tracking.services.notes import save_private_note
from tracking.services.ratings import rate_goal
from tracking.services.reflections import write_reflection
from tracking.services.reports_file import keep_file
from tracking.services.sponsor_wordings import show_to_sponsor
from tracking.services.summaries import save_summary, share_summary
from tracking.services.themes import add_theme, adopt_starters, choose_themes

YEAR = timedelta(days=365)
FOR_THE_COACH = {ANSWER_LINK, HELD_LINK, NO_SHOW_LINK, LATE_CANCEL_LINK, COACH_CANCELLED_LINK}
HARBOUR, LAGOON = "harbour", "lagoon"
FIRST_DEVICE = 1_000_000

# How everybody stands to each client. Whoever is not named is a stranger.
STANDING: dict[str, dict[str, Viewer]] = {
    "carol": {
        "alice": Viewer.OWNER,
        "bob": Viewer.ASSIGNED_COACH,
        "olga": Viewer.OTHER_COACH,
        "ines": Viewer.SUPERVISOR,
        "vera": Viewer.ASSISTANT,
        "carol": Viewer.CLIENT,
        "petra": Viewer.DELEGATE,
        "sam": Viewer.SPONSOR,
        "stella": Viewer.SPONSOR,
    },
    "dave": {
        "alice": Viewer.OWNER,
        "bob": Viewer.ASSIGNED_COACH,
        "olga": Viewer.OTHER_COACH,
        "ines": Viewer.SUPERVISOR,
        "vera": Viewer.ASSISTANT,
        "dave": Viewer.CLIENT,
    },
    "wim": {
        "alice": Viewer.OWNER,
        "olga": Viewer.ASSIGNED_COACH,
        "bob": Viewer.OTHER_COACH,
        "ines": Viewer.SUPERVISOR,
    },
    "erin": {"mallory": Viewer.ASSIGNED_COACH, "erin": Viewer.CLIENT},
    "frank": {
        "mallory": Viewer.ASSIGNED_COACH,
        "frank": Viewer.CLIENT,
        "gwen": Viewer.SPONSOR,
    },
}
FULL = frozenset(
    {
        Sight.YES,
        Sight.OWN,
        Sight.AUTHOR,
        Sight.THEIRS,
        Sight.DATES,
        Sight.PREPARES,
        Sight.SUBJECT,
    }
)


@dataclass(frozen=True)
class Sentence:
    """Words that stand in one place. `reaches_sponsor`: what the signed level lets through.

    `is_spent`: no page has to show them any longer, and nobody else may ever see them.
    `not_for` stand as others do who have a copy of their own, and have none; `also_for` know the
    words without knowing of whom: a name from the list of members.
    """

    words: str
    data: Data
    client: str
    reaches_sponsor: bool = False
    is_spent: bool = False
    not_for: tuple[str, ...] = ()
    also_for: tuple[str, ...] = ()

    def is_open_to(self, name: str) -> bool:
        """What the table of who sees what says about this person."""
        viewer = STANDING[self.client].get(name)
        if name in self.also_for:
            return True
        if viewer is None or name in self.not_for:
            return False
        found = sights(self.data, [viewer])
        return bool(found & FULL) or (Sight.BY_LEVEL in found and self.reaches_sponsor)


@dataclass
class World:
    cast: Cast
    people: dict[str, Person]
    # By practice, then by the word that the table of addresses uses: an id, a slug or a token.
    things: dict[str, dict[str, Any]] = field(default_factory=dict)
    sentences: list[Sentence] = field(default_factory=list)
    # What stands in the storage, by name.
    files: dict[str, bytes] = field(default_factory=dict)

    def plant(self, words: str, data: Data, client: str, **more: Any) -> str:
        self.sentences.append(Sentence(words, data, client, **more))
        return words


@dataclass(frozen=True)
class Story:
    """Whose story is told: the client and everybody around."""

    word: str
    client: Client
    member: Membership
    coach: Membership
    organisation: SponsorOrganisation
    contact: SponsorContact


def build_world(cast: Cast) -> World:
    """Everything, as the people themselves would have made it."""
    world = World(cast, dict(cast.everybody()))
    now = timezone.now()
    with _in(cast.practice):
        Practice.objects.update(guided_start_finished_at=now)
        contact = SponsorContact.objects.get(membership=cast.sam.membership)
        _more_people_at_harbour(world, now)
        _tell(
            world,
            Story(
                "carol",
                cast.carol_client,
                cast.carol.membership,
                cast.bob.membership,
                cast.acme,
                contact,
            ),
            now,
        )
    with _in(cast.other_practice):
        Practice.objects.update(guided_start_finished_at=now)
        _tell(world, _frank(world, now), now)
    world.things[HARBOUR]["other_coach"] = cast.olga.membership.pk
    world.plant("Erin", Data.LOGISTICS, "erin")
    world.plant("Dave", Data.LOGISTICS, "dave")
    return world


def _more_people_at_harbour(world: World, now: datetime) -> None:
    """Wim, whom Olga coaches, and Xaver, who coached Carol until yesterday."""
    wim = add_client(
        name=world.plant("Wim Harbour", Data.LOGISTICS, "wim"),
        email="wim@harbour.example",
        time_zone="Europe/Berlin",
        coach=world.cast.olga.membership,
        now=now,
    )
    make_session(wim, None, world.cast.olga.membership, days=2)
    xaver = _member("Xaver", HARBOUR, Audience.STAFF, Role.COACH, now=now)
    CoachAssignment.objects.create(
        client=world.cast.carol_client,
        coach=xaver.membership,
        started_on=practice_day() - YEAR,
        ended_on=practice_day() - timedelta(days=1),
    )
    end_membership(membership=xaver.membership, now=now)
    world.people["xaver"] = xaver


def _frank(world: World, now: datetime) -> Story:
    mallory = world.cast.mallory.membership
    client = add_client(
        name="Frank Lagoon",
        email="frank@lagoon.example",
        time_zone="Europe/Berlin",
        coach=mallory,
        now=now,
    )
    frank = _member("Frank", LAGOON, Audience.CLIENT, Role.CLIENT, now=now)
    Client.objects.filter(pk=client.pk).update(membership=frank.membership)
    client.membership = frank.membership
    company = add_organisation(name="Delta", now=now)
    contact = add_contact(
        organisation=company,
        kind=SponsorContact.Kind.SPONSOR,
        name="Gwen Lagoon",
        email="gwen@lagoon.example",
        now=now,
    )
    gwen = invite_contact(contact=contact, now=now)
    world.people |= {"frank": frank, "gwen": Person(gwen.user, gwen)}
    return Story("frank", client, frank.membership, mallory, company, contact)


def _member(name: str, slug: str, audience: Audience, *roles: Role, now: datetime) -> Person:
    membership = ensure_membership(
        email=f"{name.lower()}@{slug}.example",
        name=f"{name} {slug.title()}",
        audience=audience,
        roles=roles,
        now=now,
    )
    return Person(membership.user, membership)


def _tell(world: World, story: Story, now: datetime) -> None:
    """One client's whole story, with a sentence in everything."""
    word = story.word
    world.plant(story.client.name.split()[0], Data.LOGISTICS, word, reaches_sponsor=True)
    version = install_starter_program(now=now)
    things = world.things.setdefault(story.client.practice.slug, {})
    things["hue"] = 205
    things["program"], things["version"] = version.program_id, version.pk
    things["member"] = story.coach.pk
    # Numbered here: a sequence would give another number when the rows are written again.
    things["device"] = UserSession.objects.create(
        pk=FIRST_DEVICE + UserSession.objects.count(),
        user=story.coach.user,
        session_key=f"telephone-of-{story.word}s-coach",
        ip="127.0.0.1",
    ).pk
    things["client"] = story.client.pk
    things["organisation"], things["contact"] = story.organisation.pk, story.contact.pk
    with as_member(story.coach):
        engagement = _engagement(world, story, now)
        _offerings(things, story, now)
        _sessions(world, things, story, engagement, now)
        _group_and_series(things, story, engagement, now)
    _led_together(things, story, now)
    things["engagement"] = engagement.pk
    with as_member(story.member):
        _clients_words(world, things, story, engagement, now)
        _delegate(world, things, story, now)
    with as_member(story.coach):
        things["proposal"] = _disclosure(story, engagement, now)
        add_agreements(world, things, story, engagement, now)
        _calendars(things, story, now)
        things["undelivered"] = _undelivered(story, now)
        things |= mail_things(world, story, now)
        _three_ways(world, things, story, engagement, now)
        _links(things, story, now)
    _afterwards(world, things, story, engagement, now)


def _afterwards(
    world: World, things: dict[str, Any], story: Story, engagement: Engagement, now: datetime
) -> None:
    """What comes once everybody and everything is there."""
    things["unit"] = add_unit(organisation=story.organisation, name="Drives", now=now).pk
    change_public_pages(takes_enquiries=True, shows_outcomes=True, introduction="", now=now)
    things["enquiry"] = _enquiry(story, now)
    things["step"] = OnboardingStep.objects.filter(engagement=engagement).first().pk
    _reports(world, things, story, engagement, now)
    _transfers(world, things, story, now)
    add_questions(world, things, story, now)
    add_messages(world, story, now)
    add_handover(world, things, story, now)
    _reader_who_left(world, story, now)
    with as_member(story.coach):
        add_team_space(world, things, story, now)


def _reader_who_left(world: World, story: Story, now: datetime) -> None:
    """Somebody whose name stands in the access ledger, and among those who worked here."""
    known_to = ("alice",) if story.word == "carol" else ()
    name = world.plant(f"{story.word}s-reader", Data.ACCESS_LEDGER, story.word, also_for=known_to)
    reader = ensure_membership(
        email=f"reader-{story.word}@mail.example",
        name=name,
        audience=Audience.STAFF,
        roles=(Role.COACH,),
        now=now,
    )
    kind = ContentKind.SUMMARY
    record_read(client_id=story.client.pk, reader_id=reader.pk, kind=kind, now=now)
    end_membership(membership=reader, now=now)


def _enquiry(story: Story, now: datetime) -> UUID:
    """Somebody whom the coach answers."""
    with as_member(story.coach):
        return add_enquiry(
            name=f"Newcomer of {story.word}",
            email=f"newcomer-{story.word}@mail.example",
            wish="A new role",
            arrangements=Arrangements(coach=story.coach),
            now=now,
        ).pk


def _transfers(world: World, things: dict[str, Any], story: Story, now: datetime) -> None:
    """What the coach, the owner and the client asked for; nobody finds another's."""
    at_harbour = story.client.practice.slug == HARBOUR
    owner = world.cast.alice.membership if at_harbour else story.coach
    whole, own = f"{story.word}.zip", f"{story.word}s-own.zip.sealed"
    with as_member(story.coach):
        things["import"] = make_import(story.coach, now).pk
        things["archive"] = make_archive(Kind.PRACTICE_OUT, owner, now, whole).pk
        things["own_archive"] = make_archive(Kind.OWN_OUT, story.member, now, own).pk
        sealed, key = BytesIO(), safe_of(story.client.pk)
        key.close_file(BytesIO(b"zip"), sealed, row_id=things["own_archive"])
    world.files |= {whole: b"zip", own: sealed.getvalue()}


def _engagement(world: World, story: Story, now: datetime) -> Engagement:
    word = story.word
    return open_engagement(
        client=story.client,
        coach=story.coach,
        version=install_starter_program(now=now),
        starts_on=practice_day() - timedelta(days=42),
        sessions=12,
        payer=Engagement.Payer.SPONSOR,
        sponsor_organisation=story.organisation,
        contacts=list(SponsorContact.objects.filter(organisation=story.organisation)),
        report_every_days=30,
        title=world.plant(f"{word}s-run", Data.ENGAGEMENT, word, reaches_sponsor=True),
        now=now,
    )


def _offerings(things: dict[str, Any], story: Story, now: datetime) -> None:
    hours = install_default_hours(coach=story.coach, time_zone="Europe/Berlin", now=now)
    things["schedule"] = hours.pk
    for word, kind, bookers in (
        ("offering", Offering.Kind.INDIVIDUAL, Offering.Bookers.CLIENTS),
        ("open_offering", Offering.Kind.CHEMISTRY, Offering.Bookers.ANYBODY),
    ):
        made = create_offering(
            coach=story.coach,
            name=f"{word} of {story.coach.name}",
            kind=kind,
            bookers=bookers,
            now=now,
        )
        things[word] = made.slug if word == "open_offering" else made.pk
    address = create_booking_link(offering=made, now=now)
    things["booking_link"] = address.rstrip("/").rpartition("/")[2]
    things["shared_offering_id"] = made.pk
    things["secret"] = BookingLink.objects.get(offering=made).pk
    link = f"https://rooms.example/{story.word}"
    things["room"] = add_room(name="Blue room", join_url=link, address="", now=now).pk


def _group_and_series(
    things: dict[str, Any], story: Story, engagement: Engagement, now: datetime
) -> None:
    """A circle by invitation alone, in which the client has a place; a series of the client's."""
    circle = create_offering(
        coach=story.coach,
        name=f"Circle of {story.coach.name}",
        kind=Offering.Kind.GROUP,
        bookers=Offering.Bookers.SECRET,
        now=now,
        capacity=4,
    )
    group = schedule_group(
        offering=circle,
        starts_at=now + timedelta(days=6),
        roster=[story.client],
        booking_key=uuid7(),
        now=now,
    )
    series = Series.objects.create(
        offering_id=things["offering"],
        coach=story.coach,
        client=story.client,
        engagement=engagement,
        rhythm=Series.Rhythm.WEEKLY,
        starts_on=practice_day(),
        wall_time=time(10),
        time_zone="Europe/Berlin",
        times=2,
        booking_key=uuid7(),
    )
    things["cohort"] = plan_cohort(
        offering=circle,
        plan=CohortPlan(
            name=f"Cohort of {story.coach.name}",
            run=Run(Series.Rhythm.WEEKLY, [now + timedelta(days=each) for each in (8, 15)]),
        ),
        roster=[story.client],
        booking_key=uuid7(),
        now=now,
    ).pk
    things["group"], things["series"] = group.pk, series.pk
    things["seat"] = Seat.objects.get(session=group).pk


def _led_together(things: dict[str, Any], story: Story, now: datetime) -> None:
    """Somebody else's evening, which the client's coach leads too, with a guest in it."""
    colleague = ensure_membership(
        email=f"colleague-{story.word}@mail.example",
        name="Colleague Evening",
        audience=Audience.STAFF,
        roles=(Role.COACH,),
        now=now,
    )
    evening = create_offering(
        coach=colleague,
        name=f"Evening with {story.coach.name}",
        kind=Offering.Kind.GROUP,
        bookers=Offering.Bookers.SECRET,
        now=now,
        capacity=4,
        second_coach=story.coach,
    )
    session = schedule_group(
        offering=evening,
        starts_at=now + timedelta(days=40),
        roster=[],
        booking_key=uuid7(),
        now=now,
    )
    seat = Seat.objects.create(
        session=session,
        name="Guest of the evening",
        email="evening@mail.example",
        time_zone="UTC",
        asked_at=now,
        revised_at=now,
    )
    things["led_together"], things["seat_together"] = session.pk, seat.pk
    evenings = Run(Series.Rhythm.WEEKLY, [now + timedelta(days=each) for each in (41, 48)])
    things["cohort_together"] = plan_cohort(
        offering=evening,
        plan=CohortPlan(name=f"Evenings with {story.coach.name}", run=evenings),
        roster=[],
        booking_key=uuid7(),
        now=now,
    ).pk


def _sessions(
    world: World, things: dict[str, Any], story: Story, engagement: Engagement, now: datetime
) -> None:
    word, coach = story.word, story.coach
    held = make_session(story.client, engagement, coach, days=-9, number=1)
    confirm_outcome(session=held, outcome=Session.Outcome.HELD, reason="", now=now)
    ended = make_session(story.client, engagement, coach, days=-2, number=2)
    coming = make_session(story.client, engagement, coach, days=3, number=3)
    guest = make_session(
        None,
        None,
        coach,
        days=4,
        number=None,
        guest_name=f"Guest of {word}s coach",
        guest_email="guest@mail.example",
    )
    Session.objects.filter(pk=guest.pk).update(
        offering=Offering.objects.get(slug=things["open_offering"])
    )
    things |= {"held": held.pk, "session": ended.pk, "coming": coming.pk}
    things["booking_key"] = guest.booking_key
    note = world.plant(f"{word}s-private-note", Data.PRIVATE_NOTES, word)
    save_private_note(session=held, text=note, version=0, by=coach, now=now)
    summary = world.plant(f"{word}s-shared-summary", Data.SUMMARIES, word)
    share_summary(session=held, text=summary, version=0, by=coach, now=now)
    for_the_file = world.plant(f"{word}s-words-for-the-file", Data.FILE_SUMMARIES, word)
    save_file_summary(session=held, text=for_the_file, version=0, by=coach, now=now)
    adopt_starters()
    things["practice_theme"] = starter_id(story.client.practice_id, "role")
    name = world.plant(f"{word}s-theme", Data.THEMES, word, also_for=("alice",))
    theme = add_theme(name=name, by=coach, now=now)
    wanted = [things["practice_theme"], theme.pk]
    choose_themes(session=held, theme_ids=wanted, by=coach, now=now)
    draft = world.plant(f"{word}s-draft-of-a-summary", Data.PRIVATE_NOTES, word)
    save_summary(session=ended, text=draft, version=0, by=coach, now=now)
    action = add_action(
        engagement=engagement,
        text=world.plant(f"{word}s-action-item", Data.ACTIONS, word),
        owner=ActionItem.Owner.CLIENT,
        due_on=practice_day() + timedelta(days=5),
        by=coach,
        now=now,
        session=held,
    )
    things["action"] = action.pk


def _clients_words(
    world: World, things: dict[str, Any], story: Story, engagement: Engagement, now: datetime
) -> None:
    word, me = story.word, story.member
    goal = add_goal(
        engagement=engagement,
        text=world.plant(f"{word}s-first-wording", Data.GOALS, word),
        target=8,
        by=me,
        now=now - timedelta(days=20),
    )
    revise_goal(
        goal=goal,
        text=world.plant(f"{word}s-later-wording", Data.GOALS, word),
        reason=world.plant(f"{word}s-reason-to-reword", Data.GOALS, word),
        by=me,
        now=now - timedelta(days=10),
    )
    for days, score in ((20, 3), (2, 6)):
        at = now - timedelta(days=days)
        rate_goal(goal=goal, score=score, rater=GoalRating.Rater.SELF, by=me, now=at)
    shown = world.plant(f"{word}s-wording-for-the-sponsor", Data.GOALS, word, reaches_sponsor=True)
    show_to_sponsor(goal=goal, wording=shown, by=me, now=now)
    kept = world.plant(f"{word}s-private-reflection", Data.REFLECTIONS, word)
    shared = world.plant(f"{word}s-shared-reflection", Data.SHARED_REFLECTIONS, word)
    reflection = write_reflection(client=story.client, text=kept, by=me, now=now)
    write_reflection(client=story.client, text=shared, by=me, now=now, share=True)
    things["goal"], things["reflection"] = goal.pk, reflection.pk


def _delegate(world: World, things: dict[str, Any], story: Story, now: datetime) -> None:
    """Petra looks after Carol's dates, somebody else after Frank's."""
    name = "Petra" if story.word == "carol" else "Pedro"
    delegation = invite_delegate(
        client=story.client,
        name=name,
        email=f"{name.lower()}@assistants.example",
        gets_mail=True,
        now=now,
    )
    things["delegation"] = delegation.pk
    member = delegation.membership
    world.people[name.lower()] = Person(member.user, member)


def _three_ways(
    world: World, things: dict[str, Any], story: Story, engagement: Engagement, now: datetime
) -> None:
    """A meeting of the three with a point, times that are asked about, a session to be booked."""
    offering = create_offering(
        coach=story.coach,
        name=f"three-way of {story.coach.name}",
        kind=Offering.Kind.THREE_WAY,
        bookers=Offering.Bookers.SECRET,
        now=now,
    )
    contacts = list(SponsorContact.objects.select_related("membership__user"))
    for word in ("booked_poll", "poll"):
        later = now + timedelta(days=7)
        free = [start for start in open_starts(offering, now) if start > later][::4]
        proposal = Proposal(free[:3], contacts, now + timedelta(hours=23))
        poll = propose_times(engagement=engagement, offering=offering, proposal=proposal, now=now)
        things[word] = poll.pk
        things["voter"] = PollVoter.objects.get(poll=poll, part=PollVoter.Part.CLIENT).pk
        if word == "booked_poll":
            for voter in PollVoter.objects.select_related("poll").filter(poll=poll):
                option = PollOption.objects.filter(poll=poll).order_by("starts_at").first()
                poll = answer_poll(voter=voter, suits=[option.pk], time_zone="UTC", now=now)
            things["three_way"] = poll.session_id
            said = world.plant(f"{story.word}s-agreed-point", Data.AGREED_POINTS, story.word)
            point = add_agreed_point(session=poll.session, text=said, by=story.coach, now=now)
            things["point"] = point.pk
    things["request"] = SchedulingRequest.objects.create(
        engagement=engagement,
        client=story.client,
        planned_session=PlannedSession.objects.get(plan__engagement=engagement, number=5),
        asked_at=now,
    ).pk


def _disclosure(story: Story, engagement: Engagement, now: datetime) -> object:
    """Level 2, signed by all three, and a proposal of level 3 that nobody has signed."""
    proposal = propose(engagement=engagement, level=2, contact=story.contact, now=now)
    facts = consent_facts(proposal, engagement, story.client.practice.name)
    for party in DisclosureSignature.Party:
        sign(
            proposal=proposal,
            party=party,
            name=f"{party} of {story.word}",
            consent_text=consent_text(facts, party),
            evidence=Evidence(address="192.0.2.1"),
            now=now,
        )
    engagement.refresh_from_db(fields=["disclosure_level"])
    return propose(engagement=engagement, level=3, contact=story.contact, now=now).pk


def _reports(
    world: World, things: dict[str, Any], story: Story, engagement: Engagement, now: datetime
) -> None:
    """One issued with its file, and one that waits for the client."""
    word, by = story.word, story.coach
    earlier = now - timedelta(days=10)
    told = world.plant(f"{word}s-issued-narrative", Data.REPORT_ISSUED, word)
    stated = world.plant(f"{word}s-statement", Data.REPORT_ISSUED, word)
    issued = _in_review(story, engagement, told, earlier)
    with as_member(story.member):
        reports_review.release_report(
            report=issued,
            struck=[],
            statement=stated,
            shown=shown_hash(issued),
            by=story.member,
            now=earlier,
        )
    with as_member(by):
        reports_issue.issue_report(report=issued, by=by, now=earlier)
    name, pdf = file_name(issued.practice_id, issued.pk), f"%PDF-1.7 {told}".encode()
    world.files[name] = pdf
    with scope(system_scope(issued.practice_id)):
        keep_file(report_id=issued.pk, name=name, pdf=pdf, now=earlier)
    asked = _in_review(story, engagement, "Not good yet", now)
    request = world.plant(f"{word}s-request-to-change", Data.REPORT_DRAFT, word, is_spent=True)
    with as_member(story.member):
        reports_review.ask_for_changes(report=asked, text=request, by=story.member, now=now)
    waiting = world.plant(f"{word}s-narrative-in-review", Data.REPORT_DRAFT, word)
    report = _in_review(story, engagement, waiting, now)
    things |= {"issued": issued.pk, "report": report.pk}
    _records(world, things, story, now)


def _in_review(
    story: Story, engagement: Engagement, narrative: str, now: datetime
) -> ProgressReport:
    by = story.coach
    with as_member(by):
        report = reports.start_report(engagement=engagement, by=by, now=now)
        reports.save_narrative(
            report=report, text=narrative, version=report.version, by=by, now=now
        )
        reports.check_report(report=report, by=by, now=now)
        return reports.send_for_review(report=report, by=by, now=now)


def _links(things: dict[str, Any], story: Story, now: datetime) -> None:
    for word, purpose, subject in (
        ("move_link", MOVE_LINK, things["coming"]),
        ("cancel_link", CANCEL_LINK, things["coming"]),
        ("answer_link", ANSWER_LINK, things["coming"]),
        ("seat_link", SEAT_LINK, things["seat"]),
        ("seat_move_link", SEAT_MOVE_LINK, things["seat"]),
        ("poll_link", POLL_LINK, things["voter"]),
        ("sign_link", SIGNING_PURPOSE, things["proposal"]),
        ("agreement_link", "agreement.sign", things["signer"]),
        ("agreement_file_link", "agreement.file", things["signer_of_file"]),
        ("held_link", HELD_LINK, things["session"]),
        ("no_show_link", NO_SHOW_LINK, things["session"]),
        ("late_cancel_link", LATE_CANCEL_LINK, things["session"]),
        ("coach_cancelled_link", COACH_CANCELLED_LINK, things["session"]),
    ):
        address = create_link(
            purpose=purpose,
            subject_id=subject,
            recipient=story.contact.email if word == "sign_link" else story.client.email,
            membership=story.coach if purpose in FOR_THE_COACH else None,
            now=now,
            valid_for=YEAR,
        )
        things[word] = address.rstrip("/").rpartition("/")[2]


def _calendars(things: dict[str, Any], story: Story, now: datetime) -> None:
    """Two calendars of the coach that nobody reads here, and the client's feed."""
    things["feed_kind"], things["provider"] = CalendarFeed.Kind.FULL, "google"
    for word, kind in (("subscription", BusySource.Kind.ICS), ("account", BusySource.Kind.CALDAV)):
        secrets = Secrets(address="https://calendar.example/", user="me", password="hush")
        source = add_source(coach=story.coach, kind=kind, name=word, secrets=secrets, now=now)
        things[word] = source.pk
    withdraw(key_prefix="calendar:")
    address = make_feed(membership=story.member, kind=CalendarFeed.Kind.FULL, now=now)
    things["feed_link"] = address.rpartition("/")[2].removesuffix(".ics")


def _undelivered(story: Story, now: datetime) -> object:
    """A reminder that nobody wanted to take."""
    row_id = enqueue(
        kind="scheduling.reminder",
        key=f"undelivered:{story.word}",
        due_at=now,
        recipient="a@b.example",
    )
    Message.objects.filter(pk=row_id).update(
        state=MessageState.DEAD, attempts=8, last_error="550 no such mailbox"
    )
    return row_id


@contextmanager
def as_member(membership: Membership) -> Iterator[None]:
    """In the practice of the surrounding scope, as this member."""
    with scope(Person(membership.user, membership).scope()):
        yield


@contextmanager
def _in(practice: Practice) -> Iterator[None]:
    with scope(system_scope(practice.pk)):
        yield


def _records(world: World, things: dict[str, Any], story: Story, now: datetime) -> None:
    """A request for a copy of everything, a plan, a receipt, and a question to open records."""
    things["viewer_word"] = "client"
    with as_member(story.member):
        things["access_request"] = open_request(
            client=story.client,
            kind=AccessRequest.Kind.ACCESS,
            channel=AccessRequest.Channel.PORTAL,
            now=now,
        ).pk
    owner = _owner_beside(world, story, now)
    with scope(replace(owner.scope(), roles=frozenset({"owner"}))):
        known = hash_of(story.client.practice_id, story.client.pk)
        plan = {"client_hash": known, "basis": Erasure.Basis.ASKED, "planned_at": now}
        things["planned_erasure"] = Erasure.objects.create(client=story.client, **plan).pk
        things["done_erasure"] = Erasure.objects.create(state="done", done_at=now, **plan).pk
        things["opening"] = BreakGlass.objects.create(
            client=story.client,
            reader=owner.membership,
            coach=story.coach,
            reason="Somebody has to look.",
            hours=1,
            asked_at=now,
            notice_at=now,
        ).pk


def _owner_beside(world: World, story: Story, now: datetime) -> Person:
    """An owner who does not coach this client."""
    if story.word != "carol":
        return _member("Owner", LAGOON, Audience.STAFF, Role.COACH, now=now)
    alice, vera = world.cast.alice, world.cast.vera
    with scope(alice.scope()):
        SecondPerson.objects.create(member=vera.membership, named_by=alice.membership, named_at=now)
    return alice
