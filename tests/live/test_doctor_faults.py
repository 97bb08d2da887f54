"""Every fault that `pgtoll doctor` knows: made on a real server, seen, mended, and gone."""

import asyncio
import secrets
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import NamedTuple

import pytest
from doctoring import Clinic
from proxies import eventually
from servers import Postgres, cluster, embedded_binaries, system_binaries

from pgtoll.store.migrations import initialise

pytestmark = pytest.mark.live
RELOAD_SECONDS = 5.0
BINARIES: dict[int, Callable[[], Path | None]] = {
    18: embedded_binaries,
    15: partial(system_binaries, 15),
}


class Fault(NamedTuple):
    """A fault: the check that sees it, the statements that make it, and words of what is said."""

    check: str
    words: str
    statements: tuple[str, ...]
    since: int = 15
    until: int = 99


def fault(check: str, words: str, *statements: str, since: int = 15, until: int = 99) -> Fault:
    return Fault(check, words, statements, since, until)


def membership(role: str, since: int = 15) -> Fault:
    return fault("powers", f"is a member of {role}", f"GRANT {role} TO {{bob}}", since=since)


WITNESS = "pgtoll.witness(int, int[], int[], boolean)"
PLU = "CREATE LANGUAGE plu HANDLER plpgsql_call_handler VALIDATOR plpgsql_validator"
BACK = (
    "CREATE SERVER {name} FOREIGN DATA WRAPPER postgres_fdw OPTIONS (host '{host}', port '{port}')"
)
RELOAD = "SELECT pg_reload_conf()"

