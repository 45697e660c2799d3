"""What clients does when the apps below it report something."""

from datetime import datetime

from clients.services.addresses import follow_sign_in
from clients.services.assignments import end_assignments_of
from coachops.practices.models import Membership
from coachops.practices.roles import Audience


def on_address_changed(
    sender: type[Membership],
    *,
    membership: Membership,
    address: str,
    now: datetime,
    **_: object,
) -> None:
    """Records show the address at which somebody is reached."""
    follow_sign_in(membership=membership, address=address, now=now)


def on_membership_ended(
    sender: type[Membership], *, membership: Membership, now: datetime, **_: object
) -> None:
    """A coach who has left coaches nobody any more."""
    if membership.audience == Audience.STAFF:
        end_assignments_of(coach=membership, now=now)
