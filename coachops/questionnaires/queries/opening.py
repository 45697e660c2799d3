"""A response that the asking app has opened for somebody, with its key."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Protocol
from uuid import UUID

from coachops.practices.models import Membership
from coachops.questionnaires.models import Response
from coachops.questionnaires.policies.questions import Content
from coachops.tenancy.scope import ScopeError, confidential, current_scope, scope


class Sealer(Protocol):
    """The key of whoever the answers are about; `row_id` is the sealed row's own."""

    def close(self, text: str, *, row_id: UUID) -> bytes: ...

    def open(self, sealed: bytes, *, row_id: UUID) -> str: ...


@dataclass(frozen=True, slots=True)
class Opened:
    """A response with its version. `by` is None for whoever came by a signed link."""

    response: Response
    safe: Sealer
    by: Membership | None

    @property
    def content(self) -> Content:
        return Content.from_json(self.response.version.content)

    @contextmanager
    def room(self) -> Iterator[None]:
        """Where the sealed rows are: a member's by who they are, a link's by the one response."""
        if self.by is not None:
            with confidential():
                yield
            return
        active = current_scope()
        if active is None:
            raise ScopeError("no practice scope is active")
        roles = active.roles | {f"response:{self.response.pk}"}
        with scope(replace(active, roles=roles, confidential=True)):
            yield
