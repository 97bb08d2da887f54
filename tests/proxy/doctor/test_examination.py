"""An examination of real servers: who gets in, by which way, and what may not be looked at."""

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg
import pytest
from doctoring import Clinic
from licensing import Vendor
from programs import restartable
from proxies import eventually, prepared
from psycopg.conninfo import make_conninfo
from servers import Postgres, cluster, embedded_binaries, free_port, system_binaries

from pgtoll.doctor.findings import Severity, Where
from pgtoll.errors import StoreError
from pgtoll.store.migrations import initialise
from pgtoll_policy.keys import parse_public_key, trusted

pytestmark = pytest.mark.live
PASSWORD = "4711"
ASKED = "host all all 127.0.0.1/32 scram-sha-256"
BELIEVED = "host all all 127.0.0.1/32 trust"


@pytest.fixture(scope="module", params=[18, 15])
def binaries(request: pytest.FixtureRequest) -> Path:
    found = embedded_binaries() if request.param == 18 else system_binaries(15)
    if found is None:
        pytest.skip(f"PostgreSQL {request.param} is not installed")
    return found


@pytest.fixture(scope="module")
def server(binaries: Path) -> Iterator[Postgres]:
    """A server whose pg_hba.conf the tests may write."""
    with cluster(binaries) as server:
        asyncio.run(initialise(server.dsn))
        server.execute(f"ALTER ROLE postgres PASSWORD '{PASSWORD}'")
        yield replace(server, password=PASSWORD)


@pytest.mark.parametrize(
    ("line", "words", "fix"),
    [
        ("host all all 0.0.0.0/0 scram-sha-256", "lets in everybody", ASKED),
        (BELIEVED, "believes everybody", ASKED),
        (
            "host all all 10.0.0.0/8 trust",
            "lets in whoever comes from 10.0.0.0/8 and believes everybody",
            ASKED,
        ),
        (
            'host "a b" all samenet md5',
            "",
            "",
        ),
        (
            "host all +scram db.example.com md5",
            "lets in whoever comes from db.example.com",
            "host all +scram 127.0.0.1/32 md5",
        ),
    ],
)
def test_a_rule_that_lets_in_others_is_seen_and_mended(
    server: Postgres, line: str, words: str, fix: str
) -> None:
    clinic = Clinic(server)
    clinic.rules(line, "host all postgres 127.0.0.1/32 trust")
    found = [one for one in clinic.faults("pg-hba") if one.place.endswith(":1")]
    if not words:
        assert found == []
        return
    (one,) = found
    assert words in one.what
    assert one.fix == (fix,)
    clinic.mend(one)
    assert [one for one in clinic.faults("pg-hba") if one.place.endswith(":1")] == []


def test_a_rule_that_cannot_be_read_is_seen_and_mended(server: Postgres) -> None:
    clinic = Clinic(server)
    clinic.rules("host all nonsense", BELIEVED)
    broken, _ = clinic.faults("pg-hba")
    assert "cannot be read" in broken.what
    clinic.mend(broken)
    (left,) = clinic.faults("pg-hba")
    assert "believes everybody" in left.what


def test_a_file_that_is_not_loaded_yet_is_seen_and_mended(server: Postgres) -> None:
    clinic = Clinic(server)
    clinic.rules(BELIEVED)
    assert eventually(lambda: clinic.faults("pg-hba-loaded") == [], within=5)
    with server.connect() as session:
        row = session.execute("SHOW hba_file").fetchone()
    assert row is not None

    def changed() -> bool:
        Path(row[0]).touch()
        return clinic.faults("pg-hba-loaded") != []

    assert eventually(changed, within=5)
    (found,) = clinic.faults("pg-hba-loaded")
    clinic.mend(found)
    assert eventually(lambda: clinic.faults("pg-hba-loaded") == [], within=5)


