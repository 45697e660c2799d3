"""What somebody chose, as the form shows it."""

from typing import Any

from coachops.correspondence.models import MailPreference
from coachops.correspondence.policies import Topic
from coachops.correspondence.queries.readers import plain_address


def choices_of(address: str) -> dict[str, Any]:
    """The form's first values: what was chosen at an address, or everything. One query."""
    found: MailPreference = (
        MailPreference.objects.filter(address=plain_address(address)).first() or MailPreference()
    )
    values = {
        name: getattr(found, name)
        for name in ("reminders", "digest", "quiet", "quiet_from", "quiet_until")
    }
    switches = (Topic.NUDGES, Topic.NEWS, Topic.DAY)
    return values | {str(topic): str(topic) not in found.off for topic in switches}
