"""The fleet's proxies and what stands in front of them, on hosts of their own."""

import os
import re
import secrets
import signal
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path

import psycopg
from proxies import Session, environment, eventually
from psycopg.conninfo import make_conninfo

from fleet.network import Network, on

ROOT = Path(__file__).parent.parent.parent
PORT = 6432
METRICS = 9187
_UNCONFIRMED = re.compile(r"^pgtoll_policy_unconfirmed_seconds ([0-9.e+-]+)$", re.MULTILINE)
GRACE = 15  # seconds: store_grace
PATIENCE = 120.0  # for a proxy to begin


@dataclass
class FleetProxy:
    """One proxy; it may be another process each time."""

    name: str
    network: Network
    options: tuple[str, ...]
    logs: Path
    process: subprocess.Popen[bytes] | None = None
    born: float = 0.0  # when it began to serve, by time.monotonic
    life: int = 0  # how often it has begun

    @property
    def address(self) -> str:
        return self.network.address(self.name)

    def start(self) -> None:
        """Start it and wait until it takes clients; it tries again as a service manager does."""
        until = time.monotonic() + PATIENCE
        while not self._begun():
            if time.monotonic() > until:
                raise RuntimeError(f"{self.name} does not start: {self.logs}")
            time.sleep(0.5)
        self.born = time.monotonic()
        self.life += 1

    def _begun(self) -> bool:
        command = [*on(self.name), sys.executable, "-m", "pgtoll", "serve", *self.options]
        log = self.logs / f"{self.name}-{secrets.token_hex(2)}.log"
        with log.open("wb") as stderr:
            self.process = subprocess.Popen(
                command, stdout=subprocess.PIPE, stderr=stderr,
                env=environment() | {"PYTHONWARNINGS": ""},
            )  # fmt: skip
        assert self.process.stdout is not None
        line = self.process.stdout.readline().decode()
        if re.match("listening on ", line):
            return True
        self.process.wait()
        return False

    def send(self, what: signal.Signals) -> None:
        """Send a signal to all of its processes, or for SIGTERM to the first."""
        assert self.process is not None
        if what is signal.SIGTERM:
            self.process.send_signal(what)
            return
        for pid in self.network.pids(self.name):
            try:
                os.kill(pid, what)
            except ProcessLookupError:
                continue

    def wait(self) -> None:
        assert self.process is not None
        self.process.wait(timeout=60)
        if self.process.stdout is not None:
            self.process.stdout.close()

    def connect(self, user: str, dbname: str) -> Session:
        """Return a connection to it, past HAProxy."""
        return psycopg.connect(_dsn(self.address, PORT, user, dbname), autocommit=True)

    def unconfirmed(self) -> float:
        """Return for how many seconds the store has confirmed nothing, infinity if it is silent."""
        try:
            with urllib.request.urlopen(
                f"http://{self.address}:{METRICS}/metrics", timeout=3
            ) as reply:
                found = _UNCONFIRMED.search(reply.read().decode())
        except OSError:
            return float("inf")
        return float(found[1]) if found else float("inf")

    def ready(self) -> tuple[int, str]:
        """Return what /readyz says."""
        try:
            url = f"http://{self.address}:{METRICS}/readyz"
            with urllib.request.urlopen(url, timeout=3) as reply:
                return reply.status, reply.read().decode()
        except urllib.error.HTTPError as error:
            with error:
                return error.code, error.read().decode()
        except OSError as error:
            return 0, str(error)


def _dsn(host: str, port: int, user: str, dbname: str) -> str:
    return make_conninfo(
        host=host, port=port, user=user, dbname=dbname, sslmode="disable", gssencmode="disable",
        connect_timeout=5, tcp_user_timeout=20_000, keepalives_idle=10, keepalives_interval=5,
        keepalives_count=3,
    )  # fmt: skip


@dataclass
class Balancer:
    """HAProxy, by the configuration that users get."""

    network: Network
    proxies: list[FleetProxy]
    logs: Path
    process: subprocess.Popen[bytes] | None = None
    lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def address(self) -> str:
        return self.network.address("lb")

    def start(self) -> None:
        names = {f"PROXY{n}": one.address for n, one in enumerate(self.proxies, start=1)}
        command = [*on("lb"), "haproxy", "-db", "-f", str(ROOT / "docker" / "haproxy.cfg")]
        with (self.logs / "haproxy.log").open("ab") as log:
            self.process = subprocess.Popen(
                command, stdout=log, stderr=log,
                env=os.environ | names | {"LISTEN": f"*:{PORT}"},
            )  # fmt: skip

    def stop(self) -> None:
        assert self.process is not None
        self.process.kill()
        self.process.wait()

    def connect(self, user: str, dbname: str) -> Session:
        """Return a connection through it to some proxy."""
        return psycopg.connect(_dsn(self.address, PORT, user, dbname), autocommit=True)

    def serves(self, user: str, dbname: str) -> bool:
        try:
            self.connect(user, dbname).close()
        except psycopg.OperationalError:
            return False
        return True

    def wait(self, user: str, dbname: str) -> None:
        if not eventually(lambda: self.serves(user, dbname), within=PATIENCE):
            raise RuntimeError("nobody is served through HAProxy")
