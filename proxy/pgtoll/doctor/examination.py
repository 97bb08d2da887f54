"""One examination: asks a server everything, and hands the answers to those who judge them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from psycopg import errors
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from pgtoll.config import Auth, Listen, Login
from pgtoll.doctor import hba
from pgtoll.doctor.approach import approach, ask, in_the_clear
from pgtoll.doctor.doors import DOORS
from pgtoll.doctor.findings import Check, Finding, Report, Row, Severity, Where, diagnose, fine
from pgtoll.doctor.logins import KEPT, judge_logins, unreadable
from pgtoll.doctor.network import Way, judge_network
from pgtoll.doctor.roles import ROLES
from pgtoll.doctor.sessions import HELD, LONG_SECONDS, judge_clocks
from pgtoll.doctor.settings import SETTINGS
from pgtoll.doctor.store import FUNCTIONS, OBJECTS, TRIGGERS, judge_functions, judge_triggers
from pgtoll.engine.abilities import Abilities
from pgtoll.engine.dialect import adapted
from pgtoll.engine.probes import probe
from pgtoll.errors import ConfigError
from pgtoll.login import Lookup
from pgtoll.store.archive import read_documents, verify_all
from pgtoll.store.link import Connection, ShownLoader, connect, first_line, store_errors
from pgtoll.store.migrations import migrations
from pgtoll.store.reference import read_reference
from pgtoll_policy.keys import TrustedKeys

_RULES = "SELECT * FROM pg_hba_file_rules ORDER BY {order}"
_LATER = """
    SELECT FROM pg_stat_file(current_setting('hba_file')) f
    WHERE f.modification > pg_conf_load_time()
"""
_SITUATION = """
    SELECT current_database() AS database, (SELECT rolname FROM pg_roles WHERE oid = 10) AS first,
      ARRAY(SELECT rolname::text FROM pg_roles WHERE rolsuper) AS superusers,
      EXISTS (SELECT FROM pg_roles WHERE rolreplication AND NOT rolsuper AND rolcanlogin)
        AS replicators
