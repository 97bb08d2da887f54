"""An application server's role names its user in pgtoll.user, by PostgreSQL's rules for SET."""

import asyncio
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import asyncpg
import psycopg
import pytest
import servers
from proxies import Proxy, Session, Site, eventually, running_proxy, running_site
from psycopg import errors
from servers import Postgres

pytestmark = pytest.mark.live


@dataclass(frozen=True)
class Office:
    """A site whose role `app` names its users. Alice has a seat of the add-on, Bob has none."""

    site: Site
    proxy: Proxy
    app: str

    def connect(self, options: str = "") -> Session:
        return self.proxy.connect(self.app, options=options)


@pytest.fixture(scope="module", params=["postgres", "postgres15"])
def office(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Office]:
    server: Postgres = request.getfixturevalue(request.param)
    directory = tmp_path_factory.mktemp("office")
    with running_site(server, directory, licensed=True) as site:
        app = site.alice.replace("alice", "app")
        site.run(
            f"CREATE ROLE {app} LOGIN; GRANT CREATE ON SCHEMA public TO {app};"
            "CREATE TABLE mrktinvoice AS SELECT generate_series(1, 9) AS n;"
            "CREATE TABLE plain (n int); GRANT ALL ON mrktinvoice, plain TO PUBLIC;"
            "CREATE FUNCTION act_for(who text) RETURNS text LANGUAGE sql AS"
            " $$ SELECT set_config('pgtoll.user', who, false) $$"
        )
        try:
            with running_proxy(site.database, site.trust, options=("--impersonator", app)) as proxy:
                site.settle(proxy)
                yield Office(site, proxy, app)
        finally:
            site.run(f"DROP OWNED BY {app}; DROP ROLE {app}")


@pytest.fixture
def session(office: Office) -> Iterator[Session]:
    with office.connect() as one:
        yield one


def reads(session: Session) -> bool:
    """Whether the add-on's table can be read."""
    try:
        session.execute("SELECT max(n) FROM mrktinvoice")
    except errors.InsufficientPrivilege:
        return False
    return True


def named(session: Session) -> str | None:
    row = session.execute("SELECT current_setting('pgtoll.user', true)").fetchone()
    assert row is not None
    return row[0] or None


def test_a_role_that_names_nobody_is_itself(session: Session) -> None:
    assert not reads(session)


def test_a_named_user_counts_until_another_is_named(office: Office, session: Session) -> None:
    session.execute(f"SET pgtoll.user = '{office.site.alice}'")
    assert reads(session)
    session.execute(f"SET pgtoll.user TO '{office.site.bob}'")
    assert not reads(session)
    session.execute(f"set session PGTOLL.USER to {office.site.alice}")
    assert reads(session)


def test_the_setting_can_be_shown_and_reset(office: Office, session: Session) -> None:
    session.execute(f"SET pgtoll.user = '{office.site.alice}'")
    row = session.execute("SHOW pgtoll.user").fetchone()
    assert row == (office.site.alice,)
    session.execute("RESET pgtoll.user")
    assert not reads(session)


@pytest.mark.parametrize("end", ["RESET ALL", "DISCARD ALL", "SET pgtoll.user TO DEFAULT"])
def test_what_resets_settings_ends_it(office: Office, session: Session, end: str) -> None:
    session.execute(f"SET pgtoll.user = '{office.site.alice}'")
    session.execute(end.encode())
    assert not reads(session)


def test_a_rollback_brings_back_the_user_before(office: Office, session: Session) -> None:
    session.execute(f"SET pgtoll.user = '{office.site.bob}'")
    session.execute("BEGIN")
    session.execute(f"SET pgtoll.user = '{office.site.alice}'")
    assert reads(session)
    session.execute("ROLLBACK")
    assert not reads(session)


def test_local_ends_with_the_transaction(office: Office, session: Session) -> None:
    for end in ("COMMIT", "ROLLBACK"):
        session.execute("BEGIN")
        session.execute(f"SET LOCAL pgtoll.user = '{office.site.alice}'")
        assert reads(session)
        session.execute(end.encode())
        assert not reads(session)


