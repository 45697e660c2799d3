"""Two engagements a client, one over and one current, and what all three have signed."""

from dataclasses import asdict
from datetime import UTC, date, datetime, time, timedelta
from functools import cache

from clients.documents import ConsentFacts, consent_facts, consent_hash, consent_text
from clients.models import (
    DisclosureProposal,
    DisclosureSignature,
    Engagement,
    EngagementStakeholder,
)
from clients.policies import Party
from coachops.demo.large.copying import insert
from coachops.demo.large.place import Coach, Person, Place, Run
from coachops.demo.large.sizes import ALLOTTED, CURRENT, EARLIER
from programs.models import EngagementPlan, LedgerAccount, PlannedSession
from programs.policies import windows

LEVEL, REPORT_DAYS = 2, 90
# Of the current engagements every so manieth still waits for signatures.
WAITING = 5
NEW = 1


def add_runs(place: Place, coach: Coach, people: list[Person]) -> list[Run]:
    """Engagements with plan, account, linked contacts and disclosure; sessions come later."""
    runs = [
        _run(place, _engagement(place, coach, person, rounds), person, rounds)
        for rounds in (EARLIER, CURRENT)
        for person in people
    ]
    insert(Engagement, [run.engagement for run in runs])
    insert(LedgerAccount, [run.account for run in runs])
    _add_plans(place, runs)
    _add_contacts(runs)
    _add_disclosure(place, runs)
    return runs


def _run(place: Place, engagement: Engagement, person: Person, rounds: range) -> Run:
    return Run(
        person=person,
        engagement=engagement,
        account=LedgerAccount(engagement=engagement),
        rounds=rounds,
        sponsor=place.sponsor_of(person.number),
        is_new=rounds == CURRENT and person.number % place.blueprint.size.new_of == NEW,
    )


def _engagement(place: Place, coach: Coach, person: Person, rounds: range) -> Engagement:
    sponsor = place.sponsor_of(person.number)
    starts_on = place.first_day(rounds)
    is_waiting = rounds == CURRENT and person.number % WAITING == 1
    return Engagement(
        client=person.client,
        coach=coach.member,
        sponsor_organisation=sponsor.organisation if sponsor else None,
        title=place.version.program.name,
        payer=Engagement.Payer.SPONSOR if sponsor else Engagement.Payer.SELF,
        state=Engagement.State.ACTIVE if rounds == CURRENT else Engagement.State.COMPLETED,
        starts_on=starts_on,
        ends_on=starts_on + place.ends_after,
        disclosure_level=LEVEL if sponsor and not is_waiting else None,
        attendance_shared=bool(sponsor) and person.number % 4 == 0,
        report_every_days=REPORT_DAYS if sponsor else None,
        created_at=_noon_before(starts_on),
    )


def _add_plans(place: Place, runs: list[Run]) -> None:
    plans = [
        EngagementPlan(
            engagement=run.engagement,
            version=place.version,
            applied_at=_noon_before(run.engagement.starts_on),
        )
        for run in runs
    ]
    insert(EngagementPlan, plans)
    chosen = place.weeks[:ALLOTTED]
    for run, plan in zip(runs, plans, strict=True):
        dated = windows(run.engagement.starts_on, [week for _, week in place.weeks])
        run.planned = [
            PlannedSession(
                plan_id=plan.pk,
                session_plan_id=session_plan.pk,
                number=number,
                opens_on=window.opens_on,
                due_on=window.due_on,
            )
            for number, ((session_plan, _), window) in enumerate(
                zip(chosen, dated, strict=False), start=1
            )
        ]
    insert(PlannedSession, [planned for run in runs for planned in run.planned])


def _add_contacts(runs: list[Run]) -> None:
    insert(
        EngagementStakeholder,
        [
            EngagementStakeholder(engagement=run.engagement, contact=contact)
            for run in runs
            if run.sponsor
            for contact in (run.sponsor.contact, run.sponsor.manager)
        ],
    )


def _add_disclosure(place: Place, runs: list[Run]) -> None:
    """Signed by all three where the level is open; else the coach has signed."""
    signed, waiting = DisclosureProposal.State.SIGNED, DisclosureProposal.State.OPEN
    proposals = []
    for run in runs:
        if run.sponsor:
            at = _noon_before(run.engagement.starts_on)
            is_open = run.engagement.disclosure_level is not None
            proposals.append(
                DisclosureProposal(
                    engagement=run.engagement,
                    level=LEVEL,
                    state=signed if is_open else waiting,
                    sponsor_contact=run.sponsor.contact,
                    proposed_at=at,
                    settled_at=at + timedelta(days=2) if is_open else None,
                )
            )
    insert(DisclosureProposal, proposals)
    insert(
        DisclosureSignature,
        [
            _signature(place, proposal, party)
            for proposal in proposals
            for party in (Party if proposal.state == signed else (Party.COACH,))
        ],
    )


def _signature(place: Place, proposal: DisclosureProposal, party: Party) -> DisclosureSignature:
    facts = consent_facts(proposal, proposal.engagement, place.practice.name)
    text = _blank_consent(party).format_map(asdict(facts))
    names = {Party.CLIENT: facts.client, Party.COACH: facts.coach, Party.SPONSOR: facts.contact}
    return DisclosureSignature(
        proposal=proposal,
        party=party,
        signed_name=names[party],
        consent_text=text,
        consent_hash=consent_hash(text),
        signed_at=proposal.proposed_at + timedelta(days=1),
        signed_from="192.0.2.10",
        user_agent="Demo browser",
    )


@cache
def _blank_consent(party: Party) -> str:
    """The text with names to fill in; putting it together takes longer than signing it."""
    facts = ConsentFacts(
        client="{client}",
        coach="{coach}",
        contact="{contact}",
        organisation="{organisation}",
        practice="{practice}",
        title="{title}",
        level=LEVEL,
    )
    return consent_text(facts, party)


def _noon_before(starts_on: date) -> datetime:
    """Two days before."""
    return datetime.combine(starts_on, time(12), tzinfo=UTC) - timedelta(days=2)
