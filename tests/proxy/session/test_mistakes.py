"""An error shows names where it points at a word of the text, or nothing was evaluated for it."""

from collections.abc import Mapping

import pytest

from pgtoll.session.mistakes import shows_names, unknown
from pgtoll_policy.facts import Name, Statement
from pgtoll_policy.statement import read_script

TYPE = {"C": b"42704", "F": b"parse_type.c", "M": b'type "x" does not exist'}
ABSENT = {"C": b"42P01", "F": b"namespace.c", "M": b'relation "x" does not exist'}


def statement_of(sql: str) -> Statement:
    (statement,) = read_script(sql).statements
    return statement


def shows(
    fields: Mapping[str, bytes], sql: str, at: str = "", *, statement: Statement | None = None
) -> bool:
    """Whether an error that points at the first `at` in a text is shown."""
    position = {"P": str(sql.index(at) + 1).encode()} if at else {}
    one = statement or statement_of(sql)
    return shows_names({**fields, **position}, one, sql.encode(), lambda data: data.decode())


@pytest.mark.parametrize(
    ("sql", "at"),
    [
        ("SELECT 1::nothing", "nothing"),
        ("SELECT $1::nothing", "$1"),
        ('SELECT 1::"Nothing"', '"Nothing"'),
        ("SELECT a +++ 1", "+++"),
        ("SELECT e FROM t", "e FROM"),
        ("SELECT 'äöü', 1::nothing", "nothing"),
        ("CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT nothing'", "nothing"),
    ],
)
def test_an_error_that_points_at_a_word_is_shown(sql: str, at: str) -> None:
    assert shows(TYPE, sql, at)
    assert not shows(TYPE | {"F": b"pl_exec.c"}, sql, at)


@pytest.mark.parametrize("inside", ["W", "q", "p"])
def test_an_error_from_inside_is_not_shown(inside: str) -> None:
    sql = "DROP TABLE x"
    assert not shows(TYPE | {inside: b"1"}, sql, "x")
    assert not shows(ABSENT | {inside: b"1"}, sql)
    assert not shows({"F": b"gram.y", inside: b"1"}, sql, "x")


@pytest.mark.parametrize(
    ("sql", "at"),
    [
        ("SELECT '{1}'::d[]", "'{"),
        ("SELECT E'{1}'::d[]", "E'"),
        ("SELECT u&'{1}'::d[]", "u&"),
        ("SELECT n'{1}'::d[]", "n'"),
        ("SELECT $${1}$$::d[]", "$$"),
        ("SELECT $q${1}$q$::d[]", "$q"),
        ("CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT ''{1}''::d[]'", "''{"),
        ("CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT E''{1}''::d[]'", "E''"),
        ("CREATE FUNCTION f() RETURNS int LANGUAGE sql AS E'SELECT \\'{1}\\'::d[]'", "\\'{"),
        ("SELECT 'äöü', '{1}'::d[]", "'{"),
    ],
)
def test_an_error_that_points_at_a_constant_may_come_of_its_value(sql: str, at: str) -> None:
    assert not shows(TYPE, sql, at)


def test_a_position_counts_bytes_where_the_server_knows_no_characters() -> None:
    sql = "SELECT /*öööö*/ 1, '{1}'::d[]"
    at = len(sql[: sql.index("'{")].encode()) + 1
    fields = TYPE | {"P": str(at).encode()}
    assert not shows_names(fields, statement_of(sql), sql.encode(), lambda data: data.decode())


def test_a_position_in_a_text_that_cannot_be_read_is_none() -> None:
    sql = "SELECT 1::nothing"
    fields = TYPE | {"P": b"11"}
    assert not shows_names(fields, statement_of(sql), sql.encode(), lambda data: None)


def test_an_error_points_into_its_own_statement() -> None:
    sql = "SELECT 1; SELECT 2::x"
    first, second = read_script(sql).statements
    assert not shows(TYPE, sql, "x", statement=first)
    assert shows(TYPE, sql, "x", statement=second)
    assert not shows(TYPE, sql, "1", statement=second)


@pytest.mark.parametrize(
    "sql",
    ["EXECUTE x(1)", "EXPLAIN EXECUTE x(1)", "FETCH x", "ALTER TABLE t ALTER a TYPE x", ""],
)
def test_where_another_text_is_parsed_a_position_says_nothing(sql: str) -> None:
    statement = statement_of(sql) if sql else Statement("", 0, 1)
    assert not shows(TYPE, sql or "x", "x" if "x" in sql else "", statement=statement)


def test_a_text_of_unknown_grammar_may_be_pointed_into() -> None:
    sql = "SELEC nothing '{1}'"
    assert shows({"F": b"scan.l"}, sql, "nothing", statement=unknown(sql.encode()))
    assert shows(TYPE, sql, "nothing", statement=unknown(sql.encode()))
    assert not shows(TYPE, sql, "'{", statement=unknown(sql.encode()))


def test_nothing_is_known_of_what_is_not_certain() -> None:
    sql = "DROP TABLE x"
    fields = ABSENT | {"P": b"12"}
    assert not shows_names(fields, None, sql.encode(), lambda data: data.decode())
    assert not shows_names(ABSENT, None, sql.encode(), lambda data: data.decode())


