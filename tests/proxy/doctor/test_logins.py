"""Who cannot log in where the proxy checks passwords."""

import asyncio
import secrets
from datetime import UTC, datetime

from psycopg.conninfo import make_conninfo
from servers import Postgres

from pgtoll.config import Auth, Login
from pgtoll.doctor.examination import Patient, examine
from pgtoll.doctor.findings import Finding, Severity
from pgtoll.doctor.logins import judge_logins, unreadable

NOW = datetime(2026, 1, 1, tzinfo=UTC)


def found(dsn: str, auth: Auth, query: str = "", *, encrypts: bool = False) -> list[Finding]:
    patient = Patient(dsn, NOW, login=Login(auth, query), encrypts=encrypts)
    report = asyncio.run(examine(patient))
    return [one for one in report.findings if one.check == "logins"]


def test_md5_passwords_are_named_where_they_matter(store_database: Postgres) -> None:
    role = f"old_{secrets.token_hex(4)}"
    quiet = "SET client_min_messages = error;"
    store_database.execute(f"{quiet} CREATE ROLE {role} LOGIN PASSWORD 'md5{'0' * 32}'")
    try:
        (relayed,) = found(store_database.dsn, Auth.RELAY)
        assert relayed.severity is Severity.OK
        assert found(store_database.dsn, Auth.CERT) == [relayed]
        for auth, encrypts in [(Auth.SCRAM, False), (Auth.RELAY, True)]:
            told = [one.what for one in found(store_database.dsn, auth, encrypts=encrypts)]
            assert f"role {role} has an MD5 password" in told
        unencrypted = make_conninfo(store_database.dsn, sslmode="disable")
        assert found(unencrypted, Auth.RELAY, encrypts=True) == [relayed]
    finally:
        store_database.execute(f"DROP ROLE {role}")


def test_who_cannot_look_them_up_is_told_so(store_database: Postgres) -> None:
    (problem,) = found(store_database.dsn, Auth.SCRAM, "SELECT nonsense($1)")
    assert problem.severity is Severity.PROBLEM
    assert "auth_query" in problem.what
    assert unreadable("x", severe=False).severity is Severity.WARNING


def test_nobody_is_nobody() -> None:
    (one,) = judge_logins([])
    assert one.severity is Severity.OK
