"""A client's record: adding, changing, archiving, inviting, and who coaches them."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from clients.models import Client, CoachAssignment
from clients.services.keys import make_client_key
from coachops.audit.record import record
from coachops.outbox.queue import enqueue
from coachops.practices.models import Membership
from coachops.practices.roles import Audience, Role
from coachops.practices.services.members import ensure_membership

INVITATION_KIND = "clients.portal_invitation"


class EmailTaken(Exception):
    """Somebody in this practice already has the address."""


class EmailIsSignIn(Exception):
    """The client signs in with the address, so nobody else may change it."""


class NotACoach(Exception):
    """Only a member who coaches can be assigned to a client."""


@transaction.atomic
def add_client(
    *,
    name: str,
    email: str,
    time_zone: str,
    coach: Membership,
    now: datetime,
    **details: str,
) -> Client:
    """The record, its key and its first coach. Nothing is sent. Raises EmailTaken, NotACoach.

    `details`: preferred_name, phone, job_title, employer.
    """
    email = email.strip().lower()
    _check_email_free(email)
    client: Client = Client.objects.create(
        name=name.strip(), email=email, time_zone=time_zone, **details
    )
    make_client_key(client=client)
    record(event="client.added", subject=client, now=now)
    assign_coach(client=client, coach=coach, now=now)
    return client


@transaction.atomic
def edit_client(*, client: Client, now: datetime, **details: str) -> Client:
    """Change details. Raises EmailTaken, and EmailIsSignIn once the client has been invited.

    Whoever could change the address could sign in as the client and read what is theirs alone.
    """
    client = Client.objects.select_for_update().get(pk=client.pk)
    if "email" in details:
        details["email"] = details["email"].strip().lower()
        if details["email"] != client.email:
            _check_email_changes(client, details["email"])
    changed = [field for field, value in details.items() if getattr(client, field) != value]
    if not changed:
        return client
    for field in changed:
        setattr(client, field, details[field])
    client.save(update_fields=changed)
    record(event="client.edited", subject=client, now=now, facts={"fields": sorted(changed)})
    return client


@transaction.atomic
def archive_client(*, client: Client, now: datetime) -> None:
    """Out of the lists; the record stays readable and nothing is deleted."""
    if Client.objects.filter(pk=client.pk, archived_at=None).update(archived_at=now):
        record(event="client.archived", subject=client, now=now)


@transaction.atomic
def restore_client(*, client: Client, now: datetime) -> None:
    """Back into the lists."""
    if Client.objects.filter(pk=client.pk).exclude(archived_at=None).update(archived_at=None):
        record(event="client.restored", subject=client, now=now)


@transaction.atomic
def invite_client(*, client: Client, now: datetime) -> Membership:
    """Open the portal to the client and send the address to sign in; calling again resends."""
    client = Client.objects.select_for_update().get(pk=client.pk)
    membership = ensure_membership(
        email=client.email,
        name=client.name,
        audience=Audience.CLIENT,
        roles=[Role.CLIENT],
        now=now,
    )
    if client.membership_id != membership.pk:
        client.membership = membership
        client.save(update_fields=["membership"])
    enqueue(
        kind=INVITATION_KIND,
        key=f"portal-invitation:{client.pk}:{now:%Y%m%dT%H%M}",
        due_at=now,
        subject_id=client.pk,
        recipient=client.email,
    )
    record(event="client.invited", subject=client, now=now)
    return membership


@transaction.atomic
def assign_coach(*, client: Client, coach: Membership, now: datetime) -> CoachAssignment:
    """From today on this member coaches the client. Once is enough. Raises NotACoach."""
    if not coach.has_role(Role.COACH) or coach.ended_at is not None:
        raise NotACoach
    today = timezone.localdate(now, timezone=coach.practice.zone)
    current = CoachAssignment.objects.current(today).filter(client=client, coach=coach).first()
    if current is not None:
        return current  # type: ignore[no-any-return]
    assignment: CoachAssignment = CoachAssignment.objects.create(
        client=client, coach=coach, started_on=today
    )
    record(event="coach.assigned", subject=client, now=now, facts={"coach": str(coach.pk)})
    return assignment


@transaction.atomic
def end_assignment(*, client: Client, coach: Membership, now: datetime) -> None:
    """The member no longer coaches the client and keeps only the notes they wrote.

    Yesterday is the last day; an assignment that began today never was.
    """
    today = timezone.localdate(now, timezone=coach.practice.zone)
    current = CoachAssignment.objects.current(today).filter(client=client, coach=coach)
    for assignment in current:
        if assignment.started_on == today:
            assignment.delete()
        else:
            assignment.ended_on = today - timedelta(days=1)
            assignment.save(update_fields=["ended_on"])
        record(event="coach.unassigned", subject=client, now=now, facts={"coach": str(coach.pk)})


def _check_email_free(email: str) -> None:
    if Client.objects.filter(email__iexact=email).exists():
        raise EmailTaken


def _check_email_changes(client: Client, email: str) -> None:
    if client.membership_id is not None:
        raise EmailIsSignIn
    _check_email_free(email)
