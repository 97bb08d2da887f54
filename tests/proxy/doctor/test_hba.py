"""Rules of pg_hba.conf are judged as PostgreSQL applies them: the first that matches decides."""

from dataclasses import replace

import pytest

from pgtoll.doctor.findings import Finding, Severity
from pgtoll.doctor.hba import Rule, Situation, judge_rules
from pgtoll.doctor.network import Way

REMOTE = Situation(Way("10.0.0.5", "10.0.0.9"), "shop", frozenset({"postgres", "dba"}))
NEAR = replace(REMOTE, way=Way("127.0.0.1", "127.0.0.1"))
SOCKET = replace(REMOTE, way=Way(None))


def rule(line: str, number: int = 1) -> Rule:
    """Read a line as pg_hba_file_rules would show it."""
    words = line.split()
    place = f"pg_hba.conf:{number}"
    databases, users = (tuple(word.split(",")) for word in words[1:3])
    if words[0] == "local":
        return Rule(place, words[0], databases, users, "", "", words[3], tuple(words[4:]))
    address, _, bits = words[3].partition("/")
    mask = str(Rule(place, "", (), (), address, _mask(bits, address), "").netmask)
    return Rule(place, words[0], databases, users, address, mask, words[4], tuple(words[5:]))


def _mask(bits: str, address: str) -> str:
    import ipaddress

    return str(ipaddress.ip_network(f"{address}/{bits}", strict=False).netmask) if bits else ""


def judged(situation: Situation, *lines: str) -> list[Finding]:
    rules = [rule(line, number) for number, line in enumerate(lines, 1)]
    return [one for one in judge_rules(rules, situation) if one.severity is not Severity.OK]


@pytest.mark.parametrize(
    ("line", "fix"),
    [
        ("host all all 0.0.0.0/0 scram-sha-256", "host all all 10.0.0.5/32 scram-sha-256"),
        ("host all all all md5", "host all all 10.0.0.5/32 md5"),
        ("host all all 10.0.0.0/24 trust", "host all all 10.0.0.5/32 scram-sha-256"),
        ("hostssl shop bob 10.0.0.7/32 cert map=m", "hostssl shop bob 10.0.0.5/32 cert map=m"),
        ("host all all db.example.com md5", "host all all 10.0.0.5/32 md5"),
        ("host all all samenet md5", "host all all 10.0.0.5/32 md5"),
        ("host all all samehost md5", "host all all 10.0.0.5/32 md5"),
        ("host all all ::1/128 md5", "host all all 10.0.0.5/32 md5"),
        ("host all all 10.0.0.5/32 trust", "host all all 10.0.0.5/32 scram-sha-256"),
        ("host all all 10.0.0.5/32 ident", "host all all 10.0.0.5/32 scram-sha-256"),
        ("local all all peer", "local all postgres peer"),
        ("local all postgres trust", "local all postgres scram-sha-256"),
        ("host /^sh all 10.0.0.6/32 md5", "host /^sh all 10.0.0.5/32 md5"),
    ],
)
def test_what_lets_in_others_is_narrowed_to_the_proxy(line: str, fix: str) -> None:
    (found,) = judged(REMOTE, line)
    assert found.fix == (fix,)
    assert found.place == "pg_hba.conf:1"
    assert judged(REMOTE, fix) == []


@pytest.mark.parametrize(
    "line",
    [
        "host all all 10.0.0.5/32 scram-sha-256",
        "host all all 0.0.0.0/0 reject",
        "host other all 0.0.0.0/0 scram-sha-256",
        "local all postgres peer",
        "host all dba,postgres 10.1.0.0/16 scram-sha-256",
        "host replication all 0.0.0.0/0 scram-sha-256",
    ],
)
def test_what_lets_in_nobody_else_is_fine(line: str) -> None:
    assert judged(REMOTE, line) == []


def test_replication_matters_where_somebody_may() -> None:
    line = "host replication all 0.0.0.0/0 scram-sha-256"
    assert judged(replace(REMOTE, replicators=True), line)


def test_a_socket_matters_where_there_is_one() -> None:
    assert judged(replace(REMOTE, sockets=False), "local all all peer") == []


@pytest.mark.parametrize(
    "earlier",
    [
        "host all all 0.0.0.0/0 reject",
        "host all all all reject",
        "host shop bob 10.9.0.0/16 reject",
        "hostssl all bob 10.9.9.0/24 reject",
    ],
)
def test_a_rule_behind_one_that_decides_for_it_is_never_used(earlier: str) -> None:
    assert judged(REMOTE, earlier, "hostssl shop bob 10.9.9.0/24 md5") == []


@pytest.mark.parametrize(
    "earlier",
    [
        "host all alice 0.0.0.0/0 reject",
        "hostnossl all all 0.0.0.0/0 reject",
        "host other all 0.0.0.0/0 reject",
        "host all all 10.9.9.0/25 reject",
        "local all all reject",
        "host all all ::/0 reject",
    ],
)
def test_a_rule_behind_one_for_others_is_used(earlier: str) -> None:
    assert judged(REMOTE, earlier, "hostssl shop bob 10.9.9.0/24 md5")


def test_a_longer_network_of_the_sixth_version_holds_a_shorter() -> None:
    lines = ("host all all fd00::/8 reject", "host all all fd00:1::/64 md5")
    assert judged(REMOTE, *lines) == []


def test_beside_the_server_every_loopback_address_is_the_proxys() -> None:
    assert judged(NEAR, "host all all 127.0.0.0/8 md5", "host all all ::1/128 md5") == []
    assert judged(NEAR, "host all all samehost md5") == []
    (found,) = judged(NEAR, "host all all 0.0.0.0/0 md5")
    assert found.fix == ("host all all 127.0.0.1/32 md5",)
    assert "lets in everybody" in found.what


def test_where_the_proxy_uses_a_socket_no_address_is_its_own() -> None:
    assert judged(SOCKET, "local all all scram-sha-256") == []
    (found,) = judged(SOCKET, "host all all 127.0.0.1/32 md5")
    assert found.fix == ("host all all 127.0.0.1/32 reject",)


def test_a_proxy_of_the_sixth_version_has_a_long_mask() -> None:
    situation = replace(REMOTE, way=Way("fd00::5", "fd00::9"))
    (found,) = judged(situation, "host all all ::/0 md5")
    assert found.fix == ("host all all fd00::5/128 md5",)


def test_names_are_quoted_where_they_must_be() -> None:
    odd = Rule("f:1", "local", ('my "db',), ("Dr. Bob",), "", "", "peer")
    assert str(odd) == 'local "my ""db" "Dr. Bob" peer'


def test_a_line_that_cannot_be_read_is_named() -> None:
    broken = Rule("f:3", "", (), (), "", "", "", error="invalid connection type")
    (found,) = judge_rules([broken], REMOTE)
    assert (found.severity, found.place) == (Severity.WARNING, "f:3")
    assert "invalid connection type" in found.what
