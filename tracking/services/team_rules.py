"""What the practice's rules ask of a team: of each of its members, who answers alone."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery

from clients.models import Client, TeamMember
from clients.services.asking import withdraw_asking
from coachops.questionnaires.models import QuestionnaireVersion
from coachops.questionnaires.queries.questionnaires import newest_version
from scheduling.models import Seat, Session
from tracking.models import AskedQuestionnaire, PlanPreparation, PreparationPolicy
from tracking.services.questionnaires import Occasion, ask_by_rule

# So many people of a practice in one round; the next round takes the rest.
MOST_AT_ONCE: Final = 500


@transaction.atomic
def ask_each(
    *, people: Iterable[Client], version: QuestionnaireVersion, occasion: Occasion, now: datetime
) -> None:
    """Ask these of the occasion's team, as one asking: also whoever comes to be asked later."""
    earlier = AskedQuestionnaire.objects.filter(
        team=occasion.team,
        session=occasion.session,
        engagement=occasion.engagement,
        is_before=occasion.is_before,
        by_rule=True,
    )
    begun = earlier.order_by("team_asked_at").values_list("team_asked_at", flat=True).first()
    about = replace(occasion, team_asked_at=begun or now)
    for person in people:
        ask_by_rule(client=person, version=version, occasion=about, now=now)


def present_at(session: Session) -> list[Client]:
    """Who is in the team and was there, once the outcome is known; by name. One query."""
    seats = Seat.objects.taken().filter(session=session, outcome=Session.Outcome.HELD)
    rows = seats.filter(_is_in_team(session.client_id), client__archived_at=None)
    return [seat.client for seat in rows.select_related("client").order_by("name", "pk")]


@transaction.atomic
def stop_asking_absent(*, session: Session, now: datetime) -> None:
    """Whoever was not there after all is not asked about the session any more."""
    were_there = Seat.objects.taken().filter(session=session, outcome=Session.Outcome.HELD)
    waiting = AskedQuestionnaire.objects.filter(
        session=session, by_rule=True, is_before=False, closed_at=None
    )
    for asked in waiting.exclude(client__in=were_there.values("client")).order_by("pk"):
        withdraw_asking(asking=asked, now=now)


@transaction.atomic
def ask_teams_before(*, policy: PreparationPolicy, now: datetime) -> int:
    """Ask each who has a place in a session of their team that has come near; how many people.

    Each once; whoever joins meanwhile in the round after that.
    """
    asked = 0
    for seat in _coming_seats(policy, now):
        wanted = seat.own_questionnaire or policy.questionnaire_id  # type: ignore[attr-defined]
        version = newest_version(wanted) if wanted else None
        if version is None:
            continue
        session = seat.session
        about = Occasion(
            session=session, team=session.client, is_before=True, by_mail=policy.sends_mail
        )
        ask_each(people=[seat.client], version=version, occasion=about, now=now)
        asked += 1
    return asked


def _coming_seats(policy: PreparationPolicy, now: datetime) -> QuerySet[Seat]:
    plan = OuterRef("session__planned_session__session_plan")
    own = PlanPreparation.objects.filter(session_plan=plan).values("questionnaire_id")
    there = AskedQuestionnaire.objects.filter(
        session=OuterRef("session"), client=OuterRef("client"), is_before=True
    )
    rows = Seat.objects.taken().filter(
        _is_in_team(OuterRef("session__client")),
        ~Exists(there),
        session__state=Session.State.BOOKED,
        session__starts_at__gt=now,
        session__starts_at__lte=now + timedelta(days=policy.days_before),
        session__client__kind=Client.Kind.TEAM,
        session__client__archived_at=None,
        client__archived_at=None,
    )
    seats: QuerySet[Seat] = rows.annotate(own_questionnaire=Subquery(own[:1])).select_related(
        "client", "session__client"
    )
    return seats.order_by("session__starts_at", "session_id", "pk")[:MOST_AT_ONCE]


@transaction.atomic
def stop_asking_before(*, now: datetime) -> None:
    """Nobody prepares for what has begun or was called off, or once they gave their place up."""
    place = Seat.objects.taken().filter(session=OuterRef("session"), client=OuterRef("client"))
    is_over = Q(session__starts_at__lte=now) | ~Q(session__state=Session.State.BOOKED)
    rows = AskedQuestionnaire.objects.filter(
        is_over | ~Exists(place), is_before=True, closed_at=None
    )
    for asked in rows.order_by("pk")[:MOST_AT_ONCE]:
        withdraw_asking(asking=asked, now=now)


def _is_in_team(team: object) -> Exists:
    """For a query of seats."""
    here = TeamMember.objects.present().filter(team=team, client=OuterRef("client"))
    return Exists(here)
