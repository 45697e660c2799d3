"""Many tries at once are still counted one after another."""

import re
from concurrent.futures import ThreadPoolExecutor

from django.core import mail
from django.db import connection
from django.test import Client as Browser

from coachops.outbox.engine import drain
from coachops.practices.models import User

CONFIRM = "/accounts/login/code/confirm/"


def test_tries_sent_together_are_all_counted(transactional_db: None) -> None:
    User.objects.create_user("carol@harbour.example", name="Carol")
    browser = Browser()
    browser.post("/accounts/login/code/", {"email": "carol@harbour.example"})
    drain()
    code = re.search(r"^[A-Z0-9]{4}-[A-Z0-9]{4}$", mail.outbox[-1].body, re.MULTILINE).group()
    cookie = browser.cookies["session"].value

    def guess(number: int) -> None:
        other = Browser()
        other.cookies["session"] = cookie
        other.post(CONFIRM, {"code": f"WRNG-{number:04}"})
        connection.close()

    with ThreadPoolExecutor(8) as guessing:
        list(guessing.map(guess, range(8)))
    browser.post(CONFIRM, {"code": code})
    assert "_auth_user_id" not in browser.session
