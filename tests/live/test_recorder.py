"""What proxies record while somebody wants it: every statement, of everybody, and no constant."""

import gzip
import json
import zlib
from collections.abc import Iterator
from contextlib import suppress

import psycopg
import pytest
from proxies import Site, eventually, running_proxy
from recordings_taken import recording

pytestmark = pytest.mark.live

SECRET = "s3cr3t"
CODE = "740816"  # a number that is as secret

# Literals in every form there is, and names that are as good as literals.
LITERALS = (
    f"SELECT id FROM shop WHERE name = '{SECRET}'",
    f"SELECT id FROM shop WHERE name = E'\\n{SECRET}'",
    f"SELECT id FROM shop WHERE name = $${SECRET}$$ OR name = $q${SECRET}$q$",
    f"SELECT id FROM shop WHERE name = U&'\\0041{SECRET}'",
    f"SELECT id FROM shop WHERE name = N'{SECRET}' OR name = 'a'\n'{SECRET}'",
    f"SELECT id FROM shop WHERE id = {CODE} OR id::numeric = {CODE}.5e3",
    f"SELECT B'1', X'1', date '2020-01-01', interval '1' day, '{SECRET}'::text",
    f"SELECT id /* {SECRET} */ FROM shop -- {SECRET}\n WHERE id = 1",
    f"/* {SECRET} */ SELECT count(*) FROM shop /* {SECRET} */",
    f"SELECT id FROM shop WHERE name LIKE '{SECRET}%' ESCAPE '\\'",
    f"SELECT id FROM shop LIMIT {CODE} OFFSET {CODE}",
    f"INSERT INTO shop VALUES ({CODE}, '{SECRET}'), ({CODE} + 1, E'{SECRET}')",
    f"UPDATE shop SET name = '{SECRET}' WHERE id = {CODE}",
    f"DELETE FROM shop WHERE name = '{SECRET}' OR id = {CODE}",
    f"SELECT to_regclass('{SECRET}'), set_config('app.{SECRET}', '{SECRET}', false)",
    f"SELECT nextval('{SECRET}')",
    f"SELECT '{SECRET}'::regclass",
    f"SET application_name = '{SECRET}'",
    f"SET application_name TO {SECRET}",
    f"SET app.{SECRET} = 'x'",
    f"SHOW app.{SECRET}",
    f"CREATE ROLE {SECRET} PASSWORD '{SECRET}'",
    f"COMMENT ON TABLE shop IS '{SECRET}'",
    f"DO $$ BEGIN PERFORM '{SECRET}'; PERFORM E'{SECRET}'; PERFORM {CODE}; END $$",
    f"DO 'BEGIN EXECUTE ''SELECT {SECRET}''; END'",
    f"PREPARE {SECRET} (text) AS SELECT id FROM shop WHERE name = $1",
    f"EXECUTE {SECRET}('{SECRET}')",
    f"DEALLOCATE {SECRET}",
    f"BEGIN; DECLARE {SECRET} CURSOR FOR SELECT '{SECRET}'; FETCH 1 FROM {SECRET}; COMMIT",
    f"SAVEPOINT {SECRET}",
    f"LISTEN {SECRET}",
    f"NOTIFY {SECRET}, '{SECRET}'",
    f"CREATE FUNCTION pg_temp.f() RETURNS text LANGUAGE sql AS 'SELECT ''{SECRET}''::text'",
    f"CREATE TEMP TABLE {SECRET} (a int DEFAULT {CODE}, b text CHECK (b <> '{SECRET}'))",
    f"COPY (SELECT '{SECRET}') TO STDOUT",
    f"SELECT '{SECRET}' no SQL at all {SECRET}",
    f"'{SECRET}",
)


@pytest.fixture
def shop(licensed_site: Site) -> Iterator[Site]:
    """A site in which Alice lacks nothing, and Bob the add-on."""
    site = licensed_site
    site.run(
        "CREATE TABLE shop (id bigint, name text); GRANT ALL ON shop TO PUBLIC;"
        "CREATE TABLE mrktorder (id bigint); GRANT ALL ON mrktorder TO PUBLIC"
    )
    site.settle()
    yield site
    site.run("DROP TABLE shop, mrktorder")
    site.settle()


