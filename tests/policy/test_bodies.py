"""What the text of a function's body says."""

import pytest

from pgtoll_policy.bodies import MAX_BYTES, MOST_CHANGES, read_body, read_statements
from pgtoll_policy.body import Body, BodyText, as_script
from pgtoll_policy.facts import Name, Script, Statement


def sql(text: str) -> Body:
    return read_body(BodyText("sql", text))


def plpgsql(text: str) -> Body:
    return read_body(BodyText("plpgsql", text))


def names(*words: str) -> frozenset[Name]:
    return frozenset(Name("", word) for word in words)


BODY = """
DECLARE
  total numeric(10, 2) := start();
  one "Row Type"%ROWTYPE;
BEGIN
  INSERT INTO log SELECT a ### b FROM s.note WHERE c::clean = rec.field;
  UPDATE stored SET a = 1;
  IF total > 1 THEN
    INSERT INTO event VALUES (1) ON CONFLICT (id) DO UPDATE SET id = 2;
  END IF;
  RETURN shown('T'::regclass);
END
"""


def test_the_names_of_a_body_have_roles() -> None:
    body = plpgsql(BODY)
    assert body.opaque == ""
    always, maybe = body.always, body.maybe
    assert always.reads == {Name("s", "note"), Name("", "stored")}
    assert (always.writes, always.inserts) == (names("log", "stored"), names("log"))
    assert always.functions == names("start", "shown")
    assert always.operators == {"###", "=", ">"}
    assert always.types >= names("clean", "regclass")
    assert always.columns == {"field"}
    assert always.others == names("t")
    assert (maybe.inserts, maybe.updates) == (names("event"), names("event"))
    assert maybe.operators == set()


def test_every_word_is_kept() -> None:
    body = plpgsql(BODY)
    assert body.words >= {"note", "s", "a", "Row Type", "rowtype", "select", "event"}
    assert body.left >= {"total", "numeric", "Row Type", "rowtype"}
    assert body.left.isdisjoint({"note", "log", "start", "field"})
    assert body.operators == {"%"}


@pytest.mark.parametrize(
    ("text", "operators"),
    [
        ("CASE a WHEN b THEN RETURN 1; ELSE RETURN 2; END CASE", {"="}),
        ("OPEN c(a IN (b))", {"=", "<>"}),
        ("OPEN c(a BETWEEN b AND d)", {"<", "<=", ">", ">="}),
        ("OPEN c(NULLIF(a, b))", {"="}),
        ("OPEN c(a IS DISTINCT FROM b)", {"="}),
        ("OPEN c(a NOT LIKE b)", {"~~", "!~~"}),
        ("OPEN c(a ILIKE b)", {"~~*", "!~~*"}),
        ("OPEN c(a SIMILAR TO b)", {"~", "!~"}),
        ("FOR r IN c(a IN (b)) LOOP NULL; END LOOP", {"=", "<>"}),
        ("RETURN a IN (b)", set()),  # is read
    ],
)
def test_operators_that_are_not_in_the_text_are_found(text: str, operators: set[str]) -> None:
    assert (
        plpgsql(f"DECLARE c CURSOR (p bool) FOR SELECT p; BEGIN {text}; END").operators == operators
    )


@pytest.mark.parametrize(
    ("text", "reads"),
    [
        ("SELECT * FROM a; SELECT * FROM b", {"a", "b"}),
        ("SELECT ';' FROM a -- ; FROM b", {"a"}),
        ("", set()),
        (";;", set()),
        ("BEGIN ATOMIC\n SELECT * FROM a;\n SELECT x.y FROM b x;\nEND", {"a", "b"}),
        ("BEGIN ATOMIC\nEND", set()),
        ("RETURN (SELECT y FROM a)", {"a"}),
        ("WITH a AS (TABLE b) SELECT * FROM a", {"b"}),
    ],
)
def test_bodies_in_sql(text: str, reads: set[str]) -> None:
    body = sql(text)
    assert (body.always.reads, body.opaque) == (names(*reads), "")


def test_an_aggregate_names_its_functions() -> None:
    body = read_body(BodyText("aggregate", 'int4pl "Odd Name"'))
    assert body == Body(left=frozenset({"int4pl", "Odd Name"}))


