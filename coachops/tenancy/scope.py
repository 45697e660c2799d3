"""Who is acting, in which practice.

One context variable holds the scope. The database backend tells PostgreSQL before a statement when
it has changed, in settings of the transaction alone, so that no pool can carry them to somebody
else; the row-level security policies read them there.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, replace
from uuid import UUID

from django.db import connection, transaction

SYSTEM = "system"

# Only these may open the tables of notes, reflections, summaries and wordings. What they then see
# is decided row by row by the policies of those tables.
CONFIDENTIAL_ROLES = frozenset({"coach", "client"})

# Taken for one request by whoever a client, or an independent person, has let open shared material
# of a coach who is gone. The policies ask for that consent; the role alone opens nothing.
BREAK_GLASS = "break_glass"


class ScopeError(RuntimeError):
    """Tenant data was touched outside a practice scope, or across two of them."""


@dataclass(frozen=True, slots=True)
class Scope:
    """The acting person and practice. `roles` are those of the membership the address chose."""

    user_id: UUID | None = None
    practice_id: UUID | None = None
    membership_id: UUID | None = None
    roles: frozenset[str] = frozenset()
    confidential: bool = False
    practice_slug: str = ""
    erasing: bool = False


def system_scope(practice_id: UUID) -> Scope:
    """The scope of background work in one practice; it may not read anybody's content."""
    return Scope(practice_id=practice_id, roles=frozenset({SYSTEM}))


_scope: ContextVar[Scope | None] = ContextVar("coachops_scope", default=None)


def current_scope() -> Scope | None:
    return _scope.get()


def current_practice_id() -> UUID:
    """The practice of the active scope. Raises ScopeError when there is none."""
    active = _scope.get()
    if active is None or active.practice_id is None:
        raise ScopeError("no practice scope is active")
    return active.practice_id


@contextmanager
def scope(active: Scope) -> Iterator[Scope]:
    """Act as this person in this practice. Refuses to change practice inside another's scope."""
    outer = _scope.get()
    if outer is not None and outer.practice_id and active.practice_id != outer.practice_id:
        raise ScopeError("already inside another practice's scope")
    token = _scope.set(active)
    try:
        yield active
    finally:
        _scope.reset(token)


@contextmanager
def confidential() -> Iterator[None]:
    """Step up to the database role that may open content tables, for the statements inside.

    Raises ScopeError for a scope whose roles may never open content (assistants, sponsors, owners
    who do not coach).
    """
    active = _scope.get()
    if active is None or active.practice_id is None:
        raise ScopeError("no practice scope is active")
    if not active.roles & (CONFIDENTIAL_ROLES | {BREAK_GLASS}):
        raise ScopeError("this role may not open confidential records")
    with scope(replace(active, confidential=True)):
        yield


@contextmanager
def erasing() -> Iterator[None]:
    """Become the database role that deletes rows and reads none of their words.

    It knows keys and dates, so that it can tell whose rows are over. Raises ScopeError outside the
    system's scope of one practice.
    """
    active = _scope.get()
    if active is None or active.practice_id is None or SYSTEM not in active.roles:
        raise ScopeError("only the system removes what is over, in one practice")
    with scope(replace(active, erasing=True)):
        yield


@contextmanager
def dispatching() -> Iterator[None]:
    """One short transaction as the role that moves the outbox across practices, no more."""
    if _scope.get() is not None and _scope.get() != Scope():
        raise ScopeError("the outbox is moved outside every practice scope")
    with transaction.atomic(durable=True), connection.cursor() as cursor:
        cursor.execute("SET LOCAL ROLE coachops_dispatch")
        yield
        cursor.execute("SET LOCAL ROLE NONE")


@contextmanager
def transferring() -> Iterator[None]:
    """Act as the role of whole-practice exports and imports, for the statements inside.

    It reads every table of the practice, sealed texts as they are sealed, and adds rows; it changes
    and removes nothing. Raises ScopeError but in background work of one practice.
    """
    active = _scope.get()
    if active is None or active.practice_id is None or active.roles != {SYSTEM}:
        raise ScopeError("whole practices are moved by background work alone")
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL ROLE coachops_transfer")
        yield
        cursor.execute("SET LOCAL ROLE NONE")
