"""Sessions, the claims that keep them apart, and what they did to the ledger."""

from datetime import timedelta
from functools import cache
from uuid import UUID, uuid5

from coachops.demo.large.copying import insert
from coachops.demo.large.place import Coach, Place, Run
from coachops.demo.large.sizes import ALLOTTED, EARLIER
from coachops.tenancy.models import uuid7
from programs.models import LedgerEntry
from scheduling.models import Claim, Session
from scheduling.policies import CancelledBy, Movement, effect_of
from scheduling.services.booking import mail_domain

_SEED = UUID("0b9c3a60-8d0d-4a8e-9a55-1f2c7c0d4e21")
BOOKED_BEFORE, LATE = timedelta(days=6), timedelta(hours=3)
UNCONFIRMED_FOR = timedelta(days=7)


def add_sessions(place: Place, coach: Coach, runs: list[Run]) -> None:
    """One a round, each with its claim; those behind have had their outcome."""
    for run in runs:
        run.sessions = [
            _session(place, coach, run, number) for number in range(1, len(run.rounds) + 1)
        ]
    sessions = [session for run in runs for session in run.sessions]
    insert(Session, sessions)
    insert(Claim, [_claim(coach, session) for session in sessions])
    insert(LedgerEntry, [entry for run in runs for entry in _entries(run)])


def _session(place: Place, coach: Coach, run: Run, number: int) -> Session:
    rhythm, client = place.blueprint.size.rhythm, run.person.client
    turn = run.rounds[number - 1]
    place_of_client = run.person.number - coach.numbers.start
    starts_at = rhythm.starts_at(place.monday, place_of_client, turn, coach.zone)
    key = uuid7()
    session = Session(
        id=key,
        offering_id=coach.offering.pk,
        coach_id=coach.member.pk,
        client_id=client.pk,
        engagement_id=run.engagement.pk,
        planned_session_id=run.planned[number - 1].pk,
        number=number,
        starts_at=starts_at,
        ends_at=starts_at + timedelta(minutes=rhythm.minutes),
        coach_time_zone=coach.zone.key,
        booker_time_zone=client.time_zone,
        place=coach.offering.place,
        place_details=coach.offering.place_details,
        booking_key=uuid5(_SEED, f"{client.email}:{turn}"),
        calendar_uid=f"{key}@{_domain()}",
        revised_at=starts_at - BOOKED_BEFORE,
        created_at=starts_at - BOOKED_BEFORE,
    )
    _settle(place, session, run.person.number, turn)
    return session


@cache
def _domain() -> str:
    return mail_domain()


def _settle(place: Place, session: Session, client: int, turn: int) -> None:
    """What became of it: mostly held, now and then missed or called off late, some unconfirmed."""
    if session.ends_at > place.now:
        return
    past = turn - EARLIER.start
    if turn < 0 and (client + past) % 29 == 7:
        session.outcome = Session.Outcome.NO_SHOW
    elif turn < 0 and (client + past) % 31 == 11:
        session.outcome = Session.Outcome.LATE_CANCEL
        session.state, session.cancelled_by = Session.State.CANCELLED, CancelledBy.CLIENT
        session.cancelled_at = session.revised_at = session.starts_at - LATE
        session.calendar_sequence = 1
    elif client % 6 != 2 or session.ends_at < place.now - UNCONFIRMED_FOR:
        session.outcome = Session.Outcome.HELD


def _claim(coach: Coach, session: Session) -> Claim:
    return Claim(
        resource_id=coach.member.user_id,
        session_id=session.pk,
        starts_at=session.starts_at,
        ends_at=session.ends_at,
        buffer_before=coach.offering.buffer_before,
        buffer_after=coach.offering.buffer_after,
        state=Claim.State.RELEASED if session.is_cancelled else Claim.State.CONFIRMED,
    )


def _entries(run: Run) -> list[LedgerEntry]:
    """The allotment, then each session that was used, with the balance after it."""
    used = [(session, effect) for session in run.sessions if (effect := _effect(session))]
    allotment = LedgerEntry(
        account_id=run.account.pk,
        sequence=1,
        kind=LedgerEntry.Kind.ALLOT,
        change=ALLOTTED,
        balance_after=ALLOTTED,
        recorded_at=run.started,
    )
    return [
        allotment,
        *(
            LedgerEntry(
                account_id=run.account.pk,
                sequence=sequence,
                kind=effect,
                change=-1,
                balance_after=ALLOTTED + 1 - sequence,
                session_id=session.pk,
                recorded_at=session.ends_at,
            )
            for sequence, (session, effect) in enumerate(used, start=2)
        ),
    ]


def _effect(session: Session) -> Movement | None:
    return effect_of(session.outcome, late_cancellation_forfeits=True)
