"""Whether everything that the product stands on is there."""

from collections.abc import Callable

import redis
import structlog
from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor

from coachops.outbox.health import worker_health
from coachops.tenancy import catalogue

BROKER_TIMEOUT_SECONDS = 2
log = structlog.get_logger()


def readiness_problems() -> list[str]:
    """What is not well: database, migrations, row_security, broker, or a name of the worker's."""
    checks: list[tuple[str, Callable[[], bool]]] = [
        ("migrations", _migrations_applied),
        ("row_security", _wall_is_whole),
        ("broker", _broker_answers),
    ]
    try:
        connection.ensure_connection()
        problems = [name for name, holds in checks if not holds()]
        return problems + list(worker_health().problems)
    except DatabaseError:
        log.exception("database is not reachable")
        return ["database"]


def _migrations_applied() -> bool:
    executor = MigrationExecutor(connection)
    return not executor.migration_plan(executor.loader.graph.leaf_nodes())


def _wall_is_whole() -> bool:
    found = catalogue.problems()
    if found:
        log.error("row-level security is not whole", problems=found)
    return not found


def _broker_answers() -> bool:
    broker = redis.from_url(settings.REDIS_URL, socket_timeout=BROKER_TIMEOUT_SECONDS)
    try:
        return bool(broker.ping())
    except redis.RedisError:
        return False
    finally:
        broker.close()
