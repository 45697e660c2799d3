"""Client and sponsor sign on their own pages; the client decides alone to show less."""

import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta

import pytest
from django.core import mail
from django.test import Client as Browser
from django.urls import reverse
from django.utils import timezone

from clients.models import DisclosureProposal, DisclosureSignature, Engagement, SponsorContact
from clients.services import disclosure
from clients.services.access_ledger import ContentKind, record_read
from coachops.outbox.engine import drain
from coachops.practices.models import SignedLink
from tests.cast import Cast, Person

Acting = Callable[[Person], AbstractContextManager[object]]
Visit = Callable[[Person], Browser]


@pytest.fixture
def proposal(cast: Cast, acting: Acting, hr: SponsorContact) -> DisclosureProposal:
    """Goals are asked for."""
    with acting(cast.bob):
        return disclosure.propose(
            engagement=cast.carol_engagement, level=2, contact=hr, now=timezone.now()
        )


def portal(cast: Cast, name: str = "disclosure") -> str:
    return reverse(f"portal:{name}", args=[cast.practice.slug, cast.carol_engagement.pk])


def signature(page: object, form: str = "form") -> dict[str, str]:
    return {
        "name": "A Person",
        "agree": "on",
        "text_hash": page.context[form].initial["text_hash"],
    }


def level_of(cast: Cast, acting: Acting) -> int | None:
    with acting(cast.bob):
        return Engagement.objects.get(pk=cast.carol_engagement.pk).disclosure_level


def test_client_reads_and_signs_in_the_portal(
    cast: Cast, visit: Visit, acting: Acting, proposal: DisclosureProposal
) -> None:
    browser = visit(cast.carol)
    page = browser.get(portal(cast))
    assert "Acme may see only this" in page.content.decode()
    empty = browser.post(portal(cast, "disclosure_sign"), {"name": "", "text_hash": "x"})
    assert empty.status_code == 422
    browser.post(portal(cast, "disclosure_sign"), signature(page, "sign_form"))
    with acting(cast.carol):
        assert DisclosureSignature.objects.get().party == "client"


def test_sponsor_signs_by_link_once_and_without_an_account(
    cast: Cast, acting: Acting, proposal: DisclosureProposal
) -> None:
    drain()
    (sent,) = [each for each in mail.outbox if each.to == ["sam@harbour.example"]]
    path = re.search(r"https?://[^/]+(/l/\S+/)", sent.body).group(1)
    browser = Browser()
    page = browser.get(path)
    assert page.status_code == 200
    with acting(cast.bob):
        assert not DisclosureSignature.objects.exists()
    done = browser.post(path, signature(page), headers={"User-Agent": "Their browser"})
    assert "Signed, thank you" in done.content.decode()
    with acting(cast.bob):
        kept = DisclosureSignature.objects.get()
        assert (kept.party, kept.user_agent) == ("sponsor", "Their browser")
        SignedLink.objects.update(used_at=timezone.now() - timedelta(minutes=1))
    assert browser.get(path).status_code == 404
    assert browser.post(path, signature(page)).status_code == 404


def test_a_second_click_is_thanked_like_the_first(
    cast: Cast, visit: Visit, acting: Acting, proposal: DisclosureProposal
) -> None:
    """On every door; the coach signs last, which settles the request."""
    slug, run = cast.practice.slug, cast.carol_engagement.pk
    drain()
    (sent,) = [each for each in mail.outbox if each.to == ["sam@harbour.example"]]
    path = re.search(r"https?://[^/]+(/l/\S+/)", sent.body).group(1)
    by_link, form = Browser(), signature(Browser().get(path))
    assert all("Signed, thank you" in by_link.post(path, form).text for _click in range(2))
    for person, tree in ((cast.sam, "sponsor"), (cast.carol, "portal"), (cast.bob, "coach")):
        browser, shown = visit(person), reverse(f"{tree}:disclosure", args=[slug, run])
        signing = shown if tree == "sponsor" else f"{shown}sign/"
        asked = form
        if tree != "sponsor":
            asked = signature(browser.get(shown), "sign_form")
        for _click in range(2):
            answer = browser.post(signing, asked, follow=True).text
            assert "Signed." in answer
            assert "signed already" not in answer
    with acting(cast.bob):
        assert DisclosureSignature.objects.count() == 3


