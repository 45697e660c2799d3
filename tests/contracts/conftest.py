"""The world of the contract tests: one of everything, in two practices."""

import logging
from collections.abc import Iterator

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from pytest_django import DjangoDbBlocker

from tests.again import once_then_again, prepare_to_write_again
from tests.cast import build_cast
from tests.contracts.world import World, build_world


@pytest.fixture
def world(made_world: World, plain_settings: None) -> World:
    """The world, with its files in the storage of this test."""
    for name, content in made_world.files.items():
        default_storage.save(name, ContentFile(content))
    return made_world


@pytest.fixture(scope="module")
def made_world(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[World]:
    """Made once a module, in a transaction that is never committed. `Visitor` undoes requests."""
    with django_db_blocker.unblock():
        prepare_to_write_again()
        with transaction.atomic():
            cast = once_then_again("cast", build_cast)
            yield once_then_again("furnished", lambda: build_world(cast), given=cast)
            transaction.set_rollback(True)


@pytest.fixture(autouse=True)
def quiet_refusals(caplog: pytest.LogCaptureFixture) -> None:
    """Thousands of answers 404 are what these tests ask for; nobody needs a line about each."""
    caplog.set_level(logging.CRITICAL, "django.request")
