"""What it costs to read a statement, and how often its two readers agree.

PYTHONPATH=proxy:policy:tests:. .venv/bin/python -m bench.analysis
"""

import asyncio
import os
import platform
import sys
import time
from collections import Counter
from collections.abc import Callable
from importlib.metadata import version
from statistics import median

import uvloop
from bench.table import columns
from catalog_samples import CATALOG, SEATED
from license_samples import NOW
from statement_corpus import rows

from pgtoll.gate import Gate
from pgtoll.in_force import Picture
from pgtoll.parsing.parsers import Parsers
from pgtoll_policy.agreement import READ_TWICE
from pgtoll_policy.facts import Script
from pgtoll_policy.grammar import parse
from pgtoll_policy.lexer import rejoin, scan, without_long_lists
from pgtoll_policy.one_row import leaving_out_rows
from pgtoll_policy.second_reader import read_again
from pgtoll_policy.shape import shape_of
from pgtoll_policy.statement import read_script

ROUNDS = 7
SECONDS = 0.05  # for one round of one measurement
COLD_STATEMENTS = 500
SHARES = (0.5, 0.9, 0.99)
EVERY = 10  # each so many-th statement of the corpus is judged

_COLUMNS = ", ".join(f"column{number}" for number in range(10))
_ITEM = f"INSERT INTO item ({_COLUMNS}) VALUES "  # noqa: S608  # nothing runs it
_ROW = "({}, 'a', 2.5, NULL, 'x', 1, 2, 3, 4, 5)"
TEXTS = {
    "pgbench SELECT": "SELECT abalance FROM pgbench_accounts WHERE aid = 4711;",
    "10-column INSERT": _ITEM + _ROW.format(1),
    "1000-row INSERT": _ITEM + ", ".join(map(_ROW.format, range(1000))),
    "5-table join": """
        SELECT n_name, sum(l_price * (1 - l_discount)) AS revenue
        FROM customer, orders, lineitem JOIN supplier ON l_suppkey = s_suppkey, nation
        WHERE c_custkey = o_custkey AND s_nationkey = n_nationkey AND o_date >= date '1994-01-01'
        GROUP BY n_name ORDER BY revenue DESC""",
}
# How many rows an INSERT has, and how long its strings are: the last one has a megabyte.
ROW_COUNTS = {1: 20, 10: 20, 1000: 20, 5000: 180}
ROWS = ("('{text}', {n}, NULL)", "(${n}, $2, $3)", "('{text}'::text, {n}::int, now())")
INSERT = "INSERT INTO item (name, number, since) VALUES "
COLD = "SELECT abalance FROM pgbench_accounts WHERE aid = {}"
STAGES: dict[str, Callable[[str], object]] = {
    "shape": lambda sql: shape_of(sql.encode()),
    "first tree": lambda sql: parse(sql.encode()),
    "scan": lambda sql: scan(sql.encode()),
    "second reader": lambda sql: read_again(rejoin(without_long_lists(scan(sql.encode())))),
    "one reader": lambda sql: read_script(sql, second_reader=False),
    "both readers": read_script,
}


def microseconds(stage: Callable[[str], object], sql: str) -> float:
    """Return the CPU time of one call, the median of several rounds."""
    stage(sql)
    return median(_round(stage, sql) for _ in range(ROUNDS))


def _round(stage: Callable[[str], object], sql: str) -> float:
    began, calls = time.thread_time(), 0
    while (spent := time.thread_time() - began) < SECONDS:
        stage(sql)
        calls += 1
    return spent / calls * 1e6


def costs() -> str:
    """Return a table of what each stage costs for each text."""
    found = [
        [name, *(f"{microseconds(stage, sql):,.1f}" for stage in STAGES.values())]
        for name, sql in TEXTS.items()
    ]
    return columns(["CPU us of", *STAGES], found)


async def _cold() -> tuple[float, float, float]:
    """Return seconds to start, and the seconds and CPU seconds of this process for the texts."""
    parsers = Parsers()
    began = time.perf_counter()
    await parsers.start()
    starting = time.perf_counter() - began
    began, cpu = time.perf_counter(), time.process_time()
    for number in range(COLD_STATEMENTS):
        await parsers.read(COLD.format(number), standard_conforming_strings=True)
    spent = time.perf_counter() - began, time.process_time() - cpu
    await parsers.close()
    return starting, *spent


def cold() -> str:
    """Return what a statement costs that a parser process has to read."""
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        starting, waited, cpu = runner.run(_cold())
    each = 1e6 / COLD_STATEMENTS
    return (
        f"a pgbench SELECT read by a parser process: {waited * each:.0f} us until the answer, "
        f"of which {cpu * each:.0f} us CPU of the proxy; both processes start in {starting:.2f} s"
    )