def test_every_statement_counts_of_who_lacks_nothing(shop: Site) -> None:
    with shop.proxy.connect(shop.alice) as before:  # it has taken the short way already
        before.execute("SELECT id FROM shop WHERE id = 1")
        before.execute("SELECT id FROM shop WHERE id = %s", [1], prepare=True)
        with recording(shop.database.dsn) as taken:
            for number in range(7):
                before.execute(f"SELECT id FROM shop WHERE id = {number}".encode())
            for number in range(5):
                before.execute("SELECT id FROM shop WHERE id = %s", [number], prepare=True)
            with shop.proxy.connect(shop.alice) as new, new.pipeline():
                for number in range(11):
                    new.execute("INSERT INTO shop VALUES (%s, 'x')", [number])
        before.execute("SELECT id FROM shop WHERE id = 99")
    assert taken.runs("SELECT id FROM shop WHERE id =", shop.alice) == 7 + 5
    assert taken.runs("INSERT INTO shop", shop.alice) == 11
    assert {(e.kind.value, c.refused) for _, e, c in taken.lines} == {("allow", 0)}


def test_who_lacks_something_is_counted_with_the_verdict(shop: Site) -> None:
    with recording(shop.database.dsn) as taken, shop.proxy.connect(shop.bob) as session:
        for _ in range(3):
            session.execute("SELECT name FROM shop")
            session.execute("SELECT name FROM shop WHERE id = %s", [1], prepare=True)
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                session.execute("SELECT * FROM mrktorder")
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                session.execute("DELETE FROM mrktorder WHERE id = %s", [1], prepare=True)
    assert taken.runs("SELECT name FROM shop", shop.bob) == 6
    for part in ("SELECT * FROM mrktorder", "DELETE FROM mrktorder"):
        (line,) = [line for line in taken.lines if part in line[0].title]
        shape, entry, count = line
        assert (entry.kind.value, entry.product, count.runs, count.refused) == (
            *("refuse", "marketing"),
            *(3, 3),
        )
        assert shape.touches == ("public.mrktorder",)


def test_what_a_check_refuses_counts_once(shop: Site) -> None:
    shop.run(
        "CREATE FUNCTION reach() RETURNS bigint LANGUAGE plpgsql AS "
        "$$ DECLARE n bigint; BEGIN EXECUTE 'SELECT count(*) FROM mrkt' || 'order' INTO n;"
        " RETURN n; END $$"
    )
    shop.settle()
    with recording(shop.database.dsn) as taken, shop.proxy.connect(shop.bob) as session:
        for _ in range(4):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                session.execute("SELECT reach()")
    shop.run("DROP FUNCTION reach()")
    (line,) = [line for line in taken.lines if "reach" in line[0].title]
    assert (line[1].kind.value, line[2].runs, line[2].refused) == ("watch", 4, 4)


def said(site: Site, user: str, *, simple: bool) -> None:
    """Say everything that has a secret in it, whether it works or not."""
    for sql in LITERALS:
        with suppress(psycopg.Error), site.proxy.connect(user) as session:
            cursor = psycopg.ClientCursor(session) if simple else session.cursor()
            if sql.startswith("COPY"):
                with cursor.copy(sql.encode()) as copy:
                    assert list(copy)
            else:
                cursor.execute(sql.encode(), prepare=None if simple else True)


