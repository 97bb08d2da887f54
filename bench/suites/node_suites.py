"""The suites of Node.js's drivers, from their source trees; what they need is installed by npm."""

import json
import re
import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from bench.suites.outcomes import Outcomes, read_record
from bench.suites.sides import Side
from bench.suites.suite import Suite
from bench.suites.workshop import Workshop, checked, run_logged

# What the tests of node-postgres import, in the versions that their package.json files want.
PACKAGES: tuple[str, ...] = (
    "pg",
    "async@2.6.4",
    "bluebird@3.7.2",
    "co@4.6.0",
    "pg-copy-streams@0.3.0",
)
PACKAGES += ("expect.js@0.3.1", "lodash@4", "mocha@11")
MOCHA_PARTS = ("pg-pool", "pg-cursor")
LINE = re.compile(r"^  (\S.*?) (✔|FAILED!|\? - SKIPPED)$", re.MULTILINE)
MEANS = {"✔": "passed", "FAILED!": "failed", "? - SKIPPED": "skipped"}
FILE_SECONDS = 120.0
SCRAM = (
    "scram_test",
    "test4scram",
)  # the role and password that its tests of SCRAM are written for
RECORDER = Path(__file__).parent / "plugin" / "record_test.js"


@dataclass(slots=True)
class NodePostgres:
    """pg's integration tests, a program a file, and those of the packages beside it, by mocha."""

    database: str = "suite"
    server_settings: Mapping[str, str] = field(default_factory=dict)
    packages: Path = Path()
    mocha: Path = Path()

    def prepare(self, workshop: Workshop) -> None:
        """Copy the tree and install what it imports where Node.js looks for it."""
        self.packages = workshop.copy("node-postgres") / "packages"
        self.mocha = install(workshop) / "mocha" / "bin" / "mocha.js"

    def run(self, side: Side, only: frozenset[str] | None) -> Outcomes:
        """Run the files in which tests are asked for."""
        role, password = SCRAM
        side.server.execute(f"CREATE ROLE {role} LOGIN PASSWORD '{password}' IN ROLE scram")
        variables = side.environment | {"PGTESTNOSSL": "true", "USER": side.user}
        variables |= {"SCRAM_TEST_PGUSER": role, "SCRAM_TEST_PGPASSWORD": password}
        variables |= {"PGSSLMODE": "no-verify"} if side.tls else {}
        found: dict[str, str] = {}
        for file in self._files():
            name = str(file.relative_to(self.packages))
            if only is None or any(test.startswith(name) for test in only):
                found |= self._run_file(name, side, variables)
        return found if only is None else {test: found[test] for test in only & found.keys()}

    def _files(self) -> list[Path]:
        programs = sorted((self.packages / "pg/test/integration").rglob("*-tests.js"))
        return programs + [
            file
            for part in MOCHA_PARTS
            for file in sorted((self.packages / part / "test").glob("*.js"))
        ]

    def _run_file(self, name: str, side: Side, variables: Mapping[str, str]) -> dict[str, str]:
        log = side.directory / name.replace("/", "-")
        by_mocha = name.startswith(MOCHA_PARTS)
        report = log.with_suffix(".json")
        command = ["node", str(self.packages / name)]
        if by_mocha:
            said = ["--reporter", "json", "--reporter-option", f"output={report}", "--exit"]
            command = ["node", str(self.mocha), *said, "--timeout", "10000", command[1]]
        else:
            command = ["sh", "-c", 'node "$0"; echo "ended $?"', command[1]]
        folder = self.packages / name.split("/")[0]
        run_logged(command, log, cwd=folder, environment=variables, seconds=FILE_SECONDS)
        return read_mocha(name, report) if by_mocha else read_program(name, log.read_text())


@dataclass(slots=True)
class PostgresJs:
    """The tests of postgres.js, which make databases and roles of their own through the proxy."""

    database: str = "suite"
    server_settings: Mapping[str, str] = field(default_factory=dict)
    tests: Path = Path()

    def prepare(self, workshop: Workshop) -> None:
        """Copy the tree, which needs no other packages, and put a recorder into it."""
        self.tests = workshop.copy("postgres.js") / "tests"
        shutil.copy(RECORDER, self.tests / "test.js")

    def run(self, side: Side, only: frozenset[str] | None) -> Outcomes:
        """Run the one program that they are."""
        record = side.directory / "record"
        variables = side.environment | {"SUITE_RECORD": str(record), "USER": side.user}
        variables["PATH"] = f"{side.binaries}:/usr/bin:/bin"
        variables |= {"PGSSL": "require"} if side.tls else {}
        if only is not None:
            variables["SUITE_ONLY_NAMES"] = json.dumps(sorted(only))
        log = side.directory / "suite.log"
        run_logged(["node", "index.js"], log, cwd=self.tests, environment=variables)
        return read_record(record)


def install(workshop: Workshop) -> Path:
    """Return the folder of packages in the cache, where what is copied there finds them."""
    folder = workshop.cache / "node_modules"
    if not (folder / "mocha").exists():
        quiet = ["--no-audit", "--no-fund", "--ignore-scripts"]
        command = ["npm", "install", *quiet, "--prefix", str(workshop.cache), *PACKAGES]
        checked(command)
    return folder


def read_program(name: str, printed: str) -> dict[str, str]:
    """Return what a program printed of its tests, and how it ended as a test of its own."""
    ended = {f"{name}: {test}": MEANS[how] for test, how in LINE.findall(printed)}
    return ended | {name: "passed" if printed.rstrip().endswith("ended 0") else "failed"}


def read_mocha(name: str, report: Path) -> dict[str, str]:
    """Return what mocha wrote down; a file that does not get so far has failed."""
    if not report.exists():
        return {name: "failed"}
    told = json.loads(report.read_text(encoding="utf-8"))
    ends = {"passes": "passed", "failures": "failed", "pending": "skipped"}
    return {
        f"{name}: {test['fullTitle']}": outcome
        for kind, outcome in ends.items()
        for test in told[kind]
    }


NODE_SUITES: dict[str, Callable[[], Suite]] = {
    "node-postgres": NodePostgres,
    "postgres.js": PostgresJs,
}
