"""To the address that stood on a record before, so that whoever it belongs to can object."""

from django.utils.translation import gettext_lazy as _

from clients.emails.people import Letter, acting_practice, delivery_of, reader_at
from clients.models import Client
from coachops.outbox.registry import ClaimedMessage, Delivery
from coachops.practices.models import Membership
from coachops.practices.roles import Audience, Role


def prepare_old_address(message: ClaimedMessage) -> Delivery | None:
    """Answers reach an owner, not whoever changed it. The new address is not named."""
    client = Client.objects.filter(pk=message.subject_id).first()
    if client is None:
        return None
    practice, by = acting_practice(), str(message.payload["by"])
    owners = Membership.objects.active().select_related("user")
    owner = (
        owners.filter(practice=practice, audience=Audience.STAFF, roles__contains=[Role.OWNER])
        .exclude(pk=by)
        .order_by("joined_at", "pk")
        .first()
    )
    letter = Letter(
        name="clients/old_address",
        reader=reader_at(message.recipient, practice),
        reply_to=owner.user.email if owner else "",
        reason=_("Sent because this address stood on a record at %(practice)s until now."),
        context={"practice": practice, "client": client, "owner": owner},
    )
    return delivery_of(letter, practice, message)
