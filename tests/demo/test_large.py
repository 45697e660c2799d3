"""The large world for measuring is whole: its pages open, its sums are right, its keys fit."""

from collections.abc import Iterator
from datetime import datetime

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction
from django.db.models import Sum
from django.test import Client as Browser
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoDbBlocker

from clients.models import Agreement, Client, ClientKey, Engagement
from clients.queries.safes import safe_of
from coachops.demo.large.building import LARGE_SLUG, build_large
from coachops.demo.large.desk import ASKED_BY
from coachops.demo.large.names import person
from coachops.demo.large.sizes import FORTNIGHTLY, NoTime, Size
from coachops.demo.world import texts
from coachops.demo.world.cast import scope_of
from coachops.demo.world.questions import PREPARATION
from coachops.practices.models import Membership, User
from coachops.practices.roles import Audience
from coachops.tenancy.scope import Scope, confidential, scope
from programs.models import LedgerEntry
from programs.queries.ledger import balances
from scheduling.models import Claim, Session
from tracking.models import Goal, GoalWording, ProgressReport, SessionPreparation

SIZES = {"small": Size(clients=10), "large": Size(clients=20, coaches=2)}
SMALL = "measured-0001.example"
LARGE = f"{LARGE_SLUG}.example"
COACHES = [f"coach@{SMALL}", f"coach-02@{LARGE}"]


