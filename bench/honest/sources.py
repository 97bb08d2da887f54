"""What honest statements there are, and where they come from."""

import os
from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import statement_corpus
from bench.honest.scripts import Text, read_script

SQL = Path(__file__).with_name("sql")
# A directory with src/test/regress/sql of PostgreSQL's source, for all of it; the statements of the
# tests' corpus else, which are most of them.
REGRESSION = os.environ.get("PGTOLL_REGRESSION_SQL", "")
SETUP = "test_setup"

TOOLS = ("pgadmin", "dbeaver", "monitors", "drivers")
WORK = ("sessions", "migrations", "extensions", "tpch")
CAPTURED = ("django", "sqlalchemy", "psql", "pg_dump", "pg_sysviews", "pgbench", "vacuumdb")


@dataclass(frozen=True, slots=True)
class Source:
    """Statements that belong together, in the order in which they were written."""

    group: str  # what the table calls them
    name: str
    texts: tuple[Text, ...]


def own(*names: str) -> Iterator[Source]:
    """Yield files of ours."""
    for name in names:
        script = (SQL / f"{name}.sql").read_text(encoding="utf-8")
        yield Source(name, name, tuple(read_script(script)))


def captured() -> Iterator[Source]:
    """Yield what applications were seen to send: their tables are mostly not there."""
    for source, texts in _corpus().items():
        group, _, name = source.partition("/")
        if group == "app" and name in CAPTURED:
            yield Source(f"{name} (captured)", name, tuple(texts))


def regression() -> Iterator[Source]:
    """Yield PostgreSQL's own tests, file by file; the first makes what the others share."""
    scripts = dict(_regression())
    for name in sorted(scripts, key=lambda name: (name != SETUP, name)):
        yield Source("regression", name, scripts[name])


def _regression() -> Iterator[tuple[str, tuple[Text, ...]]]:
    if REGRESSION:
        for file in Path(REGRESSION).glob("*.sql"):
            yield file.stem, tuple(read_script(file.read_text(encoding="utf-8", errors="replace")))
        return
    for source, texts in _corpus().items():
        group, _, name = source.partition("/")
        if group in ("regress18", "plpgsql"):
            yield name.removesuffix(".sql"), tuple(texts)


def _corpus() -> dict[str, list[Text]]:
    found: dict[str, list[Text]] = OrderedDict()
    for row in statement_corpus.rows():
        found.setdefault(row.source, []).append(Text(row.sql))
    return found
