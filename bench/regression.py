"""Run PostgreSQL's own regression SQL, and compare what a server touches with what reading shows.

The statements of each file run in order in a database of their own, one transaction each; what
fails is passed over. The truth are the locks and counters of that transaction. The files are those
of a folder such as src/test/regress/sql, or else the corpus of the tests, in which much is missing
that later statements need.

PYTHONPATH=.:tests .venv/bin/python -m bench.regression [--sql FOLDER] [--major 15] [--only join]
"""

import argparse
import asyncio
import re
import sys
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

import psycopg
import servers
from bench.table import columns
from generator.truth import exchange
from servers import Postgres
from statement_corpus import rows

from pgtoll.catalog.snapshot import load_rows
from pgtoll_policy.bodies import read_body
from pgtoll_policy.catalog import Catalog, build_catalog
from pgtoll_policy.effects import NO_EFFECT
from pgtoll_policy.facts import Statement
from pgtoll_policy.libpg_query import QueryError, scan
from pgtoll_policy.reach import Reach, reach
from pgtoll_policy.routines import text_of
from pgtoll_policy.statement import read_script

SETUP = "test_setup.sql"
# They end the transaction, or wait for somebody else.
PASSED_OVER = frozenset({"listen", "notify", "checkpoint"})
_COPY_DATA = re.compile(
    r"^(copy\b[^;]*\bfrom\s+stdin\b[^;]*;).*?^\\\.$", re.IGNORECASE | re.MULTILINE | re.DOTALL
)
_COMMAND_LINE = re.compile(r"^\\.*$", re.MULTILINE)
_COMMAND = re.compile(r"\\(?:gset|gexec|gdesc|g|bind|crosstabview)\b.*$", re.MULTILINE)
# These tell of definitions: they lock what is defined or named there and read no row of it, so that
# nothing is counted. So do the system's views in whose definition one of them is called.
TELLS = re.compile(r"^(pg_get_\w+|pg_describe_object|pg_identify_object\w*|pg_partition_\w+)$")
VIEWS = """
SELECT c.relname::text, pg_get_viewdef(c.oid) FROM pg_class c WHERE c.relkind = 'v'
AND c.relnamespace IN ('pg_catalog'::regnamespace, 'information_schema'::regnamespace)
"""
SETTINGS = "SET statement_timeout = '5s'; SET client_min_messages = error"
TRUTH = """
SELECT (SELECT pg_catalog.string_agg(l.relation::pg_catalog.text, ' ') FROM pg_catalog.pg_locks l
        JOIN pg_catalog.pg_class c ON c.oid OPERATOR(pg_catalog.=) l.relation
        WHERE l.pid OPERATOR(pg_catalog.=) pg_catalog.pg_backend_pid()
        AND l.relation OPERATOR(pg_catalog.>=) 16384
        AND c.relkind OPERATOR(pg_catalog.=) ANY ('{r,p,v,m,f}')),
       (SELECT pg_catalog.string_agg(relid::pg_catalog.text, ' ')
        FROM pg_catalog.pg_stat_xact_user_tables
        WHERE greatest(seq_scan, idx_scan, n_tup_ins, n_tup_upd, n_tup_del)
              OPERATOR(pg_catalog.>) 0)
"""


@dataclass(slots=True)
class Report:
    """What came of the statements of one file, and what was missed."""

    ends: Counter[str] = field(default_factory=Counter)
    missed: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)


