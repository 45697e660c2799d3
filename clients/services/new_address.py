"""Another address on a record: what was out to the old one is out no longer, and it hears of it.

Whoever holds the new address could otherwise go on where the client had stopped, and sign for them.
Sending again is somebody's own act.
"""

from datetime import datetime
from typing import Final

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from clients.models import (
    Agreement,
    AgreementSigner,
    Client,
    DisclosureProposal,
    Intake,
    TeamMember,
)
from clients.services import disclosure
from clients.services.agreement_asking import FILE_PURPOSE
from clients.services.agreements import void
from clients.services.asking import withdraw_asking
from clients.services.handover_asking import close_ways
from clients.signals import address_replaced
from coachops.outbox.queue import enqueue
from coachops.practices.models import Membership
from coachops.practices.services.links import revoke_links

OLD_ADDRESS_KIND: Final = "clients.old_address"
_UNSIGNED: Final = (AgreementSigner.State.WAITING, AgreementSigner.State.ASKED)


@transaction.atomic
def take_back_what_is_out(*, client: Client, by: Membership, now: datetime) -> None:
    """Before the address changes, so that what is said about it still goes to the old one."""
    for intake in Intake.objects.filter(client=client, closed_at=None):
        withdraw_asking(asking=intake, now=now)
    own = _signers(client)
    waiting = own.filter(agreement__state=Agreement.State.SENT, state__in=_UNSIGNED)
    for signer in waiting.order_by("agreement_id"):
        reason = _("The address of the client was changed.")
        void(agreement=signer.agreement, reason=reason, now=now)
    for signer in own:
        revoke_links(subject_id=signer.pk, purpose=FILE_PURPOSE, now=now)
    proposals = DisclosureProposal.objects.select_related("engagement").filter(
        engagement__client=client, state=DisclosureProposal.State.OPEN
    )
    for proposal in proposals.order_by("engagement_id", "pk"):
        disclosure.withdraw(proposal=proposal, now=now)
    close_ways(client=client, now=now)
    address_replaced.send(Client, client=client, now=now)
    _tell_old_address(client, by, now)


def _signers(client: Client) -> QuerySet[AgreementSigner]:
    """The client's own places, also where they sign for a team."""
    teams = TeamMember.objects.present().filter(client=client, is_speaker=True).values("team_id")
    return AgreementSigner.objects.select_related("agreement").filter(  # type: ignore[no-any-return]
        Q(agreement__engagement__client=client) | Q(agreement__engagement__client__in=teams),
        party=AgreementSigner.Party.CLIENT,
    )


def _tell_old_address(client: Client, by: Membership, now: datetime) -> None:
    if client.email:
        enqueue(
            kind=OLD_ADDRESS_KIND,
            key=f"old-address:{client.pk}:{now.isoformat()}",
            due_at=now,
            subject_id=client.pk,
            recipient=client.email,
            payload={"by": str(by.pk)},
        )
