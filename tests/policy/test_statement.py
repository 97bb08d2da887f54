"""What reading a text gives: the corpus, the traps of two grammars, every kind of statement."""

import os
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from statement_corpus import Row, rows, sample, written

from pgtoll_policy.statement import (
    ANY_SETTING,
    MAX_BYTES,
    Act,
    Name,
    Script,
    Statement,
    read_script,
)

# The whole corpus takes ten seconds: every ninth row, unless fuzzing is asked for.
WHOLE = "PGTOLL_FUZZ_EXAMPLES" in os.environ
CORPUS = rows() if WHOLE else sample(9)
# sqlglot takes an operator class for a relation: three statements of PostgreSQL's own tests.
WRONGLY_REFUSED = "text_pattern_ops"
# Said to be opaque here and not there: they run code, or rows arrive, that no text shows.
OPAQUE_TOO = {"CREATE EXTENSION", "ALTER EXTENSION", "LOAD"}
OPAQUE_TOO |= {"CREATE SUBSCRIPTION", "ALTER SUBSCRIPTION"}


def one(sql: str, **settings: bool) -> Statement:
    """Return the facts of a text of one statement that can be judged."""
    script = read_script(sql, **settings)
    assert (script.refusal, script.rejected, len(script.statements)) == ("", False, 1)
    return script.statements[0]


def names(*words: str) -> frozenset[Name]:
    parts = (word.rpartition(".") for word in words)
    return frozenset(Name(schema, name) for schema, _, name in parts)


# The corpus


@pytest.fixture(scope="module")
def readings() -> list[tuple[Row, Script]]:
    return [(row, read_script(row.sql)) for row in CORPUS]


def test_no_relation_is_missed_and_none_invented(readings: list[tuple[Row, Script]]) -> None:
    wrong = [
        (row.sql, row.reads, row.writes, row.inserts, facts)
        for row, script in readings
        for facts in [script.statements[0]]
        if (row.reads, row.writes, row.inserts)
        != (written(facts.reads), written(facts.writes), written(facts.inserts))
    ]
    assert wrong == []


def test_what_a_statement_names_otherwise_is_noted(readings: list[tuple[Row, Script]]) -> None:
    missed = [row.sql for row, s in readings if row.others - written(s.statements[0].others)]
    assert missed == []


def test_what_text_cannot_tell_is_opaque(readings: list[tuple[Row, Script]]) -> None:
    wrong = [
        (row.sql, script.statements[0].opaque)
        for row, script in readings
        if bool(row.opaque) != bool(script.statements[0].opaque) and row.kind not in OPAQUE_TOO
    ]
    assert wrong == []


def test_no_application_is_refused_wrongly(readings: list[tuple[Row, Script]]) -> None:
    refused = [(row, script.refusal) for row, script in readings if script.refusal]
    total = Counter(row.group for row, _ in readings)
    counts = Counter(row.group for row, _ in refused)
    print("refused of read:", {group: (counts[group], total[group]) for group in total})  # noqa: T201
    assert counts["app"] == 0
    honest = [row.sql for row, _ in refused if row.group != "adversarial"]
    assert [sql for sql in honest if WRONGLY_REFUSED not in sql] == []


def test_everything_in_the_corpus_is_understood(readings: list[tuple[Row, Script]]) -> None:
    unknown = [row.sql for row, script in readings if "unknown" in script.statements[0].opaque]
    assert unknown == []
    assert [row.sql for row, script in readings if script.rejected] == []


# What two grammars read differently: each of these has fooled a policy that reads text.