def test_savepoints(office: Office, session: Session) -> None:
    session.execute("BEGIN")
    session.execute("SAVEPOINT before")
    session.execute(f"SET LOCAL pgtoll.user = '{office.site.alice}'")
    assert reads(session)
    session.execute("ROLLBACK TO before")
    assert not reads(session)
    session.execute("ROLLBACK")


def test_an_error_undoes_what_its_transaction_named(office: Office, session: Session) -> None:
    session.execute("BEGIN")
    session.execute(f"SET pgtoll.user = '{office.site.alice}'")
    with pytest.raises(errors.DivisionByZero):
        session.execute("SELECT 1/0")
    session.execute("ROLLBACK")
    assert named(session) is None
    assert not reads(session)


@pytest.mark.parametrize("local", [False, True])
def test_set_config(office: Office, session: Session, local: bool) -> None:
    with session.transaction():
        session.execute("SELECT set_config('pgtoll.user', %s, %s)", [office.site.alice, local])
        assert reads(session)
    assert reads(session) is not local


def test_a_function_of_the_application_may_name_the_user(office: Office, session: Session) -> None:
    session.execute("SELECT act_for(%s)", [office.site.alice])
    assert reads(session)
    session.execute("SELECT act_for(%s)", [office.site.bob])
    assert not reads(session)


@pytest.mark.parametrize("spelling", ["-c pgtoll.user={}", "--pgtoll.user={}"])
def test_a_startup_option(office: Office, spelling: str) -> None:
    with office.connect(options=spelling.format(office.site.alice)) as session:
        assert reads(session)
        session.execute("SET pgtoll.user = 'nobody'")
        assert not reads(session)
        session.execute("RESET pgtoll.user")
        assert reads(session)


def test_a_text_that_begins_by_naming_its_user(office: Office, session: Session) -> None:
    naming = f"BEGIN; SET LOCAL pgtoll.user = '{office.site.alice}'"
    session.execute(f"{naming}; SELECT max(n) FROM mrktinvoice; COMMIT")
    assert not reads(session)
    with pytest.raises(errors.InsufficientPrivilege, match="no license for table"):
        session.execute(f"SET pgtoll.user = '{office.site.bob}'; SELECT max(n) FROM mrktinvoice")


def test_a_text_that_names_two_users_is_refused(office: Office, session: Session) -> None:
    with pytest.raises(errors.InsufficientPrivilege, match="a message of its own"):
        session.execute(
            f"SET pgtoll.user = '{office.site.alice}'; SELECT max(n) FROM mrktinvoice;"
            f"SET pgtoll.user = '{office.site.bob}'; SELECT max(n) FROM mrktinvoice"
        )
    assert not reads(session)


def test_a_pipeline_that_names_its_user(office: Office, session: Session) -> None:
    with session.pipeline() as pipeline:
        session.execute("SELECT set_config('pgtoll.user', %s, false)", [office.site.alice])
        read = session.execute("SELECT max(n) FROM mrktinvoice")
        pipeline.sync()
        assert read.fetchone() == (9,)
    with pytest.raises(errors.InsufficientPrivilege, match="no license"):
        _read_in_a_pipeline(session, office.site.bob)
    # What the pipeline named was undone with it.
    assert named(session) == office.site.alice
    assert reads(session)


def _read_in_a_pipeline(session: Session, user: str) -> None:
    with session.pipeline():
        session.execute("SELECT set_config('pgtoll.user', %s, false)", [user])
        session.execute("SELECT max(n) FROM mrktinvoice")


def test_prepared_statements_are_judged_for_whom_they_serve(
    office: Office, session: Session
) -> None:
    session.execute(f"SET pgtoll.user = '{office.site.alice}'")
    session.execute("PREPARE held AS SELECT max(n) FROM mrktinvoice")
    session.execute("SELECT max(n) FROM mrktinvoice", prepare=True)
    session.execute(f"SET pgtoll.user = '{office.site.bob}'")
    with pytest.raises(errors.InsufficientPrivilege):
        session.execute("EXECUTE held")
    with pytest.raises(errors.InsufficientPrivilege):
        session.execute("SELECT max(n) FROM mrktinvoice", prepare=True)


