"""A primary and a standby that follows it, each of which can be stopped, started and promoted."""

import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import psycopg
import servers
from proxies import eventually
from psycopg.conninfo import make_conninfo
from servers import Postgres

FOLLOW_SECONDS = 30.0


@dataclass
class Node:
    """One server, with its directory and its process."""

    binaries: Path
    directory: Path
    server: Postgres
    account: str | None
    process: subprocess.Popen[bytes] = field(init=False)

    def __post_init__(self) -> None:
        self.start()

    def start(self) -> None:
        self.process = servers.start(self.binaries, self.directory, self.server.port, self.account)
        self.server = servers.when_ready(self.server, self.process, self.directory / "log")

    def stop(self, how: signal.Signals = signal.SIGINT) -> None:
        """Stop it: SIGINT is a fast shutdown, SIGQUIT an immediate one, as a crash."""
        self.process.send_signal(how)
        self.process.wait(timeout=30)

    def promote(self) -> None:
        """Make a primary of a standby."""
        self.server.execute("SELECT pg_promote()")


@dataclass(frozen=True)
class Pair:
    """Two servers with the same databases."""

    primary: Node
    standby: Node

    def dsn(self, dbname: str, **parameters: str) -> str:
        """The connection string that names both, the primary first."""
        ports = f"{self.primary.server.port},{self.standby.server.port}"
        given = {"host": "127.0.0.1,127.0.0.1", "port": ports, "dbname": dbname, **parameters}
        return make_conninfo("user=postgres", **given)

    def followed(self) -> bool:
        """Whether the standby has got everything there is."""
        with self.primary.server.connect() as session:
            at = session.execute("SELECT pg_current_wal_lsn()").fetchone()
        assert at is not None

        def has() -> bool:
            with self.standby.server.connect() as session:
                row = session.execute("SELECT pg_last_wal_replay_lsn() >= %s::pg_lsn", at)
                return row.fetchone() == (True,)

        return eventually(has, within=FOLLOW_SECONDS)


@contextmanager
def pair(binaries: Path) -> Iterator[Pair]:
    """Run a primary and its standby while the context lasts."""
    with tempfile.TemporaryDirectory(prefix="pgtoll-test-", ignore_cleanup_errors=True) as name:
        account = servers.unprivileged()
        made: list[Node] = []
        try:
            for which in ("primary", "standby"):
                directory = Path(name, which)
                directory.mkdir()
                if account is not None:
                    for owned in (Path(name), directory):
                        shutil.chown(owned, account)
                if made:
                    _copy(made[0], directory, account)
                else:
                    servers.make_cluster(binaries, directory / "data", account, servers.SETTINGS)
                server = Postgres("127.0.0.1", servers.free_port(), "postgres", "postgres")
                made.append(Node(binaries, directory, server, account))
            yield Pair(*made)
        finally:
            for node in made:
                if node.process.poll() is None:
                    servers.stop(node.process)


def _copy(primary: Node, directory: Path, account: str | None) -> None:
    command = [str(primary.binaries / "pg_basebackup"), "-D", str(directory / "data"), "-R"]
    command += ["-c", "fast", "-X", "stream", "-d", primary.server.dsn]
    subprocess.run(command, user=account, cwd=directory, check=True, capture_output=True)


def is_standby(server: Postgres) -> bool:
    """Whether a server that answers follows another."""
    try:
        with server.connect() as session:
            return session.execute("SELECT pg_is_in_recovery()").fetchone() == (True,)
    except psycopg.OperationalError:
        return False
