"""What a snapshot of a real catalog says of everything through which a table can be reached."""

import asyncio
import secrets
from collections.abc import Iterator

import pytest
from pictures import connected, picture, reach_of
from servers import Postgres

from pgtoll.catalog.fingerprints import Fingerprint
from pgtoll.catalog.snapshot import fingerprint, load_rows
from pgtoll_policy.catalog import Catalog
from pgtoll_policy.functions import HARMLESS
from pgtoll_policy.reach import Reach
from pgtoll_policy.rows import CatalogRows
from pgtoll_policy.system_relations import HARMLESS_RELATIONS

pytestmark = pytest.mark.live

SCHEMA = """
CREATE TABLE secret (id serial PRIMARY KEY, y text);
CREATE TABLE plain (id int PRIMARY KEY, a text, at timestamptz DEFAULT now());
CREATE TABLE numbered (id bigserial PRIMARY KEY, n int GENERATED ALWAYS AS IDENTITY);

CREATE FUNCTION look(int) RETURNS text LANGUAGE plpgsql
  AS 'BEGIN RETURN (SELECT y FROM secret LIMIT 1); END';
CREATE FUNCTION look_aside(int) RETURNS text LANGUAGE plpgsql PARALLEL SAFE
  AS 'BEGIN RETURN (SELECT y FROM secret LIMIT 1); END';
CREATE FUNCTION only_counts(int) RETURNS int LANGUAGE plpgsql PARALLEL SAFE
  AS 'BEGIN RETURN $1 + 1; END';
CREATE FUNCTION calls_aside(int) RETURNS text LANGUAGE sql AS 'SELECT look_aside($1)';
CREATE FUNCTION atomic(int) RETURNS text LANGUAGE sql PARALLEL SAFE
  BEGIN ATOMIC SELECT y FROM secret; END;
CREATE FUNCTION valid(text) RETURNS boolean LANGUAGE plpgsql IMMUTABLE AS 'BEGIN RETURN true; END';
CREATE FUNCTION log_it() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
CREATE FUNCTION joined(text, text) RETURNS text LANGUAGE sql AS 'SELECT $1 || $2';
CREATE AGGREGATE glue(text) (SFUNC = joined, STYPE = text);
CREATE PROCEDURE work() LANGUAGE plpgsql AS 'BEGIN NULL; END';
CREATE OPERATOR ### (FUNCTION = joined, LEFTARG = text, RIGHTARG = text);

CREATE VIEW shown AS SELECT * FROM secret;
CREATE VIEW shown_again AS SELECT y FROM shown;
CREATE VIEW calling AS SELECT look(id) FROM plain;
CREATE VIEW operating AS SELECT a ### 'x' AS b FROM plain;
CREATE VIEW harmless AS SELECT count(*), max(upper(a)) FROM plain GROUP BY lower(a);
CREATE VIEW running AS SELECT query_to_xml('SELECT * FROM secret', true, true, '') AS x;
CREATE VIEW statistics AS SELECT most_common_vals::text FROM pg_stats;
CREATE VIEW raw_statistics AS SELECT stavalues1::text FROM pg_statistic;
CREATE VIEW tables_seen AS SELECT relname FROM pg_class;
CREATE MATERIALIZED VIEW copied AS SELECT * FROM secret;

CREATE TABLE parent (id int, a text);
CREATE TABLE child () INHERITS (parent);
CREATE TABLE parts (id int, a text) PARTITION BY RANGE (id);
CREATE TABLE part_1 PARTITION OF parts FOR VALUES FROM (0) TO (10);

CREATE TABLE triggered (id int, a text);
CREATE TRIGGER log_it BEFORE INSERT ON triggered FOR EACH ROW EXECUTE FUNCTION log_it();
CREATE TABLE waiting (id int);
CREATE TABLE checked (a text CHECK (valid(a)));
CREATE TABLE defaulted (a text DEFAULT look(1));
CREATE TABLE generated (a text, b text GENERATED ALWAYS AS (upper(a)) STORED);
CREATE TABLE indexed (a text);
CREATE INDEX ON indexed (valid(a));
CREATE TABLE filtered (a text);
CREATE INDEX ON filtered (a) WHERE valid(a);
CREATE TABLE counted (a text);
CREATE STATISTICS counted_stats ON (valid(a)), a FROM counted;
CREATE TYPE span AS RANGE (subtype = float8, subtype_diff = float8mi);
CREATE TABLE split (a text) PARTITION BY LIST (valid(a));
CREATE TABLE split_more PARTITION OF split FOR VALUES IN (true) PARTITION BY LIST (a);
CREATE TABLE split_most PARTITION OF split_more FOR VALUES IN ('x');
CREATE DOMAIN clean AS text CHECK (valid(VALUE));
CREATE DOMAIN clean_too AS clean;
CREATE DOMAIN short AS text CHECK (length(VALUE) < 10);
CREATE DOMAIN running_text AS text
  CHECK (xml_is_well_formed(query_to_xml(VALUE, true, true, '')::text));
CREATE TYPE pair AS (left_one clean, right_one int);
CREATE TABLE typed (a clean_too, b short);
CREATE TABLE arrayed (a clean[]);
CREATE TABLE paired (a pair);
CREATE TABLE guarded (a text);
ALTER TABLE guarded ENABLE ROW LEVEL SECURITY;
CREATE POLICY p ON guarded USING (EXISTS (SELECT FROM secret WHERE y = a));
CREATE TABLE guarded_by_code (a text);
ALTER TABLE guarded_by_code ENABLE ROW LEVEL SECURITY;
CREATE POLICY p ON guarded_by_code USING (valid(a));
CREATE TABLE unguarded (a text);
CREATE POLICY p ON unguarded USING (valid(a));
CREATE TABLE ruled (a text);
CREATE RULE r AS ON INSERT TO ruled DO ALSO INSERT INTO secret (y) VALUES (NEW.a);
CREATE TABLE referring (id int REFERENCES secret);
CREATE TABLE referred (id int PRIMARY KEY);
CREATE TABLE following (id int REFERENCES referred ON DELETE CASCADE);
CREATE TRIGGER log_it BEFORE DELETE ON following FOR EACH ROW EXECUTE FUNCTION log_it();
"""


