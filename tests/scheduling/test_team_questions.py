"""What the practice's rules ask of a team: each of its members, before and after a session."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.test import Client as Browser

from clients.models import Client
from clients.services.teams import join_team, leave_team
from coachops.outbox.models import Message
from coachops.questionnaires.models import QuestionnaireVersion
from coachops.tenancy.scope import scope, system_scope
from programs.services.engagements import complete_engagement
from scheduling.models import Seat, Session
from scheduling.services.changes import cancel_session
from scheduling.services.outcomes import confirm_outcome
from scheduling.services.seats import settle_seat
from tests.cast import Cast, Person
from tests.questionnaires.conftest import feedback
from tests.scheduling.conftest import NOW
from tests.scheduling.crew import AFTER, Crew, build_crew
from tests.scheduling.groups_world import MONDAY_FIVE
from tests.tracking.factories import make_plan
from tracking.models import AskedQuestionnaire
from tracking.services.preparation import ask_preparations, save_preparation_policy
from tracking.services.questionnaire_rules import save_questionnaire_rules

NEAR = MONDAY_FIVE - timedelta(days=2)


@pytest.fixture
def crew(cast: Cast) -> Crew:
    return build_crew(cast)


@pytest.fixture
def version(cast: Cast) -> QuestionnaireVersion:
    """Asked before and after each session, and at the end."""
    with scope(cast.bob.scope()):
        made = feedback("How was it?", cast.bob.membership, NOW)
        rule, by = made.questionnaire_id, cast.bob.membership
        save_questionnaire_rules(
            practice=cast.practice, held=rule, end=rule, plans={}, by=by, now=NOW
        )
        _prepare_with(cast, made)
    return made


def _prepare_with(
    cast: Cast, usual: QuestionnaireVersion, own: dict[object, object] | None = None
) -> None:
    save_preparation_policy(
        questionnaire_id=usual.questionnaire_id,
        days_before=3,
        sends_mail=True,
        plans=own or {},
        by=cast.bob.membership,
        now=NOW,
    )


def _open(crew: Crew, **about: object) -> list[str]:
    """Who has something to answer, by first name."""
    with scope(crew.circle.cast.bob.scope()):
        rows = AskedQuestionnaire.objects.filter(team=crew.team, closed_at=None, **about)
        found = rows.select_related("client").order_by("client__name")
        return [row.client.first_name for row in found]


def _round(crew: Crew, now: datetime = NEAR) -> int:
    with scope(system_scope(crew.circle.cast.practice.pk)):
        return ask_preparations(now=now)


def _settle(crew: Crew, session: Session, client: Client, outcome: str) -> None:
    with scope(crew.circle.cast.bob.scope()):
        seat = Seat.objects.get(session=session, client=client)
        settle_seat(seat=seat, outcome=outcome, reason="", now=AFTER)


def test_each_who_was_there_is_asked_once_the_session_was_held(
    crew: Crew, version: QuestionnaireVersion, visit: Callable[[Person], Browser]
) -> None:
    session = crew.book()
    _settle(crew, session, crew.dave.client, "client_no_show")
    assert _open(crew) == []
    _settle(crew, session, crew.carol.client, "held")
    assert _open(crew, is_before=False) == ["Carol"]
    _settle(crew, session, crew.dave.client, "held")
    assert _open(crew, session=session) == ["Carol", "Dave"]
    address = f"/coach/harbour/clients/{crew.team.pk}/questionnaires/"
    page = " ".join(visit(crew.circle.cast.bob).get(address).text.split())
    assert "0 of 2 answered" in page, "both at one asking"
    assert "after the session on 30 November 2026" in page
    for client in (crew.carol.client, crew.dave.client):
        _settle(crew, session, client, "coach_cancelled")
    assert _open(crew) == []


def test_at_the_end_each_who_is_in_it_is_asked(crew: Crew, version: QuestionnaireVersion) -> None:
    with scope(crew.circle.cast.bob.scope()):
        leave_team(member=crew.dave, now=NOW)
        complete_engagement(engagement=crew.engagement, now=AFTER)
    assert _open(crew, engagement=crew.engagement) == ["Carol"]


def test_before_a_session_each_with_a_place_is_asked_also_who_joins_meanwhile(
    crew: Crew, version: QuestionnaireVersion, visit: Callable[[Person], Browser]
) -> None:
    session = crew.book()
    assert _round(crew, NOW) == 0, "it is two weeks away"
    assert (_round(crew), _round(crew)) == (2, 0)
    late = crew.circle.crowd[1]
    bob = crew.circle.cast.bob
    with scope(bob.scope()):
        join_team(team=crew.team, client=late, now=NEAR)
        leave_team(member=crew.dave, now=NEAR)
    assert _round(crew, NEAR + timedelta(hours=1)) == 1
    assert _open(crew, is_before=True) == ["Carol", late.first_name]
    with scope(system_scope(crew.circle.cast.practice.pk)):
        asked = AskedQuestionnaire.objects.values_list("pk", flat=True)
        mails = Message.objects.filter(kind="tracking.questionnaire_rule", subject_id__in=asked)
        assert mails.count() == 3, "one each, and nobody is reminded"
    for page in ("", "prep/"):
        shown = " ".join(
            visit(bob).get(f"/coach/harbour/sessions/{session.pk}/{page}").text.split()
        )
        assert "How each of them prepared" in shown
        assert "0 of 2 answered" in shown
    own = visit(crew.circle.cast.carol).get("/portal/harbour/questions/").text
    assert "Before your session" in " ".join(own.split())


def test_nobody_prepares_for_what_has_begun_or_was_called_off(
    crew: Crew, version: QuestionnaireVersion
) -> None:
    session = crew.book()
    _round(crew)
    _round(crew, MONDAY_FIVE)
    assert _open(crew) == []
    with scope(crew.circle.cast.bob.scope()):
        confirm_outcome(session=session, outcome="held", reason="", now=AFTER)
    assert _open(crew) == ["Carol", "Dave"], "now about how it was"


def test_called_off_it_is_not_asked_any_more(crew: Crew, version: QuestionnaireVersion) -> None:
    session = crew.book()
    _round(crew)
    with scope(crew.circle.cast.bob.scope()):
        cancel_session(session=session, cancelled_by="coach", now=NEAR)
    _round(crew)
    assert _open(crew) == []


def test_a_plan_of_the_teams_program_asks_something_of_its_own(
    crew: Crew, version: QuestionnaireVersion
) -> None:
    cast = crew.circle.cast
    with scope(cast.bob.scope()):
        planned = make_plan(crew.engagement)[0]
        own = feedback("What is the space for?", cast.bob.membership, NOW)
        _prepare_with(cast, version, {planned.session_plan_id: own.questionnaire_id})
    crew.book()
    _round(crew)
    with scope(cast.bob.scope()):
        asked = AskedQuestionnaire.objects.filter(team=crew.team)
        assert set(asked.values_list("response__version__title", flat=True)) == {own.title}
