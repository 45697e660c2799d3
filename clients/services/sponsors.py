"""Companies that pay, and the people there."""

from datetime import datetime

from django.db import transaction

from clients.models import SponsorContact, SponsorOrganisation
from clients.services.clients import EmailIsSignIn, EmailTaken
from coachops.audit.record import record
from coachops.outbox.queue import enqueue
from coachops.practices.models import Membership
from coachops.practices.roles import Audience, Role
from coachops.practices.services.members import ensure_membership

INVITATION_KIND = "clients.sponsor_invitation"

_ROLE_OF_KIND = {
    SponsorContact.Kind.SPONSOR: Role.SPONSOR,
    SponsorContact.Kind.STAKEHOLDER: Role.STAKEHOLDER,
}


class NameTaken(Exception):
    """A company of that name is there already."""


@transaction.atomic
def add_organisation(*, name: str, now: datetime, mail_domain: str = "") -> SponsorOrganisation:
    """A company that pays. Raises NameTaken."""
    name = name.strip()
    if SponsorOrganisation.objects.filter(name__iexact=name).exists():
        raise NameTaken
    organisation: SponsorOrganisation = SponsorOrganisation.objects.create(
        name=name, mail_domain=_domain(mail_domain)
    )
    record(event="sponsor.added", subject=organisation, now=now)
    return organisation


@transaction.atomic
def edit_organisation(
    *, organisation: SponsorOrganisation, name: str, mail_domain: str, now: datetime
) -> None:
    """Raises NameTaken."""
    name = name.strip()
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

    Raises EmailTaken.
    """
    email = email.strip().lower()
    _check_email_free(organisation, email)
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
    """The kind stays: it decides what the person may see. Raises EmailTaken, EmailIsSignIn."""
    email = email.strip().lower()
    if email != contact.email:
        if contact.membership_id is not None:
            raise EmailIsSignIn
        _check_email_free(contact.organisation, email)
    contact.name, contact.email, contact.job_title = name.strip(), email, job_title.strip()
    contact.save(update_fields=["name", "email", "job_title"])
    record(event="contact.edited", subject=contact, now=now)


@transaction.atomic
def invite_contact(*, contact: SponsorContact, now: datetime) -> Membership:
    """Open the sponsor pages to the contact and send the address; calling again resends."""
    membership = ensure_membership(
        email=contact.email,
        name=contact.name,
        audience=Audience.SPONSOR,
        roles=[_ROLE_OF_KIND[SponsorContact.Kind(contact.kind)]],
        now=now,
    )
    if contact.membership_id != membership.pk:
        contact.membership = membership
        contact.save(update_fields=["membership"])
    enqueue(
        kind=INVITATION_KIND,
        key=f"sponsor-invitation:{contact.pk}:{now:%Y%m%dT%H%M}",
        due_at=now,
        subject_id=contact.pk,
        recipient=contact.email,
    )
    record(event="contact.invited", subject=contact, now=now)
    return membership


def _domain(text: str) -> str:
    return text.strip().lower().removeprefix("@")


def _check_email_free(organisation: SponsorOrganisation, email: str) -> None:
    taken = SponsorContact.objects.filter(organisation=organisation, email__iexact=email)
    if taken.exists():
        raise EmailTaken