SECRET_IS_READ = [
    "SELECT y, @1. FROM secret",
    "SELECT x #--'\n0 FROM secret --'",
    "SELECT y, $1||$a$x$a$ FROM secret WHERE $2 <> $1||$a$z$a$",
    "SELECT 1 -|--'\n2 FROM secret --'",
    "SELECT 1 +@|/*'*/ 2 FROM secret --'",
    "WITH secret AS (SELECT * FROM secret) SELECT * FROM secret",
    "WITH secret AS (SELECT 1) SELECT * FROM public.secret",
    "SELECT * FROM (WITH secret AS (SELECT 1) SELECT * FROM secret) q, secret",
    'WITH "Secret" AS (SELECT 1) SELECT * FROM secret',
    "EXPLAIN ANALYZE SELECT * FROM secret",
    "EXPLAIN (SELECT * FROM secret)",
    "PREPARE p (int) AS SELECT * FROM secret",
    "DECLARE c CURSOR WITH HOLD FOR SELECT * FROM secret",
    "CALL p((SELECT x FROM secret))",
    "CREATE SCHEMA s CREATE VIEW v AS SELECT * FROM secret",
    "CREATE POLICY p ON t USING (EXISTS (SELECT 1 FROM secret))",
    "CREATE FUNCTION f() RETURNS int RETURN (SELECT 1 FROM secret)",
    "SELECT * FROM SECRET FOR UPDATE",
    'SELECT * FROM U&"\\0073ecret"',
    "SELECT * FROM ONLY (secret), LATERAL (TABLE secret *) q",
    "SELECT a[1:(SELECT x FROM secret)], ROW((TABLE secret)), f(VARIADIC ARRAY(TABLE secret))",
    "SELECT 1 LIMIT (SELECT count(*) FROM secret)",
    "SELECT 1 /* /* */ FROM allowed -- */ FROM secret",
    "TABLE U&\"!0073ecret\"/*'*/UESCAPE--'\n'!'",
]
SECRET_IS_WRITTEN = [
    "WITH secret AS (SELECT 1) DELETE FROM secret",
    "WITH secret AS (SELECT 1) INSERT INTO secret SELECT 1",
    "WITH secret AS (SELECT 1) UPDATE secret SET a = 1",
    "WITH secret AS (SELECT 1) MERGE INTO secret USING t ON true WHEN MATCHED THEN DELETE",
    "WITH d AS (DELETE FROM secret RETURNING *) SELECT * FROM d",
    "CREATE PROCEDURE p() BEGIN ATOMIC INSERT INTO secret VALUES (1); END",
    "EXPLAIN ANALYZE DELETE FROM secret",
    "CREATE RULE r AS ON INSERT TO t DO ALSO INSERT INTO secret VALUES (1)",
    "COPY secret FROM STDIN WHERE a > 1",
    "COPY (DELETE FROM secret RETURNING *) TO STDOUT",
    "DELETE FROM secret WHERE CURRENT OF c",
]
SECRET_IS_NAMED = [
    "CLUSTER secret",
    "COMMENT ON COLUMN secret.a IS 'x'",
    "analyze secret(a)",
    "ALTER TABLE secret INHERIT allowed",
    "ALTER TABLE allowed ATTACH PARTITION secret DEFAULT",
    "ALTER TABLE secret RENAME TO allowed",
    "ALTER TABLE secret SET SCHEMA allowed",
    "LOCK secret",
    "CREATE TABLE t (LIKE secret, b int REFERENCES secret) INHERITS (secret)",
    "CREATE FUNCTION f(a secret.b%TYPE) RETURNS int LANGUAGE sql RETURN 1",
    "DROP TRIGGER t ON secret",
    "DROP VIEW secret",
    "GRANT SELECT ON secret TO bob",
    "SECURITY LABEL ON TABLE secret IS 'x'",
    "CREATE PUBLICATION p FOR TABLE secret",
    "SELECT 'secret'::regclass",
    "SELECT regclass('SECRET')",
]


@pytest.mark.parametrize("sql", SECRET_IS_READ)
def test_a_read_cannot_be_hidden(sql: str) -> None:
    assert {name.name for name in one(sql).reads} >= {"secret"}


@pytest.mark.parametrize("sql", SECRET_IS_WRITTEN)
def test_a_write_cannot_be_hidden(sql: str) -> None:
    assert Name("", "secret") in one(sql).writes


@pytest.mark.parametrize("sql", SECRET_IS_NAMED)
def test_a_relation_named_otherwise_is_noted(sql: str) -> None:
    facts = one(sql)
    assert facts.others >= names("secret")
    assert not facts.reads


def test_the_owner_of_a_sequence_is_noted() -> None:
    assert one("CREATE SEQUENCE s OWNED BY secret.a").others == names("s", "secret")
    assert one("ALTER SEQUENCE s OWNED BY p.secret.a").others == names("s", "p.secret")
    assert one("ALTER SEQUENCE s OWNED BY NONE").others == names("s")


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT hex(1, (SELECT y FROM secret))",
        "COPY BINARY secret TO STDOUT",
        "SELECT * FROM allowed\u00a0",
        "SELECT * FROM allowed\u2028",
    ],
)
def test_where_the_readers_disagree_nothing_is_judged(sql: str) -> None:
    script = read_script(sql)
    assert script.refusal.startswith("its readers disagree: reads ")
    assert [statement.verb for statement in script.statements] in (["select"], ["copy"])
    assert not read_script(sql, second_reader=False).refusal