@pytest.fixture(scope="module", params=["postgres", "postgres15"])
def house(request: pytest.FixtureRequest) -> Iterator[Postgres]:
    """A database with every kind of door in it, on the newest server, then on the oldest."""
    server: Postgres = request.getfixturevalue(request.param)
    if server.version < 140000:
        pytest.skip("there are no bodies in SQL's own syntax before PostgreSQL 14")
    database = server.new_database("snapshot_house")
    try:
        database.execute(SCHEMA)
        yield database
    finally:
        database.drop_database()


@pytest.fixture(scope="module")
def catalog(house: Postgres) -> Catalog:
    """A picture with no body of a function read."""
    return picture(house)


def _names(reached: Reach) -> set[str]:
    return {relation.name for relation in reached.reads if relation.schema == "public"}


@pytest.mark.parametrize(
    ("sql", "reads"),
    [
        ("SELECT * FROM plain", {"plain"}),
        ("SELECT * FROM shown", {"shown", "secret"}),
        ("SELECT * FROM shown_again", {"shown_again", "shown", "secret"}),
        ("SELECT * FROM copied", {"copied", "secret"}),
        ("SELECT * FROM parent", {"parent", "child"}),
        ("SELECT * FROM child", {"parent", "child"}),
        ("SELECT * FROM parts", {"parts", "part_1"}),
        ("SELECT * FROM secret_id_seq", {"secret_id_seq", "secret"}),
        ("SELECT * FROM numbered_n_seq", {"numbered_n_seq", "numbered"}),
        ("INSERT INTO plain (id) VALUES (1)", {"plain"}),
        ("INSERT INTO numbered DEFAULT VALUES", {"numbered"}),
        ("INSERT INTO generated (a) VALUES ('x')", {"generated"}),
        ("INSERT INTO unguarded VALUES ('x')", {"unguarded"}),
        ("SELECT * FROM harmless", {"harmless", "plain"}),
        ("SELECT * FROM tables_seen", {"tables_seen"}),
        ("SELECT relname FROM pg_class JOIN pg_namespace n ON n.oid = relnamespace", set()),
        ("SELECT * FROM information_schema.tables", set()),
        ("SELECT 'x'::short", set()),
        ("SELECT * FROM triggered", {"triggered"}),
        ("DELETE FROM triggered", {"triggered"}),
        ("UPDATE triggered SET a = 'b'", {"triggered"}),
        ("TRUNCATE triggered CASCADE", {"triggered"}),
        ("INSERT INTO parent VALUES (1, 'a') ON CONFLICT DO NOTHING", {"parent"}),
        ("UPDATE parent SET a = 'b'", {"parent", "child"}),
    ],
)
def test_what_is_reached_is_proven(sql: str, reads: set[str], catalog: Catalog) -> None:
    reached = reach_of(sql, catalog)
    assert (_names(reached), reached.opaque, reached.unwatchable) == (reads, "", "")


