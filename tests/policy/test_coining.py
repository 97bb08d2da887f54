"""Bodies that are not read: which can make up no name of a parameter by themselves."""

import pytest

from pgtoll_policy.coining import MOST_CHARACTERS, loose_body


def body(code: str) -> str:
    return f"DECLARE x text; BEGIN {code} RETURN NEW; END"


TAME = [
    "EXECUTE 'INSERT INTO log VALUES ($1, $2)' USING NEW.id, now();",
    "EXECUTE 'SELECT 100 % $1' INTO x USING 7;",
    "FOR x IN EXECUTE 'SELECT id FROM item' LOOP NULL; END LOOP;",
    "RETURN QUERY EXECUTE format('SELECT * FROM %I', TG_ARGV[0]);",
    "EXECUTE format('INSERT INTO %I.%I (a, b) VALUES ($1, %L)', s, 'log_' || (y - (1 * 2)), v);",
    "EXECUTE pg_catalog.format('UPDATE %1$I SET %2$I = $1 WHERE id = %3$L', t, c, i) USING v;",
    "EXECUTE format('DELETE FROM public.%I WHERE at < %L::date', t, d);",
    "EXECUTE format('SELECT %L, 5 %% 2 FROM %I', v, t) INTO STRICT x;",
    "CREATE TEMP TABLE t AS SELECT 1;",
    "SET LOCAL work_mem = '1MB'; SET CONSTRAINTS ALL DEFERRED;",
    "INSERT INTO t VALUES (1) ON CONFLICT DO NOTHING; UPDATE t SET (a, b) = (1, 2);",
    'UPDATE t SET "Col" = 1, b = 2; UPDATE t SET a[1] = 2;',
    "x := executed_at || 'executes';",
]
WILD = [
    "PERFORM set_config('a.b' || x, '', true);",
    "PERFORM \"set_config\"('a', 'b', true);",
    "DEALLOCATE p;",
    "DISCARD PLANS;",
    "EXECUTE x;",
    "EXECUTE 'SELECT ' || x;",
    "EXECUTE 'SELECT 1' 'x';",
    "EXECUTE 'SET a.b = 1';",
    "EXECUTE 'DO nothing';",
    "EXECUTE 'SELECT 1; SET a.b = 1';",
    "EXECUTE 'SELECT f(''x'')';",
    "EXECUTE E'SELECT 1';",
    "EXECUTE $$SELECT 1$$;",
    "EXECUTE format('%s', x);",
    "EXECUTE format(x, 'SELECT 1');",
    "EXECUTE format('SELECT 1') || x;",
    "EXECUTE format('SELECT %s', x);",
    "EXECUTE format('SELECT %I(1)', x);",
    "EXECUTE format('SELECT %I (1)', x);",
    "EXECUTE format('SELECT s.%I(1)', x);",
    "EXECUTE format('SELECT t.%I FROM t', x);",
    "EXECUTE format('SELECT ($1).%I', x);",
    "EXECUTE format('INSERT INTO t SELECT %I (a)', x);",
    "EXECUTE format('SELECT set_%I(1)', x);",
    "EXECUTE format('SELECT %I%I', x, y);",
    "EXECUTE format('SELECT \"%I\"', x);",
    "EXECUTE format('%I %I', x, y);",
    "EXECUTE format('SELECT %-10I', x);",
    "EXECUTE format('SELECT %L', 'a' /* ); */) || x;",
    "EXECUTE format('SELECT %L', 'a' -- );\n) || x;",
    "EXECUTE/**/'SELECT 1';",
    "EXECUTE format('SELECT %L', E'\\'); ');",
    "SET LOCAL a.b = 1;",
    "SET a . b = 1;",
    'SET "a.b" = 1;',
    "SET/**/work_mem = 1;",
    "SET x FROM CURRENT;",
    "DO 'BEGIN END';",
    "CREATE FUNCTION g() RETURNS int LANGUAGE sql AS 'SELECT 1';",
    "CREATE OR REPLACE VIEW v AS SELECT 1;",
    "ALTER FUNCTION f() SET a.b = 1;",
    "FETCH c INTO x;",
    "LOAD 'library';",
    "PERFORM U&\"s\\0065t_config\"('a', 'b', true);",
    'PERFORM "a""b"();',
]


@pytest.mark.parametrize("code", TAME)
def test_what_can_make_up_no_name(code: str) -> None:
    assert loose_body(body(code)) is not None


@pytest.mark.parametrize("code", WILD)
def test_what_may_make_up_a_name(code: str) -> None:
    assert loose_body(body(code)) is None


def test_every_word_may_be_a_name() -> None:
    loose = loose_body("BEGIN Perform MÜLLER(); EXECUTE 'SELECT hidden()'; x = '\"A b\"'; END")
    assert loose is not None
    assert {"mÜller", "müller", "hidden", "A b", "perform"} <= loose.words
    assert not loose.any_relation


def test_a_name_is_cut_as_the_server_does() -> None:
    loose = loose_body(f"BEGIN PERFORM {'a' * 70}(); END")
    assert loose is not None
    assert "a" * 63 in loose.words


def test_a_name_that_is_filled_in_may_be_that_of_any_relation() -> None:
    loose = loose_body("BEGIN EXECUTE format('SELECT 1 FROM %I', x); END")
    assert loose is not None
    assert loose.any_relation


def test_hostile_bodies_take_no_time() -> None:
    for piece in ("execute format('select 1',((", "set ", "execute '", '"', "%i."):
        loose_body(piece * (MOST_CHARACTERS // len(piece)))
    assert loose_body(" " * (MOST_CHARACTERS + 1)) is None
