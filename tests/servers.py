"""Servers for the tests: a PostgreSQL that is thrown away, and a Valkey for whoever asks for one.

Nothing is started before a test needs it. With DATABASE_URL and DATABASE_OWNER_URL in the
environment that server is used instead. A template database is migrated as the owner, once for each
state of the migrations; every process of a run clones it, and every test then runs as the web role,
with row-level security in force.
"""

import contextlib
import os
import signal
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psycopg
import pytest
from django.core.management import call_command
from django.db import connection, connections
from django.db.migrations.state import ProjectState
from django.test import TestCase, TransactionTestCase
from psycopg import sql
from pytest_django import DjangoDbBlocker

from coachops.launch import machine, throwaway
from coachops.launch.folder import fingerprint
from coachops.launch.processes import end_groups, is_alive, spawn
from coachops.launch.valkey import Broker
from tests.again import prepare_to_write_again

PROJECT = Path(__file__).resolve().parents[1]
_CLONE = "coachops_test_"
CHANGES = (
    "add_model",
    "add_field",
    "alter_field",
    "remove_field",
    "add_index",
    "add_constraint",
    "remove_index",
    "remove_constraint",
    "alter_model_options",
)


@dataclass(frozen=True)
class TestServer:
    """Where the owner and the web role reach the test server."""

    __test__ = False
    owner: str
    web: str


@dataclass(frozen=True)
class TestDatabase:
    """A clone of the template that this process may do anything with."""

    __test__ = False
    server: TestServer
    template: str
    name: str

    def become(self, url: str) -> None:
        """Talk to the database as another role from now on, in every thread."""
        _point_django_at(url, self.name)

    @contextlib.contextmanager
    def as_owner(self) -> Iterator[None]:
        """Talk to the database as the role that owns the tables."""
        self.become(self.server.owner)
        try:
            yield
        finally:
            self.become(self.server.web)

    def renew(self) -> None:
        """Make the database as the template is, whatever was committed to it."""
        connections.close_all()
        with _as_administrator(self.server) as owner:
            _drop(owner, self.name)
            _create(owner, self.name, self.template)

    def drop(self) -> None:
        """Remove the database."""
        connections.close_all()
        with _as_administrator(self.server) as owner:
            _drop(owner, self.name)


@pytest.fixture(scope="session")
def database_server() -> Iterator[TestServer]:
    """The server from the environment, else a throw-away one shared by all that run now."""
    owner, web = os.environ.get("DATABASE_OWNER_URL"), os.environ.get("DATABASE_URL")
    if owner and web:
        yield TestServer(owner, web)
        return
    with throwaway.server() as urls:
        yield TestServer(urls.owner, urls.web)


@pytest.fixture(scope="session")
def test_database(
    database_server: TestServer, django_db_blocker: DjangoDbBlocker
) -> Iterator[TestDatabase]:
    """This process's own database, with Django pointed at it as the web role."""
    with django_db_blocker.unblock():
        _drop_leftovers(database_server)
        template = _template(database_server)
        database = TestDatabase(database_server, template, f"{_CLONE}{os.getpid()}")
        database.renew()
        database.become(database_server.web)
    yield database
    with django_db_blocker.unblock():
        database.drop()


@pytest.fixture(scope="session")
def django_db_setup(django_test_environment: None, test_database: TestDatabase) -> Iterator[None]:
    """Instead of pytest-django's: a clone, and cloned anew after a test that commits."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", lambda _: test_database.renew())
        patch.setattr(TestCase, "_enter_atomics", _prepared(TestCase._enter_atomics))
        yield


def _prepared(begin: Callable[[], Any]) -> Callable[[], Any]:
    def begun() -> Any:
        if not connection.in_atomic_block:
            prepare_to_write_again()
        return begin()

    return begun


@pytest.fixture(scope="session")
def valkey_url() -> Iterator[str]:
    """The address of a Valkey server of this process's own."""
    broker = Broker(machine.free_port(), "throwaway")
    with tempfile.TemporaryDirectory(prefix="coachops-valkey-") as folder:
        with (Path(folder) / "log").open("wb") as log:
            process = spawn(broker.command(Path(folder)), output=log)
        while not broker.is_ready():
            assert process.poll() is None, (Path(folder) / "log").read_text()
        yield broker.url
        end_groups({process.pid: signal.SIGTERM}, reap=process.poll)


