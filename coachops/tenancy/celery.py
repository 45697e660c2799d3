"""Background work inside one practice, and the shape of the timetable."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from celery import Task
from celery.result import AsyncResult
from celery.schedules import BaseSchedule

from coachops.tenancy.scope import ScopeError, current_scope, scope, system_scope


@dataclass(frozen=True, slots=True)
class TimetableEntry:
    """One line of an app's `TIMETABLE` in its periodic.py.

    `every` is seconds or a crontab in UTC. A run that no worker has begun after `expires` seconds
    is dropped, because the next one does its work.
    """

    task: str
    every: float | BaseSchedule
    expires: float = 3600.0


class PracticeTask(Task):  # type: ignore[type-arg]  # the stubs alone are generic
    """A task of one practice, always called with `practice_id=`.

    The scope is opened in the worker and never inherited. It is the system's, which may not read
    anybody's content: work that needs content takes a `membership_id` and opens that member's
    scope.
    """

    abstract = True
    # The practice is taken off before run() is called, so its signature cannot be checked earlier.
    typing = False

    def apply_async(
        self,
        args: tuple[Any, ...] | None = None,
        kwargs: dict[str, Any] | None = None,
        *positional: Any,
        **options: Any,
    ) -> AsyncResult[Any]:
        """Raises ScopeError without a practice."""
        given = dict(kwargs or {})
        if not given.get("practice_id"):
            raise ScopeError(f"{self.name} needs practice_id=")
        given["practice_id"] = str(given["practice_id"])
        return super().apply_async(args, given, *positional, **options)

    def __call__(self, *args: Any, practice_id: str | UUID, **kwargs: Any) -> Any:
        practice = UUID(str(practice_id))
        active = current_scope()
        if active is not None and active.practice_id != practice:
            raise ScopeError(f"{self.name} was called inside another scope")
        with scope(system_scope(practice)):
            return super().__call__(*args, **kwargs)
