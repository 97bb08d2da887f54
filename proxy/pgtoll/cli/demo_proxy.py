"""The demo's proxy: `pgtoll serve` in a process of its own, as an operator would start it."""

import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from pgtoll.errors import ConfigError

START_SECONDS = 30.0
STOP_SECONDS = 10.0
LISTENING = "listening on "


@dataclass(frozen=True, slots=True)
class Proxy:
    """The running proxy and where it listens."""

    process: subprocess.Popen[bytes]
    host: str
    port: int


def check_port(host: str, port: int) -> None:
    """Refuse a port that is taken, before anything is started. Raises ConfigError."""
    try:
        with socket.socket() as sock:
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            sock.bind((host, port))
    except (OSError, OverflowError) as error:
        reason = getattr(error, "strerror", None) or "no such port"
        raise ConfigError(
            f"cannot listen on port {port}: {reason.lower()}: choose another with --port"
        ) from error


@contextmanager
def running_proxy(host: str, port: int, logs: Path) -> Iterator[Proxy]:
    """Run the proxy while the context lasts; its output goes to files in `logs`.

    Its other settings it finds in our environment: everybody on the machine could read them among
    its arguments, and the server's has a password.
    """
    out, err = logs / "proxy.out", logs / "proxy.err"
    with out.open("wb") as stdout, err.open("wb") as stderr:
        process = subprocess.Popen(  # noqa: S603  # ourselves
            [sys.executable, "-P", "-m", "pgtoll", "serve", "--listen", f"{host}:{port}"],
            stdin=subprocess.DEVNULL,
            stdout=stdout,
            stderr=stderr,
            process_group=0,  # Ctrl-C is for the demo, which then ends its servers in order
        )
    try:
        yield Proxy(process, host, _port_when_ready(process, out, err))
    finally:
        _stop(process)


def _port_when_ready(process: subprocess.Popen[bytes], out: Path, err: Path) -> int:
    """Wait for the line that says where the proxy listens; return the port."""
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until:
        over = process.poll() is not None
        line, newline, _ = out.read_text(encoding="utf-8").partition("\n")
        if newline and line.startswith(LISTENING):
            return int(line.rpartition(":")[2])
        if over:
            break
        time.sleep(0.05)
    raise ConfigError(f"the proxy did not start: {last_line(err)}")


def last_line(path: Path) -> str:
    """Return the last line that has any text, which is where programs say why they ended."""
    lines = path.read_text(encoding="utf-8", errors="replace").strip().splitlines()
    return lines[-1].removeprefix("pgtoll: ") if lines else "it did not say why"


def _stop(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
