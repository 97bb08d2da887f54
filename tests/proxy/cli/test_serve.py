"""`pgtoll serve` refuses wrong settings before anything listens."""

import socket
from pathlib import Path

import pytest
from calls import failed

SERVER = ("--server", "host=127.0.0.1 port=1")


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--listen", "6432"), "--listen: expected HOST:PORT"),
        (("--mode", "lenient"), "--mode: expected enforce or observe"),
        (("--workers", "0"), "--workers: expected a number"),
        (("--workers", "two"), "--workers"),
        (("--config", "absent.toml"), "cannot read absent.toml"),
        (("--trust", "absent.pub"), "cannot read absent.pub"),
        (("--trusted-functions", "f"), "expected schema.function"),
        (("--impersonators", ""), "--impersonators: expected the name of a role"),
        (("--impersonator", " "), "--impersonators: expected the name of a role"),
    ],
)
def test_a_wrong_setting_is_one_line(options: tuple[str, ...], words: str, vendor: Path) -> None:
    assert words in failed(2, "serve", *SERVER, "--trust", vendor, *options)


def test_what_is_needed_is_named(vendor: Path) -> None:
    assert "server is not set" in failed(2, "serve", "--trust", vendor)
    assert "trust is not set" in failed(2, "serve", *SERVER)


def test_a_port_that_is_taken_is_one_line(vendor: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        listen = f"127.0.0.1:{taken.getsockname()[1]}"
        message = failed(2, "serve", *SERVER, "--trust", vendor, "--listen", listen)
    assert f"cannot listen on {listen}: address already in use" in message


def test_an_option_beats_the_environment(vendor: Path) -> None:
    message = failed(2, "serve", "--listen", "a", PGTOLL_LISTEN="b", PGTOLL_TRUST=str(vendor))
    assert message.startswith("server is not set")
    message = failed(2, "serve", *SERVER, "--trust", vendor, "--listen", "a", PGTOLL_LISTEN="b")
    assert message == "--listen: expected HOST:PORT, found 'a'"