class Comparison:
    """One session in one database, and the picture of its catalog."""

    def __init__(self, database: Postgres, report: Report) -> None:
        self.database, self.report = database, report
        self._catalog: Catalog | None = None
        self._connect()
        self._telling = telling(dict(self.session.execute(VIEWS.encode()).fetchall()))

    def take(self, source: str, sql: str) -> None:
        """Run one statement, and compare if it is one whose relations reading claims to know."""
        self.report.ends["all"] += 1
        script = read_script(sql)
        if any(one.act or _is_passed_over(one) for one in script.statements):
            self.report.ends["passed over"] += 1
            return
        if any(one.ddl for one in script.statements) or not script.statements:
            self._forget()
            self.report.ends["DDL" if self._run(sql) else "failed"] += 1
            return
        catalog = self._picture()
        reaches = [reach(one, catalog) for one in script.statements]
        touched = self._touched(sql, locks=not any(map(self._tells, script.statements)))
        if touched is None:
            self.report.ends["failed"] += 1
            return
        refusal = script.refusal or ("rejected" if script.rejected else "")
        if refusal:
            self.report.refused.append(f"{source}: {refusal}: {sql}")
        missed = self._compare(refusal, reaches, touched)
        if missed:
            self.report.missed.append(f"{source}: {', '.join(missed)}: {sql}")

    def _tells(self, statement: Statement) -> bool:
        """Whether a statement looks at definitions, by name or through a view of the system."""
        called = any(TELLS.match(name.name) for name in statement.functions)
        return called or any(name.name in self._telling for name in statement.reads)

    def _compare(self, refusal: str, reaches: list[Reach], touched: set[int]) -> list[str]:
        """Return what was touched that reading does not know of, though it claims to know all."""
        opaque = any(one.opaque for one in reaches)
        self.report.ends["refused" if refusal else "opaque" if opaque else "clear"] += 1
        if opaque:
            self._forget()  # it may have run anything
        if refusal or opaque:
            return []
        self.report.ends["naming relations"] += bool(touched)
        named = {one.oid for found in reaches for one in found.reads | found.touches}
        known = self._picture().relations
        return sorted(known[oid].name if oid in known else str(oid) for oid in touched - named)

    def _run(self, sql: str) -> bool:
        """Run and commit one statement; return whether it worked."""
        error, _ = exchange(self.session, sql.encode())
        self._end("ROLLBACK" if error else "COMMIT")
        return not error

    def _touched(self, sql: str, *, locks: bool) -> set[int] | None:
        """Return what a statement touches, None if it fails; only with `locks` what it locks."""
        # What is pending of earlier transactions is not to be taken for this one's.
        self._run("SELECT pg_catalog.pg_stat_force_next_flush()")
        error, _ = exchange(self.session, b"BEGIN;" + sql.encode())
        if error:
            self._end("ROLLBACK")
            return None
        _, ((locked, counted), *_) = exchange(self.session, TRUTH.encode())
        self._end("COMMIT")
        return {int(oid) for oid in f"{locked * locks} {counted}".split()}

    def _end(self, how: str) -> None:
        exchange(self.session, how.encode())
        if self.session.closed or self.session.broken:
            self._connect()

    def _forget(self) -> None:
        self._catalog = None

    def _connect(self) -> None:
        self.session = self.database.connect()
        self._forget()
        exchange(self.session, SETTINGS.encode())

    def _picture(self) -> Catalog:
        if self._catalog is None:
            self._catalog = asyncio.run(_picture(self.database))
        return self._catalog


def _is_passed_over(statement: Statement) -> bool:
    """Whether there is nothing to compare; ANALYZE of everything names nothing that it touches."""
    everything = statement.verb == "analyze" and not (statement.others or statement.reads)
    return everything or statement.verb in PASSED_OVER


def telling(views: Mapping[str, str]) -> frozenset[str]:
    """Return the views whose definition calls what tells of definitions, or reads such a view."""
    found: set[str] = set()
    words = {name: set(re.findall(r"\w+", text)) for name, text in views.items()}
    while more := {
        name
        for name, used in words.items()
        if name not in found and (used & found or any(map(TELLS.match, used)))
    }:
        found |= more
    return frozenset(found)


async def _picture(database: Postgres) -> Catalog:
    async with await psycopg.AsyncConnection.connect(database.dsn, autocommit=True) as connection:
        rows = await load_rows(connection)
    bodies = {text: read_body(text) for text in filter(None, map(text_of, rows.functions))}
    catalog = build_catalog(rows, bodies=bodies)
    # The files begin with casts of their own. What any statement might run by itself would make
    # all of them opaque, and nothing comparable.
    return replace(catalog, ambient=NO_EFFECT)


