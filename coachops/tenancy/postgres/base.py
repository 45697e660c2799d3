"""PostgreSQL backend that writes the active scope into every transaction right after BEGIN."""

from typing import Any

from django.db.backends.postgresql import base

from coachops.tenancy.scope import current_scope, push


class DatabaseWrapper(base.DatabaseWrapper):
    scope_role: str = "none"

    def set_autocommit(self, autocommit: bool, *args: Any, **kwargs: Any) -> None:  # noqa: FBT001 -- Django's signature
        super().set_autocommit(autocommit, *args, **kwargs)
        self.scope_role = "none"
        active = current_scope()
        if autocommit or active is None:
            return
        try:
            push(self, active)
        except BaseException:
            self.rollback()
            super().set_autocommit(autocommit=True)
            raise
