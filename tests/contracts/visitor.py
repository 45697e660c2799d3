"""Somebody who opens addresses, and leaves the world as it was."""

import re
from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.db import transaction
from django.http import HttpResponse
from django.test import Client as Browser

from tests.contracts.world import World

ANONYMOUS = "anonymous"
_FORM_TOKEN = re.compile(rb'(csrfmiddlewaretoken" value=|X-CSRFToken[^:]*:\s*)"[^"]*"')


@dataclass(frozen=True)
class Answer:
    """What came back. `body` has no form tokens, which differ each time."""

    status: int
    body: bytes
    location: str
    headers: dict[str, str]
    error: str
    # What `watch` saw before the request, and after it.
    before: Any
    after: Any

    @property
    def text(self) -> str:
        return self.body.decode(errors="replace")

    @property
    def is_page(self) -> bool:
        return self.headers.get("Content-Type", "").startswith("text/html")

    def __str__(self) -> str:
        return f"{self.status} {self.location}{self.error}".strip()


class Visitor:
    """A browser in which one person has signed in, or nobody. Each request is undone at once.

    `keeps`: what the requests change stays. `watch` is asked before and after each request.
    `leaks`: everything read so far that the table of who sees what does not open to this person.
    """

    def __init__(
        self,
        world: World,
        name: str,
        *,
        watch: Callable[[], object] = lambda: None,
        keeps: bool = False,
    ) -> None:
        self.name = name
        self._keeps = keeps
        self._watch = watch
        self.leaks: set[str] = set()
        self._closed = {
            sentence.words: sentence.words.encode()
            for sentence in world.sentences
            if not sentence.is_open_to(name)
        }
        self._browser = Browser(raise_request_exception=False)
        if name != ANONYMOUS:
            self._browser.force_login(world.people[name].user)

    @cached_property
    def nothing(self) -> Answer:
        """What an address that nobody has answers."""
        return self.get("/nothing-is-here/")

    def get(self, address: str, **headers: str) -> Answer:
        return self._ask("get", address, headers)

    def post(self, address: str, data: dict[str, str] | None = None, **headers: str) -> Answer:
        return self._ask("post", address, headers, data or {})

    def _ask(
        self, method: str, address: str, headers: dict[str, str], data: dict[str, str] | None = None
    ) -> Answer:
        cookies = deepcopy(self._browser.cookies)
        with transaction.atomic():
            before = self._watch()
            response = getattr(self._browser, method)(address, data, headers=headers)
            answer = _answer(response, before, self._watch())
            transaction.set_rollback(not self._keeps)
        if not self._keeps:
            # Whoever was signed out still is signed in.
            self._browser.cookies = cookies
        self.leaks |= {
            f"{method.upper()} {address} says {words}"
            for words, found in self._closed.items()
            if found in answer.body
        }
        return answer


def _answer(response: HttpResponse, before: object, after: object) -> Answer:
    body = b"".join(response.streaming_content) if response.streaming else response.content
    error = getattr(response, "exc_info", None)
    return Answer(
        response.status_code,
        _FORM_TOKEN.sub(rb'\1""', body),
        response.headers.get("Location", ""),
        dict(response.headers),
        f" {error[0].__name__}: {error[1]}"[:300] if error else "",
        before,
        after,
    )
