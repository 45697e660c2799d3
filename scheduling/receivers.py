"""What scheduling does when the apps below it report something."""

from datetime import datetime

from coachops.practices.models import Membership
from scheduling.services.offerings import archive_offerings_of


def on_membership_ended(
    sender: type[Membership], *, membership: Membership, now: datetime, **_: object
) -> None:
    """Nobody books with somebody who has left."""
    archive_offerings_of(coach=membership, now=now)
