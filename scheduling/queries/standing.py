"""Where a session stands: the plain values that the policies decide on."""

from collections import Counter
from collections.abc import Iterable
from uuid import UUID

from django.db.models import Count

from clients.models import Client, Engagement
from programs.models import PlannedSession
from programs.queries.ledger import balances
from scheduling.models import Offering, Seat, Session
from scheduling.policies import Standing, keeps_its_number, lowest_free_number


def standing_of(session: Session) -> Standing:
    """Needs the session's offering and coach, which select_related brings along."""
    return Standing(
        starts_at=session.starts_at,
        is_cancelled=session.is_cancelled,
        outcome=session.outcome,
        change_notice=session.offering.change_notice,
        coach_has_left=session.coach.ended_at is not None,
        is_requested=session.is_requested,
    )


def waiting_counts(engagement_ids: Iterable[UUID]) -> dict[UUID, int]:
    """Sessions, booked or asked for, whose outcome is not known yet; for each engagement with any.

    A request counts, or somebody could ask for more than there is; so does a place in a group
    session that uses one up. A place that makes up for a missed one was paid for before.
    """
    ids = list(engagement_ids)
    sessions = Session.objects.kept().filter(engagement_id__in=ids, outcome="")
    places = Seat.objects.taken().filter(engagement_id__in=ids, outcome="", makes_up_for=None)
    counts = [
        rows.order_by().values_list("engagement_id").annotate(count=Count("pk"))
        for rows in (sessions, places)
    ]
    found: Counter[UUID] = Counter()
    for engagement_id, count in counts[0].union(counts[1], all=True):
        found[engagement_id] += count
    return found


def bookable_counts(engagement_ids: Iterable[UUID]) -> dict[UUID, int]:
    """How many more sessions may be booked: what the ledger has left, less what is waiting.

    Two statements for any number of engagements; one without a ledger has none.
    """
    ids = list(engagement_ids)
    waiting = waiting_counts(ids)
    return {
        engagement_id: max(0, balance.left - waiting.get(engagement_id, 0))
        for engagement_id, balance in balances(ids).items()
    }


def numbers_taken(engagement_id: UUID) -> tuple[set[int], set[UUID]]:
    """Session numbers and planned sessions that an engagement's sessions already stand for."""
    rows = Session.objects.filter(engagement_id=engagement_id).values_list(
        "number", "planned_session_id", "state", "outcome"
    )
    kept = [
        (number, planned)
        for number, planned, state, outcome in rows
        if keeps_its_number(is_cancelled=state == Session.State.CANCELLED, outcome=outcome)
    ]
    return (
        {number for number, _ in kept if number is not None},
        {planned for _, planned in kept if planned is not None},
    )


def next_planned_session(engagement_id: UUID, taken: set[UUID]) -> PlannedSession | None:
    """The first session of the engagement's plan that nothing is booked for."""
    return (  # type: ignore[no-any-return]
        PlannedSession.objects.filter(plan__engagement_id=engagement_id)
        .exclude(pk__in=taken)
        .order_by("number")
        .first()
    )


def engagement_for_booking(client: Client, offering: Offering) -> Engagement | None:
    """The client's running engagement with the offering's coach, if possible with sessions left."""
    engagements: list[Engagement] = list(
        Engagement.objects.filter(
            client=client, coach_id=offering.coach_id, state=Engagement.State.ACTIVE
        ).order_by("starts_on")[:10]
    )
    if len(engagements) < 2:
        return engagements[0] if engagements else None
    left = bookable_counts([engagement.pk for engagement in engagements])
    return max(engagements, key=lambda each: left.get(each.pk, 0) > 0)


def next_number(engagement_id: UUID) -> int:
    """The number that the next session of an engagement will get."""
    return lowest_free_number(numbers_taken(engagement_id)[0])
