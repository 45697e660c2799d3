"""What is out to be signed for a team, when somebody else speaks for it from now on, or nobody."""

from datetime import datetime
from typing import Final

from django.utils.translation import gettext as _

from clients.models import Agreement, AgreementSigner, Client, TeamMember
from clients.policies import AgreementRefused, Party
from clients.queries.agreements import contact_of, signers_of
from clients.queries.clients import assigned_coaches
from clients.services import disclosure
from clients.services.agreement_asking import ask, stop_asking
from clients.services.agreements import check_people, locked, void
from clients.services.notices import Notice, tell
from coachops.outbox.queue import enqueue
from coachops.practices.models import Practice
from coachops.tenancy.scope import current_practice_id

FORMER_KIND: Final = "clients.former_speaker"
_UNSIGNED: Final = (AgreementSigner.State.WAITING, AgreementSigner.State.ASKED)


def ask_who_speaks_now(*, team: Client, former: TeamMember | None, now: datetime) -> None:
    """Part of a service: the one who speaks for the team is asked what the one before was asked.

    The text stays as it was sent, and so do the signatures of the others: it names the team. The
    links of the one before show nothing any more, and they hear of it. Where the new one signs for
    another side already, it is void.
    """
    asked = [_ask_anew(signer, now) for signer in _unsigned(team)]
    disclosure.ask_invited_client(client=team, now=now)
    if former is not None and any(asked):
        enqueue(
            kind=FORMER_KIND,
            key=f"former-speaker:{former.pk}:{now:%Y%m%dT%H%M%S}",
            due_at=now,
            subject_id=former.pk,
        )


def stop_asking_speaker(*, team: Client, now: datetime) -> None:
    """Part of a service: nobody speaks for the team. What waits is asked once somebody does.

    Its coaches hear of it, but for the one who did it.
    """
    for signer in _unsigned(team):
        stop_asking(signer=signer, agreement=locked(signer.agreement), now=now)
    today = now.astimezone(team.practice.zone).date()
    tell(readers=assigned_coaches(team, today), notice=Notice.NO_SPEAKER, client=team, now=now)


def _unsigned(team: Client) -> list[AgreementSigner]:
    """The team's own places in what was sent and still waits for them, now or later."""
    rows = AgreementSigner.objects.select_related("agreement").filter(
        agreement__engagement__client=team,
        agreement__state=Agreement.State.SENT,
        party=AgreementSigner.Party.CLIENT,
        state__in=_UNSIGNED,
    )
    return list(rows.order_by("agreement_id"))


def _ask_anew(signer: AgreementSigner, now: datetime) -> bool:
    """Whether the one before had been asked."""
    agreement = locked(signer.agreement)
    signers = signers_of(agreement)
    row = next(each for each in signers if each.pk == signer.pk)
    if agreement.state != Agreement.State.SENT or row.state not in _UNSIGNED:
        return False
    was_asked = row.state == AgreementSigner.State.ASKED
    try:
        order = tuple(Party(each.party) for each in signers)
        check_people(agreement.engagement, order, contact_of(agreement))
    except AgreementRefused:
        reason = _("Whoever speaks for the team now signs for another side already.")
        void(agreement=agreement, reason=reason, now=now)
        return was_asked
    if was_asked:
        stop_asking(signer=row, agreement=agreement, now=now)
        practice = Practice.objects.get(pk=current_practice_id())
        ask(signer=row, agreement=agreement, practice=practice, now=now)
    return was_asked