def inserts() -> str:
    """Return a table of what an INSERT costs the event loop that was read when it had one row."""
    gate = Gate(Picture(SEATED, CATALOG, {}), lambda: NOW)
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        found = [
            [f"{count:,} rows {row}", f"{len(text):,}", *(f"{one:.2f}" for one in costs)]
            for row in ROWS
            for count, length in ROW_COUNTS.items()
            for text in [insert(row, count, length)]
            for costs in [(_known(runner, gate, text), longest_step(text))]
        ]
    return columns(["INSERT, its facts known", "bytes", "ms CPU", "longest turn"], found)


def insert(row: str, count: int, length: int) -> bytes:
    values = (row.format(n=2 * number + 1, text="x" * length) for number in range(count))
    return (INSERT + ", ".join(values)).encode()


def _known(runner: asyncio.Runner, gate: Gate, text: bytes) -> float:
    """Return the milliseconds of CPU from the text to the ruling, the median of several rounds."""
    spent: list[float] = []
    for number in range(ROUNDS + 1):
        judge, sql = gate.judge("bob"), text + b" " * number
        began = time.thread_time()
        if judge.rule(sql, "") is None:
            runner.run(judge.learn(sql, _read))
            judge.rule(sql, "")
        spent.append((time.thread_time() - began) * 1e3)
    return median(spent[1:])  # the first may have been read


async def _read(text: str, *, standard_conforming_strings: bool, user: str) -> Script:
    return read_script(text, standard_conforming_strings=standard_conforming_strings)


def longest_step(text: bytes) -> float:
    """Return the milliseconds for which one step of leaving out rows holds others up."""
    steps, longest, began = leaving_out_rows(text), 0.0, time.thread_time()
    for _ in steps:
        longest = max(longest, time.thread_time() - began)
        began = time.thread_time()
    return longest * 1e3


def judged() -> str:
    """Return what a statement of the corpus costs from its text to the verdict, read or cached."""
    gate = Gate(Picture(SEATED, CATALOG, {}), lambda: NOW)
    judge = gate.judge("bob")
    spent: list[float] = []
    for text in _some(EVERY):
        sql = text.encode()
        began = time.thread_time()
        gate.facts.keep(judge.key(sql), None, read_script(text))
        judge.rule(sql, "")
        spent.append((time.thread_time() - began) * 1e3)
    spent.sort()
    cached = [_cached(gate, text) for text in (*TEXTS.values(), *_some(EVERY * 50))]
    shares = ", ".join(f"{part:.0%} {spent[int(len(spent) * part)]:.2f}" for part in SHARES)
    return (
        f"{len(spent):,} statements of the corpus from text to verdict, ms CPU: {shares}; "
        f"{len(cached)} of them once more, cached: {median(cached):.1f} us at the median, "
        f"{max(cached):.1f} us at most"
    )


def _some(every: int) -> list[str]:
    return [row.sql for row in rows()[::every]]


def _cached(gate: Gate, text: str) -> float:
    """Return the microseconds of a statement that one session has sent before."""
    judge, sql = gate.judge("bob"), text.encode()
    gate.facts.keep(judge.key(sql), None, read_script(text))
    return microseconds(lambda _: judge.rule(sql, ""), text)


def disagreements() -> str:
    """Return the statements of the corpus that the two readers understand differently."""
    found = [
        [row.source, one.verb, script.refusal.partition(": ")[2]]
        for row in rows()
        for script in [read_script(row.sql)]
        for one in script.statements[:1]
        if script.refusal
    ]
    return columns(["refused of the corpus", "kind", "PostgreSQL's grammar, or the other"], found)


def agreement() -> str:
    """Return a table of how the corpus was read, by the kind of its source, and of its statements.

    Once: sqlglot has no tree for the kind; unread: it has, and still could not read the statement.
    """
    by_source: dict[str, Counter[str]] = {}
    by_kind: dict[str, Counter[str]] = {}
    for row in rows():
        reading = _reading(row.sql)
        by_source.setdefault(row.group, Counter())[reading] += 1
        by_kind.setdefault(row.kind, Counter())[reading] += 1
    often = {kind: count for kind, count in by_kind.items() if count["unread"] + count["refused"]}
    return _counts("corpus", by_source) + "\n\n" + _counts("not all read twice", often)


def _counts(title: str, counts: dict[str, Counter[str]]) -> str:
    outcomes = ("twice", "once", "unread", "refused")
    found = [
        [group, f"{count.total():,}", *(f"{count[outcome]:,}" for outcome in outcomes)]
        for group, count in sorted(counts.items())
    ]
    return columns([title, "statements", *outcomes], found)


def _reading(sql: str) -> str:
    if read_script(sql).refusal:
        return "refused"
    if parse(sql.encode())[0].root.kind not in READ_TWICE:
        return "once"
    return "unread" if read_script(sql, strict=True).refusal else "twice"


def main() -> None:
    versions = ", ".join(f"{name} {version(name)}" for name in ("postgast", "sqlglot"))
    print(f"Python {sys.version.split()[0]}, {versions}, {os.cpu_count()} x {platform.machine()}\n")
    print(costs(), inserts(), cold(), judged(), agreement(), disagreements(), sep="\n\n")


if __name__ == "__main__":
    main()
