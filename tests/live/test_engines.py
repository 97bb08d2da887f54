"""Attacks where the server shows too little: what cannot be checked there is refused."""

from collections.abc import Iterator
from pathlib import Path

import engines
import psycopg
import pytest
from engines import Lesser, lesser
from proxies import Proxy, Session, eventually
from psycopg import errors
from servers import Postgres

from pgtoll.engine.ways import Cap, Watch, choose

pytestmark = pytest.mark.live

SECRET = "top-secret-4711"
READS = """
CREATE TABLE public.mrktsecret (word text);
INSERT INTO public.mrktsecret VALUES ('top-secret-4711');
CREATE TABLE public.plain (word text); INSERT INTO public.plain VALUES ('open');
CREATE FUNCTION public.word_of(name text) RETURNS text LANGUAGE plpgsql AS $$
  DECLARE found text; BEGIN EXECUTE 'SELECT word FROM ' || name INTO found; RETURN found; END $$;
CREATE FUNCTION public.hidden(name text) RETURNS text LANGUAGE plpgsql AS $$
  DECLARE found text;
  BEGIN
    BEGIN EXECUTE 'SELECT word FROM ' || name INTO found; RAISE EXCEPTION 'undo';
    EXCEPTION WHEN OTHERS THEN NULL; END;
    RETURN found;
  END $$;
CREATE FUNCTION public.json_scalar(name text) RETURNS text LANGUAGE plpgsql AS $$
  BEGIN RETURN public.word_of(name); END $$;
GRANT ALL ON ALL TABLES IN SCHEMA public TO PUBLIC
"""
FILLS = """
CREATE TABLE public.nearly (x int); INSERT INTO public.nearly SELECT generate_series(1, 995);
CREATE TABLE public.kept_apart (x int);
CREATE TABLE public.doors (x int);
CREATE FUNCTION public.pour(name text, n int) RETURNS void LANGUAGE plpgsql AS $$
  BEGIN EXECUTE format('INSERT INTO %s SELECT generate_series(1, %s)', name, n); END $$;
CREATE FUNCTION public.spill() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN INSERT INTO public.nearly SELECT generate_series(1, 6); RETURN NULL; END $$;
CREATE FUNCTION public.spill_unread() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN EXECUTE 'INSERT INTO public.nearly SELECT generate_series(1, 6)'; RETURN NULL; END $$;
CREATE TRIGGER spill AFTER INSERT ON public.doors FOR EACH ROW EXECUTE FUNCTION public.spill();
CREATE TABLE public.windows (x int);
CREATE TRIGGER spill AFTER INSERT ON public.windows
  FOR EACH ROW EXECUTE FUNCTION public.spill_unread();
GRANT ALL ON ALL TABLES IN SCHEMA public TO PUBLIC
"""
BLIND = {
    "counts kept": (engines.NO_COUNTS, False),
    "counts false": (engines.FALSE_COUNTS, False),
    "counts gone": (engines.GONE_COUNTS, True),
    "locks kept": (engines.NO_LOCKS, False),
    "locks gone": (engines.GONE_LOCKS, True),
    "both kept": (engines.NO_COUNTS + engines.NO_LOCKS, False),
}


@pytest.fixture(scope="module", params=["postgres", "postgres15"])
def server(request: pytest.FixtureRequest) -> Postgres:
    found: Postgres = request.getfixturevalue(request.param)
    return found


@pytest.fixture(scope="module", params=BLIND)
def blind(
    request: pytest.FixtureRequest, server: Postgres, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Lesser]:
    """A server that does not show what statements touch, where Bob lacks the add-on."""
    taken, superuser = BLIND[request.param]
    directory = tmp_path_factory.mktemp("blind")
    with lesser(server, directory, *taken, licensed=True, superuser=superuser) as here:
        here.run(READS)
        yield here


@pytest.fixture(scope="module")
def blind_proxy(blind: Lesser) -> Iterator[Proxy]:
    with blind.proxy("--unread", "watch") as proxy:
        yield proxy


