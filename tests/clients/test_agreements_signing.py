"""One link each, one after the other, once; a code against forwarded links."""

import base64
import io
from datetime import timedelta

import pytest
from django.core import mail
from django.test import Client as Browser
from django.urls import reverse
from django.utils import timezone
from PIL import Image, ImageDraw

from clients.models import Agreement, AgreementSignature, AgreementSigner, SponsorContact
from clients.policies import AgreementRefusal, AgreementRefused, Party
from clients.services import agreements as services
from coachops.outbox.engine import drain
from coachops.practices.models import SignedLink
from coachops.tenancy.scope import scope, system_scope
from tests.cast import Cast
from tests.clients.agreements import (
    Sent,
    draft,
    link_in,
    mail_to,
    proved,
    send,
    sign,
)

CAROL, SAM = "carol@harbour.example", "sam@harbour.example"
SIGNED = {"step": "sign", "name": "Carol Harbour", "agree": "on"}


@pytest.fixture
def sent(cast: Cast, hr: SponsorContact) -> Sent:
    """Client, company, coach; the client has been asked."""
    made = send(cast, draft(cast, hr))
    drain()
    return made


def answer(sent: Sent, **changed: str) -> dict[str, str]:
    return {**SIGNED, "text_hash": sent.agreement.text_hash, **changed}


def drawn() -> str:
    picture = Image.new("RGBA", (600, 180), (0, 0, 0, 0))
    ImageDraw.Draw(picture).line([(20, 90), (300, 40), (560, 150)], fill=(0, 0, 0, 255), width=4)
    out = io.BytesIO()
    picture.save(out, "PNG")
    return f"data:image/png;base64,{base64.b64encode(out.getvalue()).decode()}"


def test_only_whose_turn_it_is_has_a_link(sent: Sent) -> None:
    assert [each.to for each in mail.outbox] == [[CAROL]]
    assert "Between us" not in mail.outbox[0].body


def test_link_shows_nothing_before_the_code(sent: Sent) -> None:
    browser, path = Browser(), link_in(mail_to(CAROL))
    page = browser.get(path)
    assert "Between us" not in page.content.decode()
    assert len(mail.outbox) == 1, "a mail scanner that follows the link sends no code"
    refused = browser.post(path, answer(sent))
    assert "Between us" not in refused.content.decode()
    with scope(system_scope(sent.agreement.practice_id)):
        assert not AgreementSignature.objects.exists()


def test_signing_by_link_keeps_evidence_and_asks_the_next(cast: Cast, sent: Sent) -> None:
    path = link_in(mail_to(CAROL))
    browser = proved(path, CAROL)
    assert "Between us" in browser.get(path).content.decode()
    done = browser.post(path, answer(sent, drawing=drawn()), headers={"User-Agent": "Hers"})
    assert "Signed, thank you" in done.content.decode()
    with scope(cast.bob.scope()):
        kept = AgreementSignature.objects.get()
        assert (kept.party, kept.user_agent, kept.method, kept.way, kept.email) == (
            "client", "Hers", "drawn", "link", CAROL,
        )  # fmt: skip
        assert kept.text_hash == sent.agreement.text_hash
        assert kept.text_hash in kept.consent_text
        assert kept.signed_from == "127.0.0.1"
    drain()
    assert link_in(mail_to(SAM))
    assert browser.get(path).status_code == 404, "the link is spent"
    again = browser.post(path, answer(sent))
    assert "Signed, thank you" in again.content.decode(), (
        "a second click is answered like the first"
    )
    assert Browser().post(path, answer(sent)).status_code == 404, "and nobody else's"
    with scope(cast.bob.scope()):
        assert AgreementSignature.objects.count() == 1
        SignedLink.objects.update(revoked_at=timezone.now() - timedelta(minutes=1))
    assert browser.post(path, answer(sent)).status_code == 404


def test_forwarded_link_does_not_open_with_somebody_elses_proof(sent: Sent) -> None:
    path = link_in(mail_to(CAROL))
    first = proved(path, CAROL)
    stranger = Browser()
    assert "Between us" not in stranger.get(path).content.decode()
    stranger.cookies["signing"] = "forged:value"
    assert "Between us" not in stranger.get(path).content.decode()
    assert "Between us" in first.get(path).content.decode()


