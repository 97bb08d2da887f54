"""How the body of a PL/pgSQL function is cut into SQL."""

import pytest

from pgtoll_policy.lexer import scan
from pgtoll_policy.plpgsql import Reader, Unreadable


def cut(body: str) -> list[str]:
    """Return the SQL of a body; in parentheses what does not run in every call."""
    tokens = scan(body.encode())
    reader = Reader(tokens, [token.text.lower() for token in tokens])
    told = []
    for piece in reader.read():
        parts = [token.text for start, end in piece.ranges for token in tokens[start:end]]
        sql = piece.prefix + " ".join(parts)
        told.append(sql if piece.always else f"({sql})")
    return told


@pytest.mark.parametrize(
    ("statement", "sql"),
    [
        ("NULL", []),
        ("x := 1 + 2", ["SELECT 1 + 2"]),
        ("x = f ( 1 )", ["SELECT f ( 1 )"]),
        ("x [ g ( 1 ) ] := 2", ["SELECT x [ g ( 1 ) ]", "SELECT 2"]),
        ("NEW . a := b", ["SELECT b"]),
        ('"If" := 1', ["SELECT 1"]),
        ("open := 1", ["SELECT 1"]),
        ("PERFORM f ( ) FROM t", ["SELECT f ( ) FROM t"]),
        ("SELECT a INTO x FROM t", ["SELECT a FROM t"]),
        ("SELECT a , b INTO STRICT x , y . z FROM t", ["SELECT a , b FROM t"]),
        ("SELECT INTO x a FROM t", ["SELECT a FROM t"]),
        ("INSERT INTO t VALUES ( 1 )", ["INSERT INTO t VALUES ( 1 )"]),
        (
            "INSERT INTO t VALUES ( 1 ) RETURNING a INTO x",
            ["INSERT INTO t VALUES ( 1 ) RETURNING a"],
        ),
        (
            "MERGE INTO t USING s ON true WHEN MATCHED THEN DELETE",
            ["MERGE INTO t USING s ON true WHEN MATCHED THEN DELETE"],
        ),
        ("CALL p ( 1 )", ["CALL p ( 1 )"]),
        ("RETURN a", ["SELECT a"]),
        ("RETURN", []),
        ("RETURN NEXT", []),
        ("RETURN NEXT a", ["SELECT a"]),
        ("RETURN QUERY SELECT a FROM t", ["SELECT a FROM t"]),
        ("RAISE", []),
        ("RAISE NOTICE 'x % %' , a , f ( b , c )", ["SELECT a", "SELECT f ( b , c )"]),
        ("RAISE EXCEPTION USING MESSAGE = a , DETAIL := b", ["SELECT a", "SELECT b"]),
        ("RAISE division_by_zero USING HINT = a", ["SELECT a"]),
        ("ASSERT a , b", ["SELECT a", "SELECT b"]),
        ("GET STACKED DIAGNOSTICS x = MESSAGE_TEXT", []),
        ("COMMIT AND CHAIN", []),
        ("IF a THEN x := 1 ; END IF", ["SELECT a", "(SELECT 1)"]),
        (
            "IF a THEN NULL ; ELSIF b THEN x := 1 ; ELSE x := 2 ; END IF",
            ["SELECT a", "(SELECT b)", "(SELECT 1)", "(SELECT 2)"],
        ),
        (
            "CASE a WHEN 1 , 2 THEN x := 3 ; ELSE x := 4 ; END CASE",
            ["SELECT a", "(SELECT 1)", "(SELECT 2)", "(SELECT 3)", "(SELECT 4)"],
        ),
        ("CASE WHEN a THEN NULL ; END CASE", ["(SELECT a)"]),
        ("LOOP EXIT WHEN a ; END LOOP", ["(SELECT a)"]),
        ("<<x>> WHILE a LOOP CONTINUE x ; END LOOP x", ["SELECT a"]),
        ("FOR i IN 1 .. f ( 2 ) LOOP NULL ; END LOOP", ["SELECT 1", "SELECT f ( 2 )"]),
        (
            "FOR i IN REVERSE 9 .. 1 BY g ( ) LOOP NULL ; END LOOP",
            ["SELECT 9", "SELECT 1", "SELECT g ( )"],
        ),
        ("FOR r IN SELECT a FROM t LOOP x := 1 ; END LOOP", ["SELECT a FROM t", "(SELECT 1)"]),
        ("FOR r IN ( SELECT 1 ) LOOP NULL ; END LOOP", ["( SELECT 1 )"]),
        ("FOR r IN c LOOP NULL ; END LOOP", []),
        ("FOR r IN c ( f ( 1 ) ) LOOP NULL ; END LOOP", []),
        ("FOREACH x SLICE 1 IN ARRAY a LOOP NULL ; END LOOP", ["SELECT a"]),
        ("OPEN c FOR SELECT 1", ["SELECT 1"]),
        ("OPEN c ( 1 )", []),
        ("BEGIN x := 1 ; END", ["SELECT 1"]),
        ("DECLARE y int := 1 ; BEGIN NULL ; END", ["SELECT 1"]),
        (
            "BEGIN x := 1 ; EXCEPTION WHEN a OR b THEN x := 2 ; WHEN OTHERS THEN NULL ; END",
            ["SELECT 1", "(SELECT 2)"],
        ),
    ],
)
def test_statements(statement: str, sql: list[str]) -> None:
    assert cut(f"BEGIN {statement}; END") == sql


