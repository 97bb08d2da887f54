"""Names of parameters: what may make them up by all that it leads to."""

from dataclasses import replace

import pytest

from pgtoll_policy.bodies import read_body
from pgtoll_policy.body import BodyText
from pgtoll_policy.catalog import Catalog, build_catalog
from pgtoll_policy.concerns import Concern
from pgtoll_policy.effects import Effect
from pgtoll_policy.inventing import invents
from pgtoll_policy.reach import Reach, doubted, reach
from pgtoll_policy.rows import (
    Anywhere,
    Attachment,
    BuiltinRow,
    CatalogRows,
    FunctionRow,
    OperatorRow,
    RelationRow,
    TypeRow,
)
from pgtoll_policy.statement import read_script

BUILTINS = (BuiltinRow(10, "set_config"), BuiltinRow(11, "query_to_xml"), BuiltinRow(12, "nextval"))
TABLES = (RelationRow(1, "public", "told"), RelationRow(2, "public", "quiet"))
COIN = FunctionRow(20, "public", "coin", body="BEGIN PERFORM set_config(x, '', true); END")
PASS_ON = FunctionRow(
    21, "public", "pass_on", body="BEGIN EXECUTE 'INSERT INTO told VALUES (1)'; END"
)


def picture(
    *functions: FunctionRow,
    attached: tuple[Attachment, ...] = (),
    types: tuple[TypeRow, ...] = (),
    operators: tuple[OperatorRow, ...] = (),
) -> Catalog:
    texts = [BodyText(one.language, one.body) for one in functions]
    return build_catalog(
        CatalogRows(
            relations=TABLES,
            functions=functions,
            builtins=BUILTINS,
            attached=attached,
            types=types,
            operators=operators,
        ),
        bodies={text: read_body(text) for text in texts},
    )


def reached(sql: str, catalog: Catalog) -> Reach:
    return reach(read_script(sql).statements[0], catalog)


def test_what_is_proven_makes_up_no_names() -> None:
    assert not reached("SELECT 1 FROM quiet", picture()).invents


def test_constant_text_makes_up_no_names() -> None:
    found = reached("SELECT pass_on()", picture(PASS_ON))
    assert found.opaque
    assert not found.invents


def test_text_made_at_run_time_may() -> None:
    wild = PASS_ON._replace(body="BEGIN EXECUTE x; END")
    assert reached("SELECT pass_on()", picture(wild)).invents


def test_constant_text_leads_to_the_trigger_of_its_table() -> None:
    on_told, on_quiet = Attachment(1, 20, False), Attachment(2, 20, False)
    assert reached("SELECT pass_on()", picture(PASS_ON, COIN, attached=(on_told,))).invents
    assert not reached("SELECT pass_on()", picture(PASS_ON, COIN, attached=(on_quiet,))).invents


def test_a_table_filled_in_may_be_any() -> None:
    body = "BEGIN EXECUTE format('INSERT INTO %I VALUES (1)', x); END"
    fills = PASS_ON._replace(body=body)
    on_quiet = Attachment(2, 20, False)
    assert not reached("SELECT pass_on()", picture(fills, COIN)).invents
    assert reached("SELECT pass_on()", picture(fills, COIN, attached=(on_quiet,))).invents
    made = TypeRow("public", "t", 20)
    assert reached("SELECT pass_on()", picture(fills, COIN, types=(made,))).invents


def test_a_word_may_be_a_function_a_type_or_an_operator() -> None:
    calls = PASS_ON._replace(body="BEGIN EXECUTE 'SELECT coin()'; END")
    assert reached("SELECT pass_on()", picture(calls, COIN)).invents
    made = (TypeRow("public", "coined", 20),)
    makes = PASS_ON._replace(body="BEGIN EXECUTE 'SELECT $1::coined' USING 1; END")
    assert reached("SELECT pass_on()", picture(makes, COIN, types=made)).invents
    plus = (OperatorRow("+", 20),)
    assert reached("SELECT pass_on()", picture(PASS_ON, COIN, operators=plus)).invents
    assert not reached("SELECT pass_on()", picture(PASS_ON, COIN)).invents


def test_a_format_of_ones_own_may_bring_any_text() -> None:
    fills = PASS_ON._replace(body="BEGIN EXECUTE format('SELECT %L', x); END")
    own = FunctionRow(22, "public", "format", language="sql", body="SELECT 'x'")
    assert not reached("SELECT pass_on()", picture(fills)).invents
    assert reached("SELECT pass_on()", picture(fills, own)).invents


def test_postgresql_s_own_that_run_text_may() -> None:
    runs = PASS_ON._replace(body="BEGIN EXECUTE 'SELECT query_to_xml($1, true, true, $1)'; END")
    assert reached("SELECT pass_on()", picture(runs)).invents
    assert not reached("SELECT nextval('s')", picture()).invents


def test_a_function_that_sets_a_parameter_of_its_own_makes_its_name_known() -> None:
    plain = FunctionRow(23, "public", "plain", language="sql", body="SELECT 1")
    assert not reached("SELECT plain()", picture(plain)).invents
    assert reached("SELECT plain()", picture(plain._replace(names=True))).invents


def test_what_is_not_there_runs_nothing() -> None:
    for sql in ("SELECT 1 FROM nothing", "SELECT nothing()", "SELECT archive.nothing()"):
        found = reached(sql, picture())
        assert found.opaque
        assert not found.invents