"""


@dataclass(frozen=True, slots=True)
class Patient:
    """What is examined, and by what it is measured."""

    dsn: str
    now: datetime
    proxies: tuple[Listen, ...] = ()  # where the proxy listens; none: this machine is its own
    keys: TrustedKeys | None = None  # whose signatures should count; None checks no document
    long_seconds: float = LONG_SECONDS
    login: Login = field(default_factory=Login)
    encrypts: bool = False  # clients may use TLS


async def examine(patient: Patient) -> Report:
    """Return everything that was found. Raises StoreError when the server cannot be asked."""
    connection = await connect(patient.dsn)
    for kind in ("text", "name"):  # databases of other encodings share the roles
        connection.adapters.register_loader(kind, ShownLoader)
    try:
        async with store_errors("examine the server"):
            return await _examined(connection, patient)
    finally:
        await connection.close()


async def _examined(connection: Connection, patient: Patient) -> Report:
    way, proxied = await approach(connection, patient.dsn, patient.proxies)
    installed = bool(await ask(connection, "SELECT FROM pg_namespace WHERE nspname = 'pgtoll'"))
    abilities, unsure = await _abilities(connection)
    findings = [
        *proxied,
        *unsure,
        in_the_clear(connection, way),
        *await _reach(connection, way),
        *await _asked(connection, (*ROLES, *OBJECTS, *SETTINGS, *DOORS), installed=installed),
        *(await _store(connection, patient, abilities) if installed else (_missing(patient.dsn),)),
        *await _clocks(connection, patient.now, installed=installed),
        *(await _logins(connection, patient) if installed else ()),
    ]
    version = connection.info.parameter_status("server_version") or ""
    name = connection.info.dbname
    return Report(version.split()[0], name, str(way), tuple(findings), abilities)


async def _abilities(connection: Connection) -> tuple[Abilities | None, tuple[Finding, ...]]:
    """What the server can do for the owner of schema pgtoll."""
    try:
        return await probe(connection), ()
    except errors.InsufficientPrivilege as exc:
        what = "which guarantees hold is not known"
        why = f"Only the owner of schema pgtoll and superusers can find out: {first_line(exc)}"
        fix = ("run pgtoll doctor as the role of pgtoll serve, or as a superuser",)
        return None, (Finding("guarantees", Severity.WARNING, what, why, fix, Where.SHELL),)


# Who else gets there


async def _reach(connection: Connection, way: Way) -> list[Finding]:
    rows = await ask(connection, "SELECT name, setting FROM pg_settings")
    settings = {str(row["name"]): str(row["setting"]) for row in rows}
    login = f"dbname={connection.info.dbname} user={connection.info.user}"
    return [*judge_network(way, settings, login), *await _rules(connection, way, settings)]


async def _rules(
    connection: Connection, way: Way, settings: Mapping[str, str]
) -> tuple[Finding, ...]:
    numbered = connection.info.server_version >= 160000
    sql = _RULES.format(order="rule_number NULLS FIRST" if numbered else "line_number")
    try:
        rows = await ask(connection, sql)
        later = await ask(connection, _LATER)
    except errors.InsufficientPrivilege:
        return (await _unreadable(connection),)
    sockets = settings.get("unix_socket_directories", "") != ""
    situation = replace(await _situation(connection, way), sockets=sockets)
    found = hba.judge_rules(
        [_rule(row, settings.get("hba_file", hba.HBA)) for row in rows], situation
    )
    return (*found, _stale()) if later else found


def _rule(row: Row, file: str) -> hba.Rule:
    place = f"{row.get('file_name') or file}:{row['line_number']}"
    return hba.Rule(
        place=place,
        type=str(row["type"]),
        databases=_texts(row["database"]),
        users=_texts(row["user_name"]),
        address=str(row["address"] or ""),
        netmask=str(row["netmask"] or ""),
        method=str(row["auth_method"]),
        options=_texts(row["options"]),
        error=str(row["error"] or ""),
    )


def _texts(value: object) -> tuple[str, ...]:
    return tuple(map(str, value)) if isinstance(value, list) else ()


async def _situation(connection: Connection, way: Way) -> hba.Situation:
    (row,) = await ask(connection, _SITUATION)
    return hba.Situation(
        way=way,
        database=str(row["database"]),
        superusers=frozenset(_texts(row["superusers"])),
        first=str(row["first"]),
        replicators=bool(row["replicators"]),
    )


async def _unreadable(connection: Connection) -> Finding:
    (row,) = await ask(connection, "SELECT current_user::regrole::text AS role")
    reader = row["role"]
    return Finding(
        check="pg-hba",
        severity=Severity.WARNING,
        what=f"role {reader} may not read pg_hba.conf, so nobody knows who gets around the proxy",
        why="It can be read by a superuser, or by whom a superuser lets read it.",
        fix=(
            f"GRANT SELECT ON pg_catalog.pg_hba_file_rules TO {reader};",
            f"GRANT EXECUTE ON FUNCTION pg_catalog.pg_hba_file_rules() TO {reader};",
            f"GRANT EXECUTE ON FUNCTION pg_catalog.pg_stat_file(text) TO {reader};",
            f"GRANT pg_monitor TO {reader};",
        ),
    )


def _stale() -> Finding:
    return Finding(
        check="pg-hba-loaded",
        severity=Severity.WARNING,
        what="pg_hba.conf was changed after PostgreSQL has loaded it",
        why="What is judged here is the file; what is in force is what it was before.",
        fix=("SELECT pg_reload_conf();",),
    )


# What stands on what


async def _asked(
    connection: Connection,
    checks: Iterable[Check],
    *,
    installed: bool,
    values: Mapping[str, object] | None = None,
) -> list[Finding]:
    """Return what the checks find that this server can be asked."""
    version = connection.info.server_version
    return [
        finding
        for check in checks
        if check.since <= version <= check.until and (installed or not check.needs_schema)
        for finding in await _answered(connection, check, values)
    ]


async def _answered(
    connection: Connection, check: Check, values: Mapping[str, object] | None
) -> tuple[Finding, ...]:
    try:
        return diagnose(check, await ask(connection, check.sql, values))
    except errors.InsufficientPrivilege as exc:
        return (_unasked(check, first_line(exc)),)


def _unasked(check: Check, reason: str) -> Finding:
    return Finding(
        check=check.name,
        severity=Severity.WARNING,
        what=f"it is not known whether {check.fine}: {reason}",
        why="Only the owner of schema pgtoll and superusers may look.",
        fix=("run pgtoll doctor as the role of pgtoll serve, or as a superuser",),
        where=Where.SHELL,
    )


async def _store(
    connection: Connection, patient: Patient, abilities: Abilities | None
) -> list[Finding]:
    reference = read_reference(step.sql for step in migrations())
    if abilities:
        reference = adapted(reference, abilities)
    held = {"seconds": patient.long_seconds}
    return [
        *judge_functions(await ask(connection, FUNCTIONS), reference),
        *judge_triggers(await ask(connection, TRIGGERS), reference),
        *(await _documents(connection, patient.keys) if patient.keys else ()),
        *await _asked(connection, HELD, installed=True, values=held),
    ]


async def _documents(connection: Connection, keys: TrustedKeys) -> tuple[Finding, ...]:
    _, problems = verify_all(await read_documents(connection), keys)
    found = tuple(
        Finding(
            check="documents",
            severity=Severity.WARNING,
            what=f"stored {each.document.kind} {each.document.code} does not count: {each.reason}",
            why="Somebody may think that it is in force.",
            fix=(f"DELETE FROM pgtoll.document WHERE id = {each.document.id};",),
        )
        for each in problems
    )
    return found or (fine("documents", "every stored document is signed by a trusted key"),)


def _missing(dsn: str) -> Finding:
    given = conninfo_to_dict(dsn)
    given.pop("password", None)
    return Finding(
        check="store",
        severity=Severity.PROBLEM,
        what="there is no schema pgtoll in this database",
        why="Without it no proxy starts.",
        fix=(f"pgtoll init --server '{make_conninfo('', **given)}'",),
        where=Where.SHELL,
    )


async def _logins(connection: Connection, patient: Patient) -> tuple[Finding, ...]:
    """Who cannot log in where the proxy checks passwords, as it does for SCRAM between two TLS."""
    sslmode = conninfo_to_dict(patient.dsn).get("sslmode") or "prefer"
    relays = patient.login.auth is Auth.RELAY
    if patient.login.auth is Auth.CERT or (
        relays and not (patient.encrypts and sslmode != "disable")
    ):
        return (fine("logins", "passwords need not be looked up"),)
    lookup = Lookup(patient.dsn, patient.dsn)
    try:
        await lookup.check(patient.login.query)
        kept = await ask(connection, KEPT) if not patient.login.query else []
    except ConfigError as exc:
        return (unreadable(str(exc), severe=not relays),)
    except errors.InsufficientPrivilege:
        kept = []
    finally:
        await lookup.close()
    return judge_logins(kept)


async def _clocks(
    connection: Connection, here: datetime, *, installed: bool
) -> tuple[Finding, ...]:
    highest = "(SELECT highest FROM pgtoll.clock WHERE highest <> '-infinity')"
    sql = f"SELECT clock_timestamp() AS now, {highest if installed else 'NULL'} AS highest"
    (row,) = await ask(connection, sql)
    now, seen = row["now"], row["highest"]
    if not isinstance(now, datetime):
        return ()
    return judge_clocks(here, now, seen if isinstance(seen, datetime) else None)
