"""What a DO block reads is told from what others read at the same time."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
import pytest
from proxies import Session, Site, running_site
from psycopg import errors
from servers import Postgres

pytestmark = [pytest.mark.live, pytest.mark.timeout(120)]

TABLES = """
CREATE TABLE mrktsecret (id int PRIMARY KEY, word text);
INSERT INTO mrktsecret SELECT n, 'hush' FROM generate_series(1, 1000) n;
CREATE TABLE plain (id int PRIMARY KEY, word text);
INSERT INTO plain VALUES (1, 'open');
GRANT ALL ON mrktsecret, plain TO PUBLIC
"""
# Each takes some milliseconds, in which somebody else's counts move.
READ = """DO $$ BEGIN
  IF NOT EXISTS (SELECT FROM pg_type WHERE typname = 'none') THEN
    UPDATE plain SET word = word WHERE id = 1;
  END IF;
  FOR i IN 1..100000 LOOP NULL; END LOOP;
  RAISE NOTICE 'done';
EXCEPTION WHEN duplicate_object THEN NULL;
END $$"""
CHANGES = """DO $$ BEGIN
  FOR i IN 1..100000 LOOP NULL; END LOOP;
  CREATE TYPE mood AS ENUM ('sad');
  CREATE TABLE diary (id int, felt text);
EXCEPTION WHEN duplicate_object THEN NULL;
END $$"""
RUNS_TEXT = """DO $$ BEGIN
  EXECUTE 'UPDATE pl' || 'ain SET word = word';
  FOR i IN 1..100000 LOOP NULL; END LOOP;
END $$"""
BY_WORKER = """DO $$ BEGIN
  EXECUTE 'SELECT word::int FROM mrkt' || 'secret';
EXCEPTION WHEN invalid_text_representation THEN RAISE NOTICE '%', SQLERRM;
END $$"""
TIMES = 20


@pytest.fixture(scope="module", params=["postgres", "postgres15"])
def site(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Site]:
    """The add-on is licensed for Alice and not for Bob, on the newest server and the oldest."""
    server: Postgres = request.getfixturevalue(request.param)
    with running_site(server, tmp_path_factory.mktemp("blocks"), licensed=True) as site:
        site.run(TABLES)
        site.settle()
        yield site


@contextmanager
def alice_at_work(site: Site) -> Iterator[None]:
    """Have Alice read what she has a license of; each of her sessions is counted as it ends."""
    done = threading.Event()

    def work() -> None:
        while not done.is_set():
            with psycopg.connect(site.database.dsn, user=site.alice) as session:
                session.execute("SELECT count(*) FROM mrktsecret")

    thread = threading.Thread(target=work)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()


@pytest.fixture
def bob(site: Site) -> Iterator[Session]:
    with site.proxy.connect(site.bob) as session:
        yield session


@pytest.mark.parametrize("block", [READ, CHANGES])
def test_a_block_that_is_read_meets_nobody(site: Site, bob: Session, block: str) -> None:
    with alice_at_work(site):
        for _ in range(TIMES):
            bob.execute(block.encode())


def test_a_block_that_is_read_is_no_longer_watched(site: Site, bob: Session) -> None:
    told: list[str | None] = []
    bob.add_notice_handler(lambda notice: told.append(notice.message_primary))
    bob.execute(READ.encode())
    assert told == ["done"]
    with pytest.raises(errors.RaiseException, match="as it was meant"):
        bob.execute("DO $$ BEGIN RAISE EXCEPTION 'as it was meant'; END $$")


def test_what_runs_text_is_told_from_others_where_workers_are_counted(
    site: Site, bob: Session
) -> None:
    if site.database.version < 160_000:
        pytest.skip("this server does not say what workers have read")
    with alice_at_work(site):
        for _ in range(TIMES):
            bob.execute(RUNS_TEXT.encode())


def test_a_worker_is_found_among_others(site: Site) -> None:
    setting = "debug_parallel_query" if site.database.version >= 160_000 else "force_parallel_mode"
    with alice_at_work(site):
        for _ in range(5):  # in a session each: 15 ends one that runs unread code after a refusal
            with (
                site.proxy.connect(site.bob, options=f"-c {setting}=on") as bob,
                pytest.raises((errors.SerializationFailure, errors.InsufficientPrivilege)),
            ):
                bob.execute(BY_WORKER.encode())
