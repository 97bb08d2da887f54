"""PostgreSQL's own regression and isolation tests, by the programs that come with the server.

Needs a source tree of about the server's version; what the tests want in C (regress.so) is compiled
from it with the server's headers. A test that fails on both sides counts as alike only when its
output is the same on both.
"""

import hashlib
import re
import shutil
import subprocess
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from bench.suites.outcomes import Outcomes
from bench.suites.sides import Side
from bench.suites.suite import Suite
from bench.suites.workshop import Workshop, checked, run_logged

# Up to 15 "test boolean ... ok 42 ms" or "    boolean ... FAILED"; then "not ok 7 + boolean 42 ms".
OLD_LINE = re.compile(r"^(?:test )?\s*([\w.-]+)\s+\.\.\. (ok|FAILED)", re.MULTILINE)
NEW_LINE = re.compile(r"^(ok|not ok) \d+\s+[-+] ([\w.-]+)", re.MULTILINE)
# Modules that tests load from the same folder as regress.so.
NEIGHBOURS = ("refint.so", "autoinc.so")
# What pg_regress would say of a database of its own.
DATABASE_SETTINGS = {
    "lc_messages": "C",
    "lc_monetary": "C",
    "lc_numeric": "C",
    "lc_time": "C",
    "bytea_output": "hex",
    "timezone_abbreviations": "Default",
}
# The plans that the tests expect are those of PostgreSQL's own defaults.
SERVER_SETTINGS = {
    "autovacuum": "on",
    "shared_buffers": "128MB",
    "max_prepared_transactions": "10",
    "max_connections": "100",
}


@dataclass(slots=True)
class Regression:
    """The files of src/test/regress, in their schedule's order: later need what earlier made.

    As anybody runs them: the tool makes its database by itself, on the server behind the proxy.
    When `served`, it is the very database that the proxy serves, with schema pgtoll in it.
    """

    work: str = "regression"  # the database of the tests
    served: bool = False
    server_settings: Mapping[str, str] = field(default_factory=lambda: SERVER_SETTINGS)
    source: Path = Path()
    headers: Path | None = None
    part: str = "regress"
    tool: str = "regress/pg_regress"
    schedules: tuple[str, ...] = ("parallel_schedule",)

    @property
    def database(self) -> str:
        """The database that the proxy serves."""
        return self.work if self.served else "served"

    def prepare(self, workshop: Workshop) -> None:
        """Take the source tree, and the headers if they are not where the server says."""
        tree = workshop.source("postgresql")
        self.source = tree / "src" / "test" / self.part
        self.headers = workshop.sources.get("headers")
        workshop.versions.append(tree.name)

    def run(self, side: Side, only: frozenset[str] | None) -> Outcomes:
        """Run the whole schedule; what is not asked for is left out of what is returned."""
        inputs, outputs = self._laid_out(side)
        if self.served:
            self._settle(side)
        log = side.directory / "suite.log"
        command = [str(_tools(side) / self.tool), f"--inputdir={inputs}", f"--outputdir={outputs}"]
        command += [f"--dlpath={side.directory}", f"--bindir={side.binaries}"]
        command += [f"--host={side.host}", f"--port={side.port}", f"--user={side.user}"]
        command += [f"--dbname={self.work}", *self._chosen(inputs, only)]
        command += ["--use-existing"] if self.served else []
        run_logged(command, log, cwd=outputs, environment={})
        ended = read_lines(log.read_text(errors="replace"))
        found = {name: _exactly(name, how, outputs / "results") for name, how in ended.items()}
        return found if only is None else {name: found[name] for name in only & found.keys()}

    def _chosen(self, inputs: Path, only: frozenset[str] | None) -> list[str]:
        return [f"--schedule={inputs / name}" for name in self.schedules]

    def _laid_out(self, side: Side) -> tuple[Path, Path]:
        """Put the tests, and a place for their output, where the server may read and write."""
        inputs, outputs = side.directory / "inputs", side.directory / "outputs"
        shutil.copytree(self.source, inputs)
        for folder in (outputs, outputs / "results", outputs / "sql", outputs / "expected"):
            folder.mkdir()
            folder.chmod(0o777)
        libraries = Path(_configured(side, "--pkglibdir"))
        for name in NEIGHBOURS:
            shutil.copy(libraries / name, side.directory)
        if (self.source / "regress.c").exists():
            headers = self.headers or Path(_configured(side, "--includedir-server"))
            # The tree's own come first: what is made when it is built comes from the server's.
            places = [f"-I{self.source.parents[1] / 'include'}", f"-I{headers}"]
            code = [str(self.source / "regress.c"), "-o", str(side.directory / "regress.so")]
            checked(["gcc", "-O1", "-shared", "-fPIC", *places, *code])
        return inputs, outputs

    def _settle(self, side: Side) -> None:
        for name, value in DATABASE_SETTINGS.items():
            side.server.execute(f"ALTER DATABASE {side.database} SET {name} TO '{value}'")


@dataclass(slots=True)
class Isolation(Regression):
    """The specs of src/test/isolation, each with sessions of its own; they need not one another."""

    work: str = "isolation_regression"
    part: str = "isolation"
    tool: str = "isolation/pg_isolation_regress"
    schedules: tuple[str, ...] = ("isolation_schedule",)

    def _chosen(self, inputs: Path, only: frozenset[str] | None) -> list[str]:
        return Regression._chosen(self, inputs, None) if only is None else sorted(only)


def read_lines(printed: str) -> dict[str, str]:
    """Return what pg_regress printed of each test: passed or failed."""
    old = {name: how == "ok" for name, how in OLD_LINE.findall(printed)}
    new = {name: how == "ok" for how, name in NEW_LINE.findall(printed)}
    return {name: "passed" if ok else "failed" for name, ok in (old | new).items()}


def _exactly(name: str, how: str, results: Path) -> str:
    """Return how a test ended; of one that failed, with what output."""
    file = results / f"{name}.out"
    if how == "passed" or not file.exists():
        return how
    return f"failed {hashlib.sha256(file.read_bytes()).hexdigest()[:8]}"


def _tools(side: Side) -> Path:
    pgxs = Path(_configured(side, "--pgxs"))
    return pgxs.parents[1] / "test"


def _configured(side: Side, what: str) -> str:
    """Return what the server's pg_config says; Debian's of another package is not asked."""
    command = [str(side.binaries / "pg_config"), what]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()


POSTGRES_SUITES: dict[str, Callable[[], Suite]] = {
    "regress": Regression,
    "regress-served": partial(Regression, served=True),
    "isolation": Isolation,
    "isolation-served": partial(Isolation, served=True),
}
