"""What pgtoll makes of a generated statement, beside what the server says that it touched."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

import psycopg
from generator.truth import Ran, Witness
from servers import Postgres

from pgtoll.catalog.snapshot import load_rows
from pgtoll_policy.bodies import read_body, read_statements
from pgtoll_policy.catalog import Catalog, build_catalog
from pgtoll_policy.facts import NO_NAMES, Name
from pgtoll_policy.proof import QUERIES
from pgtoll_policy.reach import Reach, reach
from pgtoll_policy.routines import text_of


@dataclass(frozen=True, slots=True)
class Reading:
    """What the analysis of one text says; empty where it refuses to judge."""

    refusal: str = ""
    opaque: str = ""  # why it does not claim to know all
    named: frozenset[int] = frozenset()  # all that may be touched
    certain: frozenset[int] = frozenset()  # what it names itself counts as touched without asking
    row_types: frozenset[str] = frozenset()  # relations of which only the row type is named
    queries: bool = False  # there is nothing but queries


@dataclass(slots=True)
class Tally:
    """How many of the statements came to what end."""

    ends: Counter[str] = field(default_factory=Counter)

    def __str__(self) -> str:
        return ", ".join(f"{end} {count:,}" for end, count in self.ends.most_common())

    def share(self, end: str, *, of: str) -> float:
        return self.ends[end] / (self.ends[of] or 1)


class World:
    """One server's world: its witness, and the picture of its catalog that pgtoll has."""

    def __init__(self, database: Postgres, witness: Witness) -> None:
        self.version = database.version // 10_000
        self.witness = witness
        self.catalog = asyncio.run(_picture(database))
        self.tally = Tally()

    def check(self, sql: str) -> None:
        """Assert that nothing is touched that reading does not show, and nothing is made up."""
        ends = self.tally.ends
        ends["all"] += 1
        ran = self.witness.run(sql)
        if ran.error:
            return
        ends["ran"] += 1
        reading = read(sql, self.catalog)
        ends["refused" if reading.refusal else "opaque" if reading.opaque else "clear"] += 1
        assert not (missed := self.missed(reading, ran)), f"{missed} missed in {sql!r}"
        made_up, of_types = self.made_up(reading, ran)
        ends["names a row type only"] += of_types
        assert not made_up, f"{made_up} made up in {sql!r}"

    def missed(self, reading: Reading, ran: Ran) -> list[str]:
        """Return what was touched although reading claims to know all, and does not."""
        known = reading.refusal or reading.opaque
        return [] if known else self._told(ran.touched - reading.named)

    def made_up(self, reading: Reading, ran: Ran) -> tuple[list[str], bool]:
        """Return what a query counts as touched and is not, but for what is meant to count, and
        whether row types are why more counts. What other statements name counts in any case.

        A name without a schema stands for the relations of that name in all of them; a relation
        for its parents, its children and what it is made from; a cast to a row type for its table.
        """
        by_name = {self.catalog.relations[oid].name for oid in ran.touched}
        if not reading.queries:
            return [], False
        if invented := self._beyond(reading, by_name):
            return self._told(self._beyond(reading, by_name | reading.row_types)), bool(invented)
        return [], False

    def _beyond(self, reading: Reading, names: Iterable[str]) -> frozenset[int]:
        relations = [one for name in names for one in self.catalog.named(Name("", name))]
        meant = (self.catalog.of_oids(relation.reads) for relation in relations)
        return reading.certain.difference(*({one.oid for one in group} for group in meant))

    def _told(self, oids: Iterable[int]) -> list[str]:
        relations = (self.catalog.relations[oid] for oid in oids)
        return sorted(f"{relation.schema}.{relation.name}" for relation in relations)


async def _picture(database: Postgres) -> Catalog:
    async with await psycopg.AsyncConnection.connect(database.dsn, autocommit=True) as connection:
        rows = await load_rows(connection)
    texts = filter(None, map(text_of, rows.functions))
    return build_catalog(rows, bodies={text: read_body(text) for text in texts})


def read(sql: str, catalog: Catalog, *, second_reader: bool = True) -> Reading:
    """Return what the analysis says of a text of one or more statements."""
    script = read_statements(sql, second_reader=second_reader)
    if script.refusal or script.rejected:
        return Reading(refusal=script.refusal or "rejected")
    reaches = [reach(statement, catalog) for statement in script.statements]
    # What a function's body names counts even where the function is not called.
    bare = [reach(replace(one, functions=NO_NAMES), catalog) for one in script.statements]
    types = {name for one in script.statements for name in one.types if _is_table(name, catalog)}
    return Reading(
        opaque=_opaque(reaches),
        named=frozenset(one.oid for found in reaches for one in found.reads | found.touches),
        certain=frozenset(one.oid for found in bare for one in found.reads),
        row_types=frozenset(name.name for name in types),
        queries=all(one.verb in QUERIES for one in script.statements),
    )


def _opaque(reaches: Iterable[Reach]) -> str:
    """Return why something in the text is opaque: it is, or what stands before it changes it."""
    return next((one.opaque or "DDL" for one in reaches if one.opaque or one.statement.ddl), "")


def _is_table(name: Name, catalog: Catalog) -> bool:
    return bool(catalog.named(name))