@pytest.mark.parametrize(
    ("sql", "function"),
    [
        ("SELECT look(1)", "public.look"),
        ("SELECT glue(a) FROM plain", "public.glue"),
        ("CALL work()", "public.work"),
        ("SELECT 'a' ### 'b'", "public.joined"),
        ("SELECT * FROM calling", "public.look"),
        ("SELECT * FROM operating", "public.joined"),
        ("INSERT INTO triggered VALUES (1)", "public.log_it"),
        ("INSERT INTO checked VALUES ('x')", "public.valid"),
        ("SELECT a FROM checked", "public.valid"),
        ("INSERT INTO defaulted DEFAULT VALUES", "public.look"),
        ("INSERT INTO indexed VALUES ('x')", "public.valid"),
        ("INSERT INTO filtered VALUES ('x')", "public.valid"),
        ("INSERT INTO split VALUES ('x')", "public.valid"),
        ("INSERT INTO split_most VALUES ('x')", "public.valid"),
        ("INSERT INTO typed VALUES ('x', 'y')", "public.valid"),
        ("INSERT INTO arrayed VALUES ('{x}')", "public.valid"),
        ("INSERT INTO paired VALUES (('x', 1))", "public.valid"),
        ("SELECT 'x'::clean", "public.valid"),
        ("SELECT 'x'::clean_too", "public.valid"),
        ("SELECT ('x', 1)::pair", "public.valid"),
        ("SELECT p.look FROM plain p", "public.look"),
        ("SELECT * FROM guarded_by_code", "public.valid"),
        ("DELETE FROM referred", "public.log_it"),
        ("SELECT json_populate_record(NULL::typed, '{}')", "public.valid"),
        ("SELECT json_populate_record(t, '{}') FROM typed t", "public.valid"),
    ],
)
def test_code_behind_a_name_is_found(sql: str, function: str, catalog: Catalog) -> None:
    reached = reach_of(sql, catalog)
    assert f'function "{function}"' in reached.opaque
    assert (reached.function, reached.unwatchable, reached.elsewhere) == (function, "", True)


@pytest.mark.parametrize(
    ("sql", "fault"),
    [
        ("SELECT look_aside(1)", "PARALLEL SAFE"),
        ("SELECT calls_aside(1)", "PARALLEL SAFE"),
        ("SELECT atomic(1)", "PARALLEL SAFE"),
        ("SELECT * FROM pg_stats", "may show values"),
        ("SELECT * FROM statistics", "may show values"),
        ("SELECT * FROM raw_statistics", "may show values"),
        ("SELECT * FROM pg_stat_activity", "may show values"),
        ("SELECT pg_read_file('x')", "files"),
        ("SELECT lo_get(1)", "large objects"),
        ("SELECT * FROM pg_toast.pg_toast_2619", "not that table itself"),
        # In this database text may call the functions above.
        ("SELECT * FROM running", "look_aside"),
        ("SELECT query_to_xml('SELECT 1', true, true, '')", "look_aside"),
        ("SELECT 'x'::running_text", "look_aside"),
        ("DO 'BEGIN EXECUTE chr(59); END'", "look_aside"),
    ],
)
def test_what_the_account_would_not_show_is_found(sql: str, fault: str, catalog: Catalog) -> None:
    reached = reach_of(sql, catalog)
    assert fault in reached.unwatchable or "atomic" in reached.unwatchable


@pytest.mark.parametrize(
    ("sql", "touches"),
    [
        ("SELECT * FROM guarded", {"secret"}),
        ("INSERT INTO ruled VALUES ('x')", {"secret", "secret_id_seq", "referring"}),
        ("INSERT INTO referring VALUES (1)", {"secret"}),
        ("DELETE FROM secret", {"referring", "secret_id_seq"}),
    ],
)
def test_what_may_be_touched_besides_is_found(
    sql: str, touches: set[str], catalog: Catalog
) -> None:
    assert {relation.name for relation in reach_of(sql, catalog).touches} == touches


def test_a_function_without_tables_can_run_in_a_worker(catalog: Catalog) -> None:
    reached = reach_of("SELECT only_counts(1)", catalog)
    assert (bool(reached.opaque), reached.unwatchable) == (True, "")


