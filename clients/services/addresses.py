"""The address on a record follows the one the person signs in with."""

from datetime import datetime

from django.db import IntegrityError, transaction

from clients.models import Client, SponsorContact
from coachops.audit.record import record
from coachops.practices.models import Membership


@transaction.atomic
def follow_sign_in(*, membership: Membership, address: str, now: datetime) -> None:
    """Copy the address onto the person's records as a client and as a contact of companies.

    Where another record has it already, theirs keeps the old one: mail goes to the sign-in anyway.
    """
    for client in Client.objects.filter(membership=membership):
        _follow(client, "client", address, now)
    for contact in SponsorContact.objects.filter(membership=membership):
        _follow(contact, "contact", address, now)


def _follow(person: Client | SponsorContact, kind: str, address: str, now: datetime) -> None:
    if person.email == address:
        return
    person.email = address
    try:
        with transaction.atomic():
            person.save(update_fields=["email"])
    except IntegrityError:
        record(event=f"{kind}.address_kept", subject=person, now=now)
    else:
        record(event=f"{kind}.address_followed", subject=person, now=now)
