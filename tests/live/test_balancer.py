"""docker/haproxy.cfg: HAProxy has nothing to say about it, and finds proxies by their names."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from balanced import CONFIGURATION

HAPROXY = shutil.which("haproxy", path=f"{os.environ['PATH']}:/usr/sbin")
# A network of its own, where the machine's file of name servers is another one.
ALONE = 'ip link set lo up; mount --bind "$1" /etc/resolv.conf; shift; exec "$@"'

pytestmark = [
    pytest.mark.live,
    pytest.mark.skipif(HAPROXY is None, reason="no HAProxy: sudo apt-get install haproxy"),
]


def environment(**settings: str) -> dict[str, str]:
    return os.environ | {"PATH": f"{os.environ['PATH']}:/usr/sbin:/sbin"} | settings


def test_haproxy_has_no_warning() -> None:
    hosts = {f"PROXY{n}": f"127.0.0.{n}" for n in (1, 2, 3)}
    done = subprocess.run(
        [str(HAPROXY), "-dW", "-c", "-f", CONFIGURATION],
        env=environment(LISTEN="*:5432", **hosts),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr


@pytest.mark.skipif(
    os.geteuid() != 0 or shutil.which("ip", path=environment()["PATH"]) is None,
    reason="a network of its own needs root and iproute2",
)
def test_a_proxy_that_was_away_or_has_moved_is_found_by_its_name(tmp_path: Path) -> None:
    servers = tmp_path / "resolv.conf"
    servers.write_text("nameserver 127.0.0.1\n")
    program = [sys.executable, str(Path(__file__).parents[1] / "balanced.py")]
    done = subprocess.run(
        ["unshare", "--net", "--mount", "sh", "-ec", ALONE, "sh", str(servers), *program],
        env=environment(),
        capture_output=True,
        text=True,
        check=False,
        timeout=110,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.split("\n")[:-1] == [f"reached 127.0.1.{number}" for number in (1, 2, 3)]
