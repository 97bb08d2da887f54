"""A database that is dumped is restored through the proxy in demo mode, by several jobs at once."""

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
import servers
from proxies import Site
from servers import Postgres

pytestmark = pytest.mark.live

CAP = 1000
TABLES = """
CREATE SCHEMA kept;
CREATE TABLE kept.person (id int PRIMARY KEY, name text);
CREATE TABLE kept.visit (id serial PRIMARY KEY, person int REFERENCES kept.person);
CREATE TABLE kept.event (id int, kind int) PARTITION BY LIST (kind);
CREATE TABLE kept.event_0 PARTITION OF kept.event FOR VALUES IN (0);
CREATE TABLE kept.event_1 PARTITION OF kept.event FOR VALUES IN (1);
CREATE INDEX ON kept.person (name);
INSERT INTO kept.person SELECT n, 'x' FROM generate_series(1, 1000) n;
INSERT INTO kept.visit (person) SELECT n FROM generate_series(1, 1000) n;
INSERT INTO kept.event SELECT n, n % 2 FROM generate_series(1, 1000) n;
SELECT lo_from_bytea(4711, 'an image')
"""
NAMES = ("person", "visit", "event")


@pytest.fixture(scope="module")
def tools() -> Path:
    """The directory of pg_dump and pg_restore."""
    found = servers.system_binaries(15)
    if found is None or not (found / "pg_restore").exists():
        pytest.skip("pg_restore is not installed")
    return found


@pytest.fixture
def source(demo_site15: Site) -> Iterator[Postgres]:
    """A database with tables that are just full, and a place to restore it to."""
    source = demo_site15.database.new_database("dumped")
    source.execute(TABLES)
    demo_site15.run(f"GRANT CREATE ON DATABASE {demo_site15.database.dbname} TO PUBLIC")
    yield source
    demo_site15.run("DROP SCHEMA IF EXISTS kept CASCADE; SELECT lo_unlink(4711)")
    source.drop_database()


def run(*command: str | Path) -> str:
    """Run a command and return what it complains about."""
    return subprocess.run(command, capture_output=True, text=True, check=False).stderr


def restored(site: Site, tools: Path, source: Postgres, file: Path) -> str:
    dump = ("-Fc", "-O", "-x", "-b", "-n", "kept", "-f", file, source.dsn)
    assert run(tools / "pg_dump", *dump) == ""
    target = site.proxy.dsn(site.bob)
    return run(tools / "pg_restore", "--jobs=3", "-O", "-x", "-d", target, file)


def test_full_tables_are_restored_with_all_that_belongs_to_them(
    demo_site15: Site, tools: Path, source: Postgres, tmp_path: Path
) -> None:
    assert restored(demo_site15, tools, source, tmp_path / "dump") == ""
    assert [demo_site15.rows(f"kept.{name}") for name in NAMES] == [CAP] * 3
    assert demo_site15.value("SELECT convert_from(lo_get(4711), 'UTF8')") == "an image"


def test_a_table_with_one_row_more_stays_empty(
    demo_site15: Site, tools: Path, source: Postgres, tmp_path: Path
) -> None:
    source.execute("INSERT INTO kept.visit (person) VALUES (1)")
    assert "demo mode allows 1000 rows" in restored(demo_site15, tools, source, tmp_path / "dump")
    assert [demo_site15.rows(f"kept.{name}") for name in NAMES] == [CAP, 0, CAP]
