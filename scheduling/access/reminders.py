"""How the practice reminds is for those who run all of it: owners, and assistants of everybody."""

from django.http import Http404

from clients.access import today_in
from coachops.practices.guards import PracticeRequest
from coachops.practices.queries.assistants import assisted_coach_ids
from coachops.practices.roles import Role
from scheduling.models import ReminderPolicy
from scheduling.queries.reminders import reminder_policy


def reminder_policy_for_member(request: PracticeRequest) -> ReminderPolicy:
    """The practice's policy, saved or the usual one. Raises 404."""
    if not may_set_reminders(request):
        raise Http404
    return reminder_policy()


def may_set_reminders(request: PracticeRequest) -> bool:
    """At most one query."""
    if Role.OWNER in request.membership.roles:
        return True
    return assisted_coach_ids(request.membership, today_in(request)) is None
