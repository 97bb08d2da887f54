"""What the migrations make is read from their text: the last definition counts."""

import re

from pgtoll.store.migrations import migrations
from pgtoll.store.reference import Function, read_reference

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


def function(name: str, *texts: str) -> Function:
    (found,) = (one for one in read_reference(texts).functions.values() if one.name == name)
    return found


def test_a_function_is_read_with_what_it_runs_under() -> None:
    one = function("one", FIRST)
    assert one.arguments == "a integer, b text"
    assert one.body == "\nBEGIN\n  RETURN a;\nEND\n"
    assert (one.definer, one.open) == (True, True)
    assert one.settings == {"search_path", "plan_cache_mode"}
    assert one.definition.startswith("CREATE OR REPLACE FUNCTION pgtoll.one(")


def test_the_last_migration_counts() -> None:
    functions = read_reference([FIRST, SECOND]).functions
    assert functions.keys() == {("one", ("int", "text"))}
    assert function("one", FIRST, SECOND).body == " newer "
    assert not function("one", FIRST, SECOND).definer


def test_a_setting_that_is_added_later_is_a_part_of_the_function() -> None:
    one = function("one", FIRST, "ALTER FUNCTION pgtoll.one(int, text) SET jit = off;\n")
    assert one.settings == {"search_path", "plan_cache_mode", "jit"}
    in_one_line = FIRST.replace("pg_temp\nSET", "pg_temp SET")
    assert function("one", in_one_line).settings == {"search_path", "plan_cache_mode"}
    assert "-- quicker\nSET jit = off\nAS $$" in one.definition
    assert one.body == function("one", FIRST).body


def test_functions_of_one_name_are_told_apart_by_their_arguments() -> None:
    other = "CREATE FUNCTION pgtoll.one(\n  a int\n) RETURNS int\nAS $$ other $$;\n"
    revoked = "REVOKE ALL ON FUNCTION pgtoll.one(int) FROM PUBLIC;\n"
    functions = read_reference([FIRST, other + revoked]).functions
    assert functions["one", ("int", "text")].open
    assert not functions["one", ("int",)].open
    assert functions["one", ("int",)].arguments == "a integer"


def test_everybody_may_call_what_is_new_until_it_is_revoked() -> None:
    texts = [FIRST, "REVOKE ALL ON ALL FUNCTIONS IN SCHEMA pgtoll FROM PUBLIC;\n"]
    assert function("two", FIRST).open
    assert not function("two", *texts).open
    texts.append("GRANT EXECUTE ON FUNCTION pgtoll.two() TO PUBLIC;\n")
    assert function("two", *texts).open
    texts.append("CREATE OR REPLACE FUNCTION pgtoll.two() RETURNS int\nAS $$ x $$;\n")
    assert function("two", *texts).open
    texts.append("REVOKE ALL ON FUNCTION pgtoll.two() FROM PUBLIC;\n")
    assert not function("two", *texts).open


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
    assert made - dropped <= {name for name, _ in reference.functions}
    assert function("witness", *texts).open
    assert not function("know", *texts).open
    triggers = {name for text in texts for name in re.findall(r"TRIGGER (\w+) [A-Z]", text)}
    assert {name for _, name in reference.triggers} == triggers - {
        "pgtoll_ddl_end",
        "pgtoll_sql_drop",
    }
