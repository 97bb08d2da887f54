"""Sends an attack's steps to a server, each session on a connection of its own.

Whatever comes back is kept, message by message: the proof that something was read, or that an
honest client saw no difference.
"""

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field

import psycopg
from attacks.script import Step
from psycopg.conninfo import make_conninfo
from raw_client import RawClient, Reply, copy_data

from pgtoll.wire.messages import message, query, read_fields

PATIENCE_SECONDS = 8.0  # for one reply; a step that waits for another session's lock must end

SYNC = message(b"S", b"")
COPY_DONE = message(b"c", b"")
PIECE_BYTES = 8192  # of COPY data in one message


@dataclass(frozen=True, slots=True)
class Server:
    """Where an attack goes: PostgreSQL itself, or a proxy in front of it."""

    host: str
    port: int
    dbname: str
    user: str = "mallory"

    def dsn(self, user: str | None = None) -> str:
        """The connection string of the attacker, or of somebody else."""
        return make_conninfo(
            host=self.host, port=self.port, user=user or self.user, dbname=self.dbname
        )

    def connect(self, user: str | None = None) -> "psycopg.Connection[tuple[object, ...]]":
        """Return a new connection by a driver, in autocommit."""
        return psycopg.connect(self.dsn(user), autocommit=True)

    def raw(self) -> RawClient:
        """Return a socket on which nothing has been sent yet."""
        client = RawClient(self.port)
        client.socket.settimeout(PATIENCE_SECONDS)
        return client

    def login(self, user: str | None = None, **parameters: str) -> RawClient:
        """Return a socket on which the server waits for the first message after the login."""
        client = self.raw()
        client.start(user or self.user, self.dbname, **parameters)
        return client


@dataclass
class Session:
    """One connection of an attack; a new one takes its place when the server ends it."""

    server: Server
    user: str
    client: RawClient = field(init=False)
    late: deque[Step] = field(default_factory=deque)  # sent, and not waited for

    def __post_init__(self) -> None:
        self.client = self.server.login(self.user)

    def send(self, step: Step) -> None:
        self.client.send(*(_messages(step)))
        self.late.append(step)

    def replies(self) -> list[Reply]:
        """Every reply to what was sent, up to the server's last word on it."""
        found: list[Reply] = []
        while self.late:
            found += self._replies_to(self.late.popleft())
        return found

    def close(self) -> None:
        self.client.socket.close()

    def _replies_to(self, step: Step) -> list[Reply]:
        found: list[Reply] = []
        while (reply := self._next()) is not None:
            found.append(reply)
            if reply[0] == b"G":
                self.client.send(*_copied(step))
            if reply[0] == b"Z":
                return found
        self.client.socket.close()
        self.client = self.server.login(self.user)
        return found

    def _next(self) -> Reply | None:
        try:
            return self.client.reply()
        except OSError:
            return None


def _messages(step: Step) -> Iterable[bytes]:
    if not step.extended:
        return [query(step.statements[0].encode())]
    return [*(_parsed(sql) for sql in step.statements), SYNC]


def _parsed(sql: str) -> bytes:
    """Parse, Bind, Describe and Execute of the unnamed statement."""
    parse = message(b"P", b"\0" + sql.encode() + b"\0\0\0")
    bind = message(b"B", b"\0\0" + b"\0\0" * 3)
    return parse + bind + message(b"D", b"P\0") + message(b"E", b"\0\0\0\0\0")


def _copied(step: Step) -> Iterable[bytes]:
    """What COPY FROM STDIN gets: the step's data, or word that there is none."""
    end = [SYNC] if step.extended else []
    if step.copied is None:
        return [message(b"f", b"no data\0"), *end]
    cuts = range(0, len(step.copied), PIECE_BYTES)
    data = [copy_data(step.copied[at : at + PIECE_BYTES]) for at in cuts]
    return [*data, COPY_DONE, *end]


@dataclass(frozen=True, slots=True)
class Heard:
    """What one step brought back, to whom."""

    step: Step
    replies: list[Reply]


def talk(server: Server, steps: Iterable[Step]) -> list[Heard]:
    """Send the steps in order, errors or not; return the replies as they were waited for."""
    sessions: dict[str, Session] = {}
    heard: list[Heard] = []
    try:
        for step in steps:
            session = sessions.get(step.session)
            if session is None:
                session = sessions[step.session] = Session(server, step.user)
            session.send(step)
            if step.waits:
                heard.append(Heard(step, session.replies()))
        heard += [Heard(one.late[-1], one.replies()) for one in sessions.values() if one.late]
    finally:
        for session in sessions.values():
            session.close()
    return heard


def bytes_for(heard: list[Heard], user: str) -> bytes:
    """Everything that somebody's sessions got."""
    return b"".join(data for one in heard if one.step.user == user for _, data in one.replies)


def outcome(heard: list[Heard]) -> list[object]:
    """What a client can tell apart, without OIDs, places in files and numbers of processes."""
    return [
        (one.step.statements, [_seen(kind, data) for kind, data in one.replies]) for one in heard
    ]


def _seen(kind: bytes, data: bytes) -> object:
    if kind in (b"E", b"N"):
        fields = read_fields(data)
        return kind, fields["C"], fields["M"]
    if kind == b"T":
        return kind, _column_names(data)
    if kind == b"A":
        return kind, data[9:]  # without the process that notified
    return kind, data[5:]


def _column_names(data: bytes) -> list[bytes]:
    names, at = [], 7
    for _ in range(int.from_bytes(data[5:7], "big")):
        end = data.index(b"\0", at)
        names.append(data[at:end])
        at = end + 19  # the zero, and 18 bytes of OIDs, sizes and formats
    return names
