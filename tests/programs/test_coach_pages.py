"""The list of clients, programs and engagements, as each person sees them."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta

import pytest
from django.test import Client as Browser
from django.urls import reverse
from django.utils import timezone

from clients.models import Client, Engagement, SponsorContact, SponsorOrganisation
from clients.services.clients import add_client
from programs.models import EngagementPlan, LedgerEntry, Program
from programs.services.engagements import open_engagement
from programs.services.starter import install_starter_program
from tests.cast import Cast, Person, practice_day

Acting = Callable[[Person], AbstractContextManager[object]]
Visit = Callable[[Person], Browser]
SCRIPT = "<script>alert(1)</script>"


def fill(cast: Cast, number: int, *, name: str = "Client") -> None:
    """So many more clients of Bob, each with an engagement that Acme pays."""
    now = timezone.now()
    version = install_starter_program(now=now)
    for position in range(number):
        client = add_client(
            name=f"{name} {position}",
            email=f"{position}@many.example",
            time_zone="Europe/Berlin",
            coach=cast.bob.membership,
            now=now,
        )
        open_engagement(
            client=client,
            coach=cast.bob.membership,
            version=version,
            starts_on=practice_day() - timedelta(days=30),
            sessions=12,
            payer=Engagement.Payer.SPONSOR,
            sponsor_organisation=cast.acme,
            now=now,
        )


def clients_url(cast: Cast, **query: str) -> str:
    return reverse("coach:clients", args=[cast.practice.slug], query=query)


@pytest.mark.parametrize(
    ("who", "sees"),
    [
        ("bob", {"Carol", "Dave"}),
        ("alice", {"Carol", "Dave"}),
        ("vera", {"Carol", "Dave"}),
        ("olga", set()),
    ],
)
def test_list_follows_assignment(cast: Cast, visit: Visit, who: str, sees: set[str]) -> None:
    page = visit(getattr(cast, who)).get(clients_url(cast)).content.decode()
    assert {name for name in ("Carol", "Dave", "Erin") if f"{name} " in page} == sees


@pytest.mark.parametrize("who", ["ines", "carol", "sam", "mallory"])
def test_list_is_closed_to_others(cast: Cast, visit: Visit, who: str) -> None:
    assert visit(getattr(cast, who)).get(clients_url(cast)).status_code == 404


@pytest.mark.parametrize("rows", [1, 50])
def test_list_takes_the_same_few_queries(
    cast: Cast,
    visit: Visit,
    acting: Acting,
    rows: int,
    django_assert_max_num_queries: Callable,
) -> None:
    with acting(cast.bob):
        fill(cast, rows)
    browser = visit(cast.bob)
    with django_assert_max_num_queries(21) as counted:
        page = browser.get(clients_url(cast, q="many.example"))
    assert page.content.decode().count("Ground, phase 1 of 3") == rows
    ours = [each["sql"] for each in counted.captured_queries if " FROM " in each["sql"]]
    assert len(ours) <= 12


def test_list_is_paged_searched_and_filtered(cast: Cast, visit: Visit, acting: Acting) -> None:
    with acting(cast.bob):
        fill(cast, 60)
        Engagement.objects.filter(client__email="3@many.example").update(state="paused")
        Client.objects.filter(email="4@many.example").update(archived_at=timezone.now())
    browser = visit(cast.bob)

    def found(**query: str) -> list[str]:
        rows = browser.get(clients_url(cast, **query)).context["rows"]
        return [row.name for row, _health in rows]

    assert (len(found()), len(found(page="2"))) == (50, 11)
    assert found(q="CAROL") == ["Carol Harbour"]
    assert found(q="cárol  harbour") == ["Carol Harbour"]
    assert found(q="17@many") == ["Client 17"]
    assert found(state="paused") == ["Client 3"]
    assert found(state="archived") == ["Client 4"]
    assert found(coach=str(cast.olga.membership.pk)) == []
    assert len(found(coach="nonsense", state="nonsense", page="nonsense")) == 50


def test_row_says_path_payer_balance_and_level(cast: Cast, visit: Visit, acting: Acting) -> None:
    with acting(cast.bob):
        fill(cast, 1)
    page = visit(cast.bob).get(clients_url(cast, q="many.example")).content.decode()
    for words in ("Executive coaching, six months", "Ground, phase 1 of 3", "Acme", "Closed"):
        assert words in page


def test_names_are_escaped_everywhere(cast: Cast, visit: Visit, acting: Acting) -> None:
    with acting(cast.bob):
        fill(cast, 1, name=SCRIPT)
        engagement = Engagement.objects.get(client__email="0@many.example")
        Engagement.objects.filter(pk=engagement.pk).update(title=SCRIPT)
        Program.objects.update(purpose=SCRIPT)
        program = Program.objects.first()
    browser = visit(cast.bob)
    slug = cast.practice.slug
    pages = [
        clients_url(cast, q=SCRIPT),
        reverse("coach:engagement", args=[slug, engagement.pk]),
        reverse("coach:disclosure", args=[slug, engagement.pk]),
        reverse("coach:client_edit", args=[slug, engagement.client_id]),
        reverse("coach:sponsor_organisation", args=[slug, cast.acme.pk]),
        reverse("coach:programs", args=[slug]),
        reverse("coach:program", args=[slug, program.pk]),
    ]
    for url in pages:
        page = browser.get(url).content.decode()
        assert SCRIPT not in page
        assert "&lt;script&gt;" in page


@pytest.mark.parametrize(
    ("who", "status"),
    [
        ("bob", 200),
        ("alice", 200),
        ("vera", 200),
        ("olga", 404),
        ("ines", 404),
        ("carol", 404),
        ("sam", 404),
        ("mallory", 404),
    ],
)
def test_engagement_opens_by_assignment(cast: Cast, visit: Visit, who: str, status: int) -> None:
    url = reverse("coach:engagement", args=[cast.practice.slug, cast.carol_engagement.pk])
    assert visit(getattr(cast, who)).get(url).status_code == status


def test_engagement_of_another_practice_is_unknown(cast: Cast, visit: Visit) -> None:
    url = reverse("coach:engagement", args=[cast.practice.slug, cast.erin_engagement.pk])
    assert visit(cast.alice).get(url).status_code == 404


def test_self_paying_page_knows_no_sponsor(cast: Cast, visit: Visit) -> None:
    browser, slug = visit(cast.bob), cast.practice.slug
    page = browser.get(reverse("coach:engagement", args=[slug, cast.dave_engagement.pk]))
    assert "sees" not in page.content.decode().split("<main")[1]
    closed = browser.get(reverse("coach:disclosure", args=[slug, cast.dave_engagement.pk]))
    assert closed.status_code == 404


def new_url(cast: Cast) -> str:
    return reverse("coach:engagement_new", args=[cast.practice.slug, cast.dave_client.pk])


def test_first_engagement_brings_the_starter_programs(
    cast: Cast, visit: Visit, acting: Acting
) -> None:
    answer = visit(cast.bob).post(
        new_url(cast),
        {
            "version": "starter:1",
            "coach": cast.bob.membership.pk,
            "starts_on": "2026-03-02",
            "payer": "self",
        },
    )
    with acting(cast.bob):
        engagement = Engagement.objects.get(title="Career change, three months")
        assert answer.headers["Location"].endswith(f"/engagements/{engagement.pk}/")
        assert LedgerEntry.objects.get().change == 6


def test_a_second_click_finds_what_the_first_has_opened(
    cast: Cast, visit: Visit, acting: Acting
) -> None:
    browser, coach = visit(cast.bob), cast.bob.membership.pk
    order = {"version": "starter:1", "coach": coach, "starts_on": "2026-03-02", "payer": "self"}
    first = browser.post(new_url(cast), order)
    with acting(cast.bob):
        order["version"] = EngagementPlan.objects.get().version_id
    again = browser.post(new_url(cast), order)
    assert again.headers["Location"] == first.headers["Location"]
    with acting(cast.bob):
        assert LedgerEntry.objects.get().change == 6


def test_sponsored_engagement_with_a_new_company(cast: Cast, visit: Visit, acting: Acting) -> None:
    with acting(cast.bob):
        version = install_starter_program(now=timezone.now())
    answer = visit(cast.vera).post(
        new_url(cast),
        {
            "version": version.pk,
            "coach": cast.bob.membership.pk,
            "starts_on": "2026-03-02",
            "sessions": "10",
            "payer": "sponsor",
            "new_organisation": "Halden Robotics",
            "new_contact_name": "Jonas Weber",
            "new_contact_email": "jonas@halden.example",
            "report_every_days": "90",
        },
    )
    assert answer.status_code == 302
    with acting(cast.bob):
        engagement = Engagement.objects.get(sponsor_organisation__name="Halden Robotics")
        assert (engagement.report_every_days, engagement.disclosure_level) == (90, None)
        assert SponsorContact.objects.get(email="jonas@halden.example").kind == "sponsor"


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"payer": "sponsor"}, "Choose the company that pays"),
        ({"payer": "sponsor", "new_organisation": "acme"}, "That company is in the list"),
        (
            {"payer": "sponsor", "new_organisation": "Zed", "new_contact_name": "Zoe"},
            "Add the e-mail address too",
        ),
        ({"sessions": "0"}, "greater than or equal to 1"),
        ({"version": "00000000-0000-7000-8000-000000000000"}, "Choose another one"),
        ({"starts_on": "soon"}, "Choose a day"),
    ],
)
def test_wrong_orders_change_nothing_and_keep_the_text(
    cast: Cast, visit: Visit, acting: Acting, wrong: dict[str, str], says: str
) -> None:
    order = {
        "version": "starter:0",
        "coach": cast.bob.membership.pk,
        "starts_on": "2026-03-02",
        "payer": "self",
        "new_manager_name": "",
    }
    answer = visit(cast.bob).post(new_url(cast), order | wrong)
    assert answer.status_code == 422
    assert says in answer.content.decode()
    with acting(cast.bob):
        assert Engagement.objects.count() == 2
        assert not SponsorOrganisation.objects.exclude(name="Acme").exists()


def test_foreign_ids_in_the_form_are_refused(cast: Cast, visit: Visit, acting: Acting) -> None:
    with acting(cast.mallory):
        foreign = SponsorOrganisation.objects.create(name="Foreign")
    answer = visit(cast.bob).post(
        new_url(cast),
        {
            "version": "starter:0",
            "coach": cast.mallory.membership.pk,
            "starts_on": "2026-03-02",
            "payer": "sponsor",
            "organisation": foreign.pk,
        },
    )
    assert answer.status_code == 422
    assert set(answer.context["form"].errors) == {"coach", "organisation"}


def test_company_chosen_narrows_its_people(cast: Cast, visit: Visit, acting: Acting) -> None:
    with acting(cast.bob):
        other = SponsorOrganisation.objects.create(name="Other")
    headers = {"HX-Request": "true", "HX-Target": "sponsor-part"}
    browser = visit(cast.bob)
    acme = browser.get(new_url(cast), {"organisation": cast.acme.pk}, headers=headers)
    nobody = browser.get(new_url(cast), {"organisation": other.pk}, headers=headers)
    assert "Sam Harbour" in acme.content.decode()
    assert "Sam Harbour" not in nobody.content.decode()
    assert "<html" not in acme.content.decode()


def test_sessions_are_added_and_states_changed_by_post(
    cast: Cast, visit: Visit, acting: Acting
) -> None:
    with acting(cast.bob):
        fill(cast, 1)
        row = Engagement.objects.get(client__email="0@many.example")
    browser, place = visit(cast.vera), [cast.practice.slug, row.pk]
    browser.post(reverse("coach:engagement_allot", args=place), {"sessions": "3"})
    browser.post(reverse("coach:engagement_change", args=place), {"change": "pause"})
    assert browser.get(reverse("coach:engagement_change", args=place)).status_code == 405
    page = browser.get(reverse("coach:engagement", args=place)).content.decode()
    assert "0 of 15 used" in page
    with acting(cast.bob):
        assert row.reload().state == "paused"


def test_programs_page_offers_the_starters(cast: Cast, visit: Visit, acting: Acting) -> None:
    browser, slug = visit(cast.bob), cast.practice.slug
    assert (
        "Add the starter programs"
        in browser.get(reverse("coach:programs", args=[slug])).content.decode()
    )
    browser.post(reverse("coach:programs_install", args=[slug]))
    page = browser.get(reverse("coach:programs", args=[slug])).content.decode()
    assert "Weeks 9 to 20" in page
    with acting(cast.bob):
        program = Program.objects.get(name__startswith="Executive")
    read = browser.get(reverse("coach:program", args=[slug, program.pk])).content.decode()
    assert "Where are you, really?" in read
    assert (
        visit(cast.mallory)
        .get(reverse("coach:program", args=[cast.other_practice.slug, program.pk]))
        .status_code
        == 404
    )
