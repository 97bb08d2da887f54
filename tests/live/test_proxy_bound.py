"""Passwords that are bound to TLS, with TLS on either side, on both and on neither."""

import asyncio
import secrets
import ssl
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field

import asyncpg
import psycopg
import pytest
import servers
from certificates import Authority, Pair
from licensing import Licensing
from proxies import Proxy, prepared, running_proxy
from psycopg.conninfo import make_conninfo

pytestmark = pytest.mark.live

PASSWORD = "correct horse"
PROXYS_NAME = "proxy.example"  # in its certificate for PostgreSQL


@dataclass
class Ground:
    """A server that speaks TLS, and proxies in front of it, each started when first asked for."""

    authority: Authority
    licensing: Licensing
    stack: ExitStack
    pair: Pair  # of the server and of the proxies
    own: Pair  # the proxies', for the server
    proxies: dict[tuple[str, bool, bool], Proxy] = field(default_factory=dict)

    def proxy(self, auth: str = "relay", *, client: bool = True, server: bool = True) -> Proxy:
        """The proxy with TLS to its clients, to the server, to both or to none."""
        if (auth, client, server) not in self.proxies:
            self.proxies[auth, client, server] = self._start(auth, client=client, server=server)
        return self.proxies[auth, client, server]

    def _start(self, auth: str, *, client: bool, server: bool) -> Proxy:
        database = self.licensing.database
        secure = {"sslmode": "verify-full", "sslrootcert": str(self.authority.file)}
        own = {"sslcert": str(self.own.certificate), "sslkey": str(self.own.key)}
        dsn = make_conninfo(database.dsn, **(secure | own if server else {"sslmode": "disable"}))
        options = ["--server", dsn, "--auth", auth, "--tls", "require" if client else "off"]
        options += ["--tls-cert", str(self.pair.certificate), "--tls-key", str(self.pair.key)]
        if auth == "cert":
            options += ["--tls-client-certs", "allow", "--tls-ca", str(self.authority.file)]
        trust = self.authority.directory / "trust"
        return self.stack.enter_context(running_proxy(database, trust, options=tuple(options)))

    def dsn(self, proxy: Proxy, user: str, **parameters: str) -> str:
        given = {"password": PASSWORD, "sslmode": "prefer", **parameters}
        return proxy.dsn(user, sslrootcert=str(self.authority.file), **given)

    @contextmanager
    def role(self, how: str, encryption: str = "scram-sha-256") -> Iterator[str]:
        """A role that the server asks for its password in some way, or trusts."""
        name = f"role_{secrets.token_hex(4)}"
        database = self.licensing.database
        member = f"IN ROLE {how}" if how else ""
        database.execute(
            f"SET password_encryption = '{encryption}';"
            f"CREATE ROLE {name} LOGIN PASSWORD '{PASSWORD}' {member}"
        )
        try:
            yield name
        finally:
            database.execute(f"DROP ROLE {name}")


@pytest.fixture(scope="module")
def ground(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ground]:
    binaries = servers.system_binaries(15)
    if binaries is None:
        pytest.skip("the PostgreSQL here that speaks TLS is the system's 15")
    directory = tmp_path_factory.mktemp("bound")
    authority = Authority.new(directory)
    pair = authority.issue("localhost", "localhost", "127.0.0.1")
    own = authority.issue(PROXYS_NAME)
    with ExitStack() as stack:
        server = stack.enter_context(servers.cluster(binaries))
        servers.encrypt(server, pair.certificate, pair.key, authority.file)
        server.execute("CREATE ROLE mapped NOLOGIN")
        ways = [f"host all +{role} all {how}" for role, how in servers.PASSWORD_ROLES.items()]
        mapped = f"hostssl all +mapped all cert map={server.dbname}"
        servers.let_in(server, *ways, mapped, "host all all 127.0.0.1/32 trust")
        licensing, _ = stack.enter_context(prepared(server, directory))
        yield Ground(authority, licensing, stack, pair, own)


def who(dsn: str) -> object:
    with psycopg.connect(dsn) as session:
        row = session.execute(
            "SELECT session_user FROM pg_stat_ssl WHERE pid = pg_backend_pid()"
        ).fetchone()
    assert row is not None
    return row[0]


def told(dsn: str) -> str:
    with pytest.raises(psycopg.OperationalError) as caught:
        psycopg.connect(dsn)
    return str(caught.value)


@pytest.mark.parametrize("auth", ["relay", "scram"])
def test_psql_with_everything_verified_and_bound(ground: Ground, auth: str) -> None:
    """What a user who trusts nobody writes."""
    with ground.role("scram") as role:
        dsn = ground.dsn(ground.proxy(auth), role, sslmode="verify-full", channel_binding="require")
        command = ["psql", "-X", "-A", "-t", "-c", "SELECT session_user", dsn]
        run = subprocess.run(command, capture_output=True, text=True, timeout=30, check=False)
        assert (run.stdout, run.stderr) == (f"{role}\n", "")


