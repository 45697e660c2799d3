"""Opening and closing what a sponsor may see. Closed until all three have signed one level."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from clients.documents import consent_hash
from clients.models import (
    Client,
    DisclosureProposal,
    DisclosureSignature,
    Engagement,
    SponsorContact,
)
from clients.policies import (
    DisclosureRefused,
    Party,
    Refusal,
    check_lower,
    check_raise,
    is_complete,
)
from clients.queries.clients import address_of, is_among
from coachops.audit.record import record
from coachops.outbox.queue import enqueue
from coachops.outbox.queue import withdraw as withdraw_messages
from coachops.practices.services.links import revoke_links

SIGNING_PURPOSE = "disclosure.sign"
REQUEST_KIND = "clients.disclosure_request"
_NAME_LENGTH = 120
_AGENT_LENGTH = 300


@dataclass(frozen=True, slots=True)
class Evidence:
    """Where a signature came from."""

    address: str | None = None
    user_agent: str = ""


@transaction.atomic
def propose(
    *, engagement: Engagement, level: int, contact: SponsorContact, now: datetime
) -> DisclosureProposal:
    """Ask client, coach and this contact to sign a higher level. Raises DisclosureRefused."""
    engagement = _locked(engagement)
    check_raise(
        level=level, current=engagement.disclosure_level, is_sponsored=engagement.is_sponsored
    )
    _check_contact(engagement, contact)
    if DisclosureProposal.objects.filter(
        engagement=engagement, state=DisclosureProposal.State.OPEN
    ).exists():
        raise DisclosureRefused(Refusal.ALREADY_OPEN)
    proposal: DisclosureProposal = DisclosureProposal.objects.create(
        engagement=engagement, level=level, sponsor_contact=contact, proposed_at=now
    )
    record(
        event="disclosure.proposed",
        subject=proposal,
        now=now,
        facts={"engagement": str(engagement.pk), "level": level},
    )
    _ask(proposal, engagement, now=now, parties=frozenset(Party))
    return proposal


@transaction.atomic
def sign(
    *,
    proposal: DisclosureProposal,
    party: str,
    name: str,
    consent_text: str,
    evidence: Evidence,
    now: datetime,
) -> DisclosureSignature:
    """Keep one party's typed consent to the text shown; the third one opens the level.

    Raises DisclosureRefused when the proposal is no longer open or this party has signed.
    """
    engagement = _locked(proposal.engagement)
    proposal = DisclosureProposal.objects.select_for_update().get(pk=proposal.pk)
    signed = _signed_parties(proposal)
    if party in signed:
        raise DisclosureRefused(Refusal.ALREADY_SIGNED)
    _check_open(proposal)
    signature: DisclosureSignature = DisclosureSignature.objects.create(
        proposal=proposal,
        party=Party(party),
        signed_name=name[:_NAME_LENGTH],
        consent_text=consent_text,
        consent_hash=consent_hash(consent_text),
        signed_at=now,
        signed_from=evidence.address,
        user_agent=evidence.user_agent[:_AGENT_LENGTH],
    )
    record(
        event="disclosure.signed",
        subject=proposal,
        now=now,
        facts={"engagement": str(engagement.pk), "party": str(party), "level": proposal.level},
    )
    withdraw_messages(key_prefix=f"disclosure:{proposal.pk}:{party}:")
    if is_complete(signed | {str(party)}):
        _open_level(proposal, engagement, now=now)
    return signature


@transaction.atomic
def withdraw(*, proposal: DisclosureProposal, now: datetime) -> None:
    """Take back a proposal before all have signed; signatures stay on file, the level as it was."""
    _locked(proposal.engagement)
    proposal = DisclosureProposal.objects.select_for_update().get(pk=proposal.pk)
    _check_open(proposal)
    _settle(proposal, DisclosureProposal.State.WITHDRAWN, now=now)
    record(event="disclosure.withdrawn", subject=proposal, now=now)


@transaction.atomic
def lower(*, engagement: Engagement, level: int | None, now: datetime) -> None:
    """The client's own act: at once, nobody is told. Takes back a waiting proposal too.

    Raises DisclosureRefused.
    """
    row = _locked(engagement)
    check_lower(level=level, current=row.disclosure_level)
    before = row.disclosure_level
    row.disclosure_level = engagement.disclosure_level = level
    row.save(update_fields=["disclosure_level"])
    waiting = DisclosureProposal.objects.filter(engagement=row, state=DisclosureProposal.State.OPEN)
    for proposal in waiting:
        _settle(proposal, DisclosureProposal.State.WITHDRAWN, now=now)
    record(
        event="disclosure.lowered",
        subject=row,
        now=now,
        facts={"from": before, "to": level},
    )


@transaction.atomic
def share_attendance(*, engagement: Engagement, shared: bool, now: datetime) -> None:
    """The client's own choice: whether the sponsor sees session dates and attendance."""
    row = _locked(engagement)
    if not row.is_sponsored:
        raise DisclosureRefused(Refusal.SELF_PAYING)
    if row.attendance_shared == shared:
        return
    row.attendance_shared = engagement.attendance_shared = shared
    row.save(update_fields=["attendance_shared"])
    record(event="disclosure.attendance", subject=row, now=now, facts={"shared": shared})


