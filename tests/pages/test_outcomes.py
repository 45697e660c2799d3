"""The public outcomes page: switched on by the owner, and silent about few."""

from collections.abc import Callable
from datetime import timedelta

from django.test import Client as Browser
from django.utils import timezone

from clients.models import Client, Engagement
from clients.services.public_pages import change_public_pages
from coachops.pages.policies import rounded_down, rounded_share
from coachops.pages.queries.outcomes import checks, forget_outcomes, outcomes
from coachops.tenancy.scope import scope
from scheduling.models import Session
from tests.cast import Cast, Person, practice_day
from tests.tracking.factories import make_session
from tracking.models import Goal, GoalRating

type Visit = Callable[[Person], Browser]
PAGE = "/outcomes/harbour/"


def _ended(cast: Cast, number: int, *, client: Client | None = None) -> Engagement:
    """An engagement of its own person, completed, with a session held and a goal that rose."""
    now = timezone.now()
    if client is None:
        client = Client.objects.create(
            name=f"Person {number}", email=f"p{number}@past.example", time_zone="Europe/Berlin"
        )
    engagement: Engagement = Engagement.objects.create(
        client=client,
        coach=cast.bob.membership,
        title="Executive coaching",
        payer=Engagement.Payer.SELF,
        state=Engagement.State.COMPLETED,
        starts_on=practice_day(now) - timedelta(days=400),
        ends_on=practice_day(now) - timedelta(days=220),
    )
    session = make_session(client, engagement, cast.bob.membership, days=-300 - number)
    Session.objects.filter(pk=session.pk).update(outcome=Session.Outcome.HELD)
    goal = Goal.objects.create(client=client, engagement=engagement, position=1)
    for score, days in ((4, 390), (7, 230)):
        GoalRating.objects.create(
            goal=goal, rater="self", score=score, rated_at=now - timedelta(days=days)
        )
    return engagement


def _switch_on(cast: Cast, words: str = "") -> None:
    with scope(cast.alice.scope()):
        change_public_pages(
            takes_enquiries=True, shows_outcomes=True, introduction=words, now=timezone.now()
        )


def test_four_engagements_show_nothing_and_five_show_rates(client: Browser, cast: Cast) -> None:
    with scope(cast.alice.scope()):
        for number in range(4):
            _ended(cast, number)
        assert outcomes(practice_day()).is_empty
        assert {each.value for each in checks(practice_day())} == {""}
    forget_outcomes()
    _switch_on(cast)
    assert "Too few people" in client.get(PAGE).content.decode()
    forget_outcomes()
    with scope(cast.alice.scope()):
        _ended(cast, 5)
    page = client.get(PAGE).content.decode()
    assert page.count("95% or more") == 3
    assert "About 6 months" in page
    assert "At least 5 engagements" in page
    assert "Person" not in page


def test_five_engagements_of_one_person_show_nothing(cast: Cast) -> None:
    with scope(cast.alice.scope()):
        for number in range(6):
            _ended(cast, number, client=cast.dave_client)
        assert outcomes(practice_day()).is_empty
        withheld = {each.withheld for each in checks(practice_day()) if each.title != ""}
        assert "Withheld: fewer than five people are behind it." in withheld


def test_whoever_works_here_or_stands_for_a_company_is_not_counted(cast: Cast) -> None:
    with scope(cast.alice.scope()):
        for number in range(4):
            _ended(cast, number)
        for person in (cast.olga, cast.sam):
            address = person.user.email.upper()
            known = Client.objects.create(name="K", email=address, time_zone="Europe/Berlin")
            _ended(cast, 9, client=known)
        assert outcomes(practice_day()).is_empty


def test_this_months_endings_wait_for_the_next_month(cast: Cast) -> None:
    with scope(cast.alice.scope()):
        for number in range(5):
            _ended(cast, number)
        day = practice_day()
        Engagement.objects.filter(client__email="p4@past.example").update(ends_on=day)
        assert outcomes(day).completed == 0
        assert outcomes(day + timedelta(days=32)).completed == 5


def test_another_practices_figures_stay_there(cast: Cast) -> None:
    with scope(cast.alice.scope()):
        for number in range(5):
            _ended(cast, number)
    with scope(cast.mallory.scope()):
        assert outcomes(practice_day()).is_empty


def test_it_is_not_there_until_the_owner_switches_it_on(
    client: Browser, cast: Cast, visit: Visit
) -> None:
    assert client.get(PAGE).status_code == 404
    settings = "/coach/harbour/settings/public-pages/"
    assert visit(cast.bob).get(settings).status_code == 404
    owner, words = visit(cast.alice), "<script>alert(1)</script>"
    assert owner.post(settings, {"introduction": "x" * 10_000}).status_code == 422
    on = {"takes_enquiries": "on", "shows_outcomes": "on", "introduction": words}
    assert owner.post(settings, on).status_code == 302
    page = client.get(PAGE).content.decode()
    assert words not in page
    assert "&lt;script&gt;" in page
    assert "Ask about coaching" in page
    assert owner.post(settings, {"introduction": ""}).status_code == 302
    assert client.get(PAGE).status_code == 404
    assert client.get("/enquire/harbour/").status_code == 404


def test_shares_come_in_steps_and_never_say_all_or_nobody() -> None:
    assert [rounded_share(top, 100) for top in (0, 3, 48, 52, 99, 100)] == [5, 5, 50, 50, 95, 95]
    assert [rounded_down(number) for number in (5, 9, 23)] == [5, 5, 20]
