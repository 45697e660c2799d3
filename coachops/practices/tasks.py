"""Work for the outbox."""

from functools import partial

from coachops.mail.message import send_mail
from coachops.outbox.registry import ClaimedMessage, Delivery
from coachops.practices.emails import invitation_mail
from coachops.practices.models import Membership

INVITATION = "practices.invitation"


def prepare_invitation(message: ClaimedMessage) -> Delivery | None:
    """Nothing is sent to somebody who has come in already, or who is gone."""
    if message.subject_id is None:
        return None
    membership = (
        Membership.objects.active()
        .select_related("practice", "user")
        .filter(pk=message.subject_id, joined_at=None)
        .first()
    )
    if membership is None:
        return None
    return partial(send_mail, invitation_mail(membership), message_id=message.id)