@pytest.mark.parametrize(
    ("text", "opaque"),
    [
        ("BEGIN EXECUTE 'x'; END", "it runs a text"),
        ("BEGIN CREATE TEMP TABLE t (a int); END", "it runs CREATE TABLE"),
        ("BEGIN SET search_path = a; END", "it runs SET"),
        ("BEGIN DO 'BEGIN NULL; END'; END", "it runs DO"),
        ("BEGIN COPY t FROM '/x'; END", "it runs COPY"),
        ("BEGIN FOR r IN EXPLAIN SELECT 1 LOOP NULL; END LOOP; END", "it runs EXPLAIN"),
        ("BEGIN PERFORM a INTO t; END", "it runs SELECT INTO"),
        ("BEGIN x := ; SELECT 1 1; END", "a statement in it cannot be read"),
        ("BEGIN x := (1; END", "; is missing"),
        ("BEGIN x := 1); DROP TABLE t; y := (2; END", "; is missing"),
        ("BEGIN x := 'y; END", "its text is not PostgreSQL's"),
        ('BEGIN PERFORM U&"\\0066"(); END', "it has a name in escapes"),
        ("BEGIN x := '\0'; END", "it is in no language that is read, or too long"),
        ("BEGIN x := '\ud800'; END", "its text is not PostgreSQL's"),
        ("BEGIN NULL; END " + " " * MAX_BYTES, "it is in no language that is read, or too long"),
        ("BEGIN " * 30000, "it is nested too deeply"),
    ],
)
def test_what_cannot_be_read_is_opaque(text: str, opaque: str) -> None:
    assert plpgsql(text).opaque == opaque


@pytest.mark.parametrize("text", ["EXECUTE p", "SET a = 1", "PREPARE p AS SELECT 1", "SELEC"])
def test_statements_in_sql_that_are_not_read(text: str) -> None:
    assert sql(text).opaque


def test_other_languages_are_not_read() -> None:
    assert read_body(BodyText("plperl", "return 1")).opaque


@pytest.mark.parametrize(
    ("constant", "depends"),
    [
        (r"'\d+'", False),
        (r"'\\'", False),
        (r"E'\''", False),
        (r"'\'", True),
        (r"'\\\'", True),
        (r"$$\$$", False),
    ],
)
def test_strings_that_end_elsewhere_under_other_settings(constant: str, depends: bool) -> None:
    told = sql(f"SELECT {constant}").opaque
    assert ("standard_conforming_strings" in told) is depends


def block(text: str, **how: bool) -> Statement:
    (statement,) = read_statements(f"DO $do$ {text} $do$", **how).statements
    return statement


def test_a_block_is_read_as_a_function_is() -> None:
    found = block(BODY)
    assert (found.verb, found.opaque, found.block, found.ddl) == ("do", "", "", False)
    assert Script(found.body) == as_script(plpgsql(BODY))


def test_changes_of_the_catalog_come_one_by_one() -> None:
    found = block("BEGIN CREATE TYPE t AS ENUM ('a'); DROP TABLE b; PERFORM c(); END")
    assert [one.verb for one in found.body[3:]] == ["create type", "drop table"]
    assert (found.ddl, found.opaque) == (True, "")
    assert found.body[0].functions == names("c")
    assert block("BEGIN " + "CREATE SCHEMA s;" * (MOST_CHANGES + 1) + "END").opaque


