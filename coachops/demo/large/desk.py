"""What the office has on its desk: onboarding, the log of mail, and who has asked."""

from datetime import datetime, timedelta

from clients.models import Enquiry, OnboardingStep, StepKind
from coachops.correspondence.models import MailLogEntry
from coachops.correspondence.policies import LogState
from coachops.demo.large import names
from coachops.demo.large.copying import insert
from coachops.demo.large.place import Coach, Person, Place, Run
from coachops.tenancy.models import uuid7
from programs.services.checklists import STANDARD

WAITS_FOR = (StepKind.INTAKE, StepKind.KICKOFF)
SPREAD = 9
# Days ago, kind, subject.
MAIL = (
    (96, "clients.portal_invitation", "Your coaching: come in"),
    (94, "clients.intake", "Before we begin: some questions"),
    (61, "scheduling.confirmed", "Booked: coaching session"),
    (48, "scheduling.reminder", "Tomorrow: coaching session"),
    (47, "tracking.summary.shared", "A summary was shared with you"),
    (33, "scheduling.moved", "Moved: coaching session"),
    (20, "scheduling.reminder", "Tomorrow: coaching session"),
    (6, "tracking.preparation", "What is the time for?"),
)
# Names that no client of the large practice has.
ASKED_BY = 2_050
A_CLIENT_IN, AN_ENQUIRY = 10, timedelta(days=3)
STATES = (
    Enquiry.State.NEW,
    Enquiry.State.CALL,
    Enquiry.State.PROPOSAL,
    Enquiry.State.NOT_NOW,
    Enquiry.State.NOT_NOW,
)


def add_onboarding(place: Place, runs: list[Run]) -> None:
    """The usual five steps of each current engagement; two of them wait with the new ones."""
    insert(
        OnboardingStep,
        [
            _step(place, run, line.kind, str(line.title), str(line.owner), line.days)
            for run in runs
            if not run.is_over
            for line in STANDARD
        ],
    )


def _step(place: Place, run: Run, kind: str, title: str, owner: str, days: int) -> OnboardingStep:
    is_open = run.is_new and kind in WAITS_FOR
    due_on = run.engagement.starts_on + timedelta(days=days)
    if is_open:
        due_on = place.today + timedelta(days=days + run.person.number // 20 % SPREAD - 4)
    created_at = run.engagement.created_at
    return OnboardingStep(
        engagement_id=run.engagement.pk,
        kind=kind,
        title=title,
        owner=owner,
        due_on=due_on,
        settled_at=None if is_open else created_at + timedelta(days=1),
        created_at=created_at,
    )


def add_mail(place: Place, people: list[Person]) -> None:
    """Three months of the log for each client."""
    insert(
        MailLogEntry,
        [
            _line(person, place.now - timedelta(days=days, minutes=person.number), kind, subject)
            for person in people
            for days, kind, subject in MAIL
        ],
    )


def _line(person: Person, at: datetime, kind: str, subject: str) -> MailLogEntry:
    return MailLogEntry(
        message_id=uuid7(),
        kind=kind,
        address=person.client.email,
        client_id=person.client.pk,
        subject=subject,
        state=LogState.SENT,
        due_at=at,
        written_at=at,
        settled_at=at,
    )


def add_enquiries(place: Place, coach: Coach) -> None:
    """One for every ten clients the coach has, at every point of the way."""
    numbers = coach.numbers[::A_CLIENT_IN]
    insert(Enquiry, [_enquiry(place, coach, number) for number in numbers])


def _enquiry(place: Place, coach: Coach, number: int) -> Enquiry:
    turn = number // A_CLIENT_IN
    state, at = STATES[turn % len(STATES)], place.now - (turn % 30 + 1) * AN_ENQUIRY
    is_over = state == Enquiry.State.NOT_NOW
    return Enquiry(
        name=" ".join(names.person(ASKED_BY + turn)),
        email=f"asked-{number}@{place.blueprint.domain}",
        wish="To lead my team with more calm.",
        state=state,
        source=Enquiry.Source.FORM,
        reason=Enquiry.Reason.TIMING if is_over else "",
        coach=coach.member,
        next_step="" if is_over else "Call back",
        next_on=None if is_over else place.today + timedelta(days=turn % 9 - 3),
        created_at=at,
        moved_at=at,
        touched_at=at,
    )
