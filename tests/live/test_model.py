"""The model server answers as PostgreSQL does, on the newest and the oldest that we support."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager

import conversations
import pytest
from hypothesis import given, settings
from model_engine import SCHEMA, Unknown
from model_server import ModelServer
from peers import messages
from servers import Postgres

from pgtoll.wire.messages import SYNC, TERMINATE, read_fields

PROTOCOL = (3 << 16).to_bytes(4, "big")
READY = b"Z\0\0\0\5I"


@pytest.fixture(scope="module", params=["postgres", "postgres15"])
def server(request: pytest.FixtureRequest) -> Iterator[Postgres]:
    database = request.getfixturevalue(request.param).new_database(f"model_{request.param}")
    database.execute(SCHEMA)
    yield database
    database.drop_database()


@contextmanager
def connected(server: Postgres) -> Iterator[socket.socket]:
    names = f"user\0{server.user}\0database\0{server.dbname}\0\0".encode()
    with socket.create_connection((server.host, server.port), timeout=20) as sock:
        sock.sendall((8 + len(names)).to_bytes(4, "big") + PROTOCOL + names)
        seen = b""
        while READY not in seen:
            seen += sock.recv(65536)
        yield sock


def answers(server: Postgres, data: bytes) -> bytes:
    """What a real server says to a conversation."""
    seen = b""
    with connected(server) as sock:
        sock.sendall(data + TERMINATE)
        try:
            while received := sock.recv(65536):
                seen += received
        except ConnectionResetError:
            pass  # it gave up before it had read everything
    return seen


def essence(data: bytes) -> list[str]:
    """The messages, without what the model leaves out of them."""
    return [_essence(one) for one in messages(data)]


def _essence(data: bytes) -> str:
    kind = chr(data[0])
    if kind == "E":
        # A portal of a failed block is still there or not, which comes to the same.
        return "E" + read_fields(data)["C"].decode().replace("34000", "25P02")
    return kind + data[5:].decode() if kind in "CDZS" else kind


@settings(max_examples=60, deadline=None)
@given(data=conversations.honest)
def test_the_model_answers_as_postgresql_does(server: Postgres, data: bytes) -> None:
    model = ModelServer(old=server.version < 170000)
    try:
        want = essence(model.feed(data + SYNC))
    except Unknown:
        return
    if any("08P01" in one for one in want) or "ZE" in want:
        return  # out of step; or in a failed block, where real servers keep some portals
    assert essence(answers(server, data + SYNC)) == want