@pytest.mark.parametrize(
    ("text", "commits"),
    [
        ("BEGIN NULL; END", False),
        ("BEGIN COMMIT; END", True),
        ("BEGIN IF x THEN ROLLBACK AND CHAIN; END IF; END", True),
        ("BEGIN CALL p(); END", True),
        ("BEGIN EXECUTE 'x'; END", True),
    ],
)
def test_a_block_may_end_its_transaction(text: str, commits: bool) -> None:
    assert block(text).may_commit is commits


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("BEGIN EXECUTE 'x'; END", "it runs a text"),
        ("BEGIN FOR r IN EXECUTE 'x' LOOP NULL; END LOOP; END", "it runs a text"),
        ("DECLARE c refcursor; BEGIN OPEN c FOR EXECUTE 'x'; END", "it runs a text"),
        ("BEGIN RETURN QUERY EXECUTE 'x'; END", "it runs a text"),
        ("BEGIN SET search_path = a; END", "it runs SET"),
        ("BEGIN SET LOCAL standard_conforming_strings = off; END", "it runs SET"),
        ("BEGIN RESET ALL; END", "it runs RESET"),
        ("BEGIN PERFORM a INTO t; END", "it runs SELECT INTO"),
        ("BEGIN PREPARE p AS SELECT 1; END", "it runs PREPARE"),
        ("BEGIN EXPLAIN SELECT 1 INTO a; END", "it runs EXPLAIN"),
        ("BEGIN DO 'BEGIN NULL; END'; END", "it runs DO"),
        ("BEGIN COPY t FROM '/x'; END", "it runs COPY"),
        ("DECLARE c refcursor := 'x'; BEGIN FETCH c INTO a; END", "may be another's"),
        (r"BEGIN x := 'a\' || 'b'; END", "standard_conforming_strings"),
    ],
)
def test_what_is_not_read_of_a_block(text: str, why: str) -> None:
    found = block(text)
    assert found.opaque.startswith("a DO block, and ")
    assert why in found.opaque
    assert (found.body, found.block, found.may_commit) == ((), "", True)


def test_plain_settings_are_read_in_a_block_and_not_in_a_function() -> None:
    text = "BEGIN SET LOCAL lock_timeout = '5s'; RESET work_mem; END"
    assert (block(text).opaque, plpgsql(text).opaque) == ("", "it runs SET")


def test_blocks_in_other_languages_are_not_read() -> None:
    (statement,) = read_statements("DO LANGUAGE plperl 'x'").statements
    assert (statement.opaque, statement.body) == ("a DO block", ())


def test_only_what_all_ask_discreetly_is_discreet() -> None:
    plain = "PERFORM pg_cancel_backend(pid) FROM pg_stat_activity;"
    assert block(f"BEGIN {plain} {plain} END").body[0].discreet == {"pg_stat_activity"}
    candid = block(f"BEGIN {plain} PERFORM query FROM pg_stat_activity; END")
    assert candid.body[0].discreet == set()


def test_only_what_all_name_with_only_is_read_so() -> None:
    both = "PERFORM 1 FROM ONLY t; PERFORM 1 FROM ONLY u;"
    assert block(f"BEGIN {both} END").body[0].only == {Name("", "t"), Name("", "u")}
    for other in ("PERFORM 1 FROM t", "UPDATE t SET x = 1", "PERFORM 't'::regclass"):
        assert block(f"BEGIN {both} {other}; END").body[0].only == {Name("", "u")}


def defined(options: str, kind: str = "FUNCTION f() RETURNS int") -> Statement:
    (statement,) = read_statements(f"CREATE {kind} {options}").statements
    assert (statement.block, statement.language) == ("", "")
    return statement


@pytest.mark.parametrize(
    ("options", "called"),
    [
        ("LANGUAGE sql AS 'SELECT g()'", "g"),
        ("AS 'SELECT g()' LANGUAGE SQL", "g"),
        ("LANGUAGE plpgsql SET search_path = a AS 'BEGIN RETURN g(); END'", "g"),
        ("AS 'SELECT g()'", "g"),  # whose language the server asks for
    ],
)
def test_the_body_of_a_function_that_is_made_is_read(options: str, called: str) -> None:
    always, _, _ = defined(options).defines
    assert always.functions == names(called)


def test_so_is_that_of_a_procedure() -> None:
    always, _, words = defined("LANGUAGE sql AS 'DELETE FROM t'", "PROCEDURE p()").defines
    assert (always.writes, Name("", "t") in words.reads) == (names("t"), True)


@pytest.mark.parametrize(
    "options",
    [
        "LANGUAGE plpgsql AS 'BEGIN EXECUTE x; END'",
        "LANGUAGE plperl AS 'x'",
        "LANGUAGE c AS 'a', 'b'",
        "LANGUAGE sql SET standard_conforming_strings = off AS 'SELECT 1'",
        "LANGUAGE sql AS 'no SQL'",
    ],
)
def test_a_body_that_cannot_be_read_says_why(options: str) -> None:
    statement = defined(options)
    assert statement.undefined
    assert not statement.defines


def test_a_body_in_the_statement_s_own_tree_is_read_with_it() -> None:
    statement = defined("BEGIN ATOMIC SELECT g(); END")
    assert statement.functions == names("g")
    assert (statement.defines, statement.undefined) == ((), "")
