"""The suites of Python's drivers, and of SQLAlchemy over two of them; all run under pytest."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from bench.suites.outcomes import Outcomes, read_record
from bench.suites.sides import Side
from bench.suites.suite import Suite
from bench.suites.workshop import Workshop, run_logged

PLUGIN = Path(__file__).parent / "plugin"
TEST_SECONDS = 120  # a test that hangs for so long has failed
PYTEST = ("pytest", "pytest-timeout")
_DIALECT_NEEDS = {"psycopg": "psycopg[binary]", "asyncpg": "asyncpg"}


@dataclass(slots=True)
class Pytest:
    """A suite that pytest runs in a folder; subclasses say which and how."""

    database: str = "suite"
    server_settings: Mapping[str, str] = field(default_factory=dict)
    folder: Path = Path()
    programs: Path = Path()  # of the virtual environment

    def arguments(self, side: Side) -> list[str]:
        """What pytest is told."""
        return ["tests"]

    def variables(self, side: Side) -> dict[str, str]:
        """The environment in which the tests find the server."""
        return side.environment

    def set_up(self, side: Side) -> None:
        """Put into the database what the tests expect there."""

    def run(self, side: Side, only: frozenset[str] | None) -> Outcomes:
        """Run the tests, or only some of them, and return how each ended."""
        self.set_up(side)
        record, chosen = side.directory / "record", side.directory / "only"
        variables = self.variables(side) | {
            "PYTHONPATH": str(PLUGIN),
            "PYTHONDONTWRITEBYTECODE": "1",
            "SUITE_RECORD": str(record),
        }
        if only is not None:
            chosen.write_text("\n".join(sorted(only)), encoding="utf-8")
            variables["SUITE_ONLY"] = str(chosen)
        command = [str(self.programs / "pytest"), "-p", "record_outcomes"]
        command += ["-o", f"cache_dir={side.directory / 'cache'}"]
        command += ["-p", "no:randomly", "-q", "--timeout", str(TEST_SECONDS)]
        command += ["--continue-on-collection-errors"]
        run_logged(
            [*command, *self.arguments(side)],
            side.directory / "suite.log",
            cwd=self.folder,
            environment=variables,
        )
        return read_record(record)


@dataclass(slots=True)
class Psycopg2(Pytest):
    """psycopg2, compiled here, with its replication tests."""

    database: str = "psycopg2_test"
    server_settings: Mapping[str, str] = field(default_factory=lambda: {"wal_level": "logical"})

    def prepare(self, workshop: Workshop) -> None:
        """Fetch and compile it."""
        self.folder = workshop.distribution("psycopg2")
        self.programs = workshop.environment("psycopg2", *PYTEST, str(self.folder))

    def variables(self, side: Side) -> dict[str, str]:
        """Its own names for where the server is; an empty DSN of replication means the same."""
        place = {"HOST": side.host, "PORT": str(side.port), "USER": side.user}
        named = {f"PSYCOPG2_TESTDB_{name}": value for name, value in place.items()}
        return named | {"PSYCOPG2_TESTDB": side.database, "PSYCOPG2_TEST_REPL_DSN": ""}

    def set_up(self, side: Side) -> None:
        """Give the types of hstore, which some of the tests are about."""
        side.server.execute("CREATE EXTENSION IF NOT EXISTS hstore")


@dataclass(slots=True)
class Asyncpg(Pytest):
    """asyncpg; with PGHOST it leaves out what needs a server under its own control."""

    database: str = "postgres"  # some of its tests name it

    def prepare(self, workshop: Workshop) -> None:
        """Fetch and compile it."""
        self.folder = workshop.distribution("asyncpg")
        self.programs = workshop.environment(
            "asyncpg", *PYTEST, "distro", "uvloop", str(self.folder)
        )


@dataclass(slots=True)
class Psycopg(Pytest):
    """psycopg 3 of the registry under the tests of a source tree."""

    database: str = "psycopg_test"
    server_settings: Mapping[str, str] = field(default_factory=lambda: {"wal_level": "logical"})

    def prepare(self, workshop: Workshop) -> None:
        """Install it, in the version whose tests are given if the registry has that."""
        self.folder = workshop.source("psycopg")
        needs = ("psycopg[binary,pool]", "anyio", "pproxy", "dnspython", "setuptools")
        self.programs = workshop.environment("psycopg", *PYTEST, *needs)

    def arguments(self, side: Side) -> list[str]:
        """Typing is left out: it is about no server and takes long."""
        return ["--test-dsn", side.dsn, "tests", "--ignore", "tests/test_typing.py"]

    def variables(self, side: Side) -> dict[str, str]:
        """Nothing: some of its tests are about the very variables that others need."""
        return {}


@dataclass(slots=True)
class Sqlalchemy(Pytest):
    """SQLAlchemy's tests that are about a database, by one of its dialects."""

    dialect: str = "psycopg"

    def prepare(self, workshop: Workshop) -> None:
        """Fetch it, and install what the dialect needs; it runs from its folder."""
        self.folder = workshop.distribution("sqlalchemy")
        needs = (*PYTEST, "greenlet", "typing-extensions", "pytest-xdist", "numpy")
        name = f"sqlalchemy-{self.dialect}"
        self.programs = workshop.environment(name, *needs, _DIALECT_NEEDS[self.dialect])

    def arguments(self, side: Side) -> list[str]:
        """Not its own options, which end the run after a number of failures.

        What it asks of its own memory and speed is about no server, and takes long.
        """
        quiet = ["-o", "addopts=", "-p", "warnings", "-p", "logging", "--tb", "short"]
        uri = side.uri(f"postgresql+{self.dialect}")
        about = ["--backend-only", "--dburi", uri, "test", "--ignore", "test/aaa_profiling"]
        return [*quiet, *about]

    def variables(self, side: Side) -> dict[str, str]:
        """Its own sources, not compiled."""
        return {"DISABLE_SQLALCHEMY_CEXT_RUNTIME": "1"}

    def set_up(self, side: Side) -> None:
        """Make the schemas, extensions and settings that its tests are written for."""
        side.server.execute(
            f"CREATE SCHEMA IF NOT EXISTS test_schema AUTHORIZATION {side.user};"
            f"CREATE SCHEMA IF NOT EXISTS test_schema_2 AUTHORIZATION {side.user};"
            "CREATE EXTENSION IF NOT EXISTS hstore; CREATE EXTENSION IF NOT EXISTS citext;"
            'CREATE COLLATION IF NOT EXISTS "en_US" FROM "C";'
            f"ALTER DATABASE {side.database} SET default_text_search_config = 'pg_catalog.english'"
        )


PYTHON_SUITES: dict[str, Callable[[], Suite]] = {
    "psycopg2": Psycopg2,
    "asyncpg": Asyncpg,
    "psycopg": Psycopg,
    "sqlalchemy-psycopg": Sqlalchemy,
    "sqlalchemy-asyncpg": partial(Sqlalchemy, dialect="asyncpg"),
}
