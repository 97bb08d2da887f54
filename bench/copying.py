"""A large COPY, out and in: how long it takes, and whether the proxy's memory stays flat.

Run as `make bench-copy`, or `PYTHONPATH=.:tests python -m bench.copying --help`. The same rows go
past the proxy, through PgBouncer and through proxies in turn; memory is the most that the process
ever had (VmHWM), so what it had before is shown beside it.
"""

import argparse
import re
import sys
import time
from collections.abc import Callable
from pathlib import Path

import psycopg
from bench.pgbench import USER, Address, Pgbench
from bench.processes import cpu_seconds
from bench.sites import Target, end_on_signal, temporary_site
from bench.surroundings import machine
from bench.table import columns
from bench.targets import started
from psycopg import sql
from servers import Postgres

ROW_BYTES = 1024  # of COPY's text format
ROWS_AT_ONCE = 256
TARGETS = ["direct", "pgbouncer", "licensed", "judged"]


def main() -> None:
    """Measure and print the table."""
    options = _options(sys.argv[1:])
    end_on_signal()
    rows = options.megabytes * (1 << 20) // ROW_BYTES
    print(f"{machine()}; COPY of {options.megabytes} MB", flush=True)
    with temporary_site(1, _fill) as (site, _), started(site, TARGETS) as targets:
        found = [row for target in targets for row in _copied(target, rows)]
    headings = ["way", "COPY", "seconds", "CPU seconds", "kB before", "kB at most"]
    print("\n" + columns(headings, found))


def _options(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="bench.copying", description=__doc__)
    parser.add_argument("--megabytes", type=int, default=1024)
    return parser.parse_args(arguments)


def _fill(database: Postgres, pgbench: Pgbench) -> None:
    """A table that keeps nothing: what is copied into it must not fill the disk."""
    database.execute(
        "CREATE TABLE sink (line text);"
        "CREATE FUNCTION drop_row() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END';"
        "CREATE TRIGGER drop_rows BEFORE INSERT ON sink FOR EACH ROW EXECUTE FUNCTION drop_row();"
        f"ALTER TABLE sink OWNER TO {USER}"
    )


def _copied(target: Target, rows: int) -> list[list[str]]:
    return [_row(target, name, copy, rows) for name, copy in (("out", _copy_out), ("in", _copy_in))]


def _row(target: Target, name: str, copy: "Copy", rows: int) -> list[str]:
    before, cpu, begin = _most(target.pid), _cpu(target.pid), time.monotonic()
    copy(target.address, rows)
    taken = time.monotonic() - begin
    used = _cpu(target.pid) - cpu
    most = _most(target.pid)
    memory = [str(before), str(most)] if target.pid else ["-", "-"]
    return [target.name, name, f"{taken:.1f}", f"{used:.1f}" if target.pid else "-", *memory]


def _cpu(pid: int) -> float:
    return cpu_seconds(pid) if pid else 0.0


def _most(pid: int) -> int:
    """Return the most memory that a process ever had, in kB: VmHWM of /proc/PID/status."""
    status = Path(f"/proc/{pid}/status").read_text() if pid else ""
    found = re.search(r"VmHWM:\s+(\d+) kB", status)
    return int(found[1]) if found else 0


def _connect(address: Address) -> psycopg.Connection:
    dsn = f"host=127.0.0.1 port={address.port} user={USER} dbname={address.dbname} sslmode=disable"
    return psycopg.connect(dsn, autocommit=True)


def _copy_out(address: Address, rows: int) -> None:
    text = "COPY (SELECT repeat('x', {}) FROM generate_series(1, {})) TO STDOUT"
    statement = sql.SQL(text).format(ROW_BYTES - 1, rows)
    size = 0
    with _connect(address) as session, session.cursor().copy(statement) as copy:
        for block in copy:
            size += len(block)
    if size != rows * ROW_BYTES:
        raise RuntimeError(f"{size} bytes came of {rows * ROW_BYTES}")


def _copy_in(address: Address, rows: int) -> None:
    block = (b"x" * (ROW_BYTES - 1) + b"\n") * ROWS_AT_ONCE
    with _connect(address) as session, session.cursor() as cursor:
        with cursor.copy("COPY sink FROM STDIN") as copy:
            for _ in range(rows // ROWS_AT_ONCE):
                copy.write(block)
        sent = rows // ROWS_AT_ONCE * ROWS_AT_ONCE
        if cursor.statusmessage != "COPY 0":  # the trigger kept none
            raise RuntimeError(f"{cursor.statusmessage} of {sent} rows")


Copy = Callable[[Address, int], None]

if __name__ == "__main__":
    main()
