"""Loading a member is the access check: whoever may not, gets the same 404."""

from uuid import UUID

from allauth.usersessions.models import UserSession
from django.http import Http404

from coachops.practices.guards import PracticeRequest
from coachops.practices.models import Membership
from coachops.practices.roles import Audience


def member_of_practice(request: PracticeRequest, pk: UUID) -> Membership:
    """A member of staff of the active practice, gone or not, with their user. Raises 404."""
    membership = (
        Membership.objects.select_related("user")
        .filter(pk=pk, practice=request.practice, audience=Audience.STAFF)
        .first()
    )
    if membership is None:
        raise Http404
    return membership


def own_device(request: PracticeRequest, pk: int) -> UserSession:
    """A place where the acting person is signed in, whatever practice it is about. Raises 404."""
    device: UserSession | None = UserSession.objects.filter(pk=pk, user=request.user).first()
    if device is None:
        raise Http404
    return device
