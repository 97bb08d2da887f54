"""Slow readers, slow servers, and peers that vanish: bounded memory, and nothing half done."""

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from statistics import median

import psycopg
import pytest
from proxies import Person, Proxy, Session, Site, eventually
from psycopg import errors
from raw_client import RawClient, copy_data, sqlstates, types

from pgtoll.wire.messages import SYNC, bind, execute, message, parse, query

pytestmark = pytest.mark.live

MEGABYTE = 1 << 20
BOUND = 24 * MEGABYTE  # what one session may add to the proxy's memory, generously
SOON = 5.0
FEW_ROUNDS = 20_000  # a megabyte of requests: a flood has no end
READY_FOR_QUERY = message(b"Z", b"I")


def client_of(person: Person, **socket_options: int) -> RawClient:
    """A logged-in client of the proxy that writes its messages by hand."""
    client = RawClient(person.site.proxy.port, **socket_options)
    replies = client.start(person.user, person.site.database.dbname, search_path=person.schema)
    assert types(replies).endswith(b"Z")
    return client


def pid_of(client: RawClient) -> int:
    """The server process that serves a client."""
    client.send(query(b"SELECT pg_backend_pid()"))
    rows = [data for kind, data in client.replies() if kind == b"D"]
    return int(rows[0][11:])


def lives(site: Site, pid: int) -> bool:
    """Tell whether a server process is still there."""
    return site.value(f"SELECT count(*) FROM pg_stat_activity WHERE pid = {pid}") == 1


def growth(proxy: Proxy, since: int) -> int:
    return proxy.resident_bytes - since


def test_a_slow_reader_of_much_costs_little_memory(person: Person) -> None:
    before = person.site.proxy.resident_bytes
    with client_of(person, receive_bytes=64 << 10) as client:
        client.send(query(b"SELECT repeat('x', 1000000) FROM generate_series(1, 100)"))
        time.sleep(0.5)
        assert growth(person.site.proxy, before) < BOUND
        replies = client.replies()
    assert sum(len(data) for kind, data in replies if kind == b"D") > 100_000_000
    assert types(replies)[-2:] == b"CZ"
    assert growth(person.site.proxy, before) < BOUND


def test_one_row_larger_than_any_buffer_passes(person: Person) -> None:
    with person.connect() as session:
        row = session.execute("SELECT repeat('x', 50000000)").fetchone()
    assert row is not None
    assert len(row[0]) == 50_000_000


def test_a_slow_server_slows_the_client_down(person: Person) -> None:
    person.clean(
        "CREATE TABLE slow (line text)",
        "CREATE FUNCTION wait() RETURNS trigger LANGUAGE plpgsql AS"
        " 'BEGIN PERFORM pg_advisory_xact_lock(4711); RETURN NEW; END'",
        "CREATE TRIGGER wait BEFORE INSERT ON slow FOR EACH ROW EXECUTE FUNCTION wait()",
    )
    before = person.site.proxy.resident_bytes
    line = copy_data(b"x" * 1_000_000 + b"\n")
    with person.site.database.connect(autocommit=False) as holder, client_of(person) as client:
        holder.execute("SELECT pg_advisory_xact_lock(4711)")
        client.send(query(b"COPY slow FROM STDIN"))
        assert types(client.replies(b"G"))[-1:] == b"G"
        data = line * 60
        sent = client.send_while_taken(data, seconds=0.5)
        assert sent < len(data)
        assert growth(person.site.proxy, before) < BOUND
        holder.rollback()
        client.send(data[sent:], message(b"c", b""))
        assert types(client.replies())[-2:] == b"CZ"
    assert person.site.rows("play.slow") == 60


def test_requests_without_end_are_not_piled_up(person: Person) -> None:
    before = person.site.proxy.resident_bytes
    round_ = parse(b"", b"SELECT repeat('x', 100000)") + bind(b"", b"") + execute(b"") + SYNC
    requests = round_ * 200_000
    with client_of(person, receive_bytes=64 << 10) as client:
        pid = pid_of(client)
        assert client.send_while_taken(requests, seconds=0.5) < len(requests)
        assert growth(person.site.proxy, before) < BOUND
    assert eventually(lambda: not lives(person.site, pid), within=3 * SOON)


@contextmanager
def flood(client: RawClient, round_: bytes) -> Iterator[Callable[[], int]]:
    """Send a round again and again while the context lasts; yield how many were answered so far."""
    answered, over = [0], threading.Event()

    def send() -> None:
        with suppress(OSError):
            while not over.is_set():
                client.socket.sendall(round_ * 1000)

    def read() -> None:
        with suppress(OSError):
            while data := client.socket.recv(1 << 16):
                answered[0] += data.count(READY_FOR_QUERY)

    threads = [threading.Thread(target=work) for work in (send, read)]
    for thread in threads:
        thread.start()
    try:
        yield lambda: answered[0]
    finally:
        over.set()
        with suppress(OSError):
            client.socket.shutdown(socket.SHUT_RDWR)
        for thread in threads:
            thread.join()


def test_a_flood_of_requests_does_not_hold_up_the_others(person: Person) -> None:
    """However busy the machine is: others wait for little of the flood, not for all that came."""
    round_ = parse(b"", b"SELECT 1") + bind(b"", b"") + execute(b"") + SYNC
    gone_before = []
    with client_of(person) as flooding, person.connect() as other, flood(flooding, round_) as done:
        assert eventually(lambda: done() > 0, within=SOON)
        for _ in range(41):
            before = done()
            other.execute("SELECT 1")
            gone_before.append(done() - before)
        so_far = done()
        assert eventually(lambda: done() > so_far, within=SOON)
    assert median(gone_before) < FEW_ROUNDS


