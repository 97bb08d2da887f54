"""Where the audit goes may be written in a few ways, and in no other."""

from pathlib import Path

import pytest
from configuring import refused, written

from pgtoll.config import AuditKind, Target, load_config


def targets(value: object) -> tuple[Target, ...]:
    return load_config({"audit": value}, environment={}).audit.targets


SYSLOG = AuditKind.SYSLOG


@pytest.mark.parametrize(
    ("text", "target"),
    [
        ("postgres", Target()),
        ("file:/var/log/audit", Target(AuditKind.FILE, path="/var/log/audit")),
        ("file:/a:b", Target(AuditKind.FILE, path="/a:b")),
        ("syslog:", Target(SYSLOG, path="/dev/log")),
        ("syslog:/run/log", Target(SYSLOG, path="/run/log")),
        ("syslog:udp://loghost", Target(SYSLOG, transport="udp", host="loghost", port=514)),
        ("syslog:tcp://loghost", Target(SYSLOG, transport="tcp", host="loghost", port=601)),
        ("syslog:tls://loghost:99", Target(SYSLOG, transport="tls", host="loghost", port=99)),
        ("syslog:tls://[::1]", Target(SYSLOG, transport="tls", host="::1", port=6514)),
    ],
)
def test_a_target_is_read(text: str, target: Target) -> None:
    assert targets([text]) == (target,)
    assert targets([str(target)]) == (target,)  # as SHOW CONFIG has it


@pytest.mark.parametrize(
    "text",
    [
        *("", "file", "file:", "syslog", "mysql", "Postgres", "file:a\0b", "syslog:udp://"),
        *("syslog:http://h", "syslog:tcp://h:x", "syslog:tcp://h:0", "syslog:tcp://h:99999"),
        *("syslog:tcp://h/path", "syslog:tcp://u@h", "syslog:tcp://[::1", "syslog:tcp://h?q"),
    ],
)
def test_anything_else_is_refused(text: str) -> None:
    assert refused({"audit": [text]}).startswith("--audit: expected ")


def test_several_are_a_list_and_each_counts_once() -> None:
    assert targets("postgres, file:/a,postgres") == (Target(), Target(AuditKind.FILE, path="/a"))


def test_an_empty_list_is_refused(tmp_path: Path) -> None:
    file = written(tmp_path / "pgtoll.toml", "audit = []")
    assert "found nothing" in refused(file=file)


def test_a_relative_path_starts_at_the_file_of_settings(tmp_path: Path) -> None:
    file = written(tmp_path / "pgtoll.toml", 'audit = ["file:audit.json"]')
    (target,) = load_config(file=file, environment={}).audit.targets
    assert target.path == str(tmp_path / "audit.json")


@pytest.mark.parametrize("name", ["local7", "authpriv", "daemon"])
def test_a_facility_is_one_of_the_rfc(name: str) -> None:
    assert load_config({"audit_facility": name}, environment={}).audit.facility == name


def test_any_other_facility_is_refused() -> None:
    assert "found 'local8'" in refused({"audit_facility": "local8"})