def test_cursors_are_judged_for_whom_they_serve(office: Office, session: Session) -> None:
    session.execute("BEGIN")
    session.execute(f"SET LOCAL pgtoll.user = '{office.site.alice}'")
    session.execute("DECLARE rows CURSOR FOR SELECT n FROM mrktinvoice")
    session.execute("FETCH 1 FROM rows")
    session.execute(f"SET LOCAL pgtoll.user = '{office.site.bob}'")
    with pytest.raises(errors.InsufficientPrivilege):
        session.execute("FETCH 1 FROM rows")
    session.execute("ROLLBACK")


def test_asyncpg(office: Office) -> None:
    async def look() -> None:
        connection = await asyncpg.connect(
            host="127.0.0.1",
            port=office.proxy.port,
            user=office.app,
            database=office.site.database.dbname,
        )
        try:
            async with connection.transaction():
                await connection.execute(f"SET LOCAL pgtoll.user = '{office.site.alice}'")
                assert await connection.fetchval("SELECT max(n) FROM mrktinvoice") == 9
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                await connection.fetchval("SELECT max(n) FROM mrktinvoice")
        finally:
            await connection.close()

    asyncio.run(look())


def test_refusals_name_the_user_that_was_named(office: Office, session: Session) -> None:
    session.execute(f"SET pgtoll.user = '{office.site.bob}'")
    with pytest.raises(errors.InsufficientPrivilege, match=f'user "{office.site.bob}"'):
        session.execute("SELECT max(n) FROM mrktinvoice")


# Behind a pooler


@pytest.fixture
def pool(office: Office) -> Iterator[int]:
    """The port of a PgBouncer whose clients share one connection to the proxy, by transaction."""
    port, account = servers.free_port(), servers.unprivileged()
    with tempfile.TemporaryDirectory() as folder:
        if account is not None:  # PgBouncer does not run as root, either
            shutil.chown(folder, account)
        users, config, log = (Path(folder) / name for name in ("users", "ini", "log"))
        users.write_text(f'"{office.app}" ""\n')
        config.write_text(
            f"[databases]\n* = host=127.0.0.1 port={office.proxy.port}\n"
            f"[pgbouncer]\nlisten_addr = 127.0.0.1\nlisten_port = {port}\nunix_socket_dir =\n"
            f"auth_type = trust\nauth_file = {users}\npool_mode = transaction\n"
            "default_pool_size = 1\n"
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


def test_clients_of_a_pooler_are_told_apart(office: Office, pool: int) -> None:
    site = office.site
    dsn = f"host=127.0.0.1 port={pool} user={office.app} dbname={site.database.dbname}"
    one, other = (psycopg.connect(dsn, prepare_threshold=None) for _ in range(2))
    with one, other:
        for _ in range(3):
            one.execute(f"SET LOCAL pgtoll.user = '{site.alice}'")
            assert reads(one)
            one.commit()
            other.execute(f"SET LOCAL pgtoll.user = '{site.bob}'")
            assert not reads(other)
            other.rollback()
            assert not reads(other)
            other.rollback()


# Everybody else

NAMINGS = [
    "SET pgtoll.user = 'alice'",
    "SET LOCAL pgtoll.user = 'alice'",
    "SET pgtoll.\"user\" = 'alice'",
    "SELECT set_config('pgtoll.user', 'alice', false)",
]


@pytest.mark.parametrize("sql", NAMINGS)
@pytest.mark.parametrize("extended", [False, True])
def test_others_may_name_nobody(office: Office, sql: str, extended: bool) -> None:
    for user in (office.site.alice, office.site.bob):
        with office.proxy.connect(user) as session:
            with pytest.raises(errors.InsufficientPrivilege, match=r"pgtoll\.user"):
                session.execute(sql.encode(), prepare=extended)
            assert reads(session) is (user == office.site.alice)


@pytest.mark.parametrize("option", ["-c pgtoll.user=alice", "-cpgtoll.user=alice"])
def test_others_may_not_come_as_somebody(office: Office, option: str) -> None:
    with pytest.raises(psycopg.OperationalError, match="impersonators"):
        office.proxy.connect(office.site.bob, options=option)


def test_a_name_that_others_get_past_the_proxy_counts_nowhere(office: Office) -> None:
    with office.proxy.connect(office.site.bob) as session:
        session.execute("SELECT set_config('pgtoll' || '.user', %s, false)", [office.site.alice])
        assert not reads(session)
