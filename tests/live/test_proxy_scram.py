"""auth = "scram": pgtoll checks passwords, and logs in to PostgreSQL with what it learns."""

import asyncio
import secrets
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import asyncpg
import psycopg
import pytest
import servers
from licensing import Licensing
from programs import refused
from proxies import Proxy, eventually, prepared, running_proxy
from psycopg.conninfo import make_conninfo
from raw_client import RawClient, startup, types
from servers import Postgres

from pgtoll.wire.messages import message, read_fields
from pgtoll.wire.sasl import sasl_initial_response

pytestmark = pytest.mark.live

PASSWORD = "correct horse"


@dataclass(frozen=True)
class Checking:
    """A proxy that checks passwords, and its database."""

    proxy: Proxy
    licensing: Licensing

    @property
    def database(self) -> Postgres:
        return self.licensing.database

    @contextmanager
    def role(
        self, *, password: str | None = PASSWORD, asked: bool = True, more: str = "LOGIN"
    ) -> Iterator[str]:
        """A role; PostgreSQL itself asks it for its password, or trusts it."""
        name = f"role_{secrets.token_hex(4)}"
        secret = "" if password is None else f"PASSWORD '{password}'"
        group = "IN ROLE scram" if asked else ""
        self.database.execute(f"CREATE ROLE {name} {more} {secret} {group}")
        try:
            yield name
        finally:
            self.database.execute(f"DROP ROLE {name}")

    def told(self, user: str, password: str = PASSWORD, *, proxied: bool = True) -> str:
        """What somebody is told who is not let in."""
        dsn = self.proxy.dsn(user, password=password)
        if not proxied:
            dsn = make_conninfo(dsn, host=self.database.host, port=self.database.port)
        with pytest.raises(psycopg.OperationalError) as caught:
            psycopg.connect(dsn)
        return str(caught.value).rpartition("failed: ")[2]


@pytest.fixture(scope="module", params=["postgres", "postgres15"])
def checking(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Checking]:
    server: Postgres = request.getfixturevalue(request.param)
    directory = tmp_path_factory.mktemp("scram")
    with (
        prepared(server, directory) as (licensing, trust),
        running_proxy(licensing.database, trust, options=("--auth", "scram")) as proxy,
    ):
        yield Checking(proxy, licensing)


def who(session: psycopg.Connection[tuple[object, ...]]) -> object:
    row = session.execute("SELECT session_user").fetchone()
    assert row is not None
    return row[0]


@pytest.mark.parametrize("asked", [True, False], ids=["by the server too", "by us alone"])
def test_the_right_password_opens(checking: Checking, asked: bool) -> None:
    with checking.role(asked=asked) as role:
        with checking.proxy.connect(role, password=PASSWORD) as session:
            assert who(session) == role
        told = checking.told(role, "wrong")
        assert told == f'FATAL:  password authentication failed for user "{role}"'


PEOPLE = [
    pytest.param("LOGIN", PASSWORD, "wrong", id="wrong password"),
    pytest.param("LOGIN VALID UNTIL '2001-01-01'", PASSWORD, PASSWORD, id="expired"),
    pytest.param("LOGIN", None, PASSWORD, id="no password"),
    pytest.param("LOGIN", f"md5{'0' * 32}", PASSWORD, id="an MD5 secret"),
    pytest.param("NOLOGIN", PASSWORD, "wrong", id="may not log in, wrong password"),
    pytest.param("NOLOGIN", PASSWORD, PASSWORD, id="may not log in"),
    pytest.param("LOGIN CONNECTION LIMIT 0", PASSWORD, PASSWORD, id="too many"),
]


@pytest.mark.parametrize(("more", "password", "given"), PEOPLE)
def test_who_is_not_let_in_is_told_what_postgresql_says(
    checking: Checking, more: str, password: str | None, given: str
) -> None:
    """CVE class: authentication of expired or absent users (CVE-2025-2291)."""
    with checking.role(password=password, more=more) as role:
        told = checking.told(role, given)
        assert told == checking.told(role, given, proxied=False)
        assert "FATAL" in told


def test_a_database_that_is_not_for_them_is_the_servers_affair(checking: Checking) -> None:
    with checking.role() as role:
        dsn = checking.proxy.dsn(role, password=PASSWORD, dbname="not there")
        with pytest.raises(psycopg.OperationalError, match="this proxy serves database"):
            psycopg.connect(dsn)


