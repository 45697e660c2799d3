"""The mail about a new enquiry: that somebody asked, never what they wrote."""

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from clients.emails.people import Letter, acting_practice, delivery_of, page_address
from clients.models import Enquiry
from clients.queries.answering import answering
from coachops.outbox.registry import ClaimedMessage, Delivery
from coachops.practices.emails import reader_of


def prepare_enquiry(message: ClaimedMessage) -> Delivery | None:
    """Nothing once somebody has gone on with it, or for whoever may answer it no longer."""
    rows = Enquiry.objects.filter(pk=message.subject_id, state=Enquiry.State.NEW)
    enquiry: Enquiry | None = rows.first()
    if enquiry is None:
        return None
    practice = acting_practice()
    today = timezone.localdate(timezone=practice.zone)
    people = {str(each.pk): each for each in answering(enquiry, today)}
    reader = people.get(message.payload["reader"])
    if reader is None:
        return None
    letter = Letter(
        name="clients/enquiry",
        reader=reader_of(reader.user),
        reason=_("Sent because you work at %(practice)s."),
        context={
            "practice": practice,
            "name": enquiry.name,
            "url": page_address("coach:enquiry", practice, pk=enquiry.pk),
        },
    )
    return delivery_of(letter, practice, message)
