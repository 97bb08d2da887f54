"""What the migrations make is read from their text: the last definition counts."""

import re

from pgtoll.doctor.reference import read_reference
from pgtoll.migrations import migrations

FIRST = """
CREATE FUNCTION pgtoll.one(a int, b text) RETURNS int
LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
SET plan_cache_mode = force_generic_plan -- quicker
AS $$
BEGIN
  RETURN a;
END
$$;

CREATE FUNCTION pgtoll.two() RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
END
$$;

CREATE TRIGGER tell AFTER INSERT OR DELETE ON pgtoll.seat
  FOR EACH ROW EXECUTE FUNCTION pgtoll.tell('a');
GRANT EXECUTE ON FUNCTION pgtoll.one(int, text) TO PUBLIC;
"""
SECOND = """
DROP FUNCTION pgtoll.two();
CREATE OR REPLACE FUNCTION pgtoll.one(a int, b text) RETURNS int
LANGUAGE plpgsql AS $$ newer $$;
"""


def test_a_function_is_read_with_what_it_runs_under() -> None:
    one = read_reference([FIRST]).functions["one"]
    assert one.arguments == "a integer, b text"
    assert one.body == "\nBEGIN\n  RETURN a;\nEND\n"
    assert (one.definer, one.open) == (True, True)
    assert one.settings == {"search_path", "plan_cache_mode"}
    assert one.definition.startswith("CREATE OR REPLACE FUNCTION pgtoll.one(")


def test_the_last_migration_counts() -> None:
    functions = read_reference([FIRST, SECOND]).functions
    assert functions.keys() == {"one"}
    assert functions["one"].body == " newer "
    assert not functions["one"].definer


def test_everybody_may_call_what_is_new_until_it_is_revoked() -> None:
    texts = [FIRST, "REVOKE ALL ON ALL FUNCTIONS IN SCHEMA pgtoll FROM PUBLIC;\n"]
    assert read_reference([FIRST]).functions["two"].open
    assert not read_reference(texts).functions["two"].open
    texts.append("GRANT EXECUTE ON FUNCTION pgtoll.two() TO PUBLIC;\n")
    assert read_reference(texts).functions["two"].open
    texts.append("CREATE OR REPLACE FUNCTION pgtoll.two() RETURNS int\nAS $$ x $$;\n")
    assert read_reference(texts).functions["two"].open
    texts.append("REVOKE ALL ON FUNCTION pgtoll.two() FROM PUBLIC;\n")
    assert not read_reference(texts).functions["two"].open


def test_a_trigger_is_known_by_its_table_and_name() -> None:
    triggers = read_reference([FIRST]).triggers
    assert triggers.keys() == {("seat", "tell")}
    assert triggers["seat", "tell"].endswith("pgtoll.tell('a');")


def test_our_own_migrations_are_read_to_the_end() -> None:
    texts = [step.sql for step in migrations()]
    reference = read_reference(texts)
    made = {name for text in texts for name in re.findall(r"FUNCTION pgtoll\.(\w+)\(", text)}
    dropped = {
        name for text in texts for name in re.findall(r"\nDROP FUNCTION pgtoll\.(\w+)", text)
    }
    assert made - dropped <= reference.functions.keys()
    assert reference.functions["witness"].open
    assert not reference.functions["know"].open
    triggers = {name for text in texts for name in re.findall(r"TRIGGER (\w+) [A-Z]", text)}
    assert {name for _, name in reference.triggers} == triggers - {
        "pgtoll_ddl_end",
        "pgtoll_sql_drop",
    }
