"""A practice may let clients book only once their coaching agreement is signed."""

from datetime import timedelta

import pytest
from django.test import Client as Browser
from django.urls import reverse

from clients.models import Agreement, AgreementSettings
from clients.queries.agreements import newest_version
from coachops.tenancy.scope import scope, system_scope
from scheduling.policies import Refusal
from scheduling.services.booking import BookerClient, NotBookable, book_session
from tests.clients.agreements import plain_template
from tests.scheduling.conftest import NOW, TUESDAY_TEN, Desk


def _signed(desk: Desk) -> None:
    template = plain_template(desk.cast)
    with scope(system_scope(desk.cast.practice.pk)):
        Agreement.objects.create(
            engagement=desk.cast.carol_engagement,
            template=template,
            version=newest_version(template),
            kind=template.kind,
            title=template.name,
            language="en-gb",
            state="signed",
            text="Yes",
            text_hash="0" * 64,
            created_at=NOW,
            sent_at=NOW,
        )


def test_client_books_only_after_signing_and_the_coach_before(desk: Desk, visit: object) -> None:
    cast = desk.cast
    with scope(system_scope(cast.practice.pk)):
        AgreementSettings.objects.create(locks_booking=True)
    with pytest.raises(NotBookable) as refused:
        desk.book()
    assert refused.value.reason is Refusal.NOT_SIGNED
    browser: Browser = visit(cast.carol)
    page = browser.get(reverse("portal:book", args=[cast.practice.slug])).content.decode()
    assert "not signed by everybody yet" in page
    assert reverse("portal:agreements", args=[cast.practice.slug]) in page
    staff: Browser = visit(cast.vera)
    desk_page = reverse("coach:book_for_client", args=[cast.practice.slug, cast.carol_client.pk])
    assert "cannot book" in staff.get(desk_page).content.decode()
    with scope(cast.bob.scope()):
        booked = book_session(
            offering=desk.coaching,
            starts_at=TUESDAY_TEN,
            booker=BookerClient(cast.carol_client, cast.carol_engagement),
            booking_key=cast.carol_client.pk,
            booker_time_zone="Europe/Berlin",
            now=NOW,
            by_coach=True,
        )
    assert booked.state == "booked"
    _signed(desk)
    assert desk.book(TUESDAY_TEN + timedelta(days=1)).state == "booked"