def test_a_soft_keyword_is_a_relation() -> None:
    script = read_script("SELECT * FROM describe x")
    assert script.refusal or script.statements[0].reads == names("describe")


@pytest.mark.parametrize(
    ("sql", "reason"),
    [
        ("CREATE TABLE x AS EXECUTE p", "a prepared statement"),
        ("EXECUTE p(1)", "a prepared statement"),
        ("EXPLAIN ANALYZE EXECUTE p", "a prepared statement"),
        ("CREATE FUNCTION f() RETURNS int AS 'select 1' LANGUAGE sql", "the body of a function"),
        ("DO $$ BEGIN END $$", "a DO block"),
        ("CALL p()", "a procedure"),
        ("FETCH ALL FROM c", "a cursor"),
        ("MOVE 5 IN c", "a cursor"),
        ("REFRESH MATERIALIZED VIEW m", "the query of a materialized view"),
        ("COPY t FROM '/tmp/x'", "a file or a program of the server"),
        ("LOAD 'x'", "a library"),
    ],
)
def test_what_text_cannot_show_has_its_reason(sql: str, reason: str) -> None:
    assert one(sql).opaque == reason


def test_a_backslash_is_read_as_the_server_reads_it() -> None:
    sql = r"SELECT 'a\'', y FROM secret --'"
    assert one(sql).reads == frozenset()
    assert one(sql, standard_conforming_strings=False).reads == names("secret")
    strict = read_script(sql, standard_conforming_strings=False, strict=True)
    assert strict.refusal == "the second reader cannot read it"


# Names


@pytest.mark.parametrize(
    ("written_as", "schema", "name"),
    [
        ("SeCrEt", "", "secret"),
        ('"SeCrEt"', "", "SeCrEt"),
        ("SÉCRET", "", "sÉcret"),
        ("\u212aey", "", "\u212aey"),
        ("db.s.secret", "s", "secret"),
        ('"a""b"."c.d"', 'a"b', "c.d"),
        ("x" * 70, "", "x" * 63),
        ("é" * 40, "", "é" * 31),
        ("U&\"!0073ecret\" UESCAPE '!'", "", "secret"),
    ],
)
def test_names_are_those_of_the_server(written_as: str, schema: str, name: str) -> None:
    assert one(f"SELECT 1 FROM {written_as}").reads == {Name(schema, name)}


def test_whatever_may_stand_for_code_is_noted() -> None:
    facts = one(
        "SELECT f(a), s.g(b), t.h, (t).i, x::u.v, CAST(y AS w), a <#> b, c OPERATOR(s.@@@) d, bare "
        "FROM t TABLESAMPLE j(1) WHERE a BETWEEN 1 AND 2 AND b IN (SELECT 1) ORDER BY a USING >>>"
    )
    assert facts.functions == names("f", "s.g", "j")
    assert facts.types == names("u.v", "w")
    assert facts.columns == {"h", "i"}
    assert facts.operators == {"<#>", "@@@", "<=", ">=", "=", ">>>"}


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT CASE a WHEN b THEN 1 END FROM t",
        "SELECT 1 FROM t NATURAL JOIN u",
        "SELECT 1 FROM t JOIN u USING (a)",
        "SELECT a IN (1, 2) FROM t",
        "SELECT a IS DISTINCT FROM b FROM t",
    ],
)
def test_an_equality_that_is_not_written_is_an_operator_too(sql: str) -> None:
    assert "=" in one(sql).operators


# Roles


@pytest.mark.parametrize(
    ("sql", "reads", "writes", "inserts"),
    [
        ("INSERT INTO t SELECT * FROM u", "u", "t", "t"),
        ("INSERT INTO t VALUES (1) ON CONFLICT (a) DO UPDATE SET b = (TABLE u)", "u", "t", "t"),
        ("UPDATE t SET a = 1 FROM u", "t u", "t", ""),
        ("DELETE FROM t USING u", "t u", "t", ""),
        ("MERGE INTO t USING u ON true WHEN MATCHED THEN DELETE", "t u", "t", ""),
        (
            "MERGE INTO t USING u ON true WHEN NOT MATCHED THEN INSERT DEFAULT VALUES",
            "t u",
            "t",
            "t",
        ),
        ("SELECT * FROM t FOR UPDATE OF t", "t", "", ""),
        ("COPY t TO STDOUT", "t", "", ""),
        ("COPY t FROM STDIN", "", "t", "t"),
        ("SELECT * INTO n FROM t", "t", "n", "n"),
        ("CREATE TABLE n AS TABLE t", "t", "n", "n"),
        ("CREATE MATERIALIZED VIEW n AS TABLE t", "t", "n", "n"),
        ("TRUNCATE t, u", "", "t u", ""),
        ("CREATE VIEW v AS TABLE t", "t", "", ""),
        (
            "WITH RECURSIVE q AS (SELECT 1 UNION SELECT 1 FROM q, r), r AS (TABLE t) TABLE q",
            "t",
            "",
            "",
        ),
        ("WITH a AS (TABLE b), b AS (TABLE a) TABLE b", "b", "", ""),
    ],
)
def test_each_relation_has_its_role(sql: str, reads: str, writes: str, inserts: str) -> None:
    facts = one(sql)
    assert (facts.reads, facts.writes, facts.inserts) == (
        names(*reads.split()),
        names(*writes.split()),
        names(*inserts.split()),
    )


