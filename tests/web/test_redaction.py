"""What a log may hold."""

import logging

import pytest

from coachops.web.redaction import LinkSecrets, before_send, without_secrets


def test_link_secret_is_masked_in_messages_and_arguments() -> None:
    record = logging.LogRecord(
        "django.request", logging.WARNING, "", 0, "%s: %s", ("Not Found", "/l/1a2b.c3d4/"), None
    )
    assert LinkSecrets().filter(record)
    assert record.getMessage() == "Not Found: /l/…/"


@pytest.mark.parametrize(
    ("address", "masked"),
    [
        ("/book/with/1a2b.c3d4/?date=2026-11-24", "/book/with/…/?date=2026-11-24"),
        ("/mail/inbound/1a2b/", "/mail/inbound/…/"),
        ("/mail/events/1a2b/", "/mail/events/…/"),
        (
            "/calendars/connected/google/?code=4%2F0A&state=x:y",
            "/calendars/connected/google/?code=…&state=…",
        ),
        (
            "/accounts/login/?next=/calendars/%3Fcode%3D4%252F0A%26state%3Dx",
            "/accounts/login/?next=/calendars/%3Fcode%3D…",
        ),
        (
            "/accounts/login/?next=%2Fbook%2Fwith%2F1a2b.c3d4%2F",
            "/accounts/login/?next=%2Fbook%2Fwith%2F…",
        ),
        ("/book/harbour/intro/?discount_code=spring", "/book/harbour/intro/?discount_code=spring"),
    ],
)
def test_secrets_in_paths_and_queries_are_masked(address: str, masked: str) -> None:
    assert without_secrets(address) == masked


def test_sentry_hears_no_secret_wherever_an_address_stands() -> None:
    event = {
        "request": {
            "url": "https://coachops.example/book/with/1a2b.c3d4/",
            "query_string": "code=1a2b.c3d4&state=1a2b.c3d4",
            "headers": {"Referer": "https://coachops.example/l/1a2b.c3d4/"},
        },
        "breadcrumbs": {"values": [{"message": "GET /feeds/1a2b.c3d4.ics", "level": "info"}]},
    }
    heard = before_send(event, {})
    assert "1a2b" not in str(heard)
    assert heard["breadcrumbs"]["values"][0]["level"] == "info"


def test_addresses_of_other_calendars_are_not_logged() -> None:
    assert not logging.getLogger("httpx").isEnabledFor(logging.INFO)
