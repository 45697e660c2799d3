"""What clients does when the apps below it report something."""

from datetime import datetime

from clients.services.addresses import follow_sign_in
from clients.services.assignments import end_assignments_of
from clients.services.intake import close_intake, reopen_intake
from coachops.practices.models import Membership
from coachops.practices.roles import Audience
from coachops.questionnaires.models import Response


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


def on_response_submitted(
    sender: type[Response], *, response: Response, now: datetime, **_: object
) -> None:
    """An intake that was answered is not asked for any more."""
    close_intake(response=response, now=now)


def on_response_taken_back(
    sender: type[Response], *, response: Response, now: datetime, **_: object
) -> None:
    """An intake that is being changed waits again."""
    reopen_intake(response=response, now=now)
