"""What a refusal means to the person in front of it, and what to do next."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from clients.policies import Refusal

REFUSALS: dict[Refusal, str | Promise] = {
    Refusal.SELF_PAYING: _("This client pays for themself: there is no sponsor to share with."),
    Refusal.NOT_HIGHER: _("That much is open already. Choose a higher level."),
    Refusal.NOT_LOWER: _("That is not lower than today. Choose a lower level."),
    Refusal.NO_SUCH_LEVEL: _("There is no such level. Choose one from the list."),
    Refusal.CONTACT_ELSEWHERE: _("That person is not at the company that pays. Choose another."),
    Refusal.CONTACT_IS_THE_CLIENT: _(
        "Nobody signs for the company about their own coaching. Choose somebody else."
    ),
    Refusal.ALREADY_OPEN: _("Signatures are already being collected. Withdraw that request first."),
    Refusal.NOT_OPEN: _("This request is settled; nothing was changed."),
    Refusal.ALREADY_SIGNED: _("You have signed already; once is enough."),
}
