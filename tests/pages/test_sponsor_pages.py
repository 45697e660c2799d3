"""What Acme sees of Carol's coaching: by level, by person, and never anything else."""

from datetime import timedelta

import pytest
from django.urls import reverse

from clients.models import Client, Engagement, SponsorContact
from clients.policies import ContentKind
from clients.queries.who_looked import KIND_LABELS
from clients.services.disclosure import propose
from coachops.outbox.engine import drain
from coachops.tenancy.scope import scope
from tests.cast import Cast, practice_day
from tests.reports_world import NARRATIVE, PLANTED, STATEMENT, WORDING, World, build_world
from tests.tracking.conftest import counting  # noqa: F401 -- a fixture

DATES = "Session dates"


@pytest.fixture
def world(cast: Cast) -> World:
    made = build_world(cast)
    with scope(cast.bob.scope()):
        Engagement.objects.filter(pk=cast.carol_engagement.pk).delete()
    return made


def home(world: World, browser) -> str:
    return browser.get(reverse("sponsor:home", args=["harbour"])).content.decode()


def coachee(world: World, browser) -> str:
    page = reverse("sponsor:coachee", args=["harbour", world.engagement.pk])
    return browser.get(page).content.decode()


@pytest.mark.parametrize(
    ("level", "shown", "withheld"),
    [
        (None, ["closed"], ["Carol", "3 of 8", "Executive", "60%", WORDING, STATEMENT]),
        (0, ["Carol", "Sessions used"], ["60%", "Goal 1", WORDING, STATEMENT]),
        (1, ["Carol", "60%", "Goal 1"], [WORDING, STATEMENT]),
        (2, ["Carol", "60%", WORDING, STATEMENT], []),
        (3, ["Carol", "60%", WORDING, STATEMENT], []),
    ],
)
def test_each_level_shows_its_parts_and_no_more(world, visit, level, shown, withheld):
    world.issued()
    world.set_level(level)
    pages = coachee(world, visit(world.cast.sam))
    assert [word for word in shown if word not in pages] == []
    everything = (
        pages + home(world, visit(world.cast.sam)) + coachee(world, visit(world.cast.stella))
    )
    never = (*withheld, *PLANTED, DATES, NARRATIVE)
    assert [word for word in never if word in everything] == []


@pytest.mark.parametrize("level", [1, 2])
def test_neither_a_session_date_nor_a_score_is_shown(world, visit, level):
    world.set_level(level)
    report = world.issued()
    sam = visit(world.cast.sam)
    address = reverse("sponsor:report", args=["harbour", report.pk])
    pages = coachee(world, sam) + home(world, sam) + sam.get(address).content.decode()
    assert "60 percent of the way" in pages
    assert [trace for trace in world.traces_of_sessions() if trace in pages] == []


@pytest.mark.parametrize("level", [None, 0, 1, 2, 3])
def test_session_dates_need_the_clients_own_choice(world, visit, level):
    world.set_level(level)
    sam = visit(world.cast.sam)
    assert DATES not in coachee(world, sam)
    world.share_attendance()
    assert (DATES in coachee(world, sam)) == (level is not None)


def test_a_closed_engagement_is_a_number_without_a_name(world, visit):
    world.set_level(None)
    with scope(world.cast.bob.scope()):
        contact = SponsorContact.objects.get(email=world.cast.sam.user.email)
        propose(engagement=world.engagement, level=1, contact=contact, now=world.now)
    page = home(world, visit(world.cast.sam))
    assert "One engagement is closed" in page
    assert "Your signature is asked for" in page
    assert "Carol" not in page


def test_the_client_sees_the_identical_page(world, visit):
    for level in (None, 0, 1, 2, 3):
        world.set_level(level)
        theirs = _body(coachee(world, visit(world.cast.sam)))
        address = reverse("portal:what_sponsor_sees", args=["harbour"])
        mine = _body(visit(world.cast.carol).get(address).content.decode())
        assert mine == theirs, level


