"""What a calendar programme costs that asks for a feed again and again.

It asks every few minutes, and nearly always nothing has changed: then one statement has to be
enough, and the answer is a 304 without a body. The feed is that of a coach with a hundred clients.
"""

from http import HTTPStatus
from time import process_time
from urllib.parse import urlsplit

from django.db import transaction
from django.http import HttpResponse
from django.test import Client as Browser
from django.test import override_settings
from django.utils import timezone

from benchmarks.filled import coach_of_full, fill
from benchmarks.pages import SETTINGS
from benchmarks.result import Result, at_most, told
from benchmarks.statements import statements_of
from coachops.practices.models import Membership
from coachops.tenancy.scope import Scope, scope, system_scope
from scheduling.models import CalendarFeed
from scheduling.services.feeds import make_feed

STATEMENTS, ROUNDS = 1, 10  # a feed may be read thirty times a minute


def measure() -> list[Result]:
    """Statements and answers of a poll that finds nothing new, and its processor time."""
    fill()
    with override_settings(**SETTINGS):
        poll = Poll(_address())
        whole, again = poll.ask(), poll.ask()
        changed = [answer for answer in (again, poll.ask()) if not _is_unchanged(answer)]
        statements = len(statements_of(poll.ask))
        cpu = min(poll.milliseconds() for _ in range(ROUNDS))
    return [
        told("feed: a whole answer", len(whole.content) / 1_000, "kB"),
        at_most("feed without change: statements", statements, "", STATEMENTS),
        at_most("feed without change: answers other than 304", len(changed), "", 0),
        told("feed without change: CPU", cpu, "ms"),
    ]


def _address() -> str:
    user = coach_of_full()
    with transaction.atomic(), scope(Scope(user_id=user.pk)):
        coach = Membership.objects.select_related("user", "practice").get(user=user)
    with transaction.atomic(), scope(system_scope(coach.practice_id)):
        address = make_feed(membership=coach, kind=CalendarFeed.Kind.FULL, now=timezone.now())
    return urlsplit(address).path


def _is_unchanged(answer: HttpResponse) -> bool:
    return answer.status_code == HTTPStatus.NOT_MODIFIED and not answer.content


class Poll:
    """A calendar programme: it shows the name of the answer it has."""

    def __init__(self, address: str) -> None:
        self._address, self._known = address, ""
        self._browser = Browser()

    def ask(self) -> HttpResponse:
        """Once more, with what it knows."""
        answer = self._browser.get(self._address, headers={"if-none-match": self._known})
        self._known = answer.headers["ETag"]
        return answer

    def milliseconds(self) -> float:
        began = process_time()
        self.ask()
        return (process_time() - began) * 1_000