@pytest.fixture(scope="module", params=BLIND)
def uncounted(
    request: pytest.FixtureRequest, server: Postgres, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Lesser, Proxy]]:
    """The same with everything in demo mode, and a proxy in front."""
    taken, superuser = BLIND[request.param]
    directory = tmp_path_factory.mktemp("uncounted")
    with lesser(server, directory, *taken, licensed=False, superuser=superuser) as here:
        here.run(FILLS, f"GRANT ALL ON ALL TABLES IN SCHEMA public TO {here.keeper.user}")
        with here.proxy() as proxy:
            yield here, proxy


@pytest.fixture
def bob(uncounted: tuple[Lesser, Proxy]) -> Iterator[Session]:
    """Bob's session; the tables are as they were when it begins."""
    here, proxy = uncounted
    here.run("TRUNCATE public.nearly; INSERT INTO public.nearly SELECT generate_series(1, 995)")
    with proxy.connect(here.bob) as session:
        yield session


def refused(session: Session, sql: str) -> psycopg.Error:
    with pytest.raises((errors.InsufficientPrivilege, errors.ConfigurationLimitExceeded)) as caught:
        session.execute(sql.encode())
    return caught.value


def test_a_watch_that_would_see_nothing_is_not_kept(blind: Lesser) -> None:
    ways = choose(blind.abilities)
    assert ways.watch is Watch.NONE
    assert ways.cap is (Cap.NAMES if blind.abilities.locks else Cap.LOCKS)


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT word_of('public.mrktsecret')",
        "SELECT hidden('public.mrktsecret')",
        "DO $$ BEGIN EXECUTE 'TABLE public.mrktsecret'; END $$",
        "SELECT word FROM plain WHERE word_of('public.mrkt' || 'secret') > ''",
        "SELECT word FROM public.mrktsecret",
    ],
)
def test_code_that_nobody_reads_does_not_run_for_who_lacks_a_product(
    blind: Lesser, blind_proxy: Proxy, sql: str
) -> None:
    with blind_proxy.connect(blind.bob) as session:
        told = refused(session, sql)
        assert SECRET not in str(told)
        assert session.execute("SELECT word FROM plain").fetchall() == [("open",)]
    with blind_proxy.connect(blind.alice) as session:
        session.execute(sql.encode())  # it works for who has the product


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT word, 5 ! FROM public.mrktsecret",  # an operator behind its operand: up to 13
        "SELECT word, 1x FROM public.mrktsecret",  # a name that follows a number: up to 14
        "SELECT word, 0x1 FROM public.mrktsecret",  # the same, a number since 16
        "SELECT public.json_scalar('public.mrktsecret')",
        "SELECT json_scalar('public.mrktsecret')",  # a function of anybody's up to 16
    ],
)
def test_what_older_servers_read_otherwise_tells_nothing(
    blind: Lesser, blind_proxy: Proxy, sql: str
) -> None:
    with blind_proxy.connect(blind.bob) as session:
        with pytest.raises(psycopg.Error) as told:
            session.execute(sql.encode())
        assert SECRET not in str(told.value)


def test_a_table_takes_rows_up_to_the_cap_and_none_more(
    uncounted: tuple[Lesser, Proxy], bob: Session
) -> None:
    here, _ = uncounted
    bob.execute("INSERT INTO nearly SELECT generate_series(1, 5)")
    assert here.rows("nearly") == 1000
    told = refused(bob, "INSERT INTO nearly VALUES (1)")
    assert isinstance(told, errors.ConfigurationLimitExceeded)
    assert told.diag.table_name == "nearly"
    bob.execute("DELETE FROM nearly WHERE x = 1")
    bob.execute("INSERT INTO nearly VALUES (1)")
    assert here.rows("nearly") <= 1000