def challenge(checking: Checking, user: str) -> tuple[bytes, dict[bytes, bytes], bytes]:
    """The types of messages up to a refusal, what was asked, and the last message."""
    nonce = secrets.token_hex(12).encode()
    with RawClient(checking.proxy.port) as client:
        client.send(startup(user=user, database=checking.database.dbname))
        kinds = types(client.replies(b"R"))
        client.send(sasl_initial_response(b"SCRAM-SHA-256", b"n,,n=,r=" + nonce))
        (kind, data), *_ = client.replies(b"R")
        asked = dict(part.split(b"=", 1) for part in data[9:].split(b","))
        final = b"c=biws,r=" + asked[b"r"] + b",p=" + b"A" * 43 + b"="
        client.send(message(b"p", final))
        replies = client.replies()
    return kinds + kind + types(replies), asked, replies[-1][1]


def test_nobody_can_tell_who_exists(checking: Checking) -> None:
    """CVE class: authentication of absent users. The same messages, the same salt each time."""
    with checking.role() as role, checking.role(password=None) as other:
        found = [
            challenge(checking, name) for name in (role, "nobody", other, role, "nobody", other)
        ]
    assert {kinds for kinds, _, _ in found} == {b"RRE"}
    salts = [asked[b"s"] for _, asked, _ in found]
    assert salts[:3] == salts[3:]
    assert len(set(salts)) == 3
    assert len({len(salt) for salt in salts}) == 1
    assert {asked[b"i"] for _, asked, _ in found} == {b"4096"}
    states = [read_fields(last)["C"] for _, _, last in found]
    assert states == [b"28P01"] * 6
    assert read_fields(found[1][2])["M"] == b'password authentication failed for user "nobody"'


def test_a_new_password_counts_at_once(checking: Checking) -> None:
    with checking.role() as role:
        checking.proxy.connect(role, password=PASSWORD).close()
        checking.database.execute(f"ALTER ROLE {role} PASSWORD 'another'")
        checking.told(role, PASSWORD)
        checking.proxy.connect(role, password="another").close()
        checking.database.execute(f"ALTER ROLE {role} VALID UNTIL '2001-01-01'")
        checking.told(role, "another")


@pytest.mark.parametrize(
    "password", ["x", "p\u00e4ss w\u00f6rd", "\u2168\u00a0\u200b", "\u0627a", "'" * 500]
)
def test_passwords_may_be_anything(checking: Checking, password: str) -> None:
    with (
        checking.role(password=password.replace("'", "''")) as role,
        checking.proxy.connect(role, password=password) as session,
    ):
        assert who(session) == role


def test_psql_and_asyncpg_log_in(checking: Checking) -> None:
    async def by_asyncpg(role: str) -> object:
        session = await asyncpg.connect(
            host="127.0.0.1", port=checking.proxy.port, user=role, password=PASSWORD,
            database=checking.database.dbname, ssl=False,
        )  # fmt: skip
        try:
            return await session.fetchval("SELECT session_user")
        finally:
            await session.close()

    with checking.role() as role:
        dsn = checking.proxy.dsn(role, password=PASSWORD)
        command = ["psql", "-X", "-A", "-t", "-c", "SELECT session_user", dsn]
        run = subprocess.run(command, capture_output=True, text=True, timeout=30, check=False)
        assert (run.stdout, run.stderr) == (f"{role}\n", "")
        assert asyncio.run(by_asyncpg(role)) == role


def test_parameters_pass_verbatim(checking: Checking) -> None:
    options = r"-c search_path=play,\ public -c my.own=a\ b"
    with checking.role() as role:
        dsn = checking.proxy.dsn(
            role, password=PASSWORD, options=options, application_name="a 'name'"
        )
        with psycopg.connect(dsn) as session:
            for name, value in [("search_path", "play, public"), ("my.own", "a b"),
                                ("application_name", "a 'name'")]:  # fmt: skip
                assert session.execute(f"SHOW {name}".encode()).fetchone() == (value,)
            pid = session.execute("SELECT pg_backend_pid()").fetchone()
            assert pid == (session.info.backend_pid,)


def test_many_log_in_at_once(checking: Checking) -> None:
    async def one(dsn: str) -> None:
        async with await psycopg.AsyncConnection.connect(dsn) as session:
            await session.execute("SELECT 1")

    async def all_of(dsn: str) -> None:
        await asyncio.gather(*(one(dsn) for _ in range(40)))

    with checking.role() as role:
        asyncio.run(all_of(checking.proxy.dsn(role, password=PASSWORD)))


