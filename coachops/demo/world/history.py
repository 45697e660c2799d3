"""What happened in an engagement so far, done through the services as it would have been."""

from datetime import datetime, time, timedelta
from uuid import UUID, uuid5

from django.utils import timezone

from clients.documents import consent_facts, consent_text
from clients.models import DisclosureSignature, SponsorContact
from clients.services.disclosure import Evidence, propose, share_attendance, sign
from coachops.demo.world import texts
from coachops.demo.world.cast import Run, World, scope_of
from coachops.demo.world.facts import EXECUTIVE
from coachops.tenancy.scope import scope
from programs.services.engagements import close_engagement, complete_engagement
from scheduling.models import Session
from scheduling.services.booking import BookerClient, SlotTaken, book_session
from scheduling.services.outcomes import confirm_outcome
from tracking.models import ActionItem, Goal, GoalRating
from tracking.services.actions import add_action, complete_action
from tracking.services.goal_titles import let_assistant_read
from tracking.services.goals import add_goal, revise_goal
from tracking.services.notes import save_private_note
from tracking.services.ratings import rate_goal
from tracking.services.reflections import write_reflection
from tracking.services.sponsor_wordings import show_to_sponsor
from tracking.services.summaries import share_summary

FORTNIGHT = timedelta(days=14)
HOURS = (time(9, 0), time(10, 30), time(13, 0), time(14, 30), time(16, 0))
WORKDAYS = 5
TARGET = 8
LEYLA = 0
UNCONFIRMED = frozenset({3, 13})
NO_SHOWS = frozenset({(4, 1), (7, 3), (15, 2)})
_SEED = UUID("6f1d2a3e-0f0a-4a61-9d0e-6c1f3d2b7a10")


def set_goals(run: Run, now: datetime) -> list[tuple[Goal, texts.GoalTexts]]:
    """Two or three goals in the client's own words, some worded for the sponsor."""
    if run.member is None:
        return []
    chosen = (
        texts.LEYLA_GOALS
        if run.index == LEYLA
        else tuple(texts.GOALS[(run.index + n) % len(texts.GOALS)] for n in range(2))
    )
    at = _started(run, now) + timedelta(days=1)
    with scope(scope_of(run.member)):
        goals = [
            (
                add_goal(
                    engagement=run.engagement,
                    text=words.first,
                    target=TARGET,
                    by=run.member,
                    now=at,
                ),
                words,
            )
            for words in chosen
        ]
        for goal, words in goals:
            if words.title:
                let_assistant_read(goal=goal, title=words.title, by=run.member, now=at + FORTNIGHT)
            if run.engagement.is_sponsored and words.sponsor:
                show_to_sponsor(goal=goal, wording=words.sponsor, by=run.member, now=at + FORTNIGHT)
    return goals


def agree_on_disclosure(run: Run, world: World, now: datetime) -> None:
    """All three have signed the level, or an open proposal waits for somebody."""
    facts = run.facts
    if not facts.organisation or (facts.level is None and not facts.waiting):
        return
    contact = next(
        contact
        for contact in world.contacts[facts.organisation]
        if contact.kind == SponsorContact.Kind.SPONSOR and contact.email != run.client.email
    )
    at = _started(run, now)
    level = facts.level if facts.level is not None else 1
    with scope(scope_of(run.coach)):
        proposal = propose(engagement=run.engagement, level=level, contact=contact, now=at)
    names = {"coach": run.coach.name, "client": run.client.name, "sponsor": contact.name}
    wanted = tuple(names) if facts.level is not None else facts.waiting
    for party in wanted:
        with scope(scope_of(run.coach)):
            sign(
                proposal=proposal,
                party=DisclosureSignature.Party(party),
                name=names[party],
                consent_text=consent_text(
                    consent_facts(proposal, run.engagement, world.practice.name), party
                ),
                evidence=Evidence(address="192.0.2.10", user_agent="Demo browser"),
                now=at + timedelta(hours=6),
            )
    run.engagement.refresh_from_db(fields=["disclosure_level"])
    if facts.level == 2 and run.member:
        with scope(scope_of(run.member)):
            share_attendance(engagement=run.engagement, shared=True, now=at + timedelta(days=1))


def hold_sessions(run: Run, goals: list[tuple[Goal, texts.GoalTexts]], now: datetime) -> None:
    """Every fortnight since the start; the last one may still be unconfirmed."""
    for n in range(_session_count(run)):
        starts_at = _slot(run, n, now)
        if starts_at >= now - timedelta(hours=2):
            return
        session = _book(run, starts_at, now=starts_at - timedelta(days=6))
        is_last = _slot(run, n + 1, now) >= now - timedelta(hours=2)
        if is_last and run.index in UNCONFIRMED:
            continue
        _settle(run, session, n)
        if (run.index, n) not in NO_SHOWS:
            _write_up(run, session, goals, n, now)