@transaction.atomic
def remind(*, proposal: DisclosureProposal, now: datetime) -> int:
    """Ask again whoever has not signed; how many mails that makes. Once a minute at most."""
    engagement = _locked(proposal.engagement)
    proposal = proposal.reload()
    _check_open(proposal)
    waiting = frozenset(Party) - _signed_parties(proposal)
    record(event="disclosure.reminded", subject=proposal, now=now)
    return _ask(proposal, engagement, now=now, parties=waiting)


@transaction.atomic
def ask_invited_client(*, client: Client, now: datetime) -> None:
    """Ask a client who can come in only now; what was sent before the invitation is gone."""
    _ask_again(Party.CLIENT, now, engagement__client=client)


@transaction.atomic
def ask_new_coach(*, engagement: Engagement, now: datetime) -> None:
    """Ask the coach who now leads the engagement, unless the one before had signed."""
    _ask_again(Party.COACH, now, engagement=engagement)


@transaction.atomic
def withdraw_asked_of(
    *, contact: SponsorContact, now: datetime, engagement: Engagement | None = None
) -> None:
    """Take back what a contact was asked to sign, everywhere or for one engagement."""
    waiting = DisclosureProposal.objects.select_related("engagement").filter(
        sponsor_contact=contact, state=DisclosureProposal.State.OPEN
    )
    if engagement is not None:
        waiting = waiting.filter(engagement=engagement)
    for proposal in waiting:
        withdraw(proposal=proposal, now=now)


def _ask_again(party: Party, now: datetime, **of_whom: Client | Engagement) -> None:
    waiting = DisclosureProposal.objects.select_related("engagement", "sponsor_contact").filter(
        state=DisclosureProposal.State.OPEN, **of_whom
    )
    for proposal in waiting:
        if party not in _signed_parties(proposal):
            withdraw_messages(key_prefix=f"disclosure:{proposal.pk}:{party}:")
            _ask(proposal, proposal.engagement, now=now, parties=frozenset({party}))


def _locked(engagement: Engagement) -> Engagement:
    """Every change of an engagement's disclosure waits for the one before it."""
    row: Engagement = Engagement.objects.select_for_update().get(pk=engagement.pk)
    return row


def _check_contact(engagement: Engagement, contact: SponsorContact) -> None:
    if contact.organisation_id != engagement.sponsor_organisation_id:
        raise DisclosureRefused(Refusal.CONTACT_ELSEWHERE)
    if is_among(engagement.client, contact):
        raise DisclosureRefused(Refusal.CONTACT_IS_THE_CLIENT)


def _check_open(proposal: DisclosureProposal) -> None:
    if proposal.state != DisclosureProposal.State.OPEN:
        raise DisclosureRefused(Refusal.NOT_OPEN)


def _signed_parties(proposal: DisclosureProposal) -> frozenset[str]:
    return frozenset(
        DisclosureSignature.objects.filter(proposal=proposal).values_list("party", flat=True)
    )


def _open_level(proposal: DisclosureProposal, engagement: Engagement, *, now: datetime) -> None:
    engagement.disclosure_level = proposal.level
    engagement.save(update_fields=["disclosure_level"])
    _settle(proposal, DisclosureProposal.State.SIGNED, now=now)
    record(
        event="disclosure.opened",
        subject=engagement,
        now=now,
        facts={"level": proposal.level, "proposal": str(proposal.pk)},
    )


def _settle(proposal: DisclosureProposal, state: str, *, now: datetime) -> None:
    proposal.state, proposal.settled_at = state, now
    proposal.save(update_fields=["state", "settled_at"])
    withdraw_messages(key_prefix=f"disclosure:{proposal.pk}:")
    revoke_links(subject_id=proposal.pk, purpose=SIGNING_PURPOSE, now=now)


def _ask(
    proposal: DisclosureProposal,
    engagement: Engagement,
    *,
    now: datetime,
    parties: frozenset[str],
) -> int:
    """One mail for each; the key holds the minute, so that a double click asks once."""
    addresses = {
        Party.CLIENT: address_of(engagement.client),
        Party.COACH: engagement.coach.user.email,
        Party.SPONSOR: address_of(proposal.sponsor_contact),
    }
    asked = 0
    for party in Party:
        if party not in parties:
            continue
        queued = enqueue(
            kind=REQUEST_KIND,
            key=f"disclosure:{proposal.pk}:{party}:{now:%Y%m%dT%H%M}",
            due_at=now,
            subject_id=proposal.pk,
            recipient=addresses[party],
            payload={"party": str(party)},
        )
        asked += queued is not None
    return asked
