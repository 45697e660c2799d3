"""What is said of an address that a client has already: no more than the reader may know."""

from django.utils.translation import gettext as _

from clients.access.clients import clients_for_member
from coachops.practices.guards import PracticeRequest


def taken_words(request: PracticeRequest, email: str) -> str:
    """Whose client it is, only for whoever sees that client. One query."""
    if clients_for_member(request).filter(email__iexact=email.strip()).exists():
        return _("You already have a client with this address.")
    return _("This address cannot be used here. Ask an owner of the practice what to do.")
