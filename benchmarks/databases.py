"""Databases of the benchmarks: made for a run, and gone after it."""

from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

import psycopg
from psycopg import sql


@contextmanager
def passing_database(owner_url: str, name: str) -> Iterator[str]:
    """An empty one on the server of this address, which may make databases; its own address."""
    _execute(owner_url, "CREATE DATABASE {}", name)
    try:
        yield at(owner_url, name)
    finally:
        _execute(owner_url, "DROP DATABASE {} WITH (FORCE)", name)


def at(url: str, name: str) -> str:
    """Another database of the same server, as the same role."""
    return urlsplit(url)._replace(path=f"/{name}").geturl()


def _execute(url: str, statement: str, name: str) -> None:
    with psycopg.connect(at(url, "postgres"), autocommit=True) as owner:
        owner.execute(sql.SQL(statement).format(sql.Identifier(name)))