# Kinds


@pytest.mark.parametrize(
    ("sql", "settings"),
    [
        ("SET pgtoll.\"user\" = 'alice'", ("pgtoll.user",)),
        ("SET LOCAL Search_Path TO a, b", ("search_path",)),
        ("RESET role", ("role",)),
        ("RESET ALL", ("all",)),
        ("DISCARD ALL", ("all",)),
        ("DISCARD PLANS", ()),
        ("SET SESSION AUTHORIZATION bob", ("session_authorization",)),
        ("SET TIME ZONE 'UTC'", ("timezone",)),
        ("SET NAMES 'utf8'", ("client_encoding",)),
        ("SET TRANSACTION READ ONLY", ("transaction_read_only",)),
        ("SELECT set_config('PgToll.User', 'alice', false)", ("pgtoll.user",)),
        ("SELECT pg_catalog.set_config($1, 'alice', false)", (ANY_SETTING,)),
        ("SELECT set_config()", (ANY_SETTING,)),
        ("ALTER ROLE bob SET search_path = a", ()),
    ],
)
def test_parameters_that_are_set(sql: str, settings: tuple[str, ...]) -> None:
    assert one(sql).settings == settings


def test_copies_from_the_client_are_told_from_those_of_the_server() -> None:
    assert one("COPY t FROM STDIN").copies_in
    assert not one("COPY t FROM '/tmp/x'").copies_in
    assert not one("COPY t TO STDOUT").copies_in


def test_a_cursor_that_outlives_its_transaction() -> None:
    assert one("DECLARE c SCROLL CURSOR WITH HOLD FOR SELECT 1").holds
    assert not one("DECLARE c CURSOR WITHOUT HOLD FOR SELECT 1").holds
    assert not one("EXPLAIN DECLARE c CURSOR WITH HOLD FOR SELECT 1").holds


def test_whatever_makes_a_table_changes_the_catalog() -> None:
    assert all(one(sql).ddl for sql in ("SELECT 1 INTO t", "EXPLAIN CREATE TABLE t AS SELECT 1"))
    assert not one("TRUNCATE t").ddl


def test_the_kind_of_a_statement_is_told() -> None:
    facts = one("VACUUM t")
    assert (facts.verb, facts.unwatchable) == (
        "vacuum",
        "refuses to run inside a transaction block",
    )
    assert one("ROLLBACK TO s").act is Act.ROLLBACK_TO


def test_prepared_statements_have_names() -> None:
    assert one('PREPARE "P" AS SELECT 1').prepares == "P"
    assert one("EXECUTE p").executes == "p"
    assert one("CREATE TABLE t AS EXECUTE p").executes == "p"
    assert (one("SELECT 1").prepares, one("SELECT 1").executes) == (None, None)


def test_only_blocks_and_procedures_may_commit() -> None:
    assert [one(sql).may_commit for sql in ("DO ''", "CALL p()", "SELECT 1")] == [True, True, False]


# Scripts


def test_each_statement_has_its_bytes() -> None:
    sql = "  SELECT 'é' ;; /* ü */ INSERT INTO t VALUES (1)\n; -- end"
    data = sql.encode()
    script = read_script(sql)
    ranges = [data[facts.start : facts.end].decode() for facts in script.statements]
    assert [part.strip().rpartition("*/ ")[2] for part in ranges] == [
        "SELECT 'é'",
        "INSERT INTO t VALUES (1)",
    ]
    assert not any(b";" in data[facts.start : facts.end] for facts in script.statements)


@pytest.mark.parametrize("sql", ["", ";", " ;; ", "-- nothing", "/* nothing */"])
def test_nothing_is_no_statement(sql: str) -> None:
    assert read_script(sql) == Script(())