def test_names_in_the_text_are_not_made_up() -> None:
    constant = "SELECT set_config('a.b', 'x', true)"
    assert not reached(constant, picture()).invents
    own = FunctionRow(24, "public", "set_config", body="BEGIN EXECUTE x; END")
    assert reached(constant, picture(own)).invents
    for sql in (
        "SELECT set_config('a.b' || x, 'x', true)",
        "SELECT CASE WHEN coin() THEN set_config('a.b', 'x', true) END",
        "SELECT set_config('a.b', 'x', true), query_to_xml('', true, true, '')",
    ):
        assert reached(sql, picture(COIN)).invents


def test_changes_of_the_catalog_make_up_none_but_what_they_lead_to_may() -> None:
    assert not reached("CREATE TABLE t (a int)", picture()).invents
    assert reached("CREATE TABLE t AS SELECT coin()", picture(COIN)).invents
    assert reached("DO LANGUAGE x 'y'", picture()).invents


ALTERED = [
    "ALTER TABLE quiet ADD COLUMN a int",
    "ALTER TABLE told VALIDATE CONSTRAINT c",
    "ALTER TABLE quiet ENABLE ROW LEVEL SECURITY",
    "ALTER TABLE quiet RENAME TO loud",
    "ALTER FUNCTION coin() STABLE",
    "ALTER SEQUENCE s RESTART",
    "CREATE POLICY p ON quiet USING (a > 1)",
    "CREATE TABLE t AS SELECT 1 FROM quiet",
    "SELECT 1 INTO t FROM quiet",
    "EXECUTE p (1)",
    "REFRESH MATERIALIZED VIEW quiet",
]
BARE = [
    "ALTER TYPE mood ADD VALUE 'there'",
    "CREATE CAST (mood AS int) WITH FUNCTION coin()",
    "CREATE OPERATOR + (leftarg = int, rightarg = int, function = coin)",
    "CREATE COLLATION c FROM other",
    "CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1 FROM told'",
    "CREATE OR REPLACE FUNCTION f() RETURNS int AS 'BEGIN PERFORM coin(); END' LANGUAGE plpgsql",
]


@pytest.mark.parametrize("sql", ALTERED)
def test_changes_of_tables_run_no_other_code_than_theirs(sql: str) -> None:
    on_told = Attachment(1, 20, False)
    found = reached(sql, picture(COIN, attached=(on_told,)))
    assert found.opaque
    assert found.invents is ("told" in sql)


@pytest.mark.parametrize("sql", BARE)
def test_what_evaluates_nothing_runs_event_triggers_and_makes_values_of_constants(sql: str) -> None:
    rows = CatalogRows(relations=TABLES, functions=(COIN,), builtins=BUILTINS)
    found = reached(sql, build_catalog(rows))
    assert found.opaque
    assert not found.invents
    assert reached(sql, build_catalog(replace(rows, event_triggers=(20,)))).invents


def test_the_check_of_a_function_makes_values_of_any_type() -> None:
    made = (TypeRow("public", "coined", 20),)
    assert reached(BARE[-2], picture(COIN, types=made)).invents
    assert not reached(BARE[0], picture(COIN, types=made)).invents


@pytest.mark.parametrize("sql", [ALTERED[0], ALTERED[1], *ALTERED[-4:]])
def test_changes_of_tables_run_casts_and_event_triggers(sql: str) -> None:
    rows = replace(CatalogRows(relations=TABLES, functions=(COIN,), builtins=BUILTINS))
    assert reached(sql, build_catalog(replace(rows, anywhere=(Anywhere(20, "a cast"),)))).invents
    if not sql.startswith("EXECUTE"):
        assert reached(sql, build_catalog(replace(rows, event_triggers=(20,)))).invents


def test_changes_of_tables_run_what_hangs_on_those_below() -> None:
    rows = CatalogRows(relations=TABLES, functions=(COIN,), builtins=BUILTINS)
    below = replace(rows, inheritance=((1, 2),), attached=(Attachment(1, 20, False, upkeep=True),))
    assert reached(ALTERED[0], build_catalog(below)).invents


@pytest.mark.parametrize(
    "sql",
    [
        "ALTER TABLE quiet ENABLE ROW LEVEL SECURITY, ADD FOREIGN KEY (a) REFERENCES told",
        "ALTER TABLE quiet ADD CHECK (coin())",
        "ALTER DOMAIN d VALIDATE CONSTRAINT c",
        "ALTER TYPE c ALTER ATTRIBUTE a TYPE int CASCADE",
        "CREATE TABLE t AS EXECUTE p",
        "EXECUTE p (coin())",
        "EXPLAIN EXECUTE p",
        "CREATE EXTENSION e",
        "CREATE FUNCTION f() RETURNS int LANGUAGE plperl AS 'BEGIN { 1 } 1'",
        "CREATE AGGREGATE a (int) (sfunc = coin, stype = int)",
    ],
)
def test_what_a_change_runs_besides_may_make_up_names(sql: str) -> None:
    assert reached(sql, picture(COIN)).invents


def test_in_doubt_anything_may() -> None:
    assert doubted(reached("SELECT 1", picture()), "it is old").invents
    assert invents(Effect(concern=Concern("it is odd")))
    assert not invents(Effect())