def test_a_trusted_function_is_harmless(house: Postgres) -> None:
    catalog = picture(house, "public.look", "public.look_aside", "public.atomic")
    assert not reach_of("SELECT look(1), * FROM calling", catalog).opaque
    # Nothing that text could call is left.
    assert not reach_of("DO 'BEGIN NULL; END'", catalog).unwatchable


def test_views_of_system_relations_keep_to_the_list(house: Postgres) -> None:
    with house.connect() as connection:
        names = connection.execute(
            "SELECT relname FROM pg_class WHERE relnamespace = 'pg_catalog'::regnamespace"
            " AND relkind IN ('r', 'v')"
        ).fetchall()
    unlisted = {str(name) for (name,) in names} - HARMLESS_RELATIONS
    assert unlisted == {
        "pg_backend_memory_contexts",
        "pg_largeobject",
        "pg_sequences",
        "pg_stat_activity",
        "pg_statistic",
        "pg_statistic_ext_data",
        "pg_stats",
        "pg_stats_ext",
        "pg_stats_ext_exprs",
    }


def test_no_listed_function_is_another_ones_name(house: Postgres) -> None:
    """Every function of a listed name works on its arguments alone, or asks the catalog."""
    with house.connect() as connection:
        rows = connection.execute(
            "SELECT DISTINCT proname FROM pg_proc WHERE oid < 16384 AND proname = ANY (%s)"
            " AND provolatile = 'v'",
            [sorted(HARMLESS)],
        ).fetchall()
    volatile = {str(name) for (name,) in rows}
    quiet = ("pg_", "random", "uuidv", "array_s")
    others = {name for name in volatile if not name.startswith(quiet)}
    # timezone of a time without a date was volatile before PostgreSQL 15.
    known = "bernoulli clock_timestamp current_query gen_random_uuid setseed system timeofday"
    assert others <= {*known.split(), "timezone", "txid_status"}


CHANGES = [
    "CREATE TABLE fresh (id int PRIMARY KEY)",
    "ALTER TABLE fresh RENAME TO stale",
    "CREATE SCHEMA annex",
    "ALTER TABLE stale SET SCHEMA annex",
    "ALTER SCHEMA annex RENAME TO attic",
    "CREATE TABLE line (id serial, fresh int REFERENCES attic.stale, a text)",
    "ALTER TABLE line DROP CONSTRAINT line_fresh_fkey",
    "CREATE VIEW seen AS SELECT id FROM line",
    "CREATE OR REPLACE VIEW seen AS SELECT id FROM attic.stale",
    "CREATE RULE r AS ON UPDATE TO line DO NOTHING",
    "CREATE FUNCTION f(text) RETURNS bool LANGUAGE plpgsql IMMUTABLE AS 'BEGIN RETURN true; END'",
    "ALTER FUNCTION f PARALLEL SAFE",
    "CREATE OR REPLACE FUNCTION f(text) RETURNS bool LANGUAGE sql AS 'SELECT true'",
    "ALTER TABLE line ADD CHECK (f(a))",
    "ALTER TABLE line ALTER a SET DEFAULT f('x')",
    "CREATE FUNCTION t() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'",
    "CREATE CONSTRAINT TRIGGER t AFTER INSERT ON line DEFERRABLE FOR EACH ROW EXECUTE FUNCTION t()",
    "ALTER TABLE line DISABLE TRIGGER t",
    "DROP TRIGGER t ON line",
    "CREATE OPERATOR ~~~ (FUNCTION = f, RIGHTARG = text)",
    "CREATE DOMAIN d AS text",
    "ALTER DOMAIN d ADD CHECK (f(VALUE))",
    "ALTER DOMAIN d RENAME TO e",
    "ALTER TABLE line ALTER a DROP DEFAULT, ALTER a TYPE e",
    "CREATE POLICY p ON line USING (f(a))",
    "ALTER TABLE line ENABLE ROW LEVEL SECURITY",
    "CREATE TYPE box2 AS (a int)",
    "CREATE FUNCTION unbox(box2) RETURNS text LANGUAGE sql AS 'SELECT $1::text'",
    "CREATE CAST (box2 AS text) WITH FUNCTION unbox AS IMPLICIT",
    "CREATE SEQUENCE numbers",
    "ALTER SEQUENCE numbers OWNED BY line.id",
    "CREATE INDEX ON line (f(a))",
    "CREATE TABLE heir () INHERITS (line)",
    "ALTER TABLE heir NO INHERIT line",
    "CREATE FUNCTION on_ddl() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN NULL; END'",
    "CREATE EVENT TRIGGER e ON ddl_command_end EXECUTE FUNCTION on_ddl()",
    "ALTER EVENT TRIGGER e DISABLE",
    "DROP TABLE heir",
]


