"""Loading a member is the access check: whoever may not, gets the same 404."""

from typing import Any
from uuid import UUID

from allauth.usersessions.models import UserSession
from django.db.models import Model
from django.http import Http404

from coachops.practices.guards import PracticeRequest
from coachops.practices.models import Membership
from coachops.practices.roles import Audience


def found_or_404[M: Model](model: type[M], rows: Any) -> M:
    """The first row. Raises 404 when there is none: one answer for gone, foreign and forbidden."""
    found: M | None = rows.first()
    if found is None:
        raise Http404
    return found


def member_of_practice(request: PracticeRequest, pk: UUID) -> Membership:
    """A member of staff of the active practice, gone or not, with their user. Raises 404."""
    members = Membership.objects.select_related("user")
    return found_or_404(
        Membership, members.filter(pk=pk, practice=request.practice, audience=Audience.STAFF)
    )


def own_device(request: PracticeRequest, pk: int) -> UserSession:
    """A place where the acting person is signed in, whatever practice it is about. Raises 404."""
    return found_or_404(UserSession, UserSession.objects.filter(pk=pk, user=request.user))
