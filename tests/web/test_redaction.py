"""What a log may hold."""

import logging

from coachops.web.redaction import LinkSecrets


def test_link_secret_is_masked_in_messages_and_arguments() -> None:
    record = logging.LogRecord(
        "django.request", logging.WARNING, "", 0, "%s: %s", ("Not Found", "/l/1a2b.c3d4/"), None
    )
    assert LinkSecrets().filter(record)
    assert record.getMessage() == "Not Found: /l/…/"