@pytest.mark.parametrize(
    "attack",
    [
        ("INSERT INTO nearly SELECT generate_series(1, 6)",),
        ("SELECT pour('public.nearly', 6)",),
        ("INSERT INTO doors VALUES (1)",),
        ("INSERT INTO windows VALUES (1)",),
        ("WITH w AS (INSERT INTO nearly SELECT generate_series(1, 6) RETURNING x) TABLE w",),
        ("DO $$ BEGIN EXECUTE 'INSERT INTO nearly SELECT generate_series(1, 6)'; END $$",),
        ("PREPARE p AS INSERT INTO nearly SELECT generate_series(1, 6)", "EXECUTE p"),
        (
            "BEGIN",
            "INSERT INTO nearly SELECT generate_series(1, 3)",
            "SAVEPOINT a",
            "INSERT INTO nearly SELECT generate_series(1, 3)",
            "COMMIT",
        ),
        ("BEGIN", "SELECT pour('public.nearly', 6)", "SELECT 1", "COMMIT"),
        ("COPY nearly FROM PROGRAM 'seq 6'",),
        ("INSERT INTO nearly SELECT generate_series(1, 6); SELECT 1",),
        ("INSERT INTO nearly SELECT generate_series(1, (3 !)::int)",),  # SQL up to 13
        ("CREATE TABLE more AS SELECT generate_series(1, 1001) x",),
        ("ALTER TABLE nearly RENAME TO other", "INSERT INTO other SELECT generate_series(1, 6)"),
    ],
)
def test_nothing_leaves_more_rows_than_the_cap(
    uncounted: tuple[Lesser, Proxy], bob: Session, attack: tuple[str, ...]
) -> None:
    here, _ = uncounted
    here.run("DROP TABLE IF EXISTS public.more; DELETE FROM public.doors")
    failed = False
    for sql in attack:
        try:
            bob.execute(sql.encode())
        except psycopg.Error:
            failed = True
    assert failed
    assert here.rows("nearly") <= 1000
    with here.database.connect() as session:
        assert session.execute("SELECT to_regclass('public.more')").fetchone() == (None,)


def test_what_reading_tells_is_served(uncounted: tuple[Lesser, Proxy], bob: Session) -> None:
    """Where nothing is shown, the tables that are named are enough for most of what programs do."""
    here, _ = uncounted
    before = here.rows("kept_apart")
    with bob.transaction():
        bob.execute("INSERT INTO kept_apart SELECT generate_series(1, 2)")
        bob.execute("UPDATE kept_apart SET x = x + 1")
    with bob.cursor() as cursor, cursor.copy("COPY kept_apart FROM STDIN") as copy:
        copy.write_row((3,))
    bob.execute("INSERT INTO kept_apart VALUES (%s)", [4])
    assert here.rows("kept_apart") == before + 4


def test_two_at_once_do_not_pass_the_cap(uncounted: tuple[Lesser, Proxy], bob: Session) -> None:
    here, proxy = uncounted
    with proxy.connect(here.alice, autocommit=False) as alice:
        alice.execute("INSERT INTO nearly SELECT generate_series(1, 3)")
        bob.execute("INSERT INTO nearly SELECT generate_series(1, 3)")
        with pytest.raises(errors.ConfigurationLimitExceeded):
            alice.commit()
    assert here.rows("nearly") == 998


def test_uploads_are_in_force_without_notifications(server: Postgres, tmp_path: Path) -> None:
    with (
        lesser(server, tmp_path, *engines.NO_NOTIFY, licensed=True) as here,
        here.proxy() as proxy,
    ):
        assert not choose(here.abilities).hears
        here.run(READS)

        def reads() -> bool:
            try:
                with proxy.connect(here.bob) as session:
                    session.execute("SELECT word FROM mrktsecret")
            except errors.InsufficientPrivilege:
                return False
            return True

        assert not reads()
        here.licensing.revoke("marketing", here.alice)
        here.licensing.grant("marketing", here.bob)
        assert eventually(reads, within=10.0)
        here.licensing.revoke("marketing", here.bob)
        assert eventually(lambda: not reads(), within=10.0)