SIMPLE = ["SELECT 'a;é' FROM t", "DELETE FROM ü", "BEGIN", 'INSERT INTO "x;y" VALUES (1)', "SHOW a"]


@given(st.lists(st.sampled_from(SIMPLE), min_size=1), st.sampled_from([";", " ; ", ";\n--é;\n"]))
@example(["BEGIN"], ";")
def test_a_script_reads_like_its_statements(parts: list[str], between: str) -> None:
    sql = between.join(parts)
    data = sql.encode()
    statements = read_script(sql).statements
    alone = [one(part) for part in parts]
    assert [replace(facts, start=0, end=0) for facts in statements] == [
        replace(facts, start=0, end=0) for facts in alone
    ]
    assert [data[facts.start : facts.end].decode().rstrip() for facts in statements] == parts


def test_what_the_grammar_rejects_is_one_opaque_statement() -> None:
    script = read_script("SELECT é; SELEC 2")
    assert script.rejected
    [facts] = script.statements
    assert (facts.verb, facts.start, facts.end) == ("unknown", 0, len("SELECT é; SELEC 2".encode()))
    assert facts.opaque == 'PostgreSQL\'s grammar rejects it: syntax error at or near "SELEC"'


def test_only_what_does_not_hang_on_constants_is_shapeable() -> None:
    shapeable = ["SELECT 1", "INSERT INTO t VALUES (1)", "WITH a AS (SELECT 1) UPDATE t SET a = 1"]
    assert all(read_script(sql).shapeable for sql in [*shapeable, "SELECT 1;", "SELECT a::regtype"])
    bound = ["SELECT 't'::regclass", "SELECT $1::regclass", "SELECT regclass($1)"]
    bound += [
        "SELECT set_config('a', 'b', true)",
        "SELECT 1; SELECT 2",
        "SET a = 1",
        "COPY t TO STDOUT",
    ]
    assert not any(read_script(sql).shapeable for sql in bound)
    assert not read_script("SELECT hex(1, (TABLE t))").shapeable


# Strictness, limits


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT a <#> b FROM t",
        "DECLARE c CURSOR FOR SELECT a <#> b FROM t",
        "LOCK t",
        "DROP TABLE t",
    ],
)
def test_strictly_both_must_read_what_names_a_relation(sql: str) -> None:
    assert not read_script(sql).refusal
    assert read_script(sql, strict=True).refusal == "the second reader cannot read it"


@pytest.mark.parametrize("sql", ["BEGIN", "RELEASE SAVEPOINT s", "SHOW a", "SELECT 1 FROM t"])
def test_strictness_leaves_the_rest_alone(sql: str) -> None:
    assert not read_script(sql, strict=True).refusal


@pytest.mark.parametrize(
    ("sql", "reason"),
    [
        ("SELECT 1\0; DROP TABLE t", "there is a NUL in it"),
        ("SELECT '\ud800'", "it is not Unicode text"),
        ("SELECT '" + "x" * MAX_BYTES + "'", f"it is longer than {MAX_BYTES} bytes"),
        ("SELECT " + "1+" * 3000 + "1", "it is nested too deeply"),
    ],
)
def test_what_is_beyond_the_limits_is_not_judged(sql: str, reason: str) -> None:
    assert read_script(sql) == Script((), refusal=reason)


@pytest.mark.parametrize("more", ["", " RETURNING 't'::regclass", " -- ("])
def test_a_long_text_has_the_facts_of_all_its_rows(more: str) -> None:
    rows = ", ".join(f"({number}, f({number}), (TABLE r))" for number in range(2000))
    statement = one(f"INSERT INTO t VALUES {rows}, (1, g(2), (TABLE s)){more}")
    assert statement.inserts == names("t")
    assert statement.reads == names("r", "s")
    assert statement.functions == names("f", "g")
    assert statement.others == (names("t") if "regclass" in more else names())
    assert statement.end > 40_000


def test_what_is_long_by_more_than_constants_is_not_judged() -> None:
    names = ", ".join(f"a{number}" for number in range(200_000))
    script = read_script(f"SELECT {names} FROM t")
    assert script.refusal == "it is longer than 1048576 bytes, and not by constants alone"


def test_a_surprise_is_not_judged(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> Iterator[object]:
        raise KeyError("surprise")

    monkeypatch.setattr("pgtoll_policy.statement.parse", fail)
    assert read_script("SELECT 1").refusal == "it cannot be read (KeyError)"