@pytest.mark.parametrize("auth", ["relay", "scram"])
@pytest.mark.parametrize("binding", ["disable", "prefer", "require"])
def test_any_wish_for_binding_is_met_between_two_tls(
    ground: Ground, auth: str, binding: str
) -> None:
    with ground.role("scram") as role:
        proxy = ground.proxy(auth)
        dsn = ground.dsn(proxy, role, channel_binding=binding, sslmode="require")
        assert who(dsn) == role
        wrong = ground.dsn(proxy, role, channel_binding=binding, password="wrong")
        assert f'password authentication failed for user "{role}"' in told(wrong)


@pytest.mark.parametrize("auth", ["relay", "scram"])
@pytest.mark.parametrize(("client", "server"), [(False, False), (True, False), (False, True)])
def test_passwords_open_with_tls_on_one_side_or_none(
    ground: Ground, auth: str, client: bool, server: bool
) -> None:
    with ground.role("scram") as role:
        proxy = ground.proxy(auth, client=client, server=server)
        assert who(ground.dsn(proxy, role)) == role
        assert "password authentication failed" in told(ground.dsn(proxy, role, password="wrong"))


def test_binding_to_the_proxy_alone_takes_its_own_check(ground: Ground) -> None:
    with ground.role("scram") as role:
        bound = {"channel_binding": "require", "sslmode": "verify-full"}
        checking = ground.proxy("scram", server=False)
        assert who(ground.dsn(checking, role, **bound)) == role
        relaying = ground.proxy("relay", server=False)
        assert "channel binding is required" in told(ground.dsn(relaying, role, **bound))


@pytest.mark.parametrize(("how", "encryption"), [("md5", "md5"), ("cleartext", "scram-sha-256"),
                                                 ("", "scram-sha-256")])  # fmt: skip
def test_other_ways_are_passed_on_between_two_tls(
    ground: Ground, how: str, encryption: str
) -> None:
    with ground.role(how, encryption) as role:
        assert who(ground.dsn(ground.proxy(), role)) == role


def test_what_the_server_asks_for_and_we_do_not_have_is_said(ground: Ground) -> None:
    with ground.role("cleartext") as role:
        said = told(ground.dsn(ground.proxy("scram"), role))
        assert "PostgreSQL asks pgtoll for a password in clear text" in said


def test_nobody_is_nobody_between_two_tls(ground: Ground) -> None:
    """CVE class: authentication of absent users. It is not the server that is asked first."""
    said = told(ground.dsn(ground.proxy("scram"), "nobody_at_all", channel_binding="require"))
    assert 'password authentication failed for user "nobody_at_all"' in said


def test_asyncpg_logs_in_between_two_tls(ground: Ground) -> None:
    async def by_asyncpg(role: str) -> object:
        context = ssl.create_default_context(cafile=str(ground.authority.file))
        session = await asyncpg.connect(
            host="127.0.0.1", port=ground.proxy().port, user=role, password=PASSWORD,
            database=ground.licensing.database.dbname, ssl=context,
        )  # fmt: skip
        try:
            return await session.fetchval("SELECT session_user")
        finally:
            await session.close()

    with ground.role("scram") as role:
        assert asyncio.run(by_asyncpg(role)) == role


def test_a_certificate_opens_for_the_role_that_it_names(ground: Ground) -> None:
    database = ground.licensing.database
    with ground.role("mapped") as role, ground.role("mapped") as other:
        map_to(database, role, other)
        shown = ground.authority.issue(role)
        mine = {"sslcert": str(shown.certificate), "sslkey": str(shown.key), "sslmode": "require"}
        proxy = ground.proxy("cert")
        assert who(ground.dsn(proxy, role, **mine)) == role
        refused = told(ground.dsn(proxy, other, **mine))
        assert f'certificate authentication failed for user "{other}"' in refused
        refused = told(ground.dsn(proxy, role, sslmode="require"))
        assert "connection requires a valid client certificate" in refused


def map_to(database: servers.Postgres, *roles: str) -> None:
    """Let the proxy's certificate stand for these roles."""
    with database.connect() as connection:
        row = connection.execute("SELECT current_setting('ident_file')").fetchone()
        assert row is not None
        lines = [f"postgres {PROXYS_NAME} {role}\n" for role in roles]
        with open(str(row[0]), "w", encoding="ascii") as file:
            file.writelines(lines)
        connection.execute("SELECT pg_reload_conf(), pg_sleep(0.1)")
