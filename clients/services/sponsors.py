"""Companies that pay, and the people there."""

from datetime import datetime

from django.db import transaction

from clients.models import (
    Engagement,
    EngagementStakeholder,
    SponsorContact,
    SponsorOrganisation,
)
from clients.queries.clients import address_of
from clients.services import disclosure
from clients.services.clients import EmailIsSignIn, EmailTaken
from coachops.audit.record import record
from coachops.outbox.queue import enqueue, withdraw
from coachops.practices.models import Membership
from coachops.practices.roles import Audience, Role
from coachops.practices.services.members import end_membership, ensure_membership
from coachops.tenancy.scope import current_practice_id, current_scope
from coachops.tenancy.turns import take_turn

INVITATION_KIND = "clients.sponsor_invitation"

_ROLE_OF_KIND = {
    SponsorContact.Kind.SPONSOR: Role.SPONSOR,
    SponsorContact.Kind.STAKEHOLDER: Role.STAKEHOLDER,
}


class NameTaken(Exception):
    """A company of that name is there already."""


class StaffAddress(Exception):
    """Whoever works in the practice is no contact of a company: two views of one client."""

    def __init__(self, email: str) -> None:
        super().__init__()
        self.email = email


@transaction.atomic
def add_organisation(*, name: str, now: datetime, mail_domain: str = "") -> SponsorOrganisation:
    """A company that pays; whoever adds it names its first people. Raises NameTaken."""
    name = name.strip()
    take_turn(f"organisation:{name.lower()}")
    if SponsorOrganisation.objects.filter(name__iexact=name).exists():
        raise NameTaken
    active = current_scope()
    organisation: SponsorOrganisation = SponsorOrganisation.objects.create(
        name=name,
        mail_domain=_domain(mail_domain),
        added_by_id=active.membership_id if active else None,
    )
    record(event="sponsor.added", subject=organisation, now=now)
    return organisation


@transaction.atomic
def edit_organisation(
    *, organisation: SponsorOrganisation, name: str, mail_domain: str, now: datetime
) -> None:
    """Raises NameTaken."""
    name = name.strip()
    take_turn(f"organisation:{name.lower()}")
    others = SponsorOrganisation.objects.exclude(pk=organisation.pk)
    if others.filter(name__iexact=name).exists():
        raise NameTaken
    organisation.name, organisation.mail_domain = name, _domain(mail_domain)
    organisation.save(update_fields=["name", "mail_domain"])
    record(event="sponsor.edited", subject=organisation, now=now)


@transaction.atomic
def add_contact(
    *,
    organisation: SponsorOrganisation,
    kind: str,
    name: str,
    email: str,
    now: datetime,
    job_title: str = "",
) -> SponsorContact:
    """Nothing is sent. A contact may also be a client; access then leaves out their own coaching.

    Raises EmailTaken, StaffAddress.
    """
    email = email.strip().lower()
    _check_email_free(organisation, email)
    _check_not_staff(email)
    contact: SponsorContact = SponsorContact.objects.create(
        organisation=organisation,
        kind=SponsorContact.Kind(kind),
        name=name.strip(),
        email=email,
        job_title=job_title.strip(),
    )
    record(
        event="contact.added",
        subject=contact,
        now=now,
        facts={"organisation": str(organisation.pk), "kind": contact.kind},
    )
    return contact


@transaction.atomic
def edit_contact(
    *, contact: SponsorContact, name: str, email: str, job_title: str, now: datetime
) -> None:
    """The kind stays: it decides what the person may see.

    Raises EmailTaken, EmailIsSignIn, StaffAddress.
    """
    email = email.strip().lower()
    if email != contact.email:
        if contact.membership_id is not None:
            raise EmailIsSignIn
        _check_email_free(contact.organisation, email)
        _check_not_staff(email)
    contact.name, contact.email, contact.job_title = name.strip(), email, job_title.strip()
    contact.save(update_fields=["name", "email", "job_title"])
    record(event="contact.edited", subject=contact, now=now)


@transaction.atomic
def invite_contact(*, contact: SponsorContact, now: datetime) -> Membership:
    """Open the sponsor pages to the contact and send the address; calling again resends.

    The person stays the one who was invited first, whatever address they sign in with by now.
    Raises StaffAddress before it opens anything.
    """
    email = address_of(contact)
    if contact.membership_id is None or contact.access_ended_at is not None:
        _check_not_staff(email)
    membership = ensure_membership(
        email=email,
        name=contact.name,
        audience=Audience.SPONSOR,
        roles=[_ROLE_OF_KIND[SponsorContact.Kind(contact.kind)]],
        now=now,
    )
    if contact.membership_id is None:
        contact.membership = membership
    contact.access_ended_at = None
    contact.save(update_fields=["membership", "access_ended_at"])
    enqueue(
        kind=INVITATION_KIND,
        key=f"sponsor-invitation:{contact.pk}:{now:%Y%m%dT%H%M}",
        due_at=now,
        subject_id=contact.pk,
        recipient=membership.user.email,
    )
    record(event="contact.invited", subject=contact, now=now)
    return membership


@transaction.atomic
def end_contact_access(*, contact: SponsorContact, now: datetime) -> None:
    """Close the sponsor pages to the contact and take back what they were asked to sign.

    Somebody who is a contact of another company too still sees that one. Inviting opens it again.
    """
    if contact.access_ended_at is not None:
        return
    contact.access_ended_at = now
    contact.save(update_fields=["access_ended_at"])
    withdraw(key_prefix=f"sponsor-invitation:{contact.pk}:")
    disclosure.withdraw_asked_of(contact=contact, now=now)
    elsewhere = SponsorContact.objects.filter(
        membership_id=contact.membership_id, access_ended_at=None
    )
    if contact.membership_id is not None and not elsewhere.exists():
        end_membership(membership=contact.membership, now=now)
    record(event="contact.access_ended", subject=contact, now=now)


@transaction.atomic
def unlink_contact(*, engagement: Engagement, contact: SponsorContact, now: datetime) -> None:
    """The contact no longer belongs to this engagement; a line manager sees nothing of it now."""
    linked = EngagementStakeholder.objects.filter(engagement=engagement, contact=contact)
    if not linked.exists():
        return
    linked.delete()
    disclosure.withdraw_asked_of(contact=contact, engagement=engagement, now=now)
    record(
        event="contact.unlinked",
        subject=engagement,
        now=now,
        facts={"contact": str(contact.pk)},
    )


def _domain(text: str) -> str:
    return text.strip().lower().removeprefix("@")


def _check_email_free(organisation: SponsorOrganisation, email: str) -> None:
    take_turn(f"contact:{organisation.pk}:{email}")
    taken = SponsorContact.objects.filter(organisation=organisation, email__iexact=email)
    if taken.exists():
        raise EmailTaken


def _check_not_staff(email: str) -> None:
    staff = Membership.objects.active().filter(
        practice_id=current_practice_id(), audience=Audience.STAFF, user__email__iexact=email
    )
    if staff.exists():
        raise StaffAddress(email)