# An owner without a superuser's rights


@pytest.fixture(scope="module")
def owned(
    server: Postgres, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Lesser, Proxy]]:
    """A database in demo mode whose owner has made schema pgtoll, and may not read everything."""
    with lesser(server, tmp_path_factory.mktemp("owned"), licensed=False) as here:
        here.run(
            FILLS,
            f"GRANT SELECT ON public.nearly TO {here.keeper.user}",
            "CREATE TABLE public.veiled (x int, owner text DEFAULT session_user);"
            "INSERT INTO public.veiled SELECT generate_series(1, 995), 'nobody';"
            "ALTER TABLE public.veiled ENABLE ROW LEVEL SECURITY;"
            "CREATE POLICY own ON public.veiled USING (owner = session_user);"
            "GRANT ALL ON public.veiled TO PUBLIC",
            "CREATE TABLE public.private (x int)",
            f"GRANT INSERT ON public.private TO {here.bob}",
        )
        here.initialise()
        with here.proxy() as proxy:
            yield here, proxy


@pytest.mark.since15
def test_an_owner_without_a_superuser_keeps_the_cap(owned: tuple[Lesser, Proxy]) -> None:
    here, proxy = owned
    found = here.abilities
    assert (found.superuser, found.bypasses) == (False, False)
    assert set(found.hidden) == {"public.private", "public.veiled"}
    assert choose(found).watch is Watch.ACCOUNT
    with proxy.connect(here.bob) as session:
        session.execute("INSERT INTO nearly SELECT generate_series(1, 5)")
        for sql in ("INSERT INTO nearly VALUES (1)", "SELECT pour('public.nearly', 1)"):
            with pytest.raises(errors.ConfigurationLimitExceeded):
                session.execute(sql.encode())
    assert here.rows("nearly") == 1000


def test_rows_that_cannot_be_counted_do_not_come(owned: tuple[Lesser, Proxy]) -> None:
    """Row security would have hidden 995 of them from a count, and let in a thousand more."""
    here, proxy = owned
    with proxy.connect(here.bob) as session:
        with pytest.raises(errors.InsufficientPrivilege, match="row-level security"):
            session.execute("INSERT INTO veiled SELECT generate_series(1, 300)")
        with pytest.raises(errors.InsufficientPrivilege, match="permission denied"):
            session.execute("INSERT INTO private SELECT generate_series(1, 1001)")
    assert (here.rows("veiled"), here.rows("private")) == (995, 0)


def test_what_is_weaker_is_logged(owned: tuple[Lesser, Proxy]) -> None:
    _, proxy = owned
    log = proxy.log.read_text(encoding="utf-8")
    for name in ("cap", "watch", "rows", "steady", "catalog"):
        assert f"guarantee {name}: " in log
    assert "guarantee policy: " not in log


@pytest.mark.since15
def test_unread_code_runs_for_who_lacks_a_product_only_if_somebody_says_so(
    server: Postgres, tmp_path: Path
) -> None:
    with lesser(server, tmp_path, licensed=True) as here:
        here.run(READS)
        with here.proxy() as proxy, proxy.connect(here.bob) as session:
            told = refused(session, "SELECT word_of('public.plain')")
            assert 'unread = "refuse"' in str(told.diag.message_detail)
        with here.proxy("--unread", "watch") as proxy, proxy.connect(here.bob) as session:
            found = session.execute("SELECT word_of('public.plain')").fetchone()
            assert found == ("open",)
            assert SECRET not in str(refused(session, "SELECT word_of('public.mrktsecret')"))
            with proxy.connect(here.bob) as other:
                assert SECRET not in str(refused(other, "SELECT hidden('public.mrktsecret')"))


# Rows that are elsewhere


