"""Where the server listens, and who else is as near to it as the proxy."""

import pytest

from pgtoll.doctor.findings import Finding, Severity
from pgtoll.doctor.network import Way, judge_network

LOGIN = "dbname=shop user=pgtoll"


def judged(way: Way, **settings: str) -> dict[str, Finding]:
    return {finding.check: finding for finding in judge_network(way, settings, LOGIN)}


@pytest.mark.parametrize("value", ["*", "0.0.0.0", "10.0.0.9,::"])  # noqa: S104
def test_listening_everywhere_is_more_than_a_proxy_needs(value: str) -> None:
    found = judged(Way("10.0.0.5", "10.0.0.9"), listen_addresses=value)["listen-addresses"]
    assert found.severity is Severity.WARNING
    assert found.fix[0] == "ALTER SYSTEM SET listen_addresses = '10.0.0.9';"


def test_listening_where_the_proxy_connects_is_fine() -> None:
    way = Way("10.0.0.5", "10.0.0.9")
    found = judged(way, listen_addresses="localhost, 10.0.0.9")["listen-addresses"]
    assert found.severity is Severity.OK


def test_a_proxy_on_a_socket_needs_no_address() -> None:
    found = judged(Way(None), listen_addresses="localhost")["listen-addresses"]
    assert found.fix[0] == "ALTER SYSTEM SET listen_addresses = '';"
    assert judged(Way(None), listen_addresses="")["listen-addresses"].severity is Severity.OK


def test_a_proxy_beside_the_server_is_told_to_use_a_socket() -> None:
    found = judged(Way("127.0.0.1"), unix_socket_directories="/run/a, /b", port="5433")
    assert found["neighbours"].fix == (f'server = "host=/run/a port=5433 {LOGIN}"',)
    assert judged(Way("10.0.0.5"))["neighbours"].severity is Severity.OK


@pytest.mark.parametrize(
    ("mode", "severity"),
    [("0777", Severity.PROBLEM), ("0702", Severity.PROBLEM), ("0770", Severity.OK)],
)
def test_a_socket_is_closed_to_other_accounts(mode: str, severity: Severity) -> None:
    found = judged(Way(None), unix_socket_permissions=mode)["neighbours"]
    assert found.severity is severity