def test_link_is_worth_nothing_after_the_request_is_taken_back(
    cast: Cast, acting: Acting, proposal: DisclosureProposal
) -> None:
    drain()
    (sent,) = [each for each in mail.outbox if each.to == ["sam@harbour.example"]]
    path = re.search(r"https?://[^/]+(/l/\S+/)", sent.body).group(1)
    with acting(cast.bob):
        disclosure.withdraw(proposal=proposal, now=timezone.now())
    assert Browser().get(path).status_code == 404


def test_sponsor_signs_signed_in_too_and_only_who_is_asked(
    cast: Cast, visit: Visit, acting: Acting, proposal: DisclosureProposal
) -> None:
    place = reverse("sponsor:disclosure", args=[cast.practice.slug, cast.carol_engagement.pk])
    assert visit(cast.stella).get(place).status_code == 404
    assert visit(cast.carol).get(place).status_code == 404
    browser = visit(cast.sam)
    browser.post(place, signature(browser.get(place)))
    with acting(cast.bob):
        assert DisclosureSignature.objects.get().party == "sponsor"


def test_client_shows_less_at_once(cast: Cast, visit: Visit, acting: Acting) -> None:
    with acting(cast.bob):
        Engagement.objects.filter(pk=cast.carol_engagement.pk).update(disclosure_level=2)
    browser, place = visit(cast.carol), portal(cast, "disclosure_lower")
    for wrong in ("3", "2", "-1", "", "none"):
        browser.post(place, {"level": wrong})
        assert level_of(cast, acting) == 2
    browser.post(place, {"level": "1"})
    assert level_of(cast, acting) == 1
    browser.post(place, {"level": "closed"})
    assert level_of(cast, acting) is None
    drain()
    assert mail.outbox == []


def test_client_chooses_whether_attendance_is_shown(
    cast: Cast, visit: Visit, acting: Acting
) -> None:
    browser, place = visit(cast.carol), portal(cast, "disclosure_attendance")
    browser.post(place, {"attendance_shared": "on"})
    with acting(cast.bob):
        assert cast.carol_engagement.reload().attendance_shared
    browser.post(place, {})
    with acting(cast.bob):
        assert not cast.carol_engagement.reload().attendance_shared


@pytest.mark.parametrize("who", ["dave", "bob", "alice", "sam", "mallory", "erin"])
def test_nobody_else_decides_for_the_client(
    cast: Cast, visit: Visit, acting: Acting, proposal: DisclosureProposal, who: str
) -> None:
    browser = visit(getattr(cast, who))
    assert browser.get(portal(cast)).status_code == 404
    for name in ("disclosure_sign", "disclosure_lower", "disclosure_attendance"):
        assert browser.post(portal(cast, name), {"level": "closed"}).status_code == 404
    with acting(cast.bob):
        assert not DisclosureSignature.objects.exists()
        assert proposal.reload().state == DisclosureProposal.State.OPEN


def test_self_paying_client_has_no_such_page(cast: Cast, visit: Visit) -> None:
    place = reverse("portal:disclosure", args=[cast.practice.slug, cast.dave_engagement.pk])
    assert visit(cast.dave).get(place).status_code == 404


def test_client_sees_who_looked_and_nobody_elses(cast: Cast, visit: Visit, acting: Acting) -> None:
    with acting(cast.bob):
        record_read(
            client_id=cast.carol_client.pk,
            reader_id=cast.bob.membership.pk,
            kind=ContentKind.GOALS,
            now=timezone.now(),
        )
    place = reverse("portal:who_looked", args=[cast.practice.slug])
    page = visit(cast.carol).get(place).content.decode()
    assert "Bob Harbour" in page
    assert "opened your goals" in page
    assert "Nobody has looked yet" in visit(cast.dave).get(place).content.decode()
    assert visit(cast.bob).get(place).status_code == 404
