"""Another address to sign in with, carried into every practice of the person."""

from datetime import datetime

from django.db import transaction

from coachops.audit.record import record
from coachops.practices.models import Membership, SignedLink, User
from coachops.practices.services.people import as_themself, memberships_of
from coachops.practices.signals import address_changed
from coachops.tenancy.scope import scope


@transaction.atomic
def carry_address(*, user: User, old: str, new: str, now: datetime) -> None:
    """Links made out to the old address die, whoever reads mail there; records follow.

    A practice that the person has left does not learn the new address.
    """
    for membership in memberships_of(user, also_left=True):
        with scope(as_themself(membership)):
            _carry(membership, old, new, now)


def _carry(membership: Membership, old: str, new: str, now: datetime) -> None:
    links = SignedLink.objects.filter(recipient__iexact=old, used_at=None, revoked_at=None)
    revoked = links.update(revoked_at=now)
    record(
        event="member.address_changed",
        subject=membership,
        now=now,
        facts={"links_revoked": revoked},
    )
    if membership.ended_at is None:
        address_changed.send(
            sender=Membership, membership=membership, old=old, address=new, now=now
        )
