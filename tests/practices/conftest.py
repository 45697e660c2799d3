"""What tests of signing in share: mail that has arrived, and codes in it."""

import re
from collections.abc import Callable

import pytest
from django.core import mail

from coachops.outbox.engine import drain

CODE = re.compile(r"^([A-Z0-9]{4}-[A-Z0-9]{4}|\d{6})$", re.MULTILINE)


@pytest.fixture
def newest_mail(db: None) -> Callable[[str], mail.EmailMultiAlternatives]:
    """`newest_mail(address)` delivers what waits and returns the last mail to that address."""

    def newest(address: str) -> mail.EmailMultiAlternatives:
        drain()
        return [message for message in mail.outbox if address in message.to][-1]

    return newest


@pytest.fixture
def newest_code(newest_mail: Callable[[str], mail.EmailMultiAlternatives]) -> Callable[[str], str]:
    def newest(address: str) -> str:
        return CODE.search(newest_mail(address).body).group(1)

    return newest