def test_who_may_not_read_the_rules_is_told_how(server: Postgres) -> None:
    """The owner of schema pgtoll need not be a superuser."""
    Clinic(server).rules(BELIEVED)
    server.execute("CREATE ROLE keeper LOGIN BYPASSRLS; GRANT pg_read_all_data TO keeper")
    database = server.new_database("kept")
    database.execute("GRANT CREATE ON DATABASE kept TO keeper")
    clinic = Clinic(database, dsn=make_conninfo(database.dsn, user="keeper"))
    asyncio.run(initialise(clinic.dsn))
    (found,) = clinic.faults("pg-hba")
    assert "role keeper may not read pg_hba.conf" in found.what
    clinic.mend(found)
    (found,) = clinic.faults("pg-hba")
    assert "believes everybody" in found.what
    wrong = [one for one in clinic.report().findings if one.severity is not Severity.OK]
    assert {one.check for one in wrong} == {
        "pg-hba",
        "neighbours",
        "ddl-notice",
        "row-types",
        "statistics",
    }


def test_what_may_not_be_looked_at_is_said(server: Postgres) -> None:
    server.execute("CREATE ROLE erin LOGIN; GRANT pgtoll_manager TO erin")
    server.execute("REVOKE SELECT ON pgtoll.pin FROM pgtoll_manager")
    clinic = Clinic(server, dsn=make_conninfo(server.dsn, user="erin"))
    (found,) = clinic.faults("publications")
    assert found.severity is Severity.WARNING
    assert "not known whether no publication has a licensed table" in found.what


def test_a_server_that_cannot_be_reached_is_an_error(server: Postgres) -> None:
    with pytest.raises(StoreError, match="cannot connect"):
        Clinic(server, dsn=f"host=127.0.0.1 port={free_port()} user=nobody").report()


def test_a_clock_that_is_wrong_is_seen(server: Postgres) -> None:
    clinic = Clinic(server)
    now = datetime.now(UTC)
    assert clinic.faults("clocks", now) == []
    (found,) = clinic.faults("clocks", now - timedelta(hours=1))
    assert "behind the server's" in found.what


def test_a_document_that_nobody_trusted_signed_is_seen_and_mended(
    server: Postgres, tmp_path: Path
) -> None:
    with prepared(server, tmp_path) as (licensing, _):
        licensing.upload(licensing.vendor.product())
        keys = {
            vendor.public: trusted([parse_public_key(vendor.public)])
            for vendor in (licensing.vendor, Vendor.new())
        }
        good, bad = (Clinic(licensing.database, keys=each) for each in keys.values())
        assert good.faults("documents") == []
        (found,) = bad.faults("documents")
        assert found.what.startswith("stored product marketing does not count: not signed by")
        bad.mend(found)
        assert bad.faults("documents") == []


def test_where_everything_is_shut_nothing_is_found(binaries: Path) -> None:
    """All faults of the network at once on one server, mended one after the other."""
    with restartable(binaries) as (server, control):
        asyncio.run(initialise(server.dsn))
        with server.connect() as session:
            row = session.execute("SHOW data_directory").fetchone()
        assert row is not None
        directory = row[0]

        def restart() -> None:
            control("stop")
            control("start")

        clinic = Clinic(server)
        clinic.cause(
            [
                f"ALTER ROLE postgres PASSWORD '{PASSWORD}'",
                f"ALTER SYSTEM SET unix_socket_directories = '{directory}'",
                "ALTER SYSTEM SET listen_addresses = '*'",
            ]
        )
        restart()
        clinic.rules(BELIEVED, "local all all trust")
        (near,) = clinic.faults("neighbours")
        assert near.where is Where.PGTOLL
        dsn = near.fix[0].removeprefix('server = "').removesuffix('"')
        by_socket = Clinic(server, dsn=make_conninfo(dsn, password=PASSWORD))
        faults = [one for one in by_socket.report().findings if one.severity is not Severity.OK]
        assert {one.check for one in faults} == {
            "listen-addresses",
            "neighbours",
            "pg-hba",
            "statistics",
        }
        for one in faults:
            if one.where is Where.SQL:
                with psycopg.connect(by_socket.dsn, autocommit=True) as session:
                    session.execute(one.fix[0].encode())
            else:
                file, _, number = one.place.rpartition(":")
                lines = Path(file).read_text().splitlines()
                lines[int(number) - 1] = one.fix[0]
                Path(file).write_text("\n".join([*lines, ""]))
        restart()
        assert by_socket.report().sound
        assert by_socket.report().having(Severity.WARNING) == ()
