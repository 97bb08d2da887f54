"""The catalog in force is the database's, and in doubt while that cannot be said."""

import asyncio
from collections.abc import Iterator
from functools import partial

import pytest
from keeping import Kept, settings_for, soon, with_kept
from licensing import MARKETING, Licensing
from proxies import license_add_on, prepared
from servers import cluster, embedded_binaries

from pgtoll.audit import Audit
from pgtoll.clock import Clock
from pgtoll.parsing.bodies import Bodies
from pgtoll.upkeep.catalog_upkeep import BODIES_SECONDS, POLL_SECONDS
from pgtoll.upkeep.upkeep import Upkeep
from pgtoll_policy.bodies import read_body
from pgtoll_policy.body import Body, BodyText

pytestmark = pytest.mark.live

SECOND = 1.0  # for what nobody was told of to be seen once somebody looks
POLLED = POLL_SECONDS + SECOND
LATER = 5.0  # after something of ours has been tried again


@pytest.fixture(scope="module")
def telling(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Licensing]:
    """A database that tells of DDL at once: transactions cannot be prepared there."""
    binaries = embedded_binaries()
    if binaries is None:
        pytest.skip("needs a server with other settings")
    with (
        cluster(binaries, max_prepared_transactions="0") as server,
        prepared(server, tmp_path_factory.mktemp("telling")) as (licensing, _),
    ):
        license_add_on(licensing, "alice")
        yield licensing


def test_the_first_picture_waits_for_bodies_that_take_long_to_read(sold: Licensing) -> None:
    """Otherwise who comes first is refused what is read a moment later."""

    async def read_slowly(text: BodyText) -> Body:
        await asyncio.sleep(BODIES_SECONDS / 10)
        return read_body(text)

    async def story() -> None:
        bodies = Bodies(read_slowly)
        upkeep = await Upkeep.begin(settings_for(sold), Clock(), Audit(), bodies)
        try:
            await upkeep.picture()
            assert len(bodies.known) > 10
            assert not bodies.wanting.is_set()
        finally:
            await upkeep.end()

    asyncio.run(story())


def test_ddl_of_others_is_seen_at_the_next_poll(sold: Licensing) -> None:
    async def story(kept: Kept) -> None:
        sold.database.execute("CREATE TABLE public.MrktPolled ()")
        assert await soon(
            lambda: kept.products_of("mrktpolled") == {MARKETING}, POLL_SECONDS + SECOND
        )
        sold.database.execute("ALTER TABLE public.MrktPolled RENAME TO plain")
        assert await soon(lambda: kept.knows("plain"), POLLED)
        assert kept.products_of("plain") == {MARKETING}
        assert await soon(kept.settled, LATER)

    with_kept(sold, story)


def test_ddl_of_others_is_seen_at_once_where_the_database_tells(
    telling: Licensing, monkeypatch: pytest.MonkeyPatch
) -> None:
    # nobody sees it but who is told
    monkeypatch.setattr("pgtoll.upkeep.catalog_upkeep.POLL_SECONDS", 600.0)

    async def story(kept: Kept) -> None:
        for table in ("one", "two", "three"):
            telling.database.execute(f"CREATE TABLE public.{table} ()")
            assert await soon(partial(kept.knows, table), LATER)

    with_kept(telling, story)


def test_a_catalog_that_could_not_be_pinned_is_in_doubt_until_it_is(
    sold: Licensing, caplog: pytest.LogCaptureFixture
) -> None:
    database = sold.database
    database.execute(
        "CREATE FUNCTION public.no() RETURNS trigger LANGUAGE plpgsql AS"
        " $$ BEGIN RAISE 'no'; END $$;"
        "CREATE TRIGGER no BEFORE INSERT ON pgtoll.pin EXECUTE FUNCTION public.no()"
    )

    async def story(kept: Kept) -> None:
        database.execute("CREATE TABLE public.MrktNew ()")
        kept.catalog_changed.set()
        # The second look finds the catalog as the first did, but that was not put in force.
        assert await soon(lambda: caplog.text.count("the catalog was not read") > 1, LATER)
        assert kept.gate.stale
        database.execute("DROP TRIGGER no ON pgtoll.pin")
        assert await soon(lambda: kept.products_of("mrktnew") == {MARKETING}, LATER)
        assert await soon(kept.settled, LATER)

    with_kept(sold, story)


def test_our_own_triggers_leave_nothing_to_the_end_of_a_transaction(sold: Licensing) -> None:
    """Otherwise no statement of who lacks something would pass the short way, in any database."""

    async def story(kept: Kept) -> None:
        assert not kept.gate.picture.catalog.defers
        sold.database.execute(
            "CREATE TABLE public.waiting ();"
            "CREATE FUNCTION public.late() RETURNS trigger LANGUAGE plpgsql AS"
            " $$ BEGIN RETURN NULL; END $$;"
            "CREATE CONSTRAINT TRIGGER late AFTER INSERT ON public.waiting"
            " DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION public.late()"
        )
        assert await soon(lambda: kept.gate.picture.catalog.defers, POLLED)

    with_kept(sold, story)
