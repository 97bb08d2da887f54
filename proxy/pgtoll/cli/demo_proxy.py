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
CONSOLE = "console on "


@dataclass(frozen=True, slots=True)
class Proxy:
    """The running proxy and where it listens."""

    process: subprocess.Popen[bytes]
    host: str
    port: int
    console: str = ""  # where browsers reach it, if they do


def check_port(host: str, port: int, option: str = "--port") -> None:
    """Refuse a port that is taken, before anything is started. Raises ConfigError."""
    try:
        with socket.socket() as sock:
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            sock.bind((host, port))
    except (OSError, OverflowError) as error:
        reason = getattr(error, "strerror", None) or "no such port"
        raise ConfigError(
            f"cannot listen on port {port}: {reason.lower()}: choose another with {option}"
        ) from error


@contextmanager
def running_proxy(host: str, port: int, logs: Path, console: int | None = None) -> Iterator[Proxy]:
    """Run the proxy while the context lasts, with a console on a port of its own unless it is None.

    Its output goes to files in `logs`.

    Its other settings it finds in our environment: everybody on the machine could read them among
    its arguments, and the server's has a password.
    """
    out, err = logs / "proxy.out", logs / "proxy.err"
    at = [] if console is None else ["--console", f"{host}:{console}"]
    with out.open("wb") as stdout, err.open("wb") as stderr:
        process = subprocess.Popen(  # noqa: S603  # ourselves
            [sys.executable, "-P", "-m", "pgtoll", "serve", "--listen", f"{host}:{port}", *at],
            stdin=subprocess.DEVNULL,
            stdout=stdout,
            stderr=stderr,
            process_group=0,  # Ctrl-C is for the demo, which then ends its servers in order
        )
    try:
        first, *rest = _lines_when_ready(process, out, err, 1 + bool(at))
        url = "".join(line.removeprefix(CONSOLE) for line in rest)
        yield Proxy(process, host, int(first.rpartition(":")[2]), url)
    finally:
        _stop(process)


def _lines_when_ready(
    process: subprocess.Popen[bytes], out: Path, err: Path, count: int
) -> list[str]:
    """Wait for the lines that say where the proxy and the console listen; return them."""
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until:
        over = process.poll() is not None
        *lines, _ = out.read_text(encoding="utf-8").split("\n")
        if len(lines) >= count and lines[0].startswith(LISTENING):
            return lines[:count]
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
