"""PostgreSQL's own programs, run beside the proxy and through it: they must print the same."""

import os
import re
import subprocess
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from bench.honest.counting import Came
from bench.honest.replay import WITHHELD, is_refusal
from bench.honest.stage import SCHEMA, Stage
from psycopg.conninfo import conninfo_to_dict, make_conninfo

SECONDS = 120
# Ports, object ids, sizes, and the lines of a dump that are new each time.
_VOLATILE = (
    r'port "?\d+|(?:\(OID |oid )\d+|\d+ (?:kB|bytes)|'
    r"^-- (?:Started|Completed).*$|^\\(?:un)?restrict.*$"
)
MARK = "-- next: "
PATTERNS = ("", f" {SCHEMA}.*", f" {SCHEMA}.item")
# With their forms + and S, on nothing, on a schema and on one table.
LISTED = (
    *("d", "dt", "di", "ds", "dv", "dm", "dE", "df", "dT", "dD", "dn", "dp", "du", "dg", "dx"),
    *("dy", "dO", "dL", "dA", "dAc", "dAf", "dAo", "dAp", "dC", "dX", "dRp", "dRs"),
)
FURTHER = r"""\l
\l+
\ddp
\dF
\dFd+
\dFp
\dFt
\db+
\dc
\dd
\des
\det
\deu
\dew
\do ||
\drds
\dP+
\dconfig work_mem
\z
\sf price_of
\sv cheap_item
\ef price_of
\conninfo
\encoding
\dt *.*
\d *.item
\dfn
\dft
\dfp+
\dfaS
""".splitlines()


@dataclass(frozen=True, slots=True)
class Run:
    """A program's outcome: what it printed, a part for each thing that it was asked."""

    parts: tuple[str, ...]
    status: int = 0


Work = Callable[[str], Run]  # what is run with a connection string


def psql_commands() -> list[str]:
    """Return every form of the commands that describe."""
    forms = [f"\\{name}{s}{more}" for name in LISTED for s in ("", "S") for more in ("", "+")]
    return [form + pattern for form in forms for pattern in PATTERNS] + FURTHER


class Programs:
    """The programs of one installation."""

    def __init__(self, binaries: Path) -> None:
        self._binaries = binaries

    def psql(self, dsn: str) -> Run:
        """Have everything described."""
        script = "".join(f"\\echo '{MARK}{one}'\n{one}\n" for one in psql_commands())
        run = self._run("psql", ["-X", "-q", "-A", dsn], input_text=script)
        return Run(tuple(run.stdout.split(MARK)))

    def pg_dump(self, dsn: str) -> Run:
        """Dump the user's schema in three ways."""
        return self._each("pg_dump", dsn, ["-n", SCHEMA], [[], ["--inserts"], ["-s", "--clean"]])

    def restore(self, dsn: str) -> Run:
        """Dump the user's schema and put it in place again."""
        dump = self._run("pg_dump", ["-n", SCHEMA, "--clean", "--if-exists", "-d", dsn])
        run = self._run("psql", ["-X", "-q", "-v", "ON_ERROR_STOP=1", dsn], input_text=dump.stdout)
        return Run((run.stdout,), run.returncode)

    def vacuumdb(self, dsn: str) -> Run:
        """Vacuum and analyse the user's tables."""
        ways = [[], ["-z"], ["-Z"], ["-f"], ["--analyze-in-stages"], ["-j", "2"]]
        tables = ["-t", f"{SCHEMA}.item", "-t", f"{SCHEMA}.sale"]
        return self._each("vacuumdb", dsn, tables, ways)

    def pgbench(self, dsn: str) -> Run:
        """Fill pgbench's tables and run its scripts in every protocol."""
        first = self._run("pgbench", ["-i", "-q", "-I", "dtgvpf", dsn])
        runs = [
            self._run("pgbench", ["-n", "-t", "10", "-c", "2", "-b", script, "-M", mode, dsn])
            for script in ("tpcb-like", "simple-update", "select-only")
            for mode in ("simple", "extended", "prepared")
        ]
        texts = (re.sub(r"[\d.]+", "n", run.stdout) for run in (first, *runs))
        return Run(tuple(texts), max(run.returncode for run in (first, *runs)))

    def _each(
        self, program: str, dsn: str, always: Sequence[str], ways: Sequence[Sequence[str]]
    ) -> Run:
        runs = [self._run(program, [*always, *way, "-d", dsn]) for way in ways]
        return Run(tuple(run.stdout for run in runs), max(run.returncode for run in runs))

    def _run(
        self, program: str, arguments: Sequence[str], *, input_text: str = ""
    ) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [str(self._binaries / program), *arguments],
            input=input_text,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            env=os.environ | {"PGCLIENTENCODING": "UTF8", "EDITOR": "true", "PAGER": "cat"},
            text=True,
            timeout=SECONDS,
            check=False,
        )


def compared(stage: Stage, work: Work) -> Iterator[tuple[Came, str]]:
    """Run something at each place; yield how each part compares, and what came behind the proxy."""
    beside, again, behind = (_plain(work(dsn), stage) for dsn in _dsns(stage))
    if behind.status != beside.status or len(behind.parts) != len(beside.parts):
        yield Came.OTHER, f"status {behind.status}, not {beside.status}: {behind.parts[-1][-300:]}"
        return
    for one, two, three in zip(beside.parts, again.parts, behind.parts, strict=True):
        yield _part(one, two, three), three


def _part(beside: str, again: str, behind: str) -> Came:
    if is_refusal(behind):
        return Came.REFUSED
    if WITHHELD in behind and "ERROR: " in beside:
        return Came.WITHHELD
    if behind == beside:
        return Came.SAME
    return Came.VOLATILE if beside != again else Came.OTHER


def _plain(run: Run, stage: Stage) -> Run:
    """Return a run without what must differ: names of databases, ports, object ids, times."""
    names = "|".join(database.dbname for database in stage.all)
    volatile = re.compile(f"{names}|{_VOLATILE}", re.MULTILINE)
    return Run(tuple(volatile.sub("~", part) for part in run.parts), run.status)


def _dsns(stage: Stage) -> Iterator[str]:
    for database in stage.all:
        fields = conninfo_to_dict(database.dsn)
        fields |= {"user": stage.user, "options": f"-c search_path={SCHEMA}"}
        if database is stage.behind:
            fields |= {"port": stage.proxy.port}
        yield make_conninfo("", **fields)
