"""Where code may run that nobody has read, and what may put such in place."""

from dataclasses import replace

import pytest
from catalog_samples import AUDIT, DEMO, OID, ROWS, RUN, SEATED, reached
from license_samples import NOW

from pgtoll_policy.catalog import Catalog, build_catalog
from pgtoll_policy.reach import doubted
from pgtoll_policy.rows import Anywhere, Attachment, BuiltinRow, FunctionRow
from pgtoll_policy.unread import CHANGED_BEFORE, CHANGED_HERE, LEFT_HERE
from pgtoll_policy.verdict import Kind, Verdict, decide

OWN = (BuiltinRow(1574, "nextval"), BuiltinRow(13_001, "_pg_expandarray"))
# Without types that run code, which may be those of the constants in any function's body.
CATALOG = build_catalog(replace(ROWS, builtins=(*ROWS.builtins, *OWN), types=()))
HOOKED = replace(ROWS, types=(), attached=(Attachment(OID["stored"], AUDIT, reading=False),))
TIDIED = build_catalog(replace(ROWS, functions=()))
HOOKED_CATALOG = build_catalog(HOOKED)


def judge(sql: str, catalog: Catalog = CATALOG, *, doubt: str = "", user: str = "bob") -> Verdict:
    found = reached(sql, catalog)
    return decide(doubted(found, doubt) if doubt else found, SEATED, user, NOW, strict=True)


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT tidy('x')",
        "SELECT run('x')",
        "PREPARE p AS SELECT run('x')",
        "DECLARE c CURSOR FOR SELECT run('x')",
        "SELECT query_to_xml('x', true, true, '')",
        "DO 'BEGIN EXECUTE ''x''; END'",
        "DO 'BEGIN PERFORM run(''x''); END'",
        "DO LANGUAGE plperl 'x'",
        "CREATE TABLE made AS SELECT run('x')",
        "CREATE TABLE made (word text DEFAULT run('x'))",
        "CREATE VIEW seen AS SELECT run('x')",
        "CREATE DOMAIN few AS int CHECK (run(VALUE))",
        "CREATE TRIGGER t BEFORE INSERT ON note FOR EACH ROW EXECUTE FUNCTION audit()",
        "CREATE EXTENSION hstore",
        "CREATE OPERATOR === (FUNCTION = run, RIGHTARG = text)",
        "CREATE AGGREGATE total (int) (SFUNC = run, STYPE = int)",
        "ALTER FUNCTION run(text) RENAME TO lower",
        "ALTER TABLE note ADD CHECK (run(word))",
        "CREATE FUNCTION f() RETURNS int LANGUAGE plpgsql AS 'BEGIN EXECUTE ''x''; END'",
        "CREATE FUNCTION f() RETURNS int LANGUAGE plpgsql AS 'BEGIN PERFORM run(''x''); END'",
        "CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT run(''x'')'",
        "CREATE FUNCTION f() RETURNS int LANGUAGE c AS 'library', 'symbol'",
        "CREATE FUNCTION f() RETURNS int LANGUAGE plperl AS 'x'",
        "CREATE FUNCTION f() RETURNS int LANGUAGE sql SET backslash_quote = on AS 'SELECT 1'",
        "CREATE PROCEDURE p() LANGUAGE plpgsql AS 'BEGIN EXECUTE ''x''; END'",
        "CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT count(*) FROM mrktinvoice'",
    ],
)
def test_code_that_is_not_read_neither_runs_nor_comes_into_the_catalog(sql: str) -> None:
    verdict = judge(sql)
    assert (verdict.kind, verdict.sqlstate, verdict.rule) == (Kind.REFUSE, "42501", "unread")
    assert verdict.product == "marketing"
    assert 'unread = "watch"' in verdict.hint


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT * FROM nosuch",
        "SELECT nextval('contact_number')",
        "SELECT set_config('a.b', 'c', true)",
        "SELECT nosuch()",
        "SELECT archive.nosuch()",
        "FETCH c",
        "EXECUTE p",
        "EXPLAIN EXECUTE p",
        "CREATE TABLE made AS EXECUTE p",
        "CREATE TABLE made (id int)",
        "CREATE TABLE made AS SELECT 1",
        "CREATE SEQUENCE made",
        "SELECT information_schema._pg_expandarray(ARRAY[1])",
        "CREATE TEXT SEARCH CONFIGURATION own (COPY = simple)",
        "ALTER TEXT SEARCH CONFIGURATION own DROP MAPPING FOR word",
        "ALTER TYPE mood ADD VALUE 'x'",
        "CREATE DOMAIN few AS int CHECK (VALUE > 0)",
        "CREATE COLLATION own (provider = libc, locale = 'C')",
        "CREATE AGGREGATE total (int) (SFUNC = int4pl, STYPE = int4)",
        "CREATE OPERATOR === (FUNCTION = int4eq, LEFTARG = int, RIGHTARG = int)",
        "CREATE FUNCTION f() RETURNS int LANGUAGE plpgsql AS 'BEGIN RETURN 1; END'",
        "CREATE FUNCTION f() RETURNS int LANGUAGE sql BEGIN ATOMIC SELECT 1; END",
        "CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT count(*) FROM contact'",
        "ALTER TABLE stored ADD COLUMN more int",
        "DROP TABLE contact",
        "DO 'BEGIN LOCK contact; END'",
    ],
)
def test_what_is_watched_for_another_reason_is_watched(sql: str) -> None:
    assert judge(sql).kind in (Kind.WATCH, Kind.ALLOW)


