"""Agreements with every client: signed by all, or on their way. Signed ones come without a PDF."""

from datetime import timedelta
from functools import cache

from clients.documents import agreement_consent, consent_hash
from clients.models import (
    Agreement,
    AgreementKind,
    AgreementSignature,
    AgreementSigner,
    AgreementTemplateVersion,
)
from clients.policies import Party
from clients.queries.agreement_fields import merged, sample_values
from clients.services.agreement_templates import install_starters
from coachops.demo.large.copying import insert
from coachops.demo.large.place import Coach, Place, Run

THREE, TWO = (Party.CLIENT, Party.SPONSOR, Party.COACH), (Party.CLIENT, Party.COACH)
# Of ten current engagements the one whose agreement is still with the client.
WITH_THE_CLIENT = 6


def add_templates(place: Place) -> None:
    """The starters in their first version."""
    install_starters(now=place.now - timedelta(days=390))
    for version in AgreementTemplateVersion.objects.select_related("template"):
        place.agreements[version.template.kind] = version


def add_agreements(place: Place, coach: Coach, runs: list[Run]) -> None:
    """One for each engagement with its signers and what they signed."""
    made = [(run, _agreement(place, coach, run)) for run in runs]
    insert(Agreement, [agreement for _, agreement in made])
    signers = [(run, signer) for run, agreement in made for signer in _signers(run, agreement)]
    insert(AgreementSigner, [signer for _, signer in signers])
    insert(
        AgreementSignature,
        [
            _signature(place, coach, run, signer)
            for run, signer in signers
            if signer.state == AgreementSigner.State.SIGNED
        ],
    )


def _agreement(place: Place, coach: Coach, run: Run) -> Agreement:
    kind = AgreementKind.THREE_PARTY if run.sponsor else AgreementKind.TWO_PARTY
    version, sent_at = place.agreements[kind], run.engagement.created_at
    is_signed = run.is_over or run.person.number % 10 != WITH_THE_CLIENT
    names = {
        "client.name": run.person.client.name,
        "coach.name": coach.member.name,
        "practice.name": place.practice.name,
        "sponsor.organisation": run.sponsor.organisation.name if run.sponsor else "",
        "sponsor.contact": run.sponsor.contact.name if run.sponsor else "",
    }
    text = merged(version.text, {**_values(), **names})
    return Agreement(
        engagement=run.engagement,
        template=version.template,
        version=version,
        kind=kind,
        title=version.template.name,
        state=Agreement.State.SIGNED if is_signed else Agreement.State.SENT,
        text=text,
        text_hash=consent_hash(text),
        language=place.practice.language,
        prepared_by=coach.member,
        created_at=sent_at,
        sent_at=sent_at,
        settled_at=sent_at + timedelta(days=4) if is_signed else None,
    )


@cache
def _values() -> dict[str, str]:
    return dict(sample_values())


def _signers(run: Run, agreement: Agreement) -> list[AgreementSigner]:
    """In turn, one a day; the first is asked where nobody has signed."""
    is_signed = agreement.state == Agreement.State.SIGNED
    states = AgreementSigner.State
    return [
        AgreementSigner(
            agreement=agreement,
            position=number,
            party=party,
            contact=run.sponsor.contact if run.sponsor and party == Party.SPONSOR else None,
            state=states.SIGNED if is_signed else states.ASKED if number == 1 else states.WAITING,
            asked_at=agreement.sent_at if is_signed or number == 1 else None,
            asked_times=1 if is_signed or number == 1 else 0,
            settled_at=agreement.created_at + timedelta(days=number) if is_signed else None,
        )
        for number, party in enumerate(THREE if run.sponsor else TWO, start=1)
    ]


def _signature(place: Place, coach: Coach, run: Run, signer: AgreementSigner) -> AgreementSignature:
    agreement = signer.agreement
    people = {
        Party.CLIENT: (run.person.client.name, run.person.client.email),
        Party.COACH: (coach.member.name, coach.member.user.email),
    }
    if run.sponsor:
        people[Party.SPONSOR] = (run.sponsor.contact.name, run.sponsor.contact.email)
    name, email = people[Party(signer.party)]
    return AgreementSignature(
        agreement=agreement,
        signer=signer,
        party=signer.party,
        signed_name=name,
        method=AgreementSignature.Method.TYPED,
        way=AgreementSignature.Way.LINK,
        email=email,
        consent_text=agreement_consent(
            title=agreement.title,
            text_hash=agreement.text_hash,
            practice=place.practice.name,
            party=signer.party,
        ),
        text_hash=agreement.text_hash,
        signed_at=signer.settled_at or agreement.created_at,
        signed_from="192.0.2.10",
        user_agent="Demo browser",
    )
