"""Agreements of a client with their company, and what stands in each of them alone."""

from datetime import datetime
from typing import TYPE_CHECKING, Any

from clients.documents import consent_hash
from clients.models import Agreement, AgreementFile, AgreementSigner, Engagement
from clients.models.agreements import agreement_file_name
from clients.policies import Party
from clients.services.agreement_templates import add_template, save_template
from clients.services.agreements import prepare, send
from coachops.practices.policies import Data
from coachops.tenancy.scope import scope, system_scope

if TYPE_CHECKING:
    from tests.contracts.world import Story, World

THREE = (Party.CLIENT, Party.SPONSOR, Party.COACH)


def add_agreements(
    world: "World", things: dict[str, Any], story: "Story", engagement: Engagement, now: datetime
) -> None:
    """One that the client is asked to sign, fees that they never see, and one signed by all."""
    word = story.word
    text = world.plant(f"{word}s-agreement-text", Data.AGREEMENT, word, not_for=("stella",))
    fees = world.plant(f"{word}s-fees", Data.FEES, word, not_for=("stella",))
    for name, words, price in (
        ("agreement", text, ""),
        ("fees_sheet", "{{fees}}", fees),
        ("signed_agreement", "Yes.", ""),
    ):
        things[name] = _sent(things, story, engagement, (f"{name} of {word}", words, price), now)
    signed = things["signed_agreement"]
    Agreement.objects.filter(pk=signed).update(state=Agreement.State.SIGNED, settled_at=now)
    AgreementSigner.objects.filter(agreement=signed).update(state="signed", settled_at=now)
    name = agreement_file_name(story.client.practice_id, signed)
    world.files[name] = b"%PDF-1.7 a sealed agreement"
    AgreementFile.objects.create(
        agreement_id=signed, file=name, fingerprint="0" * 64, sealed_by="CN=x", sealed_at=now
    )
    of_client = AgreementSigner.objects.filter(party="client")
    things["signer"] = of_client.get(agreement=things["agreement"]).pk
    things["signer_of_file"] = of_client.get(agreement=signed).pk


def _sent(
    things: dict[str, Any],
    story: "Story",
    engagement: Engagement,
    paper: tuple[str, str, str],
    now: datetime,
) -> object:
    """Asked for, by a template whose wording has become another one since."""
    name, text, fees = paper
    with scope(system_scope(story.client.practice_id)):
        kind = "fees" if fees else "three_party"
        template = add_template(name=name, kind=kind, text=text, by=None, now=now)
    made = prepare(
        engagement=engagement,
        template=template,
        order=THREE[1:] if fees else THREE,
        contact=story.contact,
        fees=fees,
        by=story.coach,
        now=now,
    )
    send(agreement=made, shown_hash=consent_hash(fees or text), now=now)
    with scope(system_scope(story.client.practice_id)):
        save_template(template=template, name=name, text="Yes.", by=story.coach, now=now)
    things["template"] = template.pk
    return made.pk