def test_code_is_refused_after_five_wrong_tries_and_resent_a_few_times(sent: Sent) -> None:
    path, browser = link_in(mail_to(CAROL)), Browser()
    browser.post(path, {"step": "send"})
    drain()
    code = mail_to(CAROL).split()[2]
    wrong = "000000" if code != "000000" else "111111"
    for _ in range(5):
        assert browser.post(path, {"step": "code", "code": wrong}).status_code == 422
    page = browser.post(path, {"step": "code", "code": code})
    assert "Too many tries" in page.content.decode()
    again = browser.post(path, {"step": "send"})
    assert "sent just now" in again.content.decode()
    with scope(system_scope(sent.agreement.practice_id)):
        AgreementSigner.objects.filter(state="asked").update(codes_sent=6, code_sent_at=None)
    assert "No more codes" in browser.post(path, {"step": "send"}).content.decode()


def test_old_code_has_expired(sent: Sent) -> None:
    path, browser = link_in(mail_to(CAROL)), Browser()
    browser.post(path, {"step": "send"})
    drain()
    code = mail_to(CAROL).split()[2]
    with scope(system_scope(sent.agreement.practice_id)):
        AgreementSigner.objects.filter(state="asked").update(
            code_sent_at=timezone.now() - timedelta(minutes=16)
        )
    page = browser.post(path, {"step": "code", "code": code})
    assert "expired" in page.content.decode()


def test_expired_link_is_gone_and_chasing_sends_a_new_one(cast: Cast, sent: Sent) -> None:
    path = link_in(mail_to(CAROL))
    with scope(system_scope(sent.agreement.practice_id)):
        SignedLink.objects.update(expires_at=timezone.now())
    assert Browser().get(path).status_code == 404
    later = timezone.now() + timedelta(minutes=2)
    with scope(cast.vera.scope()):
        assert services.chase(agreement=sent.agreement, now=later)
        assert not services.chase(agreement=sent.agreement, now=later), "a double click"
    drain(now=later)
    fresh = link_in(mail_to(CAROL))
    assert fresh != path
    assert Browser().get(fresh).status_code == 200


def test_after_void_nothing_can_be_signed(cast: Cast, sent: Sent) -> None:
    path = link_in(mail_to(CAROL))
    browser = proved(path, CAROL)
    with scope(cast.bob.scope()):
        services.void(agreement=sent.agreement, reason="Wrong dates", now=timezone.now())
    assert browser.post(path, answer(sent)).status_code == 404
    with scope(cast.bob.scope()):
        assert not AgreementSignature.objects.exists()
    drain()
    assert "no longer counts" in mail_to(CAROL)
    assert not [each for each in mail.outbox if each.to == [SAM]], "nobody else had heard of it"


def test_nobody_signs_out_of_turn_or_twice(cast: Cast, sent: Sent) -> None:
    with pytest.raises(AgreementRefused) as early:
        sign(cast, sent.signers[1])
    assert early.value.reason is AgreementRefusal.NOT_YOUR_TURN
    sign(cast, sent.signers[0])
    with pytest.raises(AgreementRefused) as twice:
        sign(cast, sent.signers[0])
    assert twice.value.reason is AgreementRefusal.ALREADY_SIGNED


def test_text_that_is_not_the_one_shown_is_not_signed(sent: Sent) -> None:
    path = link_in(mail_to(CAROL))
    page = proved(path, CAROL).post(path, answer(sent, text_hash="0" * 64))
    assert page.status_code == 422
    assert "has changed" in page.content.decode()


@pytest.mark.parametrize(
    "drawing",
    ["data:image/png;base64,AAAA", "data:text/html;base64,AAAA", "x" * 200, drawn()[:600]],
)
def test_drawing_that_is_no_picture_is_refused_and_the_name_kept(sent: Sent, drawing: str) -> None:
    path = link_in(mail_to(CAROL))
    page = proved(path, CAROL).post(path, answer(sent, drawing=drawing))
    assert page.status_code == 422
    assert "Carol Harbour" in page.content.decode()