def book_ahead(run: Run, now: datetime) -> None:
    """Leyla meets Maya within the hour or two; the others at their next fortnight."""
    if run.index == LEYLA and run.facts.coach == "maya":
        _book_soon(run, now)
        return
    for n in range(_session_count(run)):
        starts_at = _slot(run, n, now)
        if starts_at > now + timedelta(hours=4):
            _book(run, starts_at, now=now - timedelta(days=3))
            return


def _book_soon(run: Run, now: datetime) -> None:
    half_hours = now.replace(minute=now.minute // 30 * 30, second=0, microsecond=0)
    for n in range(2, 12):
        try:
            _book(run, half_hours + timedelta(minutes=30 * n), now=now - timedelta(days=1))
        except SlotTaken:
            continue
        return


def write_journal(run: Run, now: datetime) -> None:
    """Some entries shared, some kept."""
    if run.member is None or (run.facts.started or 0) < FORTNIGHT.days:
        return
    with scope(scope_of(run.member)):
        for n in range(3 if run.index == LEYLA else 2):
            text = texts.REFLECTIONS[(run.index + n) % len(texts.REFLECTIONS)]
            at = now - timedelta(days=3 + 9 * n, hours=2)
            write_reflection(client=run.client, text=text, by=run.member, now=at, share=n != 1)
        if run.index == LEYLA:
            write_reflection(
                client=run.client,
                text=texts.PRIVATE_REFLECTION,
                by=run.member,
                now=now - timedelta(days=1),
            )


def end_run(run: Run, now: datetime) -> None:
    finish = complete_engagement if run.facts.ended == "completed" else close_engagement
    with scope(scope_of(run.coach)):
        finish(engagement=run.engagement, now=now - timedelta(days=2))


def _started(run: Run, now: datetime) -> datetime:
    return now - timedelta(days=max(run.facts.started or 0, 0))


def _session_count(run: Run) -> int:
    return 12 if run.facts.program == EXECUTIVE else 6


def _slot(run: Run, n: int, now: datetime) -> datetime:
    """The n-th fortnight on the client's own weekday and hour, on the coach's clock."""
    first = timezone.localdate(now) - timedelta(days=run.facts.started or 0)
    first += timedelta(days=(run.index % WORKDAYS - first.weekday()) % 7)
    hour = HOURS[run.index // WORKDAYS % len(HOURS)]
    return datetime.combine(first + n * FORTNIGHT, hour, tzinfo=run.coach_zone)


def _book(run: Run, starts_at: datetime, *, now: datetime) -> Session:
    with scope(scope_of(run.coach)):
        return book_session(
            offering=run.offering,
            starts_at=starts_at,
            booker=BookerClient(run.client, run.engagement),
            booking_key=uuid5(_SEED, f"{run.client.pk}:{starts_at.isoformat()}"),
            booker_time_zone=run.client.time_zone,
            now=now,
            by_coach=True,
        )


def _settle(run: Run, session: Session, n: int) -> None:
    missed = (run.index, n) in NO_SHOWS
    with scope(scope_of(run.coach)):
        confirm_outcome(
            session=session,
            outcome=Session.Outcome.NO_SHOW if missed else Session.Outcome.HELD,
            reason="",
            now=session.ends_at + timedelta(minutes=5),
        )


def _write_up(
    run: Run, session: Session, goals: list[tuple[Goal, texts.GoalTexts]], n: int, now: datetime
) -> None:
    """Notes, a shared summary, an action item, and how far along it feels."""
    at = session.ends_at + timedelta(minutes=20)
    with scope(scope_of(run.coach)):
        note = texts.NOTES[(run.index + n) % len(texts.NOTES)]
        save_private_note(session=session, text=note, version=0, by=run.coach, now=at)
        summary = texts.SUMMARIES[(run.index + n) % len(texts.SUMMARIES)]
        share_summary(session=session, text=summary, version=0, by=run.coach, now=at)
        action = add_action(
            engagement=run.engagement,
            text=texts.ACTIONS[(run.index + n) % len(texts.ACTIONS)],
            owner=ActionItem.Owner.CLIENT,
            due_on=at.date() + timedelta(days=10),
            by=run.coach,
            now=at,
            session=session,
        )
    if run.member:
        _client_follows_up(run, session, goals, action, n, now)


def _client_follows_up(
    run: Run,
    session: Session,
    goals: list[tuple[Goal, texts.GoalTexts]],
    action: ActionItem,
    n: int,
    now: datetime,
) -> None:
    at = session.ends_at
    if run.member is None:
        return
    with scope(scope_of(run.member)):
        for goal, words in goals:
            rate_goal(
                goal=goal,
                score=words.scores[min(n, len(words.scores) - 1)],
                rater=GoalRating.Rater.SELF,
                by=run.member,
                now=at,
                session=session,
            )
            if n == 2:
                revise_goal(goal=goal, text=words.later, reason=words.reason, by=run.member, now=at)
        is_old = n < (run.facts.started or 0) // FORTNIGHT.days - 1
        if is_old or (run.index + n) % 3 != 2:
            complete_action(action=action, by=run.member, now=min(at + timedelta(days=8), now))