def test_the_fingerprint_changes_with_the_rows(any_database: Postgres) -> None:
    async def watch() -> None:
        async with connected(any_database) as connection:
            rows, mark = await load_rows(connection), await fingerprint(connection)
            for change in CHANGES:
                await connection.execute(change.encode())
                new_rows, new_mark = await load_rows(connection), await fingerprint(connection)
                assert new_rows == rows or new_mark != mark, change
                rows, mark = new_rows, new_mark

    asyncio.run(watch())


def test_the_fingerprint_outlasts_what_changes_no_name(any_database: Postgres) -> None:
    async def watch() -> None:
        async with connected(any_database) as connection:
            await connection.execute("CREATE TABLE t (id int PRIMARY KEY)")
            mark = await fingerprint(connection)
            for change in ("INSERT INTO t VALUES (1)", "ANALYZE", "VACUUM FULL t", "VACUUM FREEZE"):
                await connection.execute(change.encode())
                assert await fingerprint(connection) == mark or change == "VACUUM FULL t"
                mark = await fingerprint(connection)

    asyncio.run(watch())


def test_code_that_no_statement_names_is_ambient(any_database: Postgres) -> None:
    any_database.execute(
        """
        CREATE TYPE box2 AS (a int);
        CREATE FUNCTION unbox(box2) RETURNS text LANGUAGE sql AS 'SELECT $1::text';
        CREATE CAST (box2 AS text) WITH FUNCTION unbox AS IMPLICIT;
        CREATE FUNCTION on_ddl() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN NULL; END';
        CREATE EVENT TRIGGER e ON ddl_command_end EXECUTE FUNCTION on_ddl();
        CREATE TABLE waiting (id int);
        CREATE FUNCTION t() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
        CREATE CONSTRAINT TRIGGER t AFTER INSERT ON waiting DEFERRABLE INITIALLY DEFERRED
          FOR EACH ROW EXECUTE FUNCTION t();
        """
    )
    catalog = picture(any_database)
    assert "a cast may run" in reach_of("SELECT 1", catalog).opaque
    create = reach_of("CREATE TABLE fresh (id int)", catalog)
    assert (bool(create.opaque), create.may_insert) == (True, True)
    assert "a deferred trigger may run" in reach_of("COMMIT", catalog).opaque
    assert not reach_of("BEGIN", catalog).opaque


@pytest.mark.parametrize(("of", "ambient"), [("oid", True), ("name", True), ("int", False)])
def test_an_equality_that_finds_definitions_is_ambient(
    of: str, ambient: bool, any_database: Postgres
) -> None:
    made = f"CREATE FUNCTION f({of}, {of}) RETURNS bool LANGUAGE plpgsql AS 'BEGIN EXECUTE $1; END'"
    any_database.execute(f"{made}; CREATE OPERATOR = (LEFTARG={of}, RIGHTARG={of}, FUNCTION=f)")
    opaque = reach_of("SELECT definition FROM pg_views", picture(any_database)).opaque
    assert ("an equality may run" in opaque) == ambient


def test_names_in_a_search_path_of_the_connection_mean_nothing(database: Postgres) -> None:
    database.execute(
        """
        CREATE SCHEMA trap;
        CREATE TABLE trap.pg_class (oid oid);
        CREATE FUNCTION trap.starts_with(name, text) RETURNS boolean LANGUAGE plpgsql
          AS 'BEGIN RAISE EXCEPTION $$trapped$$; END';
        CREATE FUNCTION trap.refuse(oid, oid) RETURNS boolean LANGUAGE plpgsql
          AS 'BEGIN RAISE EXCEPTION $$trapped$$; END';
        CREATE OPERATOR trap.= (FUNCTION = trap.refuse, LEFTARG = oid, RIGHTARG = oid);
        """
    )

    async def load() -> int:
        async with connected(database) as connection:
            await connection.execute("SET search_path = trap, pg_catalog")
            await fingerprint(connection)
            return len((await load_rows(connection)).functions)

    assert asyncio.run(load()) == 2


def test_pins_are_loaded_where_there_are_any(store_database: Postgres) -> None:
    store_database.execute("CREATE TABLE bought (id int)")
    store_database.execute("INSERT INTO pgtoll.pin SELECT 'bought'::regclass, 0")
    (relation,) = reach_of("SELECT * FROM bought", picture(store_database)).reads
    assert relation.products == {"base"}


