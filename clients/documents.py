"""The consent that client, coach and sponsor sign: one text, the same words for all three."""

import hashlib
from dataclasses import dataclass

from django.utils.translation import gettext as _

from clients.models import DisclosureProposal, Engagement
from clients.policies import DISCLOSES, NEVER_DISCLOSED, Part, Party
from clients.queries.disclosure import LEVEL_LABELS, PART_LABELS, PARTY_LABELS, WITHHELD_LABELS


@dataclass(frozen=True, slots=True)
class ConsentFacts:
    """Who agrees on what about which engagement."""

    client: str
    coach: str
    contact: str
    organisation: str
    practice: str
    title: str
    level: int


def consent_facts(
    proposal: DisclosureProposal, engagement: Engagement, practice: str
) -> ConsentFacts:
    organisation = engagement.sponsor_organisation
    return ConsentFacts(
        client=engagement.client.name,
        coach=engagement.coach.name,
        contact=proposal.sponsor_contact.name,
        organisation=organisation.name if organisation else "",
        practice=practice,
        title=engagement.title,
        level=proposal.level,
    )


def consent_text(facts: ConsentFacts, party: str) -> str:
    """The full text in the reader's language, as it is shown, signed and kept."""
    return "\n\n".join([_opening(facts, party), _shared(facts), _withheld(), *_terms(facts)])


def consent_hash(text: str) -> str:
    """SHA-256 of the text's UTF-8, in hexadecimal."""
    return hashlib.sha256(text.encode()).hexdigest()


def _opening(facts: ConsentFacts, party: str) -> str:
    signs = {
        Party.CLIENT: facts.client,
        Party.COACH: facts.coach,
        Party.SPONSOR: facts.contact,
    }[Party(party)]
    return _(
        "This is about “%(title)s”: %(client)s is coached by %(coach)s of %(practice)s, and"
        " %(organisation)s pays for it. %(signs)s signs as %(party)s and agrees to the level"
        " “%(level)s”."
    ) % {
        "title": facts.title,
        "client": facts.client,
        "coach": facts.coach,
        "practice": facts.practice,
        "organisation": facts.organisation,
        "signs": signs,
        "party": str(PARTY_LABELS[party]).lower(),
        "level": LEVEL_LABELS[facts.level],
    }


def _shared(facts: ConsentFacts) -> str:
    lines = [f"- {PART_LABELS[part]}" for part in Part if part in DISCLOSES[facts.level]]
    head = _("%(organisation)s may see only this:") % {"organisation": facts.organisation}
    return "\n".join([head, *lines])


def _withheld() -> str:
    lines = [f"- {WITHHELD_LABELS[kind]}" for kind in NEVER_DISCLOSED]
    return "\n".join([_("It never sees, at any level:"), *lines])


def _terms(facts: ConsentFacts) -> list[str]:
    names = {"client": facts.client, "organisation": facts.organisation}
    return [
        _(
            "Session dates and attendance are shown to %(organisation)s only if %(client)s"
            " chooses so, and %(client)s can change that at any time."
        )
        % names,
        _(
            "The level opens when all three have signed, and it can be raised only by all three."
            " %(client)s can lower or close it at any time, at once, without giving a reason."
            " Reports that have already been issued remain with %(organisation)s."
        )
        % names,
    ]