def corpus() -> dict[str, list[str]]:
    """Return the statements of the corpus of the tests, by their files."""
    found: dict[str, list[str]] = {}
    for row in rows():
        found.setdefault(row.source, []).append(row.sql)
    return found


def files(folder: Path) -> dict[str, list[str]]:
    """Return the statements of the files of a folder."""
    return {
        f"{folder.name}/{path.name}": statements(path.read_text(errors="replace"))
        for path in sorted(folder.glob("*.sql"))
    }


def statements(text: str) -> list[str]:
    """Return the statements of a file written for psql, without its own commands and COPY data."""
    text = _COPY_DATA.sub(r"\1", text)
    text = _COMMAND.sub(";", _COMMAND_LINE.sub("", text))
    data = text.encode()
    try:
        tokens = [(start, data[start:end].upper()) for _, start, end in scan(data)]
    except QueryError:  # something in it is not PostgreSQL's: psql's variables, text cut off
        return [one + ";" for one in text.split(";\n")]
    found, depth, began = [], 0, 0
    for at, (start, word) in enumerate(tokens):
        atomic = word == b"ATOMIC" or (depth and word == b"CASE")
        depth += (word == b"(") - (word == b")") + atomic - (word == b"END" and depth > 0)
        if word == b";" and depth == 0:
            found.append(data[began : start + 1].decode().strip())
            began = start + 1
        depth = max(depth, 0) if at else depth
    return found


def compare(server: Postgres, found: dict[str, list[str]], only: str) -> dict[str, Report]:
    """Return what came of each file whose name has `only` in it, by the kind of its source."""
    reports: dict[str, Report] = {}
    begin = server.new_database("begin")
    _play(
        begin, Report(), SETUP, next((s for name, s in found.items() if name.endswith(SETUP)), [])
    )
    for source, sqls in found.items():
        if only in source and not source.endswith(SETUP):
            server.execute("CREATE DATABASE regression TEMPLATE begin")
            database = replace(server, dbname="regression")
            _play(database, reports.setdefault(source.split("/")[0], Report()), source, sqls)
            database.drop_database()
    return reports


def _play(database: Postgres, report: Report, source: str, sqls: list[str]) -> None:
    comparison = Comparison(database, report)
    for sql in sqls:
        comparison.take(source, sql)
    comparison.session.close()


def table(reports: dict[str, Report]) -> str:
    """Return one line for each kind of source, and one for all."""
    total = sum((report.ends for report in reports.values()), Counter[str]())
    ends = ("all", "failed", "passed over", "DDL", "opaque", "refused", "clear", "naming relations")
    lines = [
        [name, *(f"{count[end]:,}" for end in ends), f"{missed:,}"]
        for name, count, missed in (
            *((name, one.ends, len(one.missed)) for name, one in sorted(reports.items())),
            ("total", total, sum(len(one.missed) for one in reports.values())),
        )
    ]
    return columns(["corpus", *ends, "missed"], lines)


def main() -> int:
    parser = argparse.ArgumentParser(prog="bench.regression")
    parser.add_argument("--major", type=int, default=18, help="major version of the server")
    parser.add_argument("--sql", type=Path, help="folder of PostgreSQL's regression SQL")
    parser.add_argument("--only", default="", help="files with this in their names")
    options = parser.parse_args()
    found = servers.embedded_binaries() if options.major > 15 else servers.system_binaries(15)
    if found is None:
        raise SystemExit("there is no such PostgreSQL here")
    with servers.cluster(found) as server:
        reports = compare(server, files(options.sql) if options.sql else corpus(), options.only)
    print(table(reports))
    missed = [line for report in reports.values() for line in report.missed]
    print(*missed, sep="\n")
    print(*(line for report in reports.values() for line in report.refused), sep="\n")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
