"""A primary and a synchronous standby, which change places."""

import os
import shutil
import signal
import subprocess
import time
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import psycopg
import servers
from proxies import Session, eventually
from servers import Postgres

from fleet.network import Network, on

PORT = 5432
PATIENCE = 120.0  # for a server to start, to be promoted, to follow
SETTINGS = servers.SETTINGS | {
    "synchronous_commit": "on",
    "full_page_writes": "on",
    "wal_log_hints": "on",  # for pg_rewind
    "wal_keep_size": "1GB",
    "wal_sender_timeout": "3s",
    "wal_receiver_timeout": "3s",
    "wal_retrieve_retry_interval": "200ms",
}


@dataclass
class Node:
    """One server on a host of its own."""

    name: str
    network: Network
    directory: Path
    binaries: Path
    account: str | None
    process: subprocess.Popen[bytes] | None = field(default=None)

    @property
    def address(self) -> str:
        return self.network.address(self.name)

    def at(self, dbname: str = "postgres") -> Postgres:
        """Return a database of it, beside all proxies."""
        return Postgres(self.address, PORT, "postgres", dbname)

    def connect(self, dbname: str = "postgres") -> Session:
        return self.at(dbname).connect(connect_timeout=3, tcp_user_timeout=10_000)

    def value(self, sql: str, dbname: str = "postgres") -> object:
        with self.connect(dbname) as session:
            row = session.execute(sql.encode()).fetchone()
        return row and row[0]

    def make(self) -> None:
        data = self.directory / "data"
        servers.make_cluster(self.binaries, data, self.account, SETTINGS)
        with (data / "postgresql.conf").open("a", encoding="ascii") as conf:
            conf.write("listen_addresses = '*'\n")
        rules = [f"host {what} all 0.0.0.0/0 trust" for what in ("all", "replication")]
        (data / "pg_hba.conf").write_text("\n".join([*rules, ""]), encoding="ascii")

    def start(self) -> None:
        """Start it and wait until it answers."""
        command = [*on(self.name, self.account), str(self.binaries / "postgres")]
        command += ["-D", str(self.directory / "data"), "-p", str(PORT)]
        with (self.directory / "log").open("ab") as log:
            self.process = subprocess.Popen(command, cwd=self.directory, stdout=log, stderr=log)
        if not eventually(self.answers, within=PATIENCE):
            raise RuntimeError(f"{self.name} does not start: {self.directory / 'log'}")

    def answers(self) -> bool:
        try:
            return self.value("SELECT 1") == 1
        except psycopg.OperationalError:
            return False

    def die(self) -> None:
        """End everything on the host at once, as when the machine loses its power."""
        while pids := self.network.pids(self.name):
            for pid in pids:
                _signal(pid, signal.SIGKILL)
            time.sleep(0.05)
        if self.process is not None:
            self.process.wait()

    def pause(self, *, on: bool) -> None:
        """Stop all of its processes where they are, or let them go on."""
        for pid in self.network.pids(self.name):
            _signal(pid, signal.SIGSTOP if on else signal.SIGCONT)

    def tool(self, *command: str) -> subprocess.CompletedProcess[str]:
        """Run one of PostgreSQL's programs there."""
        return subprocess.run(
            [*on(self.name, self.account), str(self.binaries / command[0]), *command[1:]],
            cwd=self.directory, capture_output=True, text=True, check=False,
        )  # fmt: skip


def _signal(pid: int, what: signal.Signals) -> None:
    with suppress(ProcessLookupError):
        os.kill(pid, what)


class Pair:
    """Both of them: which is which changes."""

    def __init__(self, network: Network, directory: Path, binaries: Path) -> None:
        account = servers.unprivileged()
        self.nodes: list[Node] = []
        for name in ("db1", "db2"):
            network.add(name)
            home = directory / name
            home.mkdir()
            if account is not None:
                shutil.chown(home, account)
            self.nodes.append(Node(name, network, home, binaries, account))
        self.primary, self.standby = self.nodes

    def start(self) -> None:
        self.primary.make()
        self.primary.start()
        self._copy()
        self.standby.start()
        self._synchronous()

    def dsn(self, dbname: str, more: str = "", *, which: int = 0) -> str:
        """Return a connection string that names both, by their first or second addresses."""
        hosts = ",".join(node.network.address(node.name, which) for node in self.nodes)
        return f"host={hosts} port={PORT} user=postgres dbname={dbname} {more}".strip()

    def promote(self) -> None:
        """Make a primary of the standby; the old one, if it lives, does not know."""
        new = self.standby
        new.value("SELECT pg_promote(true, 60)")
        # There is nobody whom its commits could wait for.
        self.primary, self.standby = new, self.primary
        self._wait_for("")

    def rejoin(self) -> None:
        """Let the old primary, which is dead, follow the new one."""
        old, new = self.standby, self.primary
        source = f"host={new.address} port={PORT} user=postgres dbname=postgres"
        self._checkpoint()
        done = old.tool(
            "pg_rewind", "-D", str(old.directory / "data"), "-R", "--source-server", source
        )
        if done.returncode:
            shutil.rmtree(old.directory / "data")
            self._copy()
        old.start()
        self._synchronous()

    def _checkpoint(self) -> None:
        with self.primary.connect() as session:
            session.execute("CHECKPOINT")  # pg_rewind looks for its timeline there

    def _copy(self) -> None:
        source = f"host={self.primary.address} port={PORT} user=postgres"
        data = str(self.standby.directory / "data")
        done = self.standby.tool(
            "pg_basebackup", "-D", data, "-R", "-c", "fast", "-X", "stream", "-d", source
        )
        if done.returncode:
            raise RuntimeError(f"pg_basebackup: {done.stderr}")

    def _synchronous(self) -> None:
        """From here on no commit is acknowledged that the standby has not got."""
        self._wait_for("*")
        state = "SELECT count(*) FROM pg_stat_replication WHERE sync_state = 'sync'"
        if not eventually(lambda: self.primary.value(state) == 1, within=PATIENCE):
            raise RuntimeError("the standby does not follow")

    def _wait_for(self, names: str) -> None:
        with self.primary.connect() as session:
            session.execute(f"ALTER SYSTEM SET synchronous_standby_names = '{names}'".encode())
            session.execute("SELECT pg_reload_conf()")