@pytest.fixture(scope="module")
def built(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[datetime]:
    """When; once for all tests, in a transaction that is never committed."""
    now = timezone.now()
    with django_db_blocker.unblock(), transaction.atomic():
        assert build_large(1, now, lambda _text: None, **SIZES) == 2
        yield now
        transaction.set_rollback(True)


def _member(email: str, audience: Audience = Audience.STAFF) -> Membership:
    user = User.objects.get(email=email)
    with scope(Scope(user_id=user.pk)):
        return Membership.objects.select_related("practice", "user").get(
            user=user, audience=audience
        )


def _open(person: Membership, name: str, *values: object, **query: str) -> str:
    browser = Browser()
    browser.force_login(person.user)
    address = reverse(name, args=[person.practice.slug, *values])
    response = browser.get(address, query)
    assert response.status_code == 200, address
    return response.content.decode()


def _engagement(coach: Membership) -> Engagement:
    running = Engagement.objects.filter(coach=coach, state="active", disclosure_level=2)
    return running.select_related("client").first()


def test_coach_opens_every_kind_of_page(built: datetime) -> None:
    coach = _member(f"coach-02@{LARGE}")
    with scope(scope_of(coach)):
        engagement = _engagement(coach)
        client = engagement.client
        session = Session.objects.filter(client=client, outcome="held").latest("starts_at")
        reports = list(ProgressReport.objects.filter(client=client))
    for name in ("today", "clients", "calendar", "reports", "sponsors", "unconfirmed"):
        _open(coach, f"coach:{name}")
    for name in ("client", "goals", "actions", "reflections"):
        _open(coach, f"coach:{name}", client.pk)
    _open(coach, "coach:session", session.pk)
    _open(coach, "coach:engagement", engagement.pk)
    _open(coach, "coach:disclosure", engagement.pk)
    assert [client.name in _open(coach, "coach:report", each.pk) for each in reports] == [True] * 2
    assert client.name in _open(coach, "coach:search", q=client.name)


def test_what_was_said_asked_and_signed_is_on_the_coachs_pages(built: datetime) -> None:
    coach = _member(f"coach-02@{LARGE}")
    with scope(scope_of(coach)):
        client = _engagement(coach).client
        asked = SessionPreparation.objects.filter(response__sent_at__isnull=False)
        coming = asked.filter(session__starts_at__gt=built, session__coach=coach).first()
        agreement = Agreement.objects.filter(engagement__client=client, state="signed").first()
    assert "Before we begin" in _open(coach, "coach:intake", client.pk)
    assert agreement.title in _open(coach, "coach:agreement", agreement.pk)
    assert "Booked: coaching session" in _open(coach, "coach:client_mail", client.pk)
    prepared = _open(coach, "coach:session_prep", coming.session_id)
    assert PREPARATION["focus"] in prepared.replace("&#x27;", "'")
    story = _open(coach, "coach:client_timeline", client.pk)
    assert any(text.split(".")[0] in story for text in texts.SUMMARIES)


def test_board_shows_who_is_new_and_enquiries_who_asked(built: datetime) -> None:
    assistant = _member(f"assistant@{LARGE}")
    assert " ".join(person(1)) in _open(assistant, "coach:onboarding")
    assert " ".join(person(ASKED_BY)) in _open(assistant, "coach:enquiries")


def test_owner_assistant_client_and_sponsors_come_in(built: datetime) -> None:
    client = _member(f"ada.abel@{LARGE}", Audience.CLIENT)
    for name in ("home", "goals", "actions", "journal", "summaries", "sessions", "who_looked"):
        _open(client, f"portal:{name}")
    assert client.name in _open(_member(f"owner@{LARGE}"), "coach:clients")
    _open(_member(f"assistant@{LARGE}"), "coach:clients")
    with scope(scope_of(client)):
        theirs = Engagement.objects.filter(client__membership=client, state="completed").get()
        issued = ProgressReport.objects.get(engagement=theirs)
    for local in ("hr", "manager"):
        sponsor = _member(f"{local}@company-1.{LARGE}", Audience.SPONSOR)
        assert client.name in _open(sponsor, "sponsor:home")
        assert texts.NARRATIVE in _open(sponsor, "sponsor:report", issued.pk)


@pytest.mark.parametrize("email", COACHES)
def test_words_of_a_goal_are_sealed_and_open_with_the_clients_key(
    built: datetime, email: str
) -> None:
    coach = _member(email)
    with scope(scope_of(coach)):
        goal = Goal.objects.filter(engagement=_engagement(coach)).first()
        with confidential():
            wording = GoalWording.objects.get(goal=goal, number=1)
        sealed = bytes(wording.sealed_text)
        words = safe_of(goal.client_id).open(sealed, row_id=wording.pk)
    assert words in {each.first for each in texts.GOALS}
    assert words.encode() not in sealed
    assert words in _open(coach, "coach:goal", goal.pk)


@pytest.mark.parametrize("email", [f"coach@{SMALL}", f"owner@{LARGE}"])
def test_every_session_has_a_claim_and_every_ledger_adds_up(built: datetime, email: str) -> None:
    with scope(scope_of(_member(email))):
        people = Client.objects.count()
        assert Session.objects.count() == Claim.objects.count() == 20 * people
        assert ClientKey.objects.count() == people
        used = {"held", "no_show", "late_cancel"}
        for engagement in Engagement.objects.all():
            outcomes = engagement_outcomes(engagement)
            balance = balances([engagement.pk])[engagement.pk]
            assert balance.used == sum(outcome in used for outcome in outcomes)
            entries = LedgerEntry.objects.filter(account__engagement=engagement)
            total = entries.aggregate(total=Sum("change"))["total"]
            assert entries.latest("sequence").balance_after == total == balance.left


def engagement_outcomes(engagement: Engagement) -> list[str]:
    return list(Session.objects.filter(engagement=engagement).values_list("outcome", flat=True))


def test_time_goes_by_as_it_did(built: datetime) -> None:
    """What is over has mostly been held, and something lies ahead of everybody."""
    with scope(scope_of(_member(f"coach@{SMALL}"))):
        past = Session.objects.filter(ends_at__lte=built)
        assert past.filter(outcome="held").count() > past.count() * 0.8
        ahead = Session.objects.upcoming(built).values("client").distinct()
        assert ahead.count() == Client.objects.count()


def test_second_run_finds_it_there(built: datetime) -> None:
    assert build_large(1, built, lambda _text: None, **SIZES) == 0


def test_coach_with_more_clients_than_times_is_refused() -> None:
    zone = timezone.get_default_timezone()
    with pytest.raises(NoTime):
        FORTNIGHTLY.starts_at(timezone.localdate(), 50, 0, zone)


def test_nothing_is_invented_outside_the_demo(db: None, settings: object) -> None:
    settings.DEMO = False
    with pytest.raises(CommandError):
        call_command("demo", large=1)
    assert not User.objects.exists()
