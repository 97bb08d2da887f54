"""The administrator's console over the wire: psql and drivers, who may what, and that it works."""

import asyncio
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import asyncpg
import psycopg
import pytest
from licensing import Vendor
from programs import linux
from proxies import Proxy, Session, Site, eventually, running_proxy
from psycopg import errors, sql

pytestmark = [pytest.mark.live, linux]

SECONDS = 20.0


def console(proxy: Proxy, user: str | None = None) -> Session:
    """A connection to the console; without a user as the superuser."""
    return proxy.connect(user, dbname="pgtoll")


def psql(dsn: str, command: str) -> str:
    """What psql prints."""
    path = shutil.which("psql")
    assert path, "Debian's postgresql-client is needed"
    done = subprocess.run(
        [path, "-XAt", dsn, "-c", command], capture_output=True, text=True, check=True
    )
    return done.stdout


def told(session: Session, command: str) -> list[dict[str, object]]:
    """The rows of a SHOW by the names of their columns."""
    cursor = session.execute(command.encode())
    assert cursor.description is not None
    names = [column.name for column in cursor.description]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


@pytest.fixture
def own(licensed_site: Site, tmp_path: Path) -> Iterator[Proxy]:
    """A proxy of its own, with a configuration that may change."""
    file = tmp_path / "pgtoll.toml"
    file.write_text(f"stats_users = ['{licensed_site.bob}']\n")
    options = ("--config", str(file))
    with running_proxy(licensed_site.database, licensed_site.trust, options=options) as proxy:
        yield proxy


def test_psql_shows_the_clients(licensed_site: Site) -> None:
    proxy, alice = licensed_site.proxy, licensed_site.alice
    with proxy.connect(alice, application_name="story") as session:
        pid = session.info.backend_pid
        found = psql(proxy.dsn(dbname="pgtoll"), "SHOW CLIENTS")
        assert f"{pid}|{alice}|{alice}|{licensed_site.database.dbname}|story|127.0.0.1:" in found


def test_every_table_has_the_columns_that_are_described(licensed_site: Site) -> None:
    with console(licensed_site.proxy) as session, licensed_site.proxy.connect(licensed_site.alice):
        for row in told(session, "SHOW HELP"):
            command = str(row["command"])
            if command.startswith("SHOW "):
                told(session, command)
        (server, *_) = told(session, "SHOW SERVERS")
        assert server["host"] == f"127.0.0.1:{licensed_site.database.port}"
        assert {row["product"] for row in told(session, "SHOW PRODUCTS")} >= {"base", "marketing"}
        assert "password" not in str(told(session, "SHOW CONFIG"))


def test_drivers_of_binary_formats_are_served(licensed_site: Site) -> None:
    async def story() -> None:
        where = licensed_site.proxy.dsn(dbname="pgtoll")
        parts = dict(pair.split("=") for pair in where.split())
        connection = await asyncpg.connect(
            host=parts["host"], port=int(parts["port"]), user=parts["user"], database="pgtoll"
        )
        rows = await connection.fetch("SHOW WORKERS")
        assert [type(row["worker"]) for row in rows] == [int]
        await connection.close()

    asyncio.run(story())


def test_who_may_do_nothing_is_not_let_in(licensed_site: Site) -> None:
    with pytest.raises(psycopg.OperationalError, match="may not use the console of pgtoll"):
        console(licensed_site.proxy, licensed_site.bob)
    with pytest.raises(psycopg.OperationalError, match='role "nosuch" does not exist'):
        console(licensed_site.proxy, "nosuch")


def test_who_may_look_may_do_nothing(own: Proxy, licensed_site: Site) -> None:
    with console(own, licensed_site.bob) as session:
        assert told(session, "SHOW VERSION")
        told(session, "SHOW CLIENTS")
        for command in ("PAUSE", "RELOAD", "KILL 1", "SHUTDOWN", "SHOW LICENSES", "SHOW REFUSALS"):
            with pytest.raises(errors.InsufficientPrivilege, match="permission denied"):
                session.execute(command.encode())


def test_who_manages_licenses_sees_them_and_nothing_else(licensed_site: Site) -> None:
    licensed_site.run(f"GRANT pgtoll_manager TO {licensed_site.bob}")
    try:
        with console(licensed_site.proxy, licensed_site.bob) as session:
            assert told(session, "SHOW LICENSES")
            assert {row["user"] for row in told(session, "SHOW SEATS")} == {licensed_site.alice}
            with pytest.raises(errors.InsufficientPrivilege):
                session.execute("SHOW CLIENTS")
    finally:
        licensed_site.run(f"REVOKE pgtoll_manager FROM {licensed_site.bob}")