@pytest.mark.parametrize("simple", [True, False])
def test_no_literal_is_recorded(shop: Site, simple: bool) -> None:
    with recording(shop.database.dsn) as taken:
        said(shop, shop.alice, simple=simple)
        said(shop, shop.bob, simple=simple)
        with shop.proxy.connect(shop.alice) as session:
            session.execute("SET standard_conforming_strings = off")
            session.execute(f"SELECT '\\'{SECRET}'".encode())
            session.execute("RESET standard_conforming_strings")
            with session.cursor().copy("COPY shop FROM STDIN") as copy:
                copy.write(f"{CODE}\t{SECRET}\n")
    shop.run("DELETE FROM shop")
    plain = gzip.decompress(taken.file)
    assert b"shop" in plain
    assert SECRET.encode() not in plain
    assert CODE.encode() not in plain
    assert taken.runs("SELECT id FROM shop WHERE name =", shop.alice) >= 4


def test_nothing_secret_is_on_its_way_through_the_store(shop: Site) -> None:
    shop.run("CREATE TABLE seen (batch bytea)")
    shop.run(
        "CREATE FUNCTION see() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS "
        "$$ BEGIN INSERT INTO public.seen VALUES (NEW.batch); RETURN NULL; END $$;"
        "CREATE TRIGGER see AFTER INSERT ON pgtoll.recorded FOR EACH ROW EXECUTE FUNCTION see()"
    )
    with recording(shop.database.dsn):
        said(shop, shop.alice, simple=True)
    with shop.database.connect() as beside:
        batches = [bytes(row[0]) for row in beside.execute("SELECT batch FROM seen").fetchall()]
    shop.run("DROP TRIGGER see ON pgtoll.recorded; DROP FUNCTION see(); DROP TABLE seen")
    plain = b"".join(map(zlib.decompress, batches))
    assert b'"entries"' in plain
    assert SECRET.encode() not in plain


def test_all_workers_of_all_proxies_take_part(shop: Site) -> None:
    with (
        running_proxy(shop.database, shop.trust, workers=2, mode="observe") as other,
        recording(shop.database.dsn, workers=3) as taken,
    ):
        for proxy in (shop.proxy, other):
            for _ in range(8):
                with proxy.connect(shop.alice) as session:
                    session.execute("SELECT count(*) FROM shop")
        with other.connect(shop.bob) as session:
            session.execute("SELECT count(*) FROM mrktorder")
    assert taken.runs("SELECT count", shop.alice) == 16
    (observed,) = [line for line in taken.lines if "mrktorder" in line[0].title]
    assert (observed[1].kind.value, observed[2].runs, observed[2].refused) == ("refuse", 1, 1)
    assert taken.result is not None
    assert not taken.result.silent


def test_nothing_is_left_when_it_has_ended(shop: Site) -> None:
    with recording(shop.database.dsn) as taken:
        shop.proxy.connect(shop.alice).close()
    assert taken.result is not None
    left = "SELECT (SELECT count(*) FROM pgtoll.recording) + (SELECT count(*) FROM pgtoll.recorded)"
    assert shop.value(left) == 0


def test_a_command_that_dies_leaves_nothing_that_records(shop: Site) -> None:
    shop.run("INSERT INTO pgtoll.recording (until) VALUES (clock_timestamp() + '3 seconds')")
    batches = "SELECT count(*) FROM pgtoll.recorded"
    assert eventually(lambda: bool(shop.value(batches)), within=10)
    left = "SELECT (SELECT count(*) FROM pgtoll.recording) + (SELECT count(*) FROM pgtoll.recorded)"
    assert eventually(lambda: shop.value(left) == 0 or _last_only(shop), within=15)


def _last_only(site: Site) -> bool:
    """Whether nothing but the last batch of a worker is left, which the next recording deletes."""
    with site.database.connect() as beside:
        if beside.execute("SELECT FROM pgtoll.recording").fetchall():
            return False
        rows = beside.execute("SELECT batch FROM pgtoll.recorded").fetchall()
    return all(json.loads(zlib.decompress(row[0]))["last"] for row in rows)


def test_only_license_administrators_may_record(shop: Site) -> None:
    for table in ("recording", "recorded", "kept_recording"):
        with shop.database.connect() as beside:
            beside.execute(f"SET ROLE {shop.bob}".encode())
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                beside.execute(f"SELECT * FROM pgtoll.{table}".encode())
