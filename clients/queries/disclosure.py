"""What a sponsor may see of an engagement, in words, and how far the signatures are."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from clients.models import DisclosureProposal, DisclosureSignature, Engagement
from clients.policies import NEVER_DISCLOSED, Part, Party, Withheld, disclosed_parts

type Text = str | Promise

LEVEL_LABELS: dict[int | None, Text] = {
    None: _("Closed"),
    0: _("Facts for invoicing"),
    1: _("Progress"),
    2: _("Goals"),
    3: _("Feedback"),
}
LEVEL_EXPLANATIONS: dict[int | None, Text] = {
    None: _("Nothing at all reaches the sponsor."),
    0: _("That the coaching takes place, with its dates and how many sessions are used."),
    1: _("Also how far the goals marked for the sponsor have come, as a percentage."),
    2: _("Also the wording of those goals that the client wrote for the sponsor."),
    3: _("Also the averages of short surveys, once enough people have answered."),
}
PART_LABELS: dict[Part, Text] = {
    Part.NAME: _("Who is being coached"),
    Part.STATE: _("Whether the coaching is running, paused or finished"),
    Part.PROGRAM: _("The program, its phases and its dates"),
    Part.SESSION_COUNTS: _("How many sessions are used and left"),
    Part.NEXT_REPORT: _("When the next progress report is due"),
    Part.NEXT_THREE_WAY: _("When the next meeting of all three takes place"),
    Part.ATTENDANCE: _("The dates of sessions and whether they took place"),
    Part.GOAL_PROGRESS: _("Progress, as a percentage, on goals marked for the sponsor"),
    Part.SPONSOR_WORDING: _("The wording of those goals written for the sponsor"),
    Part.CLIENT_STATEMENT: _("A statement that the client wrote for the sponsor"),
    Part.PULSE: _("Averages of short surveys, where enough people answered"),
}
WITHHELD_LABELS: dict[Withheld, Text] = {
    Withheld.NOTES: _("Notes and summaries of sessions"),
    Withheld.REFLECTIONS: _("Reflections"),
    Withheld.INTAKE: _("Answers to questionnaires"),
    Withheld.ACTIONS: _("Action items"),
    Withheld.OWN_WORDING: _("Goals in the words of the client"),
    Withheld.ASSESSMENTS: _("Results of assessments"),
    Withheld.RATERS: _("How many colleagues answered a survey"),
    Withheld.COMMENTS: _("What colleagues wrote"),
}
PARTY_LABELS: dict[str, Text] = {
    Party.CLIENT: _("Client"),
    Party.COACH: _("Coach"),
    Party.SPONSOR: _("Sponsor"),
}


@dataclass(frozen=True, slots=True)
class Badge:
    """A disclosure state as a chip: words, kind and symbol of the design system."""

    text: Text
    kind: str
    symbol: str


@dataclass(frozen=True, slots=True)
class PartyFacts:
    """One of the three; `signed_at` is None while they are waited for."""

    party: str
    label: Text
    name: str
    signed_at: datetime | None


@dataclass(frozen=True, slots=True)
class ProposalFacts:
    """A level that the three are asked to sign."""

    id: UUID
    level: int
    label: Text
    contact_id: UUID
    proposed_at: datetime
    parties: tuple[PartyFacts, ...]

    @property
    def waiting_for(self) -> tuple[PartyFacts, ...]:
        return tuple(party for party in self.parties if party.signed_at is None)

    @property
    def signed_count(self) -> int:
        return len(self.parties) - len(self.waiting_for)

    def has_signed(self, party: str) -> bool:
        return any(each.party == party and each.signed_at for each in self.parties)


@dataclass(frozen=True, slots=True)
class DisclosureState:
    """Everything a page says about what the sponsor sees."""

    engagement_id: UUID
    level: int | None
    label: Text
    explanation: Text
    shared: tuple[Text, ...]
    withheld: tuple[Text, ...]
    attendance_shared: bool
    badge: Badge
    proposal: ProposalFacts | None

    @property
    def is_closed(self) -> bool:
        return self.level is None


def level_badge(level: int | None) -> Badge:
    """The chip of a level. No query."""
    if level is None:
        return Badge(_("Closed to sponsor"), "line", "lock-keyhole")
    return Badge(LEVEL_LABELS[level], "brand", "eye")


def shared_labels(parts: frozenset[Part]) -> tuple[Text, ...]:
    """The parts in words, always in the same order."""
    return tuple(PART_LABELS[part] for part in Part if part in parts)


def disclosure_state(engagement: Engagement) -> DisclosureState:
    """The state of one sponsored engagement. Two queries when something waits, else one."""
    level = engagement.disclosure_level
    parts = disclosed_parts(
        level=level,
        is_sponsored=engagement.is_sponsored,
        attendance_shared=engagement.attendance_shared,
    )
    return DisclosureState(
        engagement_id=engagement.pk,
        level=level,
        label=LEVEL_LABELS[level],
        explanation=LEVEL_EXPLANATIONS[level],
        shared=shared_labels(parts),
        withheld=tuple(WITHHELD_LABELS[kind] for kind in NEVER_DISCLOSED),
        attendance_shared=engagement.attendance_shared,
        badge=level_badge(level),
        proposal=_open_proposal(engagement),
    )


def _open_proposal(engagement: Engagement) -> ProposalFacts | None:
    proposal = (
        DisclosureProposal.objects.select_related("sponsor_contact")
        .filter(engagement=engagement, state=DisclosureProposal.State.OPEN)
        .first()
    )
    return proposal_facts(proposal, engagement) if proposal else None


def proposal_facts(proposal: DisclosureProposal, engagement: Engagement) -> ProposalFacts:
    """Who has signed and who is waited for. One query."""
    signed = dict(
        DisclosureSignature.objects.filter(proposal=proposal).values_list("party", "signed_at")
    )
    contact = proposal.sponsor_contact
    names = {
        Party.CLIENT: engagement.client.name,
        Party.COACH: engagement.coach.name,
        Party.SPONSOR: contact.name,
    }
    return ProposalFacts(
        id=proposal.pk,
        level=proposal.level,
        label=LEVEL_LABELS[proposal.level],
        contact_id=contact.pk,
        proposed_at=proposal.proposed_at,
        parties=tuple(
            PartyFacts(party, PARTY_LABELS[party], names[party], signed.get(party))
            for party in Party
        ),
    )
