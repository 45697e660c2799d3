"""Is mail going out? Read from one small table, so that the web process needs no special role."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import DateTimeField, ExpressionWrapper
from django.db.models.functions import Now

from coachops.outbox.models import Heartbeat

LONGEST_SILENCE = timedelta(minutes=2)
LONGEST_DELAY = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class WorkerHealth:
    """`problems` are names for machines: no_worker, worker_silent, messages_late."""

    last_drain_at: datetime | None
    oldest_due_at: datetime | None
    problems: tuple[str, ...]

    @property
    def is_healthy(self) -> bool:
        return not self.problems


def worker_health() -> WorkerHealth:
    """The state of all workers together, by the database's clock. Needs no scope."""
    clock = ExpressionWrapper(Now(), output_field=DateTimeField())
    latest = Heartbeat.objects.annotate(now=clock).order_by("-drained_at").first()
    if latest is None:
        return WorkerHealth(None, None, ("no_worker",))
    problems = []
    if latest.now - latest.drained_at > LONGEST_SILENCE:
        problems.append("worker_silent")
    if latest.oldest_due_at and latest.drained_at - latest.oldest_due_at > LONGEST_DELAY:
        problems.append("messages_late")
    return WorkerHealth(latest.drained_at, latest.oldest_due_at, tuple(problems))
