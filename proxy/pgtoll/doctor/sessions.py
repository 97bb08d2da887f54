"""Questions about this moment: who holds what others wait for, and whether the clocks agree."""

from datetime import datetime, timedelta

from pgtoll.clock import TOLERANCE
from pgtoll.doctor.findings import Check, Finding, Severity, Where, fine

LONG_SECONDS = (
    10.0  # a transaction holds the ledger from its last check to its commit: milliseconds
)

HELD = (
    Check(
        name="held-sessions",
        sql="""
            SELECT h.pid, coalesce(quote_ident(a.usename), 'nobody') AS role, h.thing,
              to_char(coalesce(a.xact_start, a.state_change) AT TIME ZONE 'UTC',
                'YYYY-MM-DD HH24:MI:SS') AS since,
              (SELECT count(*) FROM pg_locks w
                WHERE NOT w.granted AND h.pid = ANY (pg_blocking_pids(w.pid))) AS waiting
            FROM (
              SELECT l.pid, string_agg(DISTINCT CASE l.locktype WHEN 'advisory'
                THEN 'an advisory lock of pgtoll' ELSE l.relation::regclass::text END, ', ')
                AS thing
              FROM pg_locks l LEFT JOIN pg_class c ON c.oid = l.relation
              WHERE l.granted AND l.pid <> pg_backend_pid() AND l.database =
                (SELECT oid FROM pg_database WHERE datname = current_database()) AND (
                l.locktype = 'advisory' AND (l.classid, l.objid, l.objsubid) = (0, 8097829, 1)
                OR l.locktype = 'relation' AND c.relnamespace = 'pgtoll'::regnamespace
                  AND (l.mode ~ '^(Share|ShareRowExclusive|Exclusive|AccessExclusive)Lock$'
                    OR c.relname = 'ledger' AND l.mode = 'RowExclusiveLock'))
              GROUP BY 1
            ) h JOIN pg_stat_activity a ON a.pid = h.pid
            WHERE coalesce(a.xact_start, a.state_change)
              < clock_timestamp() - make_interval(secs => %(seconds)s)
            ORDER BY 1
        """,
        what="process {pid} of role {role} holds {thing} since {since} UTC; {waiting} wait for it",
        why="While it does, nobody else can commit rows into the tables that it has filled.",
        fix=("SELECT pg_terminate_backend({pid});",),
        fine="no session holds up the commits of others",
        severity=Severity.WARNING,
        needs_schema=True,
    ),
    Check(
        name="held-transactions",
        sql="""
            SELECT quote_literal(x.gid) AS gid, quote_ident(x.owner) AS role,
              to_char(x.prepared AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS') AS since
            FROM pg_prepared_xacts x
            WHERE x.database = current_database()
              AND x.prepared < clock_timestamp() - make_interval(secs => %(seconds)s)
              AND EXISTS (SELECT FROM pg_locks l JOIN pg_locks own USING (virtualtransaction)
                WHERE l.relation = 'pgtoll.ledger'::regclass AND own.transactionid = x.transaction)
            ORDER BY 1
        """,
        what="prepared transaction {gid} of role {role} holds pgtoll.ledger since {since} UTC",
        why="Until it is ended nobody else can commit rows into the tables that it has filled.",
        fix=("ROLLBACK PREPARED {gid};",),
        fine="no prepared transaction holds up the commits of others",
        severity=Severity.WARNING,
        needs_schema=True,
    ),
)  # fmt: skip


def judge_clocks(here: datetime, server: datetime, highest: datetime | None) -> tuple[Finding, ...]:
    """Return how far the clocks of this machine, the server and the store are apart."""
    found = []
    if abs(here - server) > TOLERANCE:
        found.append(_skew(here - server))
    if highest is not None and highest - max(here, server) > TOLERANCE:
        found.append(_ahead(highest))
    return tuple(found) or (fine("clocks", "this machine, the server and the store agree on time"),)


def _skew(difference: timedelta) -> Finding:
    seconds = int(difference.total_seconds())
    return Finding(
        check="clocks",
        severity=Severity.WARNING,
        what=f"this machine's clock is {abs(seconds)} seconds {_side(seconds)} the server's",
        why="Licenses begin and end by the proxy's clock.",
        fix=("timedatectl set-ntp true",),
        where=Where.SHELL,
    )


def _side(seconds: int) -> str:
    return "ahead of" if seconds > 0 else "behind"


def _ahead(highest: datetime) -> Finding:
    return Finding(
        check="clocks",
        severity=Severity.WARNING,
        what=f"the latest time that a proxy has seen is ahead of now: {highest:%Y-%m-%d %H:%M:%S}",
        why="Licenses are judged by it, so some may count as expired too early. If a clock was"
        " wrong, the owner of schema pgtoll may put it right.",
        fix=("UPDATE pgtoll.clock SET highest = now();",),
    )