def test_who_lacks_nothing_or_only_room_is_not_refused() -> None:
    found = reached("SELECT run('x')", CATALOG)
    assert decide(found, SEATED, "alice", NOW, strict=True).kind is Kind.ALLOW
    assert decide(found, DEMO, "bob", NOW, strict=True).kind is Kind.CAP


def test_a_function_that_is_trusted_runs() -> None:
    trusting = build_catalog(ROWS, trusted={"public.run"})
    assert judge("SELECT run('x')", trusting).kind is Kind.ALLOW
    verdict = judge("SELECT run('x')")
    assert verdict.detail.startswith('function "public.run" runs code that is not read, and here')
    assert 'trusted_functions = ["public.run"]' in verdict.hint


def test_the_words_are_those_of_the_code_that_is_not_read() -> None:
    verdict = judge("SELECT nextval('contact_number'), run('x')")
    assert "public.run" in verdict.detail


@pytest.mark.parametrize("sql", ["ALTER DOMAIN d ADD CHECK (true)", "ALTER TYPE t RENAME TO u"])
def test_what_may_run_any_code_is_refused_where_some_is_not_read(sql: str) -> None:
    assert judge(sql).rule == ("unread" if "DOMAIN" in sql else "watch")
    assert judge(sql, TIDIED).rule == "watch"


def test_a_constant_in_a_body_may_be_of_a_type_that_runs_code() -> None:
    sql = "CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1'"
    assert judge(sql, build_catalog(ROWS)).rule == "unread"


def test_a_cast_that_is_not_read_may_run_in_any_query() -> None:
    casting = build_catalog(replace(ROWS, anywhere=(Anywhere(RUN, "a cast"),)))
    assert judge("SELECT * FROM contact", casting).rule == "unread"


@pytest.mark.parametrize("doubt", [CHANGED_HERE, CHANGED_BEFORE, LEFT_HERE])
def test_a_transaction_goes_on_that_has_changed_the_catalog_by_what_is_read(doubt: str) -> None:
    assert judge("SELECT * FROM contact", doubt=doubt).kind is Kind.WATCH
    assert judge("SELECT run('x')", doubt=doubt).rule == "unread"


def test_a_picture_that_may_be_old_may_hide_code_that_is_not_read() -> None:
    verdict = judge("SELECT * FROM contact", doubt="the catalog has changed")
    assert (verdict.kind, verdict.rule) == (Kind.REFUSE, "unread")


@pytest.mark.parametrize(
    ("sql", "plants"),
    [
        ("SELECT 1", False),
        ("CREATE TABLE made (id int)", False),
        ("CREATE TABLE made (LIKE contact INCLUDING ALL)", False),
        ("CREATE TABLE made (LIKE stored INCLUDING ALL)", True),
        ("DROP FUNCTION run", False),
        ("CREATE TYPE mood AS ENUM ('x')", False),
        ("CREATE TYPE span AS RANGE (subtype = int)", True),
        ("ALTER TABLE contact RENAME TO note", False),
        ("ALTER TABLE stored RENAME TO note", True),
        ("ALTER TABLE contact SET SCHEMA archive", False),
        ("ALTER SCHEMA public RENAME TO archive", True),
        ("ALTER DOMAIN odd RENAME TO even", True),
        ("ALTER FUNCTION run SET SCHEMA archive", True),
        ("CREATE COLLATION own (provider = libc, locale = 'C')", False),
        ("CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1'", False),
        ("CREATE FUNCTION f() RETURNS int LANGUAGE plpgsql AS 'BEGIN EXECUTE 1; END'", True),
        ("DO 'BEGIN CREATE TABLE made (); END'", True),
        ("SELECT run('x')", True),
    ],
)
def test_which_statements_may_leave_code_that_is_not_read(sql: str, plants: bool) -> None:
    assert reached(sql, HOOKED_CATALOG).plants is plants


def test_what_older_statements_have_left_is_resumed() -> None:
    late = FunctionRow(17_101, "public", "late", body="BEGIN EXECUTE x; END")
    deferring = build_catalog(replace(ROWS, functions=(late,), deferred=(late.oid,)))
    for sql in ("EXECUTE p", "FETCH c", "EXPLAIN EXECUTE p"):
        assert reached(sql, CATALOG).resumes
    assert not reached("COMMIT", CATALOG).resumes
    assert reached("COMMIT", deferring).resumes
    assert judge("COMMIT", deferring).kind is Kind.WATCH
