"""A real server, a real browser, and a stage on which the people of a journey meet."""

import os
from collections.abc import Callable, Iterator

import pytest
from django.core import mail
from django.core.cache import cache
from django.db import transaction
from django.test import override_settings
from playwright.sync_api import Browser, sync_playwright
from pytest_django.live_server_helper import LiveServer

from coachops.launch.machine import chromium
from coachops.outbox.engine import drain
from tests.cast import Cast, build_cast
from tests.journeys.stage import Stage

ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-dev-shm-usage",
)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium, started once. Playwright's event loop stands in this thread, and Django may ask."""
    path = chromium()
    assert path, "no Chromium: `make setup` installs one"
    with pytest.MonkeyPatch.context() as patch, sync_playwright() as playwright:
        patch.setitem(os.environ, "DJANGO_ALLOW_ASYNC_UNSAFE", "1")
        started = playwright.chromium.launch(executable_path=path, args=list(ARGUMENTS))
        yield started
        started.close()


@pytest.fixture(scope="session")
def server(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[LiveServer]:
    """pytest-django's, with a folder for static files: they are served from where they are."""
    with override_settings(STATIC_ROOT=tmp_path_factory.mktemp("static")):
        yield request.getfixturevalue("live_server")


@pytest.fixture
def stage(
    transactional_db: None, server: LiveServer, browser: Browser, settings: object
) -> Iterator[Stage]:
    """Empty, with the doors open. What went wrong in any browser is told at the end."""
    settings.BASE_URL = server.url
    cache.clear()
    with Stage(browser, server.url) as opened:
        yield opened
    assert not opened.findings, "\n".join(opened.findings)


@pytest.fixture
def committed_cast(stage: Stage) -> Cast:
    """Everybody, where the server sees them too."""
    with transaction.atomic():
        return build_cast()


@pytest.fixture
def newest_mail() -> Callable[[str], mail.EmailMultiAlternatives]:
    """`newest_mail(address)` delivers what waits and returns the last mail to that address."""

    def newest(address: str) -> mail.EmailMultiAlternatives:
        drain()
        return [message for message in mail.outbox if address in message.to][-1]

    return newest
