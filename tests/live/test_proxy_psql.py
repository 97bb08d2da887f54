"""psql through the proxy and beside it prints the same, to the byte."""

import difflib
import os
import subprocess

import pytest
import servers
from proxies import Person

pytestmark = pytest.mark.live

# What everybody sees alike: nothing here touches a product that somebody lacks.
HONEST = r"""
\pset pager off
SELECT 1 AS one, 'two' AS two, NULL AS nothing;
CREATE TABLE item (id int PRIMARY KEY, name text NOT NULL DEFAULT 'x', price numeric(8,2));
COMMENT ON TABLE item IS 'what is sold';
CREATE INDEX item_name ON item (name);
INSERT INTO item VALUES (1, 'pen', 1.50), (2, 'ink', 7), (3, 'paper', NULL);
INSERT INTO item (id) VALUES (4) RETURNING *;
UPDATE item SET price = price + 1 WHERE id < 3 RETURNING id, price;
DELETE FROM item WHERE id = 4;
SELECT * FROM item ORDER BY id;
\d
\d item
\d+ item
\dt
\dt+ nothing_like_this
\di
\dn play
\df play.*
\dv
\du nobody_*
\l nothing_like_this
\x on
SELECT * FROM item WHERE id = 2;
\x off
\pset format csv
SELECT id, name FROM item ORDER BY id;
\pset format aligned
BEGIN;
SAVEPOINT here;
UPDATE item SET name = 'pencil' WHERE id = 1;
ROLLBACK TO here;
RELEASE here;
SELECT name FROM item WHERE id = 1;
COMMIT;
COMMIT;
BEGIN; DELETE FROM item; ROLLBACK;
SELECT count(*) AS n, max(price) AS dearest FROM item \gset
\echo :n :dearest
SELECT id, name FROM item WHERE id = $1 \bind 2 \g
SELECT $1 || $2 \bind a b \g
COPY item TO STDOUT;
COPY item (id, name) TO STDOUT WITH (FORMAT csv, HEADER);
COPY item FROM STDIN;
10	glue	2.25
11	tape	\N
\.
\copy item FROM STDIN WITH (FORMAT csv)
20,"a, b",1
\.
SELECT count(*) FROM item;
SELECT 1\; SELECT 2\; SELECT id FROM item WHERE id = 3;
BEGIN\; INSERT INTO item VALUES (30)\; SELECT count(*) FROM item\; ROLLBACK;
PREPARE by_id (int) AS SELECT name FROM item WHERE id = $1;
EXECUTE by_id (1);
DEALLOCATE by_id;
BEGIN;
DECLARE c CURSOR FOR SELECT id FROM item ORDER BY id;
FETCH 2 FROM c;
MOVE 1 IN c;
FETCH ALL FROM c;
CLOSE c;
COMMIT;
\set FETCH_COUNT 2
SELECT id FROM item ORDER BY id;
\unset FETCH_COUNT
EXPLAIN (COSTS OFF) SELECT * FROM item WHERE id = 1;
SHOW search_path;
SET work_mem = '8MB'; SHOW work_mem; RESET work_mem;
DROP TABLE IF EXISTS never_was;
CREATE TABLE IF NOT EXISTS item (id int);
ROLLBACK;
SELECT format('ALTER TABLE item ADD COLUMN c%s int', g) FROM generate_series(1, 2) g \gexec
\d item
LISTEN a_channel;
UNLISTEN *;
TABLE item LIMIT 0;

;
SELECT;
"""

# What fails, with its position, context and fields; and what raises notices on the way.
FAULTY = r"""
\set VERBOSITY verbose
CREATE TABLE item (id int PRIMARY KEY, kind text CHECK (kind <> 'bad'));
SELEC 1;
SELECT nothing FROM item;
SELECT *
  FROM item
 WHERE idd = 1;
SELECT 1\; SELECT 2\; SELECT idd FROM item;
BEGIN\; INSERT INTO item VALUES (7, 'kept')\; COMMIT\; SELECT idd FROM item;
INSERT INTO item VALUES (1, 'good');
INSERT INTO item VALUES (1, 'good');
INSERT INTO item VALUES (2, 'good')\; INSERT INTO item VALUES (3, 'bad');
SELECT count(*) FROM item;
SELECT 1/0;
SELECT 'ä', 'x'::int;
DO $$ BEGIN RAISE NOTICE 'noted'; RAISE WARNING 'warned' USING HINT = 'a hint'; END $$;
DO $$ BEGIN RAISE EXCEPTION 'raised' USING ERRCODE = 'P0042', DETAIL = 'some detail'; END $$;
BEGIN;
SELECT 1/0;
SELECT 1;
INSERT INTO item VALUES (9);
ROLLBACK;
SELECT $1::int \bind x \g
SELECT nothing_there($1) \bind x \g
COPY item FROM STDIN;
40	good
x	good
\.
SELECT count(*) FROM item;
COPY nothing_there FROM STDIN;
TABLE nothing_there;
CREATE FUNCTION fails() RETURNS int LANGUAGE plpgsql AS
  'BEGIN RAISE NOTICE ''before''; RETURN 1/0; END';
SELECT fails();
SELECT fails() FROM item;
EXECUTE never_prepared;
FETCH 1 FROM never_declared;
DROP TABLE never_was;
VACUUM item;
BEGIN; VACUUM item;
COMMIT;
DISCARD ALL;
"""


def psql(person: Person, script: str, *, proxied: bool) -> str:
    """Run a script and return all that psql prints, errors where they come."""
    person.clean()
    binaries = servers.embedded_binaries()
    assert binaries is not None
    run = subprocess.run(
        [str(binaries / "psql"), "-X", "-a", person.dsn(proxied=proxied)],
        input=script.encode(),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        env=os.environ | {"PGCLIENTENCODING": "UTF8"},
        timeout=60,
        check=False,
    )
    return run.stdout.decode()


def difference(person: Person, script: str) -> str:
    """Return how the script's output through the proxy differs from that beside it."""
    beside, through = (
        psql(person, script, proxied=proxied).splitlines() for proxied in (False, True)
    )
    assert len(beside) > len(script.splitlines())
    return "\n".join(difflib.unified_diff(beside, through, "beside", "through", lineterm=""))


def test_psql_prints_the_same(person: Person) -> None:
    assert not difference(person, HONEST)


def test_psql_prints_the_same_errors(person: Person) -> None:
    if person.lacking:
        pytest.skip("errors of what cannot be read are withheld from whoever lacks a product")
    assert not difference(person, FAULTY)