FAULTS = [
    fault("superusers", "is a superuser", "ALTER ROLE {bob} SUPERUSER"),
    *map(
        membership, ["pg_execute_server_program", "pg_read_server_files", "pg_write_server_files"]
    ),
    *map(membership, ["pg_write_all_data", "pg_signal_backend", "pg_read_all_stats", "pg_monitor"]),
    membership("pg_create_subscription", since=16),
    membership("pg_maintain", since=17),
    fault(
        "powers",
        "is a member of pg_read_server_files",
        "GRANT pg_read_server_files TO {eve} WITH ADMIN OPTION",
        "SET ROLE {eve}",
        "GRANT pg_read_server_files TO {bob}",
    ),
    fault("createrole", "has CREATEROLE", "ALTER ROLE {bob} CREATEROLE", until=15),
    fault("replication", "may replicate", "ALTER ROLE {bob} REPLICATION"),
    fault("store-owner", "pgtoll.seat belongs", "ALTER TABLE pgtoll.seat OWNER TO {bob}"),
    fault("store-owner", "pgtoll.know(oid)", "ALTER FUNCTION pgtoll.know(oid) OWNER TO {bob}"),
    fault("store-owner-members", "the owner of schema pgtoll", "GRANT postgres TO {bob}"),
    fault("store-grants", "has INSERT on TABLE", "GRANT INSERT ON pgtoll.seat TO {bob}"),
    fault("store-grants", "PUBLIC has UPDATE", "GRANT UPDATE (product) ON pgtoll.pin TO PUBLIC"),
    fault("store-grants", "pgtoll_manager", "GRANT UPDATE ON pgtoll.document TO pgtoll_manager"),
    fault("store-grants", "CREATE on SCHEMA", "GRANT CREATE ON SCHEMA pgtoll TO {bob}"),
    fault("store-access", "USAGE", "REVOKE USAGE ON SCHEMA pgtoll FROM PUBLIC"),
    fault("store-access", "witness", f"REVOKE EXECUTE ON FUNCTION {WITNESS} FROM PUBLIC"),
    fault(
        "store-rules",
        "rule nothing on pgtoll.ledger",
        "CREATE RULE nothing AS ON UPDATE TO pgtoll.ledger DO INSTEAD NOTHING",
    ),
    fault("store-rules", "row security", "ALTER TABLE pgtoll.seat ENABLE ROW LEVEL SECURITY"),
    fault(
        "store-functions",
        "pgtoll.refuse_held_cursors is not as",
        "CREATE OR REPLACE FUNCTION pgtoll.refuse_held_cursors() RETURNS void"
        " LANGUAGE plpgsql AS 'BEGIN END'",
    ),
    fault("store-functions", "witness is not as", f"ALTER FUNCTION {WITNESS} SECURITY INVOKER"),
    fault("store-functions", "witness is not as", f"ALTER FUNCTION {WITNESS} RESET search_path"),
    fault("store-functions", "is missing", "DROP FUNCTION pgtoll.refuse_held_cursors()"),
    fault(
        "store-functions",
        "pgtoll.know(text) is not ours",
        "CREATE FUNCTION pgtoll.know(relation text) RETURNS int LANGUAGE sql AS 'SELECT 1'",
    ),
    fault("store-functions", "may call", "GRANT EXECUTE ON FUNCTION pgtoll.know(oid) TO {bob}"),
    fault("store-triggers", "is missing", "DROP TRIGGER remember_seat ON pgtoll.seat"),
    fault("store-triggers", "disabled", "ALTER TABLE pgtoll.seat DISABLE TRIGGER remember_seat"),
    fault(
        "store-triggers",
        "not ours",
        "CREATE TRIGGER more AFTER INSERT ON pgtoll.pin EXECUTE FUNCTION pgtoll.remember_seat()",
    ),
    fault("ddl-notice", "missing", "DROP EVENT TRIGGER pgtoll_ddl_end"),
    fault("ddl-notice", "disabled", "ALTER EVENT TRIGGER pgtoll_sql_drop DISABLE"),
    *(
        fault("settings", name, f"ALTER SYSTEM SET {name} = {value}", RELOAD, since=since)
        for name, value, since in [
            ("track_counts", "off", 15),
            ("session_replication_role", "replica", 15),
            ("allow_system_table_mods", "on", 15),
            ("standard_conforming_strings", "off", 15),
            ("event_triggers", "off", 17),
        ]
    ),
    fault("role-settings", "track_counts", "ALTER ROLE {bob} SET track_counts = off"),
    fault("role-settings", "ALL", "ALTER ROLE ALL SET standard_conforming_strings = off"),
    fault(
        "role-settings",
        "session_replication_role",
        "ALTER ROLE {bob} IN DATABASE {database} SET session_replication_role = replica",
    ),
    fault(
        "role-settings",
        "DATABASE",
        "ALTER DATABASE {database} SET session_replication_role = replica",
    ),
    fault("parameter-grants", "may SET", "GRANT SET ON PARAMETER track_counts TO {bob}"),
    fault("parameter-grants", "ALTER SYSTEM", "GRANT ALTER SYSTEM ON PARAMETER work_mem TO {bob}"),
    fault("large-objects", "is on", "ALTER SYSTEM SET lo_compat_privileges = on", RELOAD),
    fault(
        "server-functions", "pg_read_file", "GRANT EXECUTE ON FUNCTION pg_read_file(text) TO {bob}"
    ),
    fault("catalog-grants", "SELECT on pg_statistic", "GRANT SELECT ON pg_statistic TO {bob}"),
    fault("statistics", "pg_stats", "GRANT SELECT ON pg_stats, pg_stats_ext TO PUBLIC"),
    fault("row-types", "record_in", "GRANT EXECUTE ON FUNCTION record_in TO PUBLIC"),
    fault("catalog-grants", "UPDATE on pg_class", "GRANT UPDATE ON pg_class TO {bob}"),
    fault(
        "untrusted-functions",
        "in language plu",
        PLU,
        "CREATE FUNCTION public.unread() RETURNS int LANGUAGE plu AS 'BEGIN RETURN 1; END'",
    ),
    fault("extensions", "extension dblink", "CREATE EXTENSION dblink"),
    fault(
        "wrappers",
        "wrapper postgres_fdw",
        "CREATE EXTENSION IF NOT EXISTS postgres_fdw",
        "GRANT USAGE ON FOREIGN DATA WRAPPER postgres_fdw TO {bob}",
    ),
    *(
        fault(
            "foreign-servers",
            words,
            "CREATE EXTENSION IF NOT EXISTS postgres_fdw",
            BACK.format(name=name, host=host, port="{port}"),
            f"CREATE USER MAPPING FOR {role} SERVER {name}",
        )
        for name, host, role, words in [
            ("back", "127.0.0.1", "{bob}", "foreign server back"),
            ("here", "localhost", "PUBLIC", "PUBLIC may use foreign server here"),
        ]
    ),
    fault(
        "slots", "slot kept", "SELECT pg_create_logical_replication_slot('kept', 'pgoutput', false)"
    ),
    fault("publications", "public.mrktinvoice", "CREATE PUBLICATION one FOR TABLE mrktinvoice"),
    fault("publications", "publication every", "CREATE PUBLICATION every FOR ALL TABLES"),
    fault(
        "subscriptions",
        "subscription taking",
        "CREATE SUBSCRIPTION taking CONNECTION 'host=127.0.0.1 port=1' PUBLICATION p"
        " WITH (connect = false)",
        "ALTER SUBSCRIPTION taking ENABLE",
    ),
    fault(
        "held-transactions",
        "'gid ''kept'",
        "BEGIN",
        "INSERT INTO pgtoll.ledger VALUES (1, 1)",
        "PREPARE TRANSACTION 'gid ''kept'",
    ),
    fault("clocks", "ahead of now", "UPDATE pgtoll.clock SET highest = now() + '1 day'"),
]


