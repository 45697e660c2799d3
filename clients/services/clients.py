"""A client's record: adding, changing, archiving, inviting, and closing the portal."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from clients.models import Client, StepKind
from clients.queries.clients import (
    address_of,
    assigned_coaches,
    has_portal,
    is_coached_by,
    somebody_coached_before,
)
from clients.services import disclosure
from clients.services.assignments import begin_assignment
from clients.services.keys import make_client_key
from clients.services.new_address import take_back_what_is_out
from clients.services.notices import Notice, tell
from clients.services.onboarding import happened
from coachops.audit.record import record
from coachops.outbox.queue import enqueue, withdraw
from coachops.practices.models import Membership
from coachops.practices.roles import Audience, Role
from coachops.practices.services.members import end_membership, ensure_membership
from coachops.tenancy.turns import take_turn

INVITATION_KIND = "clients.portal_invitation"


class EmailTaken(Exception):
    """Somebody in this practice already has the address."""


class EmailIsSignIn(Exception):
    """The client signs in with the address, so nobody else may change it."""


class NotTheirCoach(Exception):
    """Only a coach of the client decides which address opens the portal later."""


class CoachedBefore(NotTheirCoach):
    """Somebody else coached the client before, and the portal opens what was said then: whoever
    takes over does not choose the address it opens at."""


class MayNotEndAccess(Exception):
    """Only a coach of the client or an owner closes the portal to them."""


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
    client = new_record(name=name, email=email, time_zone=time_zone, now=now, **details)
    begin_assignment(client=client, coach=coach, now=now)
    return client


def new_record(*, name: str, email: str, time_zone: str, now: datetime, **details: str) -> Client:
    """A person's record and key, with no coach yet; part of a service. Raises EmailTaken."""
    email = email.strip().lower()
    _check_email_free(email)
    client: Client = Client.objects.create(
        name=name.strip(), email=email, time_zone=time_zone, **details
    )
    make_client_key(client=client)
    record(event="client.added", subject=client, now=now)
    return client


@transaction.atomic
def edit_client(*, client: Client, by: Membership, now: datetime, **details: str) -> Client:
    """Change details. Raises EmailTaken, NotTheirCoach, CoachedBefore, and EmailIsSignIn after the
    invitation.

    Whoever could change the address could sign in as the client and read what is theirs alone: only
    a coach of the client changes it, before the invitation, and none who came later. The other
    coaches and the old address are told, and what was out to it is taken back.
    """
    client = Client.objects.select_for_update().get(pk=client.pk)
    if "email" in details:
        details["email"] = details["email"].strip().lower()
        if details["email"] != client.email:
            _check_email_changes(client, details["email"], by, now)
            take_back_what_is_out(client=client, by=by, now=now)
    changed = [field for field, value in details.items() if getattr(client, field) != value]
    if not changed:
        return client
    for field in changed:
        setattr(client, field, details[field])
    client.save(update_fields=changed)
    record(event="client.edited", subject=client, now=now, facts={"fields": sorted(changed)})
    if "email" in changed:
        _tell_coaches(client, Notice.ADDRESS_CHANGED, now)
    return client


@transaction.atomic
def archive_client(*, client: Client, now: datetime) -> None:
    """Out of the lists; the record stays readable and nothing is deleted.

    What is still booked is scheduling's to cancel before: scheduling.services.archiving.
    """
    if Client.objects.filter(pk=client.pk, archived_at=None).update(archived_at=now):
        record(event="client.archived", subject=client, now=now)


@transaction.atomic
def restore_client(*, client: Client, now: datetime) -> None:
    """Back into the lists."""
    if Client.objects.filter(pk=client.pk).exclude(archived_at=None).update(archived_at=None):
        record(event="client.restored", subject=client, now=now)


@transaction.atomic
def invite_client(*, client: Client, now: datetime) -> Membership:
    """Open the portal to the client and send the address to sign in; calling again resends.

    The person stays the one who was invited first, whatever address they sign in with by now.
    """
    client = Client.objects.select_for_update().get(pk=client.pk)
    was_open = has_portal(client)
    membership = ensure_membership(
        email=address_of(client),
        name=client.name,
        audience=Audience.CLIENT,
        roles=[Role.CLIENT],
        now=now,
    )
    if client.membership_id is None:
        client.membership = membership
        client.save(update_fields=["membership"])
    enqueue(
        kind=INVITATION_KIND,
        key=f"portal-invitation:{client.pk}:{now:%Y%m%dT%H%M}",
        due_at=now,
        subject_id=client.pk,
        recipient=membership.user.email,
    )
    record(event="client.invited", subject=client, now=now)
    happened(kind=StepKind.INVITATION, client_id=client.pk, now=now)
    if not was_open:
        _tell_coaches(client, Notice.FIRST_INVITATION, now)
        disclosure.ask_invited_client(client=client, now=now)
    return membership


@transaction.atomic
def end_client_access(*, client: Client, by: Membership, now: datetime) -> None:
    """Close the portal at once; nothing is deleted, and inviting again opens it to the same person.

    Raises MayNotEndAccess.
    """
    today = timezone.localdate(now, timezone=by.practice.zone)
    if not by.has_role(Role.OWNER) and not is_coached_by(client, by, today):
        raise MayNotEndAccess
    client = Client.objects.select_for_update().get(pk=client.pk)
    if not has_portal(client):
        return
    end_membership(membership=client.membership, now=now)
    withdraw(key_prefix=f"portal-invitation:{client.pk}:")
    record(event="client.access_ended", subject=client, now=now)


def _tell_coaches(client: Client, notice: Notice, now: datetime) -> None:
    today = timezone.localdate(now, timezone=client.practice.zone)
    tell(readers=assigned_coaches(client, today), notice=notice, client=client, now=now)


def _check_email_free(email: str) -> None:
    take_turn(f"client:{email}")
    if Client.objects.filter(email__iexact=email).exists():
        raise EmailTaken


def _check_email_changes(client: Client, email: str, by: Membership, now: datetime) -> None:
    if client.membership_id is not None:
        raise EmailIsSignIn
    today = timezone.localdate(now, timezone=by.practice.zone)
    if not by.has_role(Role.COACH) or not is_coached_by(client, by, today):
        raise NotTheirCoach
    if somebody_coached_before(client, by, today):
        raise CoachedBefore
    _check_email_free(email)
