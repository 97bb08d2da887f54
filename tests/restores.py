"""A server with a WAL archive and a base backup, and copies of it that were restored to a time."""

import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path

import servers
from proxies import eventually
from replicas import Node, is_standby
from servers import Postgres

RECOVERY_SECONDS = 60.0


@dataclass
class Archived:
    """A server whose WAL is kept."""

    folder: Path
    node: Node
    restored: list[Node] = field(default_factory=list)

    @property
    def server(self) -> Postgres:
        return self.node.server

    def back_up(self) -> None:
        """Make a base backup, as administrators do."""
        command = [str(self.node.binaries / "pg_basebackup"), "-D", str(self.folder / "base")]
        command += ["-c", "fast", "-X", "stream", "-d", self.server.dsn]
        subprocess.run(
            command, user=self.node.account, cwd=self.folder, check=True, capture_output=True
        )

    def mark(self, name: str) -> None:
        """Name this moment, as one to restore to."""
        self.server.execute(f"SELECT pg_create_restore_point('{name}')")

    def restore(self, name: str, dbname: str, *, port: int = 0) -> Postgres:
        """Restore the base backup to a named moment on a server of its own."""
        self.server.execute("SELECT pg_switch_wal(); CHECKPOINT")
        assert eventually(self._archived, within=RECOVERY_SECONDS)
        directory = self.folder / f"restored{len(self.restored)}"
        directory.mkdir()
        shutil.copytree(self.folder / "base", directory / "data")
        with open(directory / "data" / "postgresql.auto.conf", "a", encoding="ascii") as conf:
            conf.write(
                f"restore_command = 'cp {self.folder}/wal/%f %p'\n"
                f"recovery_target_name = '{name}'\n"
                "recovery_target_action = 'promote'\narchive_mode = off\n"
            )
        (directory / "data" / "recovery.signal").touch()
        _own(directory, self.node.account)
        server = Postgres("127.0.0.1", port or servers.free_port(), "postgres", "postgres")
        node = Node(self.node.binaries, directory, server, self.node.account)
        self.restored.append(node)
        assert eventually(lambda: not is_standby(node.server), within=RECOVERY_SECONDS)
        return replace(node.server, dbname=dbname)

    def _archived(self) -> bool:
        with self.server.connect() as session:
            row = session.execute(
                "SELECT a.last_archived_wal >= pg_walfile_name(pg_current_wal_lsn() - 1)"
                " OR NOT EXISTS (SELECT FROM pg_ls_archive_statusdir() WHERE name LIKE '%.ready')"
                " FROM pg_stat_archiver a"
            ).fetchone()
        return row == (True,)


@contextmanager
def archived(binaries: Path) -> Iterator[Archived]:
    """Run a server with an archive of its WAL while the context lasts."""
    with tempfile.TemporaryDirectory(prefix="pgtoll-test-", ignore_cleanup_errors=True) as name:
        folder, account = Path(name), servers.unprivileged()
        directory = folder / "primary"
        for made in (folder / "wal", directory):
            made.mkdir()
        _own(folder, account)
        settings = servers.SETTINGS | {
            "archive_mode": "on",
            "archive_command": f"'cp %p {folder}/wal/%f'",
            "wal_level": "replica",
            "full_page_writes": "on",
        }
        servers.make_cluster(binaries, directory / "data", account, settings)
        server = Postgres("127.0.0.1", servers.free_port(), "postgres", "postgres")
        kept = Archived(folder, Node(binaries, directory, server, account))
        try:
            yield kept
        finally:
            for node in (kept.node, *kept.restored):
                if node.process.poll() is None:
                    servers.stop(node.process)


def _own(path: Path, account: str | None) -> None:
    if account is None:
        return
    for one in (path, *path.rglob("*")):
        with suppress(FileNotFoundError):
            shutil.chown(one, account)
            one.chmod(0o700 if one.is_dir() else 0o600)
