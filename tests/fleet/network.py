"""Hosts in network namespaces of their own, with a router between them, which is where we are.

Two hosts are cut off from each other as by a broken cable: what they send is dropped, without a
word.
"""

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

NET = "10.77"
INSIDE = "PGTOLL_FLEET_INSIDE"  # set in the environment of who has a network of its own
_MADE = ("unshare", "--net", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc")


def missing() -> str:
    """Return why no fleet can be built here; empty when one can."""
    if sys.platform != "linux":
        return "network namespaces are Linux's"
    if os.geteuid() != 0:
        return "only root may make network namespaces"
    try:
        run = subprocess.run([*_MADE, "ip", "link"], capture_output=True, text=True, check=False)
    except FileNotFoundError as exc:
        return f"{exc.filename} is not installed"
    return run.stderr.strip() if run.returncode else ""


def inside(command: Sequence[str]) -> subprocess.Popen[bytes]:
    """Run a program where it can make networks, and where nothing of it outlives it.

    The kernel ends all processes of a namespace with the first, and forgets the networks.
    """
    return subprocess.Popen([*_MADE, *command], env=os.environ | {INSIDE: "1"})


class Network:
    """The hosts, and which of them are cut off from each other."""

    def __init__(self) -> None:
        self._hosts: list[str] = []
        self._cuts: list[tuple[str, str]] = []
        names = Path("/run/netns")
        names.mkdir(exist_ok=True)
        _run("mount", "-t", "tmpfs", "fleet", str(names))
        Path("/proc/sys/net/ipv4/ip_forward").write_text("1")
        _run("ip", "link", "set", "lo", "up")

    def add(self, name: str) -> None:
        """Add a host with two addresses."""
        self._hosts.append(name)
        net, wire = f"{NET}.{len(self._hosts)}", f"to-{name}"
        _run("ip", "netns", "add", name)
        _run("ip", "link", "add", wire, "type", "veth", "peer", "name", "eth0", "netns", name)
        _run("ip", "addr", "add", f"{net}.1/24", "dev", wire)
        _run("ip", "link", "set", wire, "up")
        for which in (0, 1):
            address = f"{self.address(name, which)}/24"
            _run("ip", "-n", name, "addr", "add", address, "dev", "eth0")
        for device in ("lo", "eth0"):
            _run("ip", "-n", name, "link", "set", device, "up")
        _run("ip", "-n", name, "route", "add", "default", "via", f"{net}.1")

    def address(self, name: str, which: int = 0) -> str:
        """Return the first or the second address of a host."""
        return f"{NET}.{self._hosts.index(name) + 1}.{2 + which}"

    def cut(self, one: str, other: str) -> None:
        """Let nothing pass between two addresses."""
        for pair in ((one, other), (other, one)):
            _run("ip", "rule", "add", "pref", "100", "from", pair[0], "to", pair[1], "blackhole")
            self._cuts.append(pair)

    def heal(self) -> None:
        """Let everything pass."""
        while self._cuts:
            one, other = self._cuts.pop()
            _run("ip", "rule", "del", "pref", "100", "from", one, "to", other, "blackhole")

    def pids(self, name: str) -> list[int]:
        """Return the processes of a host."""
        return [int(pid) for pid in _run("ip", "netns", "pids", name).split()]


def on(host: str, account: str | None = None) -> list[str]:
    """Return what goes before a command that is to run on a host, as another user."""
    before = ["ip", "netns", "exec", host]
    if account is not None:
        before += ["setpriv", f"--reuid={account}", f"--regid={account}", "--clear-groups"]
    return before


def _run(*command: str) -> str:
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    if run.returncode:
        raise RuntimeError(f"{' '.join(command)}: {run.stderr.strip()}")
    return run.stdout
