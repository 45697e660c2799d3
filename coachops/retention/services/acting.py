"""With the system's rights, in the acting person's name: the audit trail says who it was."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from coachops.tenancy.scope import SYSTEM, Scope, current_scope, scope


@contextmanager
def as_system() -> Iterator[None]:
    """For keys and counts of what the acting person may not read."""
    acting = current_scope() or Scope()
    with scope(replace(acting, roles=frozenset({SYSTEM}), confidential=False)):
        yield
