"""PostgreSQL and Valkey, run inside a supervisor from packages instead of a system's services."""

import os
import secrets
import signal
from collections.abc import Mapping

from coachops.launch import machine, postgres
from coachops.launch.failure import LaunchError
from coachops.launch.folder import DataFolder
from coachops.launch.postgres import Cluster
from coachops.launch.supervisor import Program, Supervisor
from coachops.launch.valkey import Broker

_ENVIRONMENT = {"PATH": os.defpath, "LC_ALL": "C", "TZ": "UTC"}
_LAST = 2  # the servers end after everything that uses them


def start_postgres(
    supervisor: Supervisor, data: DataFolder, settings: Mapping[str, str] | None = None
) -> Cluster:
    """Start the data folder's PostgreSQL, its roles in place; LaunchError when it is broken."""
    passwords = data.key("database.json", postgres.new_passwords)
    cluster = postgres.open_cluster(data.path / "postgres", passwords)
    child = supervisor.start(
        Program(
            "database",
            cluster.command(settings or {}),
            _ENVIRONMENT,
            farewell=signal.SIGINT,  # PostgreSQL's fast shutdown: does not wait for its clients
            rank=_LAST,
            account=cluster.account,
        )
    )
    url = cluster.url("postgres", "postgres")
    try:
        supervisor.wait_for(child, lambda: postgres.is_ready(url), seconds=60)
    except LaunchError as error:
        raise LaunchError(
            f"{error}. Put {cluster.folder} back from a backup, "
            f"or move the data away to begin anew: mv {data.path} {data.path}.broken"
        ) from error
    postgres.create_roles(cluster)
    return cluster


def start_valkey(supervisor: Supervisor, data: DataFolder) -> Broker:
    """Start a broker for this run."""
    broker = Broker(machine.free_port(), secrets.token_hex(24))
    command = broker.command(data.path / "run")
    child = supervisor.start(Program("broker", command, _ENVIRONMENT, rank=_LAST))
    supervisor.wait_for(child, broker.is_ready, seconds=30)
    return broker
