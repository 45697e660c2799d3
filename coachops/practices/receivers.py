"""What happens here when Django or allauth report something about signing in."""

from typing import Any

from allauth.account.models import EmailAddress
from django.http import HttpRequest
from django.utils import timezone

from coachops.practices.models import User
from coachops.practices.models.sessions import begin_session
from coachops.practices.queries.doors import works_anywhere
from coachops.practices.services.addresses import carry_address


def on_signed_in(sender: type[User], *, request: HttpRequest, user: User, **_: object) -> None:
    """How long the session lives without use depends on what the person is."""
    begin_session(request.session, works=works_anywhere(user), now=timezone.now())


def on_email_changed(
    sender: type[EmailAddress],
    *,
    user: User,
    from_email_address: Any,
    to_email_address: Any,
    **_: object,
) -> None:
    """The first address that is confirmed replaces none."""
    if from_email_address is None:
        return
    carry_address(
        user=user, old=from_email_address.email, new=to_email_address.email, now=timezone.now()
    )