def test_newer_protocol_versions_are_negotiated(checking: Checking) -> None:
    binaries = servers.embedded_binaries()
    assert binaries is not None
    with checking.role() as role:
        for version in ("3.0", "latest"):
            dsn = checking.proxy.dsn(role, password=PASSWORD, max_protocol_version=version)
            command = [str(binaries / "psql"), "-X", "-A", "-t", "-c", "SELECT 'here'", dsn]
            run = subprocess.run(command, capture_output=True, text=True, timeout=30, check=False)
            assert (run.stdout, run.stderr) == ("here\n", "")


@pytest.mark.parametrize(
    "said",
    [
        message(b"Q", b"SELECT 1\0"),
        message(b"X", b""),
        message(b"p", b"x" * 2000),
        b"p\0\0\0\0",
        b"p\0\0\0\x03",
        b"p\x80\0\0\0",
    ],
)
def test_nothing_but_an_answer_is_heard(checking: Checking, said: bytes) -> None:
    """CVE class: message order, length arithmetic, pre-authentication allocation."""
    with RawClient(checking.proxy.port) as client:
        client.send(startup(user="nobody", database=checking.database.dbname), said)
        replies = client.replies(b"E")
        assert types(replies) == b"RE"
        assert read_fields(replies[-1][1])["C"] == b"08P01"
        assert client.reply() is None


def test_a_role_that_may_not_read_secrets_is_told_at_the_start(checking: Checking) -> None:
    """And with `auth_query` it needs not."""
    database, trust = checking.database, checking.proxy.log.with_name("trust")
    with checking.role(asked=False, more="LOGIN BYPASSRLS") as keeper, checking.role() as role:
        database.execute(
            f"GRANT ALL ON SCHEMA pgtoll TO {keeper};"
            f"GRANT ALL ON ALL TABLES IN SCHEMA pgtoll TO {keeper};"
            f"GRANT ALL ON ALL SEQUENCES IN SCHEMA pgtoll TO {keeper};"
            f"GRANT ALL ON ALL FUNCTIONS IN SCHEMA pgtoll TO {keeper};"
            "CREATE FUNCTION public.secret_of(text)"
            " RETURNS TABLE (a name, b text) LANGUAGE sql SECURITY DEFINER SET search_path = ''"
            " AS 'SELECT rolname, rolpassword FROM pg_catalog.pg_authid WHERE rolname = $1'"
        )
        dsn = make_conninfo(database.dsn, user=keeper)
        told = refused(dsn, trust, "--auth", "scram")
        assert "auth: the role of `server` may not read pg_authid: GRANT SELECT" in told
        query = "SELECT * FROM public.secret_of($1)"
        options = ("--auth", "scram", "--auth-query", query)
        keeping = replace(database, user=keeper)
        with running_proxy(keeping, trust, options=options) as proxy:
            proxy.connect(role, password=PASSWORD).close()
        database.execute(f"DROP OWNED BY {keeper}")


@contextmanager
def pooler(checking: Checking, role: str) -> Iterator[int]:
    """The port of a PgBouncer that knows a role's password, and logs in to the proxy with it."""
    port, account = servers.free_port(), servers.unprivileged()
    with tempfile.TemporaryDirectory() as folder:
        if account is not None:  # it does not run as root, either
            shutil.chown(folder, account)
        users, config, log = (Path(folder) / name for name in ("users", "ini", "log"))
        users.write_text(f'"{role}" "{PASSWORD}"\n')
        config.write_text(
            f"[databases]\n* = host=127.0.0.1 port={checking.proxy.port}\n"
            f"[pgbouncer]\nlisten_addr = 127.0.0.1\nlisten_port = {port}\nunix_socket_dir =\n"
            f"auth_type = scram-sha-256\nauth_file = {users}\npool_mode = session\n"
        )
        path = shutil.which("pgbouncer") or "/usr/sbin/pgbouncer"
        with log.open("wb") as output:
            call = [path, str(config)]
            process = subprocess.Popen(call, stdout=output, stderr=output, user=account)
        try:
            assert eventually(lambda: "process up" in log.read_text(), within=10), log.read_text()
            yield port
        finally:
            process.terminate()
            process.wait()


def test_a_pooler_in_front_logs_in(checking: Checking) -> None:
    if not (shutil.which("pgbouncer") or Path("/usr/sbin/pgbouncer").exists()):
        pytest.skip("PgBouncer is not installed")
    with checking.role() as role, pooler(checking, role) as port:
        dsn = make_conninfo(checking.proxy.dsn(role, password=PASSWORD), port=port)
        with psycopg.connect(dsn) as session:
            assert who(session) == role