def test_commands_say_what_is_wrong_with_the_names_in_them() -> None:
    assert shows({"C": b"2BP01", "F": b"dependency.c"}, "SELECT 1")
    assert shows({"C": b"42883", "F": b"parse_func.c"}, "DROP FUNCTION nothing(int)")
    assert not shows({"C": b"42883", "F": b"parse_func.c"}, "SELECT 1")


@pytest.mark.parametrize(
    ("sql", "file", "message"),
    [
        ("TRUNCATE x", b"namespace.c", 'relation "x" does not exist'),
        ("TRUNCATE s.x", b"namespace.c", 'relation "s.x" does not exist'),
        ("TRUNCATE s.x", b"namespace.c", 'schema "s" does not exist'),
        ("ALTER TABLE x ADD a int", b"aclchk.c", "must be owner of table x"),
        ("SELECT 1 FROM s.x", b"aclchk.c", "permission denied for table x"),
        ("CREATE TABLE x AS SELECT 1", b"createas.c", 'relation "x" already exists'),
    ],
)
def test_what_is_usually_said_of_a_name_in_the_text_is_shown(
    sql: str, file: bytes, message: str
) -> None:
    error = {"F": file, "M": message.encode()}
    assert shows(error, sql)
    assert not shows(error, "TRUNCATE y")
    assert not shows(error | {"F": b"pl_exec.c"}, sql)
    assert not shows(error | {"M": error["M"] + b" secret"}, sql)
    for more in ("D", "H"):
        assert not shows(error | {more: b"secret"}, sql)


def test_of_many_names_none_is_told() -> None:
    assert shows(ABSENT, "TRUNCATE x, y")
    assert not shows(ABSENT, "TRUNCATE x, y, z")
    assert Name("", "x") in statement_of("TRUNCATE x").writes


@pytest.mark.parametrize("file", [b"pl_gram.y", b"pl_scanner.c", b"pl_comp.c"])
def test_a_body_that_is_being_made_may_be_pointed_into(file: bytes) -> None:
    made = "CREATE FUNCTION f() RETURNS int LANGUAGE plpgsql AS 'BEGIN x := ; END'"
    wrong = {"C": b"42601", "F": file, "M": b'"x" is not a known variable'}
    assert shows(wrong, made, "x")
    assert not shows(wrong | {"W": b"compilation of PL/pgSQL function"}, made, "x")
    assert not shows(wrong | {"q": b"BEGIN"}, made, "x")
    assert not shows(wrong, made)
    assert not shows(wrong, "SELECT f('x')", "x")


@pytest.mark.parametrize(
    ("sql", "shown"),
    [
        ("SELECT 'x'::regclass", True),
        ("SELECT nextval('x')", True),
        ("SELECT currval('x'), 'y'", True),
        ("SELECT nextval('x'), 'y', 'z'", False),  # a position may tell which of many
        ("SELECT 'x'::regclass, $1", False),
        ("SELECT 'y'::regclass, 'x'", False),
    ],
)
def test_a_relation_of_a_constant_may_be_missed(sql: str, shown: bool) -> None:
    assert shows(ABSENT, sql, "'x") is shown
    assert shows(ABSENT | {"F": b"regproc.c"}, sql, "'x") is shown


@pytest.mark.parametrize(
    ("sql", "shown"),
    [
        ("CREATE TABLE t (a int)", True),
        ("INSERT INTO t VALUES (1)", False),
        ("SELECT f()", False),
    ],
)
def test_a_read_only_transaction_may_say_what_it_refuses(sql: str, shown: bool) -> None:
    refused = b"cannot execute CREATE TABLE in a read-only transaction"
    assert shows({"C": b"25006", "F": b"utility.c", "M": refused}, sql) is shown
    assert not shows({"C": b"25006", "F": b"pl_exec.c", "M": refused}, sql)


@pytest.mark.parametrize(
    ("sql", "file", "text"),
    [
        (
            "ALTER TABLE t ADD PRIMARY KEY (a)",
            b"index.c",
            'multiple primary keys for table "t" are not allowed',
        ),
        (
            "CREATE TRIGGER x BEFORE INSERT ON t EXECUTE FUNCTION f()",
            b"parse_func.c",
            "function f() does not exist",
        ),
        (
            "CREATE TRIGGER x BEFORE INSERT ON t EXECUTE FUNCTION f()",
            b"trigger.c",
            "function f must return type trigger",
        ),
    ],
)
def test_usual_texts_of_changes_of_tables_are_shown(sql: str, file: bytes, text: str) -> None:
    assert shows({"F": file, "M": text.encode()}, sql)
    assert not shows({"F": file, "M": text.replace("f", "g").replace('"t"', '"u"').encode()}, sql)


def test_a_language_may_be_missed_by_what_makes_a_function() -> None:
    missed = {"C": b"42704", "F": b"functioncmds.c", "M": b'language "a" does not exist'}
    made = "CREATE FUNCTION f() RETURNS int LANGUAGE a AS ''"
    assert shows(missed, made)
    assert not shows(missed | {"W": b"SQL function"}, made)
    assert not shows(missed | {"M": b"a value"}, made)
    assert not shows(missed, "SELECT f()")