def test_the_client_reads_what_is_withheld(world, visit):
    page = visit(world.cast.carol).get(reverse("portal:what_sponsor_sees", args=["harbour"]))
    assert "Notes and summaries of sessions" in page.content.decode()


def test_a_client_who_pays_has_no_sponsor(world, visit):
    page = visit(world.cast.dave).get(reverse("portal:what_sponsor_sees", args=["harbour"]))
    assert "there is no sponsor" in page.content.decode()


def test_a_line_manager_sees_linked_engagements_only(world, visit):
    assert "Carol" in home(world, visit(world.cast.stella))
    with scope(world.cast.bob.scope()):
        other = _another(world, "Frieda")
    assert "Frieda" not in home(world, visit(world.cast.stella))
    assert "Frieda" in home(world, visit(world.cast.sam))
    page = reverse("sponsor:coachee", args=["harbour", other.pk])
    assert visit(world.cast.stella).get(page).status_code == 404


def test_a_contact_who_is_also_a_client_never_sees_their_own(world, visit):
    with scope(world.cast.bob.scope()):
        SponsorContact.objects.filter(email=world.cast.sam.user.email).update(kind="sponsor")
        Client.objects.filter(pk=world.cast.carol_client.pk).update(
            email=world.cast.sam.user.email.upper()
        )
    sam = visit(world.cast.sam)
    assert "Carol" not in home(world, sam)
    page = reverse("sponsor:coachee", args=["harbour", world.engagement.pk])
    assert sam.get(page).status_code == 404


def test_strangers_get_404(world, visit):
    page = reverse("sponsor:coachee", args=["harbour", world.engagement.pk])
    for person in (world.cast.mallory, world.cast.erin, world.cast.dave, world.cast.bob):
        assert visit(person).get(page).status_code == 404
        assert visit(person).get(reverse("sponsor:home", args=["harbour"])).status_code == 404


def test_every_read_is_written_down_for_the_client(world, visit):
    coachee(world, visit(world.cast.sam))
    page = visit(world.cast.carol).get(reverse("portal:who_looked", args=["harbour"]))
    assert str(KIND_LABELS[ContentKind.SPONSOR_PAGE]) in page.content.decode()
    assert "Sam Harbour" in page.content.decode()


def test_pages_cost_the_same_with_one_and_fifty_coachees(world, visit, counting):  # noqa: F811
    world.share_attendance()
    world.issued()
    drain()
    sam = visit(world.cast.sam)
    with counting() as one:
        home(world, sam)
    with scope(world.cast.bob.scope()):
        for number in range(49):
            _another(world, f"Client{number:02}")
    with counting() as fifty:
        home(world, sam)
    assert len(one) == len(fifty) <= 12
    with counting() as single:
        coachee(world, sam)
    assert len(single) <= 12


def _another(world: World, name: str) -> Engagement:
    client = Client.objects.create(
        name=name, email=f"{name.lower()}@acme.example", time_zone="Europe/Berlin"
    )
    return Engagement.objects.create(
        client=client,
        coach=world.cast.bob.membership,
        title="Executive coaching",
        payer=Engagement.Payer.SPONSOR,
        sponsor_organisation=world.cast.acme,
        starts_on=practice_day() - timedelta(days=9),
        ends_on=practice_day() + timedelta(days=90),
        disclosure_level=2,
        report_every_days=60,
    )


def _body(page: str) -> str:
    """From the notice or the closed panel to the end of the part that both pages include."""
    start = page.find('<div class="notice notice-sponsor">')
    start = start if start >= 0 else page.index('<section class="inked spon"')
    end = page.find('<section class="panel stack spon-section"', start)
    end = end if end >= 0 else page.index("</main>", start)
    body = page[start:end].replace("/portal/", "/sponsor/")
    return " ".join(body.replace("</section>", "").split())
