"""The demo's command refuses a wrong call before anything is started."""

import socket

from calls import failed


def test_a_taken_port_is_one_line() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        message = failed(2, "demo", "--once", "--port", port)
    assert message == (
        f"cannot listen on port {port}: address already in use: choose another with --port"
    )


def test_a_taken_port_of_the_console_is_one_line() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        message = failed(2, "demo", "--port", 0, "--console", port)
    assert message == (
        f"cannot listen on port {port}: address already in use: choose another with --console"
    )


def test_a_port_is_a_number() -> None:
    assert "--port" in failed(2, "demo", "--port", "x")
    assert "no such port" in failed(2, "demo", "--port", "70000")
