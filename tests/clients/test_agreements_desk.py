"""Templates, preparing and following up: what the practice's own side does with agreements."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client as Browser
from django.urls import reverse
from django.utils import timezone

from clients.models import (
    Agreement,
    AgreementSettings,
    AgreementTemplate,
    AgreementTemplateVersion,
    SponsorContact,
)
from clients.policies import AgreementRefusal, AgreementRefused
from clients.queries.agreement_fields import FIELDS, fields_in, merged
from clients.services import agreements as services
from clients.services.agreement_starters import starters, text_of
from coachops.documents.markdown import render_document
from coachops.pages.queries.attention import needs_of
from coachops.tenancy.scope import scope, system_scope
from scheduling.queries.standing import booking_terms
from tests.cast import Cast, Person
from tests.clients.agreements import draft, plain_template, send, sign, templates

Visit = Callable[[Person], Browser]
FINE = {"name": "House rules", "kind": "two_party", "text": "Between {{client.name}} and us."}


def address(cast: Cast, name: str, *args: object) -> str:
    return reverse(f"coach:{name}", args=[cast.practice.slug, *args])


def test_starters_know_all_their_fields_and_keep_fees_apart() -> None:
    for starter in starters():
        assert set(fields_in(text_of(starter))) <= set(FIELDS)
        if starter.kind != "fees":
            assert "{{fees}}" not in text_of(starter)
            assert "{{confidentiality.limits}}" in text_of(starter)


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"text": "Hello {{client.shoe_size}}"}, "There is no field {{client.shoe_size}}"),
        ({"text": "Hello {{client.name"}, "not closed"),
        ({"kind": "three_party", "text": "It costs {{fees}}"}, "There is no field {{fees}}"),
        ({"text": "x" * 1_000_000}, "at most 60000 characters"),
        ({"text": " "}, "Please fill this in"),
    ],
)
def test_unusable_text_is_refused_beside_the_field(
    cast: Cast, visit: Visit, changed: dict[str, str], words: str
) -> None:
    page = visit(cast.alice).post(address(cast, "agreement_template_new"), {**FINE, **changed})
    assert page.status_code == 422
    said = page.content.decode().replace("&#123;", "{").replace("&#125;", "}")
    assert words in said
    with scope(cast.alice.scope()):
        assert not AgreementTemplate.objects.exists()


def test_whoever_comes_to_prepare_chooses_only_where_there_is_a_choice(
    cast: Cast, visit: Visit
) -> None:
    with scope(cast.alice.scope()):
        template = plain_template(cast)
    page = address(cast, "engagement_agreements", cast.carol_engagement.pk)
    vera, first = visit(cast.vera), f"{page}?prepare=1"
    assert vera.get(page).status_code == 200
    there = address(cast, "agreement_prepare", cast.carol_engagement.pk, template.pk)
    assert vera.get(first).headers["Location"] == there
    with scope(cast.alice.scope()):
        plain_template(cast, "two_party")
    assert vera.get(first).status_code == 200


def test_edit_makes_the_next_version_and_what_was_sent_keeps_its_wording(
    cast: Cast, visit: Visit, hr: SponsorContact
) -> None:
    sent = send(cast, draft(cast, hr))
    template = sent.agreement.template_id
    page = address(cast, "agreement_template", template)
    answer = visit(cast.alice).post(page, {"name": "Renamed", "text": "Other words"})
    assert answer.status_code == 302
    visit(cast.alice).post(page, {"name": "Renamed", "text": "Other words"})
    with scope(cast.alice.scope()):
        assert AgreementTemplateVersion.objects.filter(template=template).count() == 2
        assert "Between us" in Agreement.objects.get().text


def test_preview_works_with_a_button_and_shows_unknown_fields(cast: Cast, visit: Visit) -> None:
    page = visit(cast.alice).post(
        address(cast, "agreement_template_new"),
        {**FINE, "text": "## Hi {{client.name}} {{x.y}}", "preview": "yes"},
    )
    said = page.content.decode()
    assert page.status_code == 200
    assert "Hi Ada Winter" in said
    assert "x.y" in said.partition("Not a field")[2]
    with scope(cast.alice.scope()):
        assert not AgreementTemplate.objects.exists()


def test_preview_is_filled_with_the_engagement_that_is_chosen_and_what_is_typed(
    cast: Cast, visit: Visit
) -> None:
    chosen = {"preview": "yes", "engagement": str(cast.carol_engagement.pk)}
    page = visit(cast.alice).post(
        address(cast, "agreement_template_new"),
        {**FINE, "text": "{{client.name}} with {{coach.name}}: {{program.name}}"} | chosen,
    )
    client, coach = cast.carol_client.name, cast.bob.membership.name
    assert f"{client} with {coach}" in page.content.decode()
    assert "The program" in page.content.decode().partition("Not known")[2]
    template = plain_template(cast, "fees", "{{client.name}} pays {{fees}}")
    prepare = reverse(
        "coach:agreement_prepare",
        args=[cast.practice.slug, cast.carol_engagement.pk, template.pk],
    )
    browser = visit(cast.bob)
    assert "The text still needs" in browser.get(prepare).content.decode()
    shown = browser.post(prepare, {"preview": "yes", "fees": "220 a session"})
    assert f"{client} pays 220 a session" in shown.content.decode()
    assert shown.status_code == 200
    with scope(cast.alice.scope()):
        assert not Agreement.objects.exists()


def test_scripts_and_markup_in_text_and_names_stay_words() -> None:
    html = render_document("<script>alert(1)</script>\n\n[x](javascript:alert(1)) ![i](http://e)")
    assert "<script" not in html
    assert "href" not in html
    assert "<img" not in html
    assert merged("{{ client.name }}", {"client.name": "{{fees}}"}) == "{{fees}}"


def test_draft_shows_what_is_missing_and_is_not_sent_without(cast: Cast, visit: Visit) -> None:
    template = templates(cast)["two_party"]
    prepare = address(cast, "agreement_prepare", cast.dave_engagement.pk, template.pk)
    answer = visit(cast.vera).post(prepare, {"order": "client,coach"})
    assert answer.status_code == 302
    page = visit(cast.vera).get(answer.headers["Location"])
    assert "The program" in page.content.decode()
    with scope(cast.vera.scope()):
        made = Agreement.objects.get()
    shown = page.context["text_hash"]
    sent = visit(cast.vera).post(
        address(cast, "agreement_send", made.pk), {"text_hash": shown}, follow=True
    )
    assert "still needs" in sent.content.decode()
    with scope(cast.vera.scope()):
        assert Agreement.objects.get().state == "draft"


def test_text_that_changed_since_it_was_shown_is_not_sent(cast: Cast, hr: SponsorContact) -> None:
    made = draft(cast, hr)
    with scope(cast.bob.scope()), pytest.raises(AgreementRefused) as refused:
        services.send(agreement=made, shown_hash="0" * 64, now=timezone.now())
    assert refused.value.reason is AgreementRefusal.NOT_AS_SHOWN


def test_owner_alone_writes_templates_and_settings(cast: Cast, visit: Visit) -> None:
    for person in (cast.bob, cast.vera, cast.ines):
        assert visit(person).get(address(cast, "agreement_templates")).status_code == 404
        assert visit(person).get(address(cast, "agreement_settings")).status_code == 404
    page = address(cast, "agreement_settings")
    said = {"safeguarding_contact": "Alice", "link_valid_days": "14", "remind_after": "2, 5"}
    assert visit(cast.alice).post(page, {**said, "remind_after": "soon"}).status_code == 422
    assert visit(cast.alice).post(page, {**said, "locks_booking": "on"}).status_code == 302
    with scope(cast.bob.scope()):
        row = AgreementSettings.objects.get()
        assert (row.remind_after_days, row.link_valid_days, row.locks_booking) == ([2, 5], 14, True)


def test_fees_are_the_assistants_only_if_the_owner_allows(cast: Cast, visit: Visit) -> None:
    with scope(system_scope(cast.practice.pk)):
        AgreementSettings.objects.create()
    template = plain_template(cast, "fees", "It costs {{fees}}")
    prepare = address(cast, "agreement_prepare", cast.dave_engagement.pk, template.pk)
    assert visit(cast.vera).get(prepare).status_code == 404
    with scope(system_scope(cast.practice.pk)):
        AgreementSettings.objects.update(assistants_see_fees=True)
    page = visit(cast.vera).post(prepare, {"order": "client,coach", "fees": "90"}, follow=True)
    assert "It costs 90" in page.content.decode()


def test_today_shows_whom_it_waits_for_and_that_it_was_declined(
    cast: Cast, hr: SponsorContact
) -> None:
    now = timezone.now()
    sent = send(cast, draft(cast, hr))

    def needs(later: timedelta = timedelta(0)) -> list[tuple[str, str]]:
        with scope(cast.vera.scope()):
            found = needs_of([cast.bob.membership.pk], practice_slug="harbour", now=now + later)
        return [(each.what, each.action) for each in found if each.kind.startswith("agreement")]

    assert needs() == []
    assert needs(timedelta(days=4)) == [("Agreement unsigned", "Chase")]
    sign(cast, sent.signers[0])
    sign(cast, sent.signers[1])
    assert needs() == [("Agreement unsigned", "Sign")]


def test_booking_is_locked_until_everybody_has_signed(cast: Cast, hr: SponsorContact) -> None:
    engagement = cast.carol_engagement.pk

    def is_locked() -> bool:
        with scope(cast.carol.scope()):
            return booking_terms(engagement).awaits_signature

    assert not is_locked(), "a practice without settings locks nothing"
    with scope(system_scope(cast.practice.pk)):
        AgreementSettings.objects.create(locks_booking=True)
    assert is_locked()
    sent = send(cast, draft(cast, hr))
    for signer in sent.signers:
        assert is_locked()
        sign(cast, signer)
    assert not is_locked()
    with scope(cast.bob.scope()):
        services.void(agreement=sent.agreement, reason="Wrong", now=timezone.now())
    assert is_locked()
    with scope(system_scope(cast.practice.pk)):
        AgreementSettings.objects.update(locked_programs=[engagement])
    assert not is_locked(), "only in the programs that were chosen"


def test_after_void_nobody_is_waited_for(cast: Cast, hr: SponsorContact, visit: Visit) -> None:
    sent = send(cast, draft(cast, hr))
    page = address(cast, "agreement", sent.agreement.pk)
    assert "Their turn" in visit(cast.alice).get(page).content.decode()
    with scope(cast.bob.scope()):
        services.void(agreement=sent.agreement, reason="Wrong dates", now=timezone.now())
    shown = visit(cast.alice).get(page).content.decode()
    assert "Not signed" in shown
    assert "Their turn" not in shown
    assert "the link works until" not in " ".join(shown.split())