@pytest.fixture(scope="module", params=BINARIES)
def clinic(request: pytest.FixtureRequest) -> Iterator[Clinic]:
    """A server whose roles and settings nobody else's tests need, with one licensed table."""
    binaries = BINARIES[request.param]()
    if binaries is None:
        pytest.skip(f"PostgreSQL {request.param} is not installed")
    with cluster(binaries, wal_level="logical") as server:
        database = server.new_database("a patient")
        asyncio.run(initialise(database.dsn))
        database.execute(
            "CREATE TABLE mrktinvoice (x int);"
            "REVOKE SELECT ON pg_stats, pg_stats_ext, pg_stats_ext_exprs FROM PUBLIC;"
            "INSERT INTO pgtoll.product (code) VALUES ('marketing');"
            "INSERT INTO pgtoll.pin SELECT 'mrktinvoice'::regclass, max(id) FROM pgtoll.product"
        )
        yield Clinic(database)


def made(clinic: Clinic, statements: tuple[str, ...]) -> list[str]:
    """Fill in names: of roles that have to be quoted, and of what is examined."""
    suffix = secrets.token_hex(3)
    names = {name: f'"{name.title()} %s {suffix}"' for name in ("bob", "eve")}
    clinic.cause(f"CREATE ROLE {role} LOGIN" for role in names.values())
    database = clinic.database
    names |= {"database": f'"{database.dbname}"', "port": str(database.port)}
    return [sql.format(**names) for sql in statements]


@pytest.mark.parametrize(
    "fault", FAULTS, ids=lambda fault: f"{fault.check}: {fault.statements[-1]}"
)
def test_a_fault_is_seen_and_the_remedy_ends_it(clinic: Clinic, fault: Fault) -> None:
    if not fault.since <= clinic.database.version // 10000 <= fault.until:
        pytest.skip("this PostgreSQL has no such thing")
    clinic.cause(made(clinic, fault.statements))
    assert eventually(lambda: bool(clinic.faults(fault.check)), within=RELOAD_SECONDS)
    found = clinic.faults(fault.check)
    assert any(fault.words in one.what for one in found), found
    assert all(one.why for one in found)
    for one in found:
        clinic.mend(one)
    assert eventually(lambda: clinic.faults(fault.check) == [], within=RELOAD_SECONDS)


def test_a_server_without_faults_is_fine(clinic: Clinic) -> None:
    checks = {fault.check for fault in FAULTS}
    assert [one for one in clinic.report().findings if one.check in checks and one.fix] == []


def test_every_check_has_a_fault(clinic: Clinic) -> None:
    checks = {finding.check for finding in clinic.report().findings}
    elsewhere = {"proxy", "listen-addresses", "neighbours", "pg-hba", "held-sessions"}
    elsewhere |= {"encryption", "logins"}  # tests/proxy/doctor: what they need is no statement
    elsewhere |= {"setbacks"}  # tests/live/test_restores.py
    remarks = {"managers", "prepared-transactions"}
    assert checks - elsewhere - remarks <= {fault.check for fault in FAULTS}


@pytest.mark.parametrize(
    "lock",
    [
        "LOCK TABLE pgtoll.document IN SHARE ROW EXCLUSIVE MODE",
        "INSERT INTO pgtoll.ledger VALUES (2, 1)",
        "SELECT pg_advisory_xact_lock(8097829)",
    ],
)
def test_who_holds_up_others_is_named_and_can_be_ended(clinic: Clinic, lock: str) -> None:
    with clinic.database.connect(autocommit=False) as session:
        pid = session.info.backend_pid
        session.execute(lock.encode())
        (found,) = clinic.faults("held-sessions")
        assert found.what.startswith(f"process {pid} of role postgres holds ")
        assert found.fix == (f"SELECT pg_terminate_backend({pid});",)
        assert clinic_with(clinic.database, long_seconds=60).faults("held-sessions") == []
        clinic.mend(found)
        assert eventually(lambda: clinic.faults("held-sessions") == [])
        session.close()


def clinic_with(database: Postgres, *, long_seconds: float) -> Clinic:
    return Clinic(database, long_seconds=long_seconds)


def test_administrators_are_named(clinic: Clinic) -> None:
    clinic.cause(["CREATE ROLE dana", "GRANT pgtoll_manager TO dana"])
    (remark,) = [one for one in clinic.report().findings if one.check == "managers"]
    assert remark.what.endswith(": dana")
    clinic.cause(["DROP ROLE dana"])


def test_a_database_without_our_schema_is_told_to_get_one(clinic: Clinic) -> None:
    bare = clinic.database.new_database("bare")
    (found,) = Clinic(bare).faults("store")
    assert found.fix[0].startswith("pgtoll init --server 'user=postgres dbname=bare ")