def test_a_client_that_vanishes_mid_message_leaves_nothing(person: Person) -> None:
    person.clean("CREATE TABLE item (id int)")
    with client_of(person) as client:
        pid = pid_of(client)
        client.send(query(b"BEGIN"), query(b"INSERT INTO item VALUES (1)"))
        client.replies()
        client.replies()
        client.send(query(b"INSERT INTO item VALUES (2)")[:-5])
    assert eventually(lambda: not lives(person.site, pid), within=SOON)
    assert person.site.rows("play.item") == 0


def test_a_client_that_vanishes_in_a_transaction_rolls_it_back(person: Person) -> None:
    person.clean("CREATE TABLE item (id int PRIMARY KEY)")
    with client_of(person) as client:
        pid = pid_of(client)
        client.send(query(b"BEGIN; INSERT INTO item VALUES (1)"))
        client.replies()
    assert eventually(lambda: not lives(person.site, pid), within=SOON)
    with person.connect() as session:
        session.execute("INSERT INTO item VALUES (1)")
    assert person.site.rows("play.item") == 1


def test_a_client_that_vanishes_in_a_copy_leaves_nothing(person: Person) -> None:
    person.clean("CREATE TABLE item (id int)")
    with client_of(person) as client:
        pid = pid_of(client)
        client.send(query(b"COPY item FROM STDIN"))
        client.replies(b"G")
        client.send(copy_data(b"1\n2\n"), copy_data(b"3\n")[:-2])
    assert eventually(lambda: not lives(person.site, pid), within=SOON)
    assert person.site.rows("play.item") == 0


def test_a_client_that_vanishes_while_its_statement_runs_frees_the_server(person: Person) -> None:
    with client_of(person) as client:
        pid = pid_of(client)
        client.send(query(b"SET client_connection_check_interval = 100"))
        client.replies()
        client.send(query(b"SELECT pg_sleep(60)"))
        time.sleep(0.1)
    assert eventually(lambda: not lives(person.site, pid), within=SOON)


def test_a_terminated_server_says_so_itself(person: Person) -> None:
    with person.connect() as session:
        person.site.run(f"SELECT pg_terminate_backend({session.info.backend_pid}, 5000)")
        with pytest.raises(errors.AdminShutdown) as caught:
            session.execute("SELECT 1")
    assert caught.value.diag.message_primary == (
        "terminating connection due to administrator command"
    )
    assert session.closed


def test_a_server_terminated_in_a_transaction_says_so_itself(person: Person) -> None:
    person.clean("CREATE TABLE item (id int)")
    with client_of(person) as client:
        pid = pid_of(client)
        client.send(query(b"BEGIN; INSERT INTO item VALUES (1)"))
        client.replies()
        person.site.run(f"SELECT pg_terminate_backend({pid}, 5000)")
        assert sqlstates(client.replies()) == ["57P01"]
        assert client.reply() is None
    assert person.site.rows("play.item") == 0


def test_a_server_terminated_while_a_statement_runs_ends_the_client(person: Person) -> None:
    with client_of(person) as client:
        pid = pid_of(client)
        client.send(query(b"SELECT pg_sleep(60)"))
        time.sleep(0.1)
        person.site.run(f"SELECT pg_terminate_backend({pid}, 5000)")
        assert sqlstates(client.replies()) == ["57P01"]
        assert client.reply() is None


def test_what_is_no_message_ends_the_session(person: Person) -> None:
    with client_of(person) as client:
        client.send(b"!\0\0\0\4")
        assert sqlstates(client.replies()) == ["08P01"]
        assert client.reply() is None


def test_a_message_that_lies_about_its_length_ends_the_session(person: Person) -> None:
    with client_of(person) as client:
        client.send(b"Q\0\0\0\2")
        assert sqlstates(client.replies()) == ["08P01"]


def test_a_statement_larger_than_is_read_is_for_those_who_lack_nothing(person: Person) -> None:
    clear = person.user == person.site.alice and not _in_demo(person.site)
    sql = b"SELECT 1 -- " + b"x" * (2 * MEGABYTE)
    for session in (person.connect(), person.connect(autocommit=False)):
        with session:
            _try(session, sql, allowed=clear)


def _try(session: Session, sql: bytes, *, allowed: bool) -> None:
    if allowed:
        assert session.execute(sql).fetchone() == (1,)
        return
    with pytest.raises(errors.InsufficientPrivilege, match="cannot be judged"):
        session.execute(sql)
    session.rollback()
    assert session.execute("SELECT 2").fetchone() == (2,)


def _in_demo(site: Site) -> bool:
    return site.value("SELECT count(*) FROM pgtoll.document") == 0


def test_an_unchecked_flood_is_not_held(licensed_site: Site) -> None:
    bob = Person(licensed_site, licensed_site.bob, lacking=True)
    bob.clean(
        "CREATE FUNCTION flood() RETURNS SETOF text LANGUAGE plpgsql AS $$ BEGIN RETURN QUERY"
        " EXECUTE 'SELECT repeat(''x'', 1000000) FROM generate_series(1, 100)'; END $$"
    )
    before = licensed_site.proxy.resident_bytes
    with bob.connect() as session:
        with pytest.raises(psycopg.Error, match="too large to hold back"):
            session.execute("SELECT flood()")
        assert session.closed
    assert growth(licensed_site.proxy, before) < 3 * BOUND
