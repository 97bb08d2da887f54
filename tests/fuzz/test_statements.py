"""Random statements on real servers: reading misses nothing that a server then touches."""

import logging
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from generator.judging import Reading, World, read
from generator.names import DATABASE
from generator.statements import statements
from generator.truth import Ran, witness
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from servers import Postgres

from pgtoll_policy import walk
from pgtoll_policy.libpg_query import FIELDS
from pgtoll_policy.scope import Scope

pytestmark = pytest.mark.live

log = logging.getLogger("generator")

BATCH = 5  # statements in one example: Hypothesis takes longer for an example than they do
SLOW = (HealthCheck.too_slow, HealthCheck.function_scoped_fixture)


@pytest.fixture(scope="module", params=["postgres", "postgres15"])
def world(request: pytest.FixtureRequest) -> Iterator[World]:
    server: Postgres = request.getfixturevalue(request.param)
    with witness(server, DATABASE) as (database, session):
        yield World(database, session)


def test_nothing_that_a_server_touches_is_missed_or_made_up(world: World) -> None:
    @settings(suppress_health_check=SLOW)
    @given(st.lists(statements(world.version), min_size=BATCH, max_size=BATCH))
    def check(batch: list[str]) -> None:
        for sql in batch:
            world.check(sql)

    check()
    log.info("PostgreSQL %s: %s", world.version, world.tally)
    assert world.tally.share("ran", of="all") > 0.7
    # What is opaque proves nothing here, and what is refused was honest.
    assert world.tally.share("clear", of="ran") > 0.6
    assert world.tally.share("refused", of="ran") < 0.01


@dataclass(frozen=True, slots=True)
class Case:
    """A statement of the fixed part that the reading claims to know all about."""

    sql: str
    reading: Reading
    ran: Ran


@pytest.fixture(scope="module")
def cases(world: World) -> list[Case]:
    """The same statements in every run."""
    found: list[Case] = []

    @settings(max_examples=400, derandomize=True, database=None, phases=[Phase.generate])
    @given(statements(world.version))
    def collect(sql: str) -> None:
        ran, reading = world.witness.run(sql), read(sql, world.catalog, second_reader=False)
        if not (ran.error or reading.opaque or reading.refusal):
            found.append(Case(sql, reading, ran))

    collect()
    return found


# What a careless change of the walk could leave out: the walk is blind below nodes of this kind.
BLIND = [
    "SelectStmt",
    "InsertStmt",
    "UpdateStmt",
    "DeleteStmt",
    "MergeStmt",
    "CopyStmt",
    "RangeVar",
    "RangeSubselect",
    "RangeFunction",
    "RangeTableSample",
    "JoinExpr",
    "SubLink",
    "ResTarget",
    "SortBy",
    "A_Expr",
    "A_ArrayExpr",
    "A_Indirection",
    "BoolExpr",
    "CaseExpr",
    "CoalesceExpr",
    "FuncCall",
    "TypeCast",
    "ExplainStmt",
    "PrepareStmt",
]


@pytest.mark.parametrize("kind", BLIND)
def test_a_walk_that_is_blind_for_one_kind_of_node_is_found_out(
    kind: str, world: World, cases: list[Case], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert kind in FIELDS
    monkeypatch.setitem(walk._VISITS, kind, lambda *_: None)
    readings = (read(case.sql, world.catalog, second_reader=False) for case in cases)
    missed = [
        world.missed(reading, case.ran) for reading, case in zip(readings, cases, strict=True)
    ]
    assert any(missed)


def test_a_walk_that_takes_with_queries_for_visible_everywhere_is_found_out(
    world: World, cases: list[Case], monkeypatch: pytest.MonkeyPatch
) -> None:
    def everywhere(self: object, name: str) -> bool:
        return name in ("plain", "other")

    monkeypatch.setattr(Scope, "sees", everywhere)
    assert any(
        world.missed(read(case.sql, world.catalog, second_reader=False), case.ran) for case in cases
    )
