"""Fixtures every test may use. Servers are in tests/servers.py, people in tests/cast.py."""

import gc
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path

import pytest
from django.template import Context
from django.template.base import Template
from django.test import Client as Browser
from django.utils.safestring import SafeString
from hypothesis import HealthCheck, settings

from coachops.tenancy.scope import scope
from tests.again import once_then_again
from tests.cast import Cast, Person, build_cast

pytest_plugins = ["tests.servers"]
# Before its first draw Hypothesis looks for numbers in every module there is, for a second or more:
# how long that takes says nothing about a test. What tests assert stays as it is.
settings.register_profile("house", suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("house")
# The longest first: what is left at the end is short, and no process waits for another's. Those
# which begin with one of everything stand together: in some minutes it is built once for them all.
FIRST = ("contracts", "pages", "transfer", "journeys", "chaos", "demo", "launch")


def _turn(item: pytest.Item) -> int:
    return next((turn for turn, part in enumerate(FIRST) if part in item.path.parts), len(FIRST))


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Folders with long tests come first; within them the order stays random."""
    items.sort(key=_turn)


def pytest_collection_finish() -> None:
    """What is in memory now stays to the end; nobody has to look through it for what is over."""
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session", autouse=True)
def only_whole_pages_are_noted(django_test_environment: None) -> Iterator[None]:
    """Tests ask for the context of a page. Django copies it for each of its many pieces too."""
    noted = Template._render

    def render(template: Template, context: Context) -> SafeString:
        if context.template is template:
            return noted(template, context)
        return template.nodelist.render(context)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Template, "_render", render)
        yield


@pytest.fixture(autouse=True)
def only_loopback(socket_disabled_beyond_loopback: None) -> None:
    """No test reaches another machine."""


@pytest.fixture(scope="session")
def socket_disabled_beyond_loopback() -> None:
    from pytest_socket import socket_allow_hosts  # noqa: PLC0415 -- patches sockets when used

    socket_allow_hosts(["127.0.0.1", "::1", "localhost"], allow_unix_socket=True)


@pytest.fixture(autouse=True)
def plain_settings(settings: object, tmp_path: Path) -> None:
    """Quick hashes, plain static names, files in the test's own folder."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.MEDIA_ROOT = tmp_path / "files"
    settings.STORAGES = {
        "default": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": tmp_path / "files"},
        },
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    settings.MAIL_DIR = tmp_path / "mail"
    settings.DATA_DIR = tmp_path
    settings.STATIC_ROOT = tmp_path / "static"
    settings.STATIC_ROOT.mkdir()
    settings.WHITENOISE_AUTOREFRESH = True  # no collected files are needed


@pytest.fixture
def cast(db: None) -> Cast:
    """Everybody, in two practices."""
    return once_then_again("cast", build_cast)


@pytest.fixture
def visit(client: Browser) -> Callable[[Person], Browser]:
    """A browser in which this person has signed in."""

    def signed_in(person: Person) -> Browser:
        browser = Browser()
        browser.force_login(person.user)
        return browser

    return signed_in


@pytest.fixture
def acting(db: None) -> Callable[[Person], AbstractContextManager[object]]:
    """`with acting(person):` runs what is inside in the person's scope."""

    def as_person(person: Person) -> AbstractContextManager[object]:
        return scope(person.scope())

    return as_person
