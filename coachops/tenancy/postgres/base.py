"""PostgreSQL backend that writes the active scope into every transaction right after BEGIN."""

from typing import Any

from django.db.backends.postgresql import base, features

from coachops.tenancy.scope import current_scope, push


class DatabaseFeatures(features.DatabaseFeatures):
    """Nothing older is supported, so checks need not ask a server how old it is."""

    minimum_database_version = (18,)
    is_postgresql_18 = True


class DatabaseWrapper(base.DatabaseWrapper):
    features_class = DatabaseFeatures
    scope_role: str = "none"

    def set_autocommit(self, autocommit: bool, *args: Any, **kwargs: Any) -> None:
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