def test_who_is_demoted_may_do_nothing_from_then_on(own: Proxy, licensed_site: Site) -> None:
    """CVE class: admin commands without permission. Rights are those of the moment."""
    site = licensed_site
    site.run("CREATE ROLE chief SUPERUSER LOGIN IN ROLE pgtoll_manager")
    try:
        with console(own, "chief") as chief, own.connect(site.alice) as session:
            told(chief, "SHOW CLIENTS")
            told(chief, "SHOW LICENSES")
            site.run("ALTER ROLE chief NOSUPERUSER; REVOKE pgtoll_manager FROM chief")
            commands = ["SHOW CLIENTS", "SHOW LICENSES", "PAUSE", "RELOAD", "SHUTDOWN"]
            for command in [*commands, f"KILL {session.info.backend_pid}"]:
                with pytest.raises(errors.InsufficientPrivilege, match="permission denied"):
                    chief.execute(command.encode())
            assert session.execute("SELECT 1").fetchone() == (1,)
            site.run("ALTER ROLE chief SUPERUSER")
            told(chief, "SHOW CLIENTS")
            site.run("DROP ROLE chief")
            with pytest.raises(errors.InsufficientPrivilege):
                chief.execute("PAUSE")
    finally:
        site.run("DROP ROLE IF EXISTS chief")


def test_who_is_listed_is_so_for_as_long_as_the_configuration_says_it(
    own: Proxy, licensed_site: Site, tmp_path: Path
) -> None:
    """CVE class: admin commands without permission."""
    with console(own) as admin, console(own, licensed_site.bob) as looking:
        told(looking, "SHOW CLIENTS")
        (tmp_path / "pgtoll.toml").write_text("admins = ['boss']\n")
        admin.execute("RELOAD")
        with pytest.raises(errors.InsufficientPrivilege):
            looking.execute("SHOW CLIENTS")


def test_clients_of_the_console_count_as_clients_of_their_role(licensed_site: Site) -> None:
    site = licensed_site
    options = ("--max-user-connections", "2", "--stats-users", site.alice)
    with running_proxy(site.database, site.trust, options=options) as proxy:
        with console(proxy, site.alice), proxy.connect(site.alice):
            for dbname in ("pgtoll", site.database.dbname):
                with pytest.raises(psycopg.OperationalError, match="too many connections for role"):
                    proxy.connect(site.alice, dbname=dbname)
        assert eventually(lambda: may_come(proxy, site.alice), within=SECONDS)


def may_come(proxy: Proxy, user: str) -> bool:
    try:
        with console(proxy, user), console(proxy, user):
            return True
    except psycopg.OperationalError:
        return False


def test_a_session_is_ended_by_its_server_process(own: Proxy, licensed_site: Site) -> None:
    with console(own) as admin, own.connect(licensed_site.alice) as session:
        admin.execute(sql.SQL("KILL {}").format(session.info.backend_pid))
        with pytest.raises(errors.AdminShutdown):
            session.execute("SELECT 1")
        with pytest.raises(errors.UndefinedObject, match="no client has server process 1"):
            admin.execute("KILL 1")


def test_a_reload_says_what_is_wrong(own: Proxy, tmp_path: Path) -> None:
    file = tmp_path / "pgtoll.toml"
    with console(own) as admin:
        file.write_text("admins = 3\n")
        with pytest.raises(psycopg.errors.ConfigFileError, match="expected a list of roles"):
            admin.execute("RELOAD")
        shown = {row["key"]: row["value"] for row in told(admin, "SHOW CONFIG")}
        assert shown["admins"] == ""
        file.write_text("admins = ['boss']\n")
        admin.execute("RELOAD")
        shown = {row["key"]: row["value"] for row in told(admin, "SHOW CONFIG")}
        assert (shown["admins"], shown["stats_users"]) == ("boss", "")


def test_licenses_are_shown_by_the_keys_in_force(licensed_site: Site, tmp_path: Path) -> None:
    """To who was there before a reload, too."""
    (tmp_path / "vendor.pub").write_bytes(licensed_site.vendor.public)
    with running_proxy(licensed_site.database, tmp_path) as proxy, console(proxy) as admin:
        assert {row["state"] for row in told(admin, "SHOW LICENSES")} == {"in force"}
        (tmp_path / "vendor.pub").write_bytes(Vendor.new().public)
        admin.execute("RELOAD")
        assert "in force" not in {row["state"] for row in told(admin, "SHOW LICENSES")}


def test_the_program_stops_when_it_is_told_to(own: Proxy) -> None:
    with console(own) as admin:
        admin.execute("SHUTDOWN")
    assert own.process.wait(SECONDS) == 0


def test_several_workers_are_one_program(licensed_site: Site) -> None:
    with (
        running_proxy(licensed_site.database, licensed_site.trust, workers=2) as proxy,
        console(proxy) as admin,
    ):
        sessions = [proxy.connect(licensed_site.alice) for _ in range(8)]
        try:
            pids = {row["pid"] for row in told(admin, "SHOW CLIENTS")}
            assert {session.info.backend_pid for session in sessions} <= pids
            assert len(told(admin, "SHOW WORKERS")) == 2
            for session in sessions:
                admin.execute(sql.SQL("KILL {}").format(session.info.backend_pid))
            assert eventually(lambda: not told(admin, "SHOW CLIENTS"), within=SECONDS)
        finally:
            for session in sessions:
                session.close()