@pytest.mark.parametrize(
    ("declaration", "sql"),
    [
        ("x int", []),
        ("x t . a % TYPE NOT NULL := 1", ["SELECT 1"]),
        ("x CONSTANT numeric ( 1 , 2 ) DEFAULT f ( )", ["SELECT f ( )"]),
        ("x text COLLATE \"C\" = 'a'", ["SELECT 'a'"]),
        ("c CURSOR FOR SELECT 1", ["(SELECT 1)"]),
        ("c NO SCROLL CURSOR ( k int ) IS SELECT k", ["(SELECT k)"]),
        ("x ALIAS FOR $1", []),
    ],
)
def test_declarations(declaration: str, sql: list[str]) -> None:
    assert cut(f"<<b>> DECLARE {declaration}; BEGIN NULL; END b;") == sql


@pytest.mark.parametrize(
    ("first", "always"),
    [
        ("NULL", True),
        ("IF a THEN x := 1; END IF", True),
        ("RAISE NOTICE 'x'", True),
        ("RETURN NEXT 1", True),
        ("RETURN", False),
        ("RAISE 'x'", False),
        ("EXIT", False),
        ("IF a THEN RETURN; END IF", False),
        ("LOOP RAISE 'x'; END LOOP", False),
        ("BEGIN NULL; EXCEPTION WHEN OTHERS THEN RETURN; END", False),
    ],
)
def test_behind_what_may_leave_nothing_is_certain(first: str, always: bool) -> None:
    last = cut(f"BEGIN {first}; y := 2; END")[-1]
    assert last == ("SELECT 2" if always else "(SELECT 2)")


@pytest.mark.parametrize(
    "statement",
    [
        "EXECUTE 'x'",
        "FOR r IN EXECUTE 'x' LOOP NULL; END LOOP",
        "OPEN c FOR EXECUTE 'x'",
        "RETURN QUERY EXECUTE 'x'",
        "IF a THEN EXECUTE 'x'; END IF",
    ],
)
def test_what_runs_a_text_is_not_read(statement: str) -> None:
    with pytest.raises(Unreadable, match="runs a text"):
        cut(f"BEGIN {statement}; END")


@pytest.mark.parametrize(
    "body",
    [
        "",
        "SELECT 1",
        "BEGIN",
        "BEGIN x := 1 END",
        "BEGIN IF a; END IF; END",
        "BEGIN IF a THEN NULL; END; END",
        "BEGIN NULL; END; BEGIN NULL; END",
        "BEGIN RAISE USING x; END",
        "BEGIN FOR LOOP NULL; END LOOP; END",
        "DECLARE x int BEGIN NULL; END",
    ],
)
def test_what_is_no_body_is_not_half_read(body: str) -> None:
    with pytest.raises(Unreadable):
        cut(body)


def test_options_for_the_compiler_are_passed() -> None:
    assert cut("#variable_conflict use_column\nBEGIN x := 1; END") == ["SELECT 1"]


OWN = "DECLARE c refcursor; BEGIN OPEN c FOR SELECT 1; FETCH NEXT FROM c INTO x; CLOSE c; END"


def test_rows_of_cursors_of_its_own() -> None:
    assert cut(OWN) == ["SELECT 1"]
    assert cut("DECLARE c CURSOR FOR SELECT 1; BEGIN OPEN c; MOVE c; END") == ["(SELECT 1)"]


@pytest.mark.parametrize(
    "body",
    [
        "BEGIN FETCH c INTO x; END",
        "BEGIN OPEN c FOR SELECT 1; FETCH c INTO x; END",
        OWN.replace("OPEN", "c := 'other'; OPEN"),
        OWN.replace("OPEN", "SELECT 'other' INTO c; OPEN"),
        OWN.replace("OPEN", "CALL p(c); OPEN"),
        OWN.replace("refcursor;", "refcursor := 'other';"),
        "DECLARE c CURSOR FOR SELECT 1; BEGIN c := 'other'; FETCH c INTO x; END",
    ],
)
def test_rows_of_what_may_be_another_s_cursor(body: str) -> None:
    with pytest.raises(Unreadable, match="cursor"):
        cut(body)
