"""A shape holds what a statement is judged by, and no constant of it."""

import json

import pytest
from catalog_samples import CATALOG
from recording_samples import shapes

from pgtoll.recording.shapes import (
    NotShapes,
    as_value,
    from_value,
    shapes_of,
    unreadable_shape,
    unseen_shape,
)
from pgtoll_policy.bodies import read_statements
from pgtoll_policy.reach import reach

SECRET = "s3cr3t"
SECRETS = (
    f"SELECT * FROM contact WHERE name = '{SECRET}'",
    f"SELECT * FROM contact WHERE name = E'\\t{SECRET}' AND name <> $a${SECRET}$a$",
    f"SELECT /* {SECRET} */ U&'{SECRET}' FROM contact -- {SECRET}",
    f"SELECT '{SECRET}'::regclass, nextval('{SECRET}'), set_config('{SECRET}.a', 'b', true)",
    f"SELECT set_config('pgtoll.{SECRET}', '', true)",
    f"SET application_name = '{SECRET}'",
    f"SET app.{SECRET} TO 1",
    f"CREATE ROLE r PASSWORD '{SECRET}'",
    f"EXECUTE {SECRET}('{SECRET}')",
    f"PREPARE {SECRET} AS SELECT '{SECRET}'",
    f"DECLARE {SECRET} CURSOR FOR SELECT '{SECRET}'",
    f"DO $$ BEGIN PERFORM 1 FROM contact WHERE name = E'{SECRET}'; END $$",
    f"DO $$ BEGIN EXECUTE 'SELECT {SECRET}'; END $$",
    f"CREATE FUNCTION f() RETURNS text LANGUAGE sql AS 'SELECT E''{SECRET}'''",
    f"COPY contact TO '/tmp/{SECRET}'",
    f"COMMENT ON TABLE contact IS '{SECRET}'",
    f"NOTIFY {SECRET}, '{SECRET}'",
    f"'{SECRET}",
    f"SELECT '{SECRET}' {SECRET} {SECRET} no SQL",
)


@pytest.mark.parametrize("sql", SECRETS)
def test_no_constant_is_in_it(sql: str) -> None:
    found = shapes(sql)
    assert found
    assert SECRET not in json.dumps([as_value(one) for one in found])


def test_texts_that_differ_by_constants_have_one_shape() -> None:
    (one,), (other,) = (shapes(f"SELECT * FROM contact WHERE id = {n}") for n in (1, 2))
    assert one == other
    assert one.text == "SELECT * FROM contact WHERE id = $1"
    assert "public.contact" in one.touches  # a name without a schema means any of that name
    assert shapes("SELECT * FROM contact") != shapes("SELECT * FROM mrktinvoice")


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT * FROM contact JOIN mrktinvoice USING (id) WHERE id = 1",
        "TRUNCATE mrktinvoice",
        "LOCK TABLE mrktinvoice; BEGIN",
        "DO $$ BEGIN DELETE FROM mrktinvoice; END $$",
        "SELECT 'mrktinvoice'::regclass",
    ],
)
def test_it_is_judged_as_the_text_is(sql: str) -> None:
    script = read_statements(sql)
    for shape, statement in zip(shapes(sql), script.statements, strict=True):
        mine, theirs = reach(shape.script.statements[0], CATALOG), reach(statement, CATALOG)
        for field in ("reads", "named", "touches", "inserts", "may_insert", "elsewhere"):
            assert getattr(mine, field) == getattr(theirs, field), field
        assert bool(mine.opaque) == bool(theirs.opaque)


def test_where_backslashes_may_be_escapes_there_is_no_text() -> None:
    sql = "SELECT name FROM contact WHERE id = 1"
    (shape,) = shapes_of(read_statements(sql), sql.encode(), CATALOG, plain=False)
    assert (shape.text, shape.title) == ("", "select …")


def test_it_comes_back_from_plain_values() -> None:
    every = [one for sql in SECRETS for one in shapes(sql)]
    for shape in [*every, unseen_shape(), unreadable_shape("it is too long")]:
        assert from_value(json.loads(json.dumps(as_value(shape)))) == shape


def test_what_was_changed_is_none() -> None:
    (shape,) = shapes("SELECT * FROM mrktinvoice")
    value = as_value(shape)
    for change in (
        {"text": "SELECT * FROM contact"},
        {"unseen": True},
        {"facts": 7},
        {"facts": [[], "", False, False]},
        {"shape": None},
    ):
        with pytest.raises(NotShapes):
            from_value(value | change)
    with pytest.raises(NotShapes):
        from_value([])
