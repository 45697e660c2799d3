"""What a refusal means to the person in front of it, and what to do next."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from programs.policies import Refusal

REFUSALS: dict[Refusal, str | Promise] = {
    Refusal.NOT_PUBLISHED: _("This program is not published yet. Choose another one."),
    Refusal.NO_SESSIONS: _("Allot between 1 and 200 sessions."),
    Refusal.SPONSOR_MISSING: _("Choose the company that pays, or name a new one."),
    Refusal.SPONSOR_NOT_PAYING: _("The client pays, so there is no company to name."),
    Refusal.CONTACT_ELSEWHERE: _("Somebody chosen is at another company. Choose again."),
    Refusal.COACH_NOT_ASSIGNED: _("This coach does not coach the client. Choose another coach."),
    Refusal.WRONG_STATE: _("Somebody else has just changed this engagement. Look again."),
}