def test_declining_ends_it_and_tells_the_coach_alone(cast: Cast, sent: Sent) -> None:
    path = link_in(mail_to(CAROL))
    browser = proved(path, CAROL)
    assert browser.post(path, {"step": "decline"}).status_code == 422
    said = {"step": "decline", "reason": "wording", "message": "Clause two, please"}
    assert "declined" in browser.post(path, said).content.decode()
    drain()
    assert "Clause two" not in mail_to("bob@harbour.example")
    assert not [each for each in mail.outbox if each.to == [SAM]]
    with scope(cast.bob.scope()):
        assert Agreement.objects.get().state == "declined"
        again = services.reissue(
            agreement=sent.agreement, by=cast.bob.membership, now=timezone.now()
        )
        assert again.replaces_id == sent.agreement.pk


def test_client_signs_in_the_portal_without_a_code(cast: Cast, sent: Sent, visit: object) -> None:
    browser = visit(cast.carol)
    page = reverse("portal:agreement", args=[cast.practice.slug, sent.agreement.pk])
    assert "Between us" in browser.get(page).content.decode()
    for _click in range(2):
        done = browser.post(page, answer(sent), follow=True)
        assert done.status_code == 200
        assert "Signed. Thank you." in done.content.decode(), "the second click like the first"
    with scope(cast.bob.scope()):
        assert AgreementSignature.objects.get().way == "signed_in"


def test_contact_signs_on_the_sponsor_page_and_others_find_nothing(
    cast: Cast, sent: Sent, visit: object
) -> None:
    sign(cast, sent.signers[0])
    page = reverse("sponsor:agreement", args=[cast.practice.slug, sent.agreement.pk])
    assert visit(cast.stella).get(page).status_code == 404
    assert visit(cast.sam).post(page, answer(sent)).status_code == 302
    for person, tree in ((cast.dave, "portal"), (cast.olga, "coach"), (cast.mallory, "coach")):
        address = reverse(f"{tree}:agreement", args=[cast.practice.slug, sent.agreement.pk])
        assert visit(person).get(address).status_code == 404


def test_reminders_go_to_whose_turn_it_is_and_stop_with_the_signature(
    cast: Cast, sent: Sent
) -> None:
    day = timedelta(days=1)
    drain(now=timezone.now() + 4 * day)
    assert [each.to for each in mail.outbox] == [[CAROL], [CAROL]]
    assert "Still waiting" in mail.outbox[-1].subject
    sign(cast, sent.signers[0])
    drain(now=timezone.now() + 2 * day)
    assert [each.to for each in mail.outbox[2:]] == [[SAM]]


def test_nobody_signs_for_two_sides(cast: Cast, hr: SponsorContact) -> None:
    with scope(system_scope(cast.practice.pk)):
        SponsorContact.objects.filter(pk=hr.pk).update(email=CAROL)
        hr.refresh_from_db()
    with pytest.raises(AgreementRefused) as refused:
        draft(cast, hr)
    assert refused.value.reason is AgreementRefusal.SAME_PERSON


def test_self_paying_client_has_no_company_in_it(cast: Cast, hr: SponsorContact) -> None:
    with pytest.raises(AgreementRefused):
        draft(cast, hr, engagement=cast.dave_engagement)
    made = draft(
        cast,
        None,
        engagement=cast.dave_engagement,
        kind="two_party",
        order=(Party.CLIENT, Party.COACH),
    )
    assert [each.party for each in send(cast, made).signers] == ["client", "coach"]


def test_coach_signs_on_the_dashboard_and_nobody_for_them(
    cast: Cast, sent: Sent, visit: object
) -> None:
    sign(cast, sent.signers[0])
    sign(cast, sent.signers[1])
    page = reverse("coach:agreement", args=[cast.practice.slug, sent.agreement.pk])
    signing = reverse("coach:agreement_sign", args=[cast.practice.slug, sent.agreement.pk])
    assert signing in visit(cast.bob).get(page).content.decode()
    assert signing not in visit(cast.vera).get(page).content.decode()
    for person in (cast.vera, cast.alice, cast.olga):
        assert visit(person).post(signing, answer(sent)).status_code == 404
    assert visit(cast.bob).post(signing, {**answer(sent), "name": ""}).status_code == 422
    assert visit(cast.bob).post(signing, answer(sent)).status_code == 302
    with scope(cast.bob.scope()):
        assert Agreement.objects.get().state == "signed"