def test_a_foreign_partition_takes_no_rows_in_demo_mode(server: Postgres, tmp_path: Path) -> None:
    with lesser(server, tmp_path, licensed=False, superuser=True) as here:
        name = here.database.dbname
        here.run(
            "CREATE EXTENSION postgres_fdw",
            f"CREATE SERVER back FOREIGN DATA WRAPPER postgres_fdw OPTIONS"
            f" (host '{server.host}', port '{server.port}', dbname '{name}')",
            f"CREATE USER MAPPING FOR PUBLIC SERVER back OPTIONS"
            f" (user '{server.user}', password_required 'false')",
            "CREATE TABLE public.far (x int)",
            "CREATE TABLE public.split (x int) PARTITION BY LIST (x)",
            "CREATE TABLE public.near_part PARTITION OF public.split FOR VALUES IN (1)",
            "CREATE FOREIGN TABLE public.far_part PARTITION OF public.split FOR VALUES IN (2)"
            " SERVER back OPTIONS (table_name 'far')",
            "CREATE FUNCTION public.send(n int) RETURNS void LANGUAGE plpgsql AS $$ BEGIN"
            " EXECUTE 'INSERT INTO public.split SELECT 2 FROM generate_series(1, $1)' USING n;"
            " END $$",
            "GRANT ALL ON ALL TABLES IN SCHEMA public TO PUBLIC",
        )
        with here.proxy() as proxy, proxy.connect(here.bob) as session:
            for sql in (
                "INSERT INTO split SELECT 2 FROM generate_series(1, 1001)",
                "SELECT send(1001)",
                "INSERT INTO split VALUES (2)",
            ):
                with pytest.raises(errors.InsufficientPrivilege, match="cannot be counted"):
                    session.execute(sql.encode())
            session.execute("INSERT INTO split VALUES (1)")
        assert here.rows("far") == 0
        assert here.rows("near_part") == 1


def test_distributed_tables_are_counted_as_the_client(server: Postgres, tmp_path: Path) -> None:
    """A stand-in for Citus: its catalog, and counts that know nothing of the rows."""
    taken = (
        "CREATE TABLE pg_catalog.pg_dist_partition (logicalrelid regclass)",
        "GRANT SELECT ON pg_catalog.pg_dist_partition TO PUBLIC",
    )
    with lesser(server, tmp_path, *taken, licensed=False, superuser=True) as here:
        here.run(FILLS, "INSERT INTO pg_catalog.pg_dist_partition VALUES ('public.nearly')")
        assert choose(here.abilities).distributed
        here.run(*_uncounted_alone("public.nearly"))
        with here.proxy() as proxy, proxy.connect(here.bob) as session:
            session.execute("INSERT INTO nearly SELECT generate_series(1, 5)")
            for sql in (
                "INSERT INTO nearly VALUES (1)",
                "SELECT pour('public.nearly', 1)",
                "INSERT INTO doors VALUES (1)",
            ):
                with pytest.raises(errors.ConfigurationLimitExceeded):
                    session.execute(sql.encode())
            session.execute("INSERT INTO kept_apart VALUES (1)")
            here.run(f"REVOKE SELECT ON public.nearly FROM PUBLIC, {here.bob}")
            with pytest.raises(errors.InsufficientPrivilege, match="permission denied"):
                session.execute("INSERT INTO nearly VALUES (1)")
        assert here.rows("nearly") == 1000


def _uncounted_alone(table: str) -> tuple[str, ...]:
    """Statements after which the server counts what is done to all tables but one."""
    name = "pg_stat_get_xact_tuples_inserted"
    return (
        "SET allow_system_table_mods = on",
        "CREATE FUNCTION pg_catalog.counted_before(oid) RETURNS int8 LANGUAGE internal"
        f" AS '{name}'",
        f"CREATE OR REPLACE FUNCTION pg_catalog.{name}(oid) RETURNS int8 LANGUAGE sql AS"
        f" 'SELECT CASE WHEN $1 = ''{table}''::regclass THEN 0"
        " ELSE pg_catalog.counted_before($1) END'",
    )