def test_a_pin_changes_the_fingerprint(store_database: Postgres) -> None:
    async def watch() -> tuple[Fingerprint, Fingerprint]:
        async with connected(store_database) as connection:
            before = await fingerprint(connection)
            await connection.execute("INSERT INTO pgtoll.pin VALUES (16384, 0)")
            return before, await fingerprint(connection)

    before, after = asyncio.run(watch())
    assert before != after


def test_our_own_schema_is_harmless(store_database: Postgres) -> None:
    reached = reach_of("SELECT pgtoll.witness(1, NULL, NULL, true)", picture(store_database))
    assert (reached.opaque, reached.unwatchable) == ("", "")


@pytest.mark.parametrize(
    ("sql", "function"),
    [
        ("ANALYZE indexed", "public.valid"),
        ("VACUUM filtered", "public.valid"),
        ("REINDEX INDEX indexed_valid_idx", "public.valid"),
        ("ANALYZE counted", "public.valid"),
        ("VACUUM", "public.valid"),
        ("VACUUM defaulted, triggered", ""),
        ("REINDEX INDEX plain_pkey", ""),
        ("SELECT span(1, 2), span(1, 2, '[]')", ""),
    ],
)
def test_upkeep_runs_the_functions_of_indexes_and_statistics(
    sql: str, function: str, catalog: Catalog
) -> None:
    reached = reach_of(sql, catalog)
    assert (reached.function, bool(reached.opaque)) == (function, bool(function))


def test_a_range_type_runs_its_own_function_anywhere(any_database: Postgres) -> None:
    any_database.execute(
        "CREATE FUNCTION apart(int, int) RETURNS float8 LANGUAGE plpgsql IMMUTABLE STRICT"
        " AS 'BEGIN RETURN $1 - $2; END';"
        "CREATE TYPE span AS RANGE (subtype = int, subtype_diff = apart); CREATE TABLE t (s span)"
    )
    catalog = picture(any_database)
    for sql in ("INSERT INTO t VALUES ('[1,2]')", "ANALYZE t", "VACUUM"):
        assert reach_of(sql, catalog).function == "public.apart"


def test_a_role_is_discreet_that_is_shown_no_other_role_s_statements(
    any_database: Postgres,
) -> None:
    one, two, group, reader, maker = (f"r{n}_{secrets.token_hex(4)}" for n in range(5))
    any_database.execute(
        f"CREATE ROLE {group}; CREATE ROLE {one} LOGIN IN ROLE {group};"
        f"CREATE ROLE {two} LOGIN IN ROLE {one}; CREATE ROLE {maker} LOGIN CREATEROLE;"
        f"CREATE ROLE {reader} LOGIN IN ROLE pg_monitor"
    )
    try:
        assert picture(any_database).discreet & {one, two, group, reader, maker} == {one}
        before = asyncio.run(_fingerprint(any_database))
        any_database.execute(f"GRANT pg_read_all_stats TO {group}")
        assert not picture(any_database).discreet & {one, two, group, reader, maker}
        assert asyncio.run(_fingerprint(any_database)) != before
    finally:
        any_database.execute(f"DROP ROLE {one}, {two}, {group}, {reader}, {maker}")


async def _fingerprint(database: Postgres) -> Fingerprint:
    async with connected(database) as connection:
        return await fingerprint(connection)


def test_whose_function_it_is_decides_what_its_name_is_worth(house: Postgres) -> None:
    house.execute("CREATE FUNCTION twice(a int, b text[]) RETURNS int LANGUAGE sql AS 'SELECT 1'")
    house.execute("CREATE FUNCTION twice(a int) RETURNS int LANGUAGE sql AS 'SELECT 1'")
    role = f"other_{secrets.token_hex(4)}"

    async def load() -> CatalogRows:
        async with connected(house) as connection:
            return await load_rows(connection)

    house.execute(f"CREATE ROLE {role}; ALTER FUNCTION twice(int) OWNER TO {role}")
    try:
        rows = asyncio.run(load()).functions
    finally:
        house.execute(f"DROP OWNED BY {role} CASCADE; DROP ROLE {role}")
        house.execute("DROP FUNCTION twice(int, text[])")
    found = {one.types: one.vouched for one in rows if one.name == "twice"}
    assert found == {"integer, text[]": True, "integer": False}