def _point_django_at(url: str, name: str) -> None:
    connections.close_all()
    parts = urlsplit(url)
    connection.settings_dict.update(
        NAME=name,
        USER=parts.username or "",
        PASSWORD=parts.password or "",
        HOST=parts.hostname or "",
        PORT=str(parts.port or ""),
        CONN_MAX_AGE=0,
        CONN_HEALTH_CHECKS=False,
    )
    connection.settings_dict["OPTIONS"].pop("pool", None)


@contextlib.contextmanager
def _as_administrator(server: TestServer) -> Iterator[psycopg.Connection]:
    address = urlsplit(server.owner)._replace(path="/postgres").geturl()
    with psycopg.connect(address, autocommit=True) as owner:
        yield owner


def _drop_leftovers(server: TestServer) -> None:
    """Remove the databases of test processes that were killed."""
    with _as_administrator(server) as owner:
        clones = owner.execute(
            "SELECT datname FROM pg_database WHERE starts_with(datname, %s)", [_CLONE]
        )
        for (name,) in clones.fetchall():
            if not is_alive(int(name.removeprefix(_CLONE))):
                _drop(owner, name)


def _template(server: TestServer) -> str:
    """The name of a database with all migrations and nothing else, made where it is missing."""
    sources = [
        *PROJECT.glob("*/migrations/*.py"),
        *PROJECT.glob("coachops/*/migrations/*.py"),
        *(PROJECT / "coachops" / "tenancy").glob("*.*"),
        PROJECT / "uv.lock",
    ]
    name = f"coachops_template_{fingerprint(*sorted(sources))}"
    with _as_administrator(server) as owner:
        owner.execute("SELECT pg_advisory_lock(hashtext('coachops test template'))")
        if _exists(owner, name):
            return name
        draft = f"{name}_draft"
        _drop(owner, draft)
        _create(owner, draft, "template1")
        _point_django_at(server.owner, draft)
        with _each_model_drawn_alone():
            call_command("migrate", verbosity=0, interactive=False)
        connections.close_all()
        owner.execute(
            sql.SQL("ALTER DATABASE {} RENAME TO {}").format(
                sql.Identifier(draft), sql.Identifier(name)
            )
        )
    return name


@contextlib.contextmanager
def _each_model_drawn_alone() -> Iterator[None]:
    """Where a migration changes something, Django draws the classes of all models that are related
    to it anew, which are nearly all of them, a few hundred times. No table depends on that.
    """
    with pytest.MonkeyPatch.context() as patch:
        for name in CHANGES:
            patch.setattr(ProjectState, name, _alone(getattr(ProjectState, name)))
        yield


def _alone(change: Callable[..., None]) -> Callable[..., None]:
    def changed(state: ProjectState, *given: Any, **named: Any) -> None:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(
                state, "_find_reload_model", lambda app, model, delay=False: {(app, model)}
            )
            change(state, *given, **named)

    return changed


def _exists(owner: psycopg.Connection, name: str) -> bool:
    query = "SELECT 1 FROM pg_database WHERE datname = %s"
    return owner.execute(query, [name]).fetchone() is not None


def _create(owner: psycopg.Connection, name: str, template: str) -> None:
    owner.execute(
        sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY FILE_COPY").format(
            sql.Identifier(name), sql.Identifier(template)
        )
    )


def _drop(owner: psycopg.Connection, name: str) -> None:
    owner.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))
