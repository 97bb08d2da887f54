"""The demo's proxy: a port that is free, a process that says why it did not start."""

import os
import socket
from pathlib import Path

import pytest

from pgtoll.cli.demo_proxy import check_port, last_line, running_proxy
from pgtoll.errors import ConfigError

pytestmark = pytest.mark.live

HOST = "127.0.0.1"


def test_a_free_port_is_fine() -> None:
    check_port(HOST, 0)


def test_a_taken_port_is_refused() -> None:
    with socket.create_server((HOST, 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(ConfigError, match=f"port {port}: address already in use"):
            check_port(HOST, port)


def test_a_port_that_others_share_is_refused_as_well() -> None:
    refused = pytest.raises(ConfigError, match="address already in use")
    with socket.create_server((HOST, 0), reuse_port=True) as taken, refused:
        check_port(HOST, taken.getsockname()[1])


@pytest.mark.parametrize("port", [-1, 65536, 10**30])
def test_what_is_no_port_is_refused(port: int) -> None:
    with pytest.raises(ConfigError, match="no such port"):
        check_port(HOST, port)


def test_a_proxy_that_ends_at_once_says_why(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in [name for name in os.environ if name.startswith("PGTOLL_")]:
        monkeypatch.delenv(name)
    refused = pytest.raises(ConfigError, match="start: server is not set")
    with refused, running_proxy(HOST, 0, tmp_path):
        raise AssertionError


def test_the_last_line_skips_what_is_empty(tmp_path: Path) -> None:
    log = tmp_path / "log"
    log.write_bytes(b"one\ntwo \xff\n\n")
    assert last_line(log) == "two \ufffd"
    log.write_bytes(b"")
    assert last_line(log) == "it did not say why"
